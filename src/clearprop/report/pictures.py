"""Pictures of a report: what Matplotlib draws, as SVG that can stand inside of a page."""

import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from clearprop._text import Language
from clearprop.plots.style import drawing
from clearprop.report.blocks import Picture
from clearprop.report.formatting import Markup
from clearprop.report.margins import set_margins
from clearprop.report.subject import Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 6.6, 3.9
"""Inches that a picture has across the page, and beside another one."""
DPI = 72
"""Dots an inch, as SVG counts them."""
TICKS = 5
"""Steps between the ticks of an axis of numbers, at most."""
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"


def picture_on_axes(
    subject: Subject,
    name: str,
    height: float,
    caption: str,
    draw: "Callable[[Axes], object]",
    *,
    narrow: bool = False,
) -> Picture:
    """Return what `draw` draws on one pair of axes, `height` inches tall."""
    return picture_on_figure(
        subject, name, height, caption, lambda figure: draw(figure.add_subplot()), narrow=narrow
    )


def picture_on_figure(
    subject: Subject,
    name: str,
    height: float,
    caption: str,
    draw: "Callable[[Figure], object]",
    *,
    narrow: bool = False,
) -> Picture:
    """Return what `draw` draws on a figure of its own, `height` inches tall."""
    size = (NARROW if narrow else WIDE, height)
    return Picture(caption, svg(draw, size, subject.language, caption, name), narrow)


def svg(
    draw: "Callable[[Figure], object]",
    size: tuple[float, float],
    language: Language,
    label: str,
    name: str,
) -> Markup:
    """Return what `draw` draws on a figure of `size` in inches, as an ``<svg>`` element.

    Text stays text: it can be searched and read aloud, and the reader's browser brings the font.

    Parameters
    ----------
    draw : callable
        Draws on the figure it is given.
    size : two floats
        Width and height in inches.
    language : {"en", "zh"}
    label : str
        What the picture shows, for people who cannot see it.
    name : str
        Different for every picture of a page, so that references within them do not mix.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    text_stays_text = {"svg.fonttype": "none", "svg.hashsalt": name}
    with (
        matplotlib.rc_context(text_stays_text),
        drawing(language, lasting=True),
        warnings.catch_warnings(),
    ):
        # a glyph that is missing here is drawn by the reader's browser
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        figure = Figure(figsize=size, dpi=DPI)
        draw(figure)
        _thin_out_ticks(figure)
        set_margins(figure, FigureCanvasAgg(figure).get_renderer())
        written = io.StringIO()
        FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None})
    return _for_a_page(written.getvalue(), label)


def _thin_out_ticks(figure: "Figure") -> None:
    """Let axes of numbers have few ticks: each costs as much as a curve."""
    from matplotlib.ticker import AutoLocator

    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            locator = axis.get_major_locator()
            if isinstance(locator, AutoLocator):
                locator.set_params(nbins=TICKS)


def _for_a_page(written: str, label: str) -> Markup:
    """Drop what belongs to a file of its own: header, style, names that nothing refers to."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(written)
    for parent in list(root.iter()):
        for child in parent.findall(f"{{{_SVG}}}metadata") + parent.findall(f"{{{_SVG}}}style"):
            parent.remove(child)
    used = {name for node in root.iter() for name in _references(node)}
    for node in root.iter():
        if node.get("id") not in used:
            node.attrib.pop("id", None)
        _shorten(node)
    root.set("role", "img")
    root.set("aria-label", label)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _shorten(node: ElementTree.Element) -> None:
    """Drop blanks between elements, and digits of coordinates below a hundredth of a point."""
    for name in {"d", "x", "y", "points"}.intersection(node.keys()):
        node.set(name, re.sub(r"\d+\.\d{3,}", _hundredths, " ".join(node.get(name, "").split())))
    if len(node):  # only what holds no other element holds text
        node.text = None
    for child in node:
        child.tail = None


def _hundredths(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _references(node: ElementTree.Element) -> list[str]:
    """Return the ids that an element refers to: by ``href="#id"`` and by ``url(#id)``."""
    href = node.get(_HREF, "")
    found = [href[1:]] if href.startswith("#") else []
    for value in node.attrib.values():
        found += [part.split(")")[0].strip("'\"") for part in value.split("url(#")[1:]]
    return found
