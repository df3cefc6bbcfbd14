"""What holds for every picture: two languages, any place to draw, nothing loaded early."""

import io
import subprocess
import sys

import matplotlib
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clearprop import plots
from clearprop.plots import fonts
from pictures import ON_A_FIGURE, PICTURES

each_picture = pytest.mark.parametrize("name", PICTURES)


def axes_of(drawn):
    return drawn if isinstance(drawn, list) else [drawn]


def words_of(drawn):
    """Return every text of the picture."""
    figure = axes_of(drawn)[0].figure
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


def has_chinese(words):
    return any("\u4e00" <= character <= "\u9fff" for word in words for character in word)


def test_every_picture_is_tested():
    assert {name for name in vars(plots) if name.startswith("plot_")} == set(PICTURES)


@each_picture
def test_it_is_drawn_in_both_languages(name, language):
    drawn = PICTURES[name](language=language)
    assert all(isinstance(ax, Axes) for ax in axes_of(drawn))
    image = io.BytesIO()
    axes_of(drawn)[0].figure.savefig(image, format="png")  # a missing glyph would warn
    assert len(image.getvalue()) > 5000


@each_picture
def test_a_picture_with_words_has_chinese_words(name, language):
    words = words_of(PICTURES[name](language=language))
    worded = {"plot_gradients", "plot_decision_boundary"}  # symbols and names only
    assert has_chinese(words) == (language == "zh" and name not in worded)


@each_picture
def test_it_is_drawn_where_it_is_told(name):
    figure = Figure(layout="constrained")
    if name in ON_A_FIGURE:
        drawn = PICTURES[name](figure=figure)
    else:
        ax = figure.add_subplot()
        drawn = PICTURES[name](ax=ax)
        assert drawn is ax
    assert all(ax.figure is figure for ax in axes_of(drawn))
    assert not pyplot.get_fignums()


@each_picture
def test_without_a_place_it_is_a_pyplot_figure(name):
    PICTURES[name]()
    assert len(pyplot.get_fignums()) == 1


@each_picture
def test_the_users_settings_are_as_before(name):
    before = matplotlib.rcParams.copy()
    PICTURES[name]()
    assert matplotlib.rcParams == before


@pytest.fixture
def no_chinese_font(monkeypatch):
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)


def test_without_a_chinese_font_labels_are_english_and_a_hint_is_given(no_chinese_font):
    with pytest.warns(UserWarning, match=r"No font with Chinese characters.*try: install one"):
        drawn = PICTURES["plot_performance"](language="zh")
    assert drawn.get_ylabel() == "Loss"


def test_an_svg_that_keeps_text_needs_no_font_here(no_chinese_font):
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        drawn = PICTURES["plot_performance"](language="zh")
    assert drawn.get_ylabel() == "损失"


def test_a_font_installed_after_matplotlib_made_its_list_is_found(monkeypatch):
    if fonts.chinese_font() is None:
        pytest.skip("no font with Chinese characters is installed")
    from matplotlib.font_manager import fontManager

    known = [entry for entry in fontManager.ttflist if entry.name not in fonts.FAMILIES]
    monkeypatch.setattr(fontManager, "ttflist", known)
    if not fonts._files_of_known_families():
        pytest.skip("the Chinese font here is not one of those looked for by file name")
    assert fonts.chinese_font.__wrapped__() in fonts.FAMILIES


def run_alone(code):
    """Run code in a Python of its own and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_matplotlib_loads_when_something_is_drawn():
    code = "import sys, clearprop.plots, clearprop.report; print('matplotlib' in sys.modules)"
    assert run_alone(code) == "False"


def test_drawing_on_given_axes_needs_no_pyplot():
    code = (
        "import sys; from matplotlib.figure import Figure; from clearprop.plots import *\n"
        "plot_activation('tanh', ax=Figure().add_subplot())\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    assert run_alone(code) == "False"
