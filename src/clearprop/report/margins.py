"""Margins of a report's pictures, from one measurement of what stands around their axes.

Matplotlib's own layouts measure twice: the labels of an axis may change with its length. Here every
picture begins close to how it ends.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

    from clearprop._typing import FloatArray

PAD = 0.04
"""Inches around a picture, and between its panels."""


def set_margins(figure: "Figure", renderer: "RendererBase") -> None:
    """Place the axes so that their labels just fit on the figure and between the panels."""
    panels = [(ax, spec) for ax in figure.axes if (spec := ax.get_subplotspec()) is not None]
    if not panels:
        return
    around = np.array([_overhang(ax, renderer) for ax, _ in panels]) + PAD * figure.dpi
    width, height = figure.bbox.size
    columns = _along(around[:, 0], around[:, 1], [spec.colspan for _, spec in panels], width)
    rows = _along(around[:, 3], around[:, 2], [spec.rowspan for _, spec in panels], height)
    figure.subplots_adjust(
        left=columns[0],
        right=1 - columns[1],
        wspace=columns[2],
        top=1 - rows[0],
        bottom=rows[1],
        hspace=rows[2],
    )


def _overhang(ax: "Axes", renderer: "RendererBase") -> tuple[float, float, float, float]:
    """Return how far labels reach beyond the axes: left, right, below, above, in pixels."""
    box = ax.get_position(original=True).transformed(ax.figure.transSubfigure)
    whole = ax.get_tightbbox(renderer, for_layout_only=True) or box
    return box.x0 - whole.x0, whole.x1 - box.x1, box.y0 - whole.y0, whole.y1 - box.y1


def _along(
    before: "FloatArray", after: "FloatArray", spans: list[range], size: float
) -> tuple[float, float, float]:
    """Return the margins at the start and at the end, as parts of the size, and the gap of panels.

    Matplotlib counts gaps in lengths of a panel.
    """
    places = [span.start for span in spans]
    count = max(places) + 1
    starts, ends = np.zeros(count), np.zeros(count)
    np.maximum.at(starts, places, before)
    np.maximum.at(ends, places, after)
    gap = float((ends[:-1] + starts[1:]).max(initial=0.0))
    room = size - starts[0] - ends[-1] - (count - 1) * gap
    return starts[0] / size, ends[-1] / size, gap * count / max(room, 1.0)
