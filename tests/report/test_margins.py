import itertools

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from clearprop.report.margins import set_margins


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 1), (2, 2)])
def test_labels_fit_on_the_figure_and_panels_keep_apart(rows, columns):
    figure = Figure(figsize=(6.6, 6), dpi=72)
    for place in range(rows * columns):
        ax = figure.add_subplot(rows, columns, place + 1)
        ax.plot([0, 123456], [0, 1e-3], label="curve")
        ax.set(xlabel="epoch\nand below", ylabel="loss", title="a title")
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1))
    renderer = FigureCanvasAgg(figure).get_renderer()

    set_margins(figure, renderer)

    boxes = [ax.get_tightbbox(renderer) for ax in figure.axes]
    whole = Bbox.union(boxes)
    assert figure.bbox.x0 <= whole.x0 < 5
    assert figure.bbox.y0 <= whole.y0 < 5
    assert figure.bbox.x1 - 5 < whole.x1 <= figure.bbox.x1
    assert figure.bbox.y1 - 5 < whole.y1 <= figure.bbox.y1
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_a_figure_without_panels_stays_as_it_is():
    figure = Figure()
    figure.text(0, 0, "alone")
    set_margins(figure, FigureCanvasAgg(figure).get_renderer())
    assert figure.subplotpars.left == Figure().subplotpars.left
