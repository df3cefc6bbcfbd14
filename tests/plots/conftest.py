"""Axes that no window shows, and a language that can be drawn here."""

import matplotlib
import pytest
from matplotlib.figure import Figure

from clearprop.plots.fonts import chinese_font

matplotlib.use("agg")


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


@pytest.fixture(params=["en", "zh"])
def language(request):
    if request.param == "zh" and chinese_font() is None:
        pytest.skip("no font with Chinese characters is installed")
    return request.param


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    from matplotlib import pyplot

    pyplot.close("all")
