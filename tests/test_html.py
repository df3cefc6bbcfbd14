"""What a notebook shows of a result is readable, whole, and no markup of the user's."""

from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest

import clearprop as cp
from clearprop.plots.style import drawing

VOID = {"br", "hr", "img", "meta", "input"}


class Balance(HTMLParser):
    """Knows which elements are still open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def results():
    """One result of each kind."""
    net = cp.Network(2, [cp.Layer(2, "tanh"), cp.Layer(1, "sigmoid")])
    X, Y = np.array([[0.0, 1.0], [1.0, 0.5], [0.3, -1.0]]), np.array([[1.0], [0.0], [1.0]])
    config = cp.TrainingConfig(solver="lbfgs", seed=0, stopping=cp.Stopping(max_epochs=20))
    trained = cp.train(net, X, Y, config)
    params = trained.parameters
    _, gradient = trained.network.gradient(params, X, Y)
    return {
        "lbfgs": trained,
        "epoch": trained.history,
        "rmse": cp.fit({"x": X[:, 0], "y": X[:, 1]}, "y", hidden=(2,), solver="lbfgs", test=0),
        "W1": params,
        "target": cp.Model(trained.network, params),
        "dW1": cp.diagnose(gradient, trained.network, params, X, Y),
        "array": cp.check_gradients(lambda x: (float((x**2).sum()), 2 * x), np.array([1.0, 2.0])),
    }


@pytest.mark.parametrize("word", ["lbfgs", "epoch", "rmse", "W1", "target", "dW1", "array"])
def test_a_result_is_markup_that_closes(word, results):
    html = results[word]._repr_html_()
    parser = Balance()
    parser.feed(html)
    assert parser.open == []
    assert "object at 0x" not in html
    assert len(html) < 20_000


def test_names_cannot_become_markup():
    from clearprop._html import lines, table

    assert "<script>" not in table(["<script>"], [["<script>"]]) + lines("<script>")


def test_the_first_picture_leaves_the_notebooks_settings_alone():
    """Pyplot sets up a notebook when it is imported; the style's end must not undo that."""
    before = dict(matplotlib.rcParams)
    try:
        with drawing("en"):  # what the inline backend does when pyplot is imported here
            matplotlib.interactive(not before["interactive"])
            matplotlib.rcParams["figure.dpi"] = 55.0
            assert matplotlib.rcParams["axes.grid"]
        after = dict(matplotlib.rcParams)
    finally:
        matplotlib.rcParams.update(before)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"interactive", "figure.dpi"}
