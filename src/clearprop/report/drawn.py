"""A picture of the subject, as a block of the report."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from clearprop.report.blocks import Picture
from clearprop.report.subject import Subject
from clearprop.report.svg import svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 6.6, 3.9
"""Inches that a picture has across the page, and beside another one."""


def drawn(
    subject: Subject,
    name: str,
    height: float,
    caption: str,
    draw: "Callable[[Axes], object]",
    *,
    narrow: bool = False,
) -> Picture:
    """Return what `draw` draws on one pair of axes, `height` inches tall."""
    return drawn_on_figure(
        subject, name, height, caption, lambda figure: draw(figure.add_subplot()), narrow=narrow
    )


def drawn_on_figure(
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
