"""What the pictures of a network show."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from cases import ALL_ACTIVATIONS
from clearprop import ACTIVATIONS, Layer, Network, plots
from clearprop.backprop.structure import Parameters
from clearprop.plots.values import short
from pictures import EFFECT, GRADIENT, NETWORK, PARAMS, SENSITIVITY, X
from refusals import refused


@pytest.mark.parametrize("name", ALL_ACTIVATIONS)
def test_the_dashed_curve_is_the_slope_of_the_other(name, ax):
    plots.plot_activation(name, (-4, 4), ax=ax)
    curves = [line for line in ax.get_lines() if len(line.get_xdata()) > 100]
    for value, slope in zip(curves[::2], curves[1::2], strict=True):
        z, f = value.get_xdata(), value.get_ydata()
        expected = np.gradient(f, z, edge_order=2)
        np.testing.assert_allclose(slope.get_ydata(), expected, atol=0.02)  # of softsign f″ jumps


@pytest.mark.parametrize("name", ALL_ACTIVATIONS)
def test_every_activation_is_drawn_with_its_formula(name, language):
    ax = plots.plot_activation(name, language=language)
    ax.figure.savefig("/dev/null", format="png")
    formulas = [text.get_text() for text in ax.get_legend().get_texts()]
    assert formulas[0].startswith("$")
    assert formulas[1].startswith("$")


def test_kinks_are_marked(ax):
    plots.plot_activation("relu", ax=ax)
    kink = next(line for line in ax.get_lines() if line.get_label() == "kink: no derivative")
    assert tuple(kink.get_xdata()) == ACTIVATIONS["relu"].kinks


@pytest.mark.parametrize("span", [(1, 1), (2, 1), (0, np.inf), (np.nan, 1)])
def test_an_empty_span_is_refused(span):
    with refused("span"):
        plots.plot_activation("tanh", span)


@pytest.mark.parametrize("sizes", [(1, 1), (2, 3, 1), (4, 10, 10, 3), (784, 100, 10)])
def test_units_and_connections_are_drawn_up_to_ten_a_layer(sizes):
    network = Network(sizes[0], [Layer(units) for units in sizes[1:]])
    ax = Figure().add_subplot()
    plots.plot_network(network, network.initialize(seed=0), ax=ax)
    drawn = [units if units <= 10 else 9 for units in sizes]
    assert sum(isinstance(patch, Circle) for patch in ax.patches) == sum(drawn)
    lines = sum(len(c.get_segments()) for c in ax.collections if isinstance(c, LineCollection))
    assert lines == sum(a * b for a, b in pairwise(drawn))
    words = " ".join(text.get_text() for text in ax.texts)
    assert f"{sizes[0]}\ninput" in words
    assert words.count("⋮") == sum(units > 10 for units in sizes)


def test_small_networks_carry_their_numbers(ax):
    plots.plot_network(NETWORK, PARAMS, ax=ax)
    words = {text.get_text() for text in ax.texts}
    assert {short(weight) for name in ("W1", "W2") for weight in PARAMS[name].flat} <= words
    assert {f"b {short(bias)}" for name in ("b1", "b2") for bias in PARAMS[name]} <= words


def test_the_thickest_line_is_the_largest_weight(ax):
    params = NETWORK.initialize("zeros")
    params["W1"] = [[1.0, -4.0, 0.5], [2.0, 0.0, 3.0]]
    plots.plot_network(NETWORK, params, ax=ax)
    widths = ax.collections[0].get_linewidths()
    order = np.argsort(widths).tolist()
    assert order == np.argsort(np.abs(params["W1"]).ravel(), kind="stable").tolist()


def test_names_stand_beside_inputs_and_outputs(ax):
    plots.plot_network(NETWORK, None, ["left", "right"], ["answer"], ax=ax)
    words = [text.get_text() for text in ax.texts]
    assert {"left", "right", "answer"} <= set(words)


def test_gradients_that_are_zero_are_counted(ax):
    gradient = GRADIENT.copy()
    gradient["W1"] = np.zeros((2, 3))
    gradient["b1"] = [0.0, 1.0, 2.0]
    plots.plot_gradients(gradient, ax=ax)
    assert [text.get_text() for text in ax.texts] == ["6 of 6 are 0", "1 of 3 are 0"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["W¹", "b¹", "W²", "b²"]


def test_the_median_of_the_weights_is_drawn(ax):
    plots.plot_weights(PARAMS, ax=ax)
    medians = [np.median(PARAMS[name]) for name in PARAMS]
    heights = [[ends[0, 1] for ends in lines.get_segments()] for lines in ax.collections]
    assert any(drawn == pytest.approx(medians, abs=1e-15) for drawn in heights)


def test_gradients_of_nothing_but_zeros_are_drawn(ax):
    plots.plot_gradients(Parameters(NETWORK.sizes), ax=ax)
    ax.figure.savefig("/dev/null", format="svg")


def test_inputs_stand_by_how_much_they_matter(ax):
    plots.plot_sensitivity(SENSITIVITY, ["a", "b"], ax=ax)
    order = np.argsort(SENSITIVITY.root_mean_square[0])
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == [["a", "b"][i] for i in order]
    medians = np.median(SENSITIVITY.gradients[:, 0], axis=0)[order]
    dots = next(line for line in ax.get_lines() if line.get_label() == "median")
    np.testing.assert_allclose(dots.get_xdata(), medians)


def test_importance_is_in_percent_of_the_whole(ax):
    plots.plot_importance({"one": [1.0, 3.0], "other": [-2.0, 2.0]}, ["a", "b"], ax=ax)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [25, 75, 50, 50]


def test_the_strong_line_is_the_mean_of_all_samples(ax):
    plots.plot_partial_effect(EFFECT, "x", ax=ax, samples=X[:, 0])
    mean = ax.get_lines()[-2].get_ydata()
    np.testing.assert_allclose(mean, EFFECT.curves[:, :, 0].mean(axis=0))


def test_all_outputs_can_share_a_picture(ax):
    plots.plot_partial_effect(EFFECT, "x", None, output_names=["only"], ax=ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["only"]


BAD = {
    "input names": ("input_names", lambda: plots.plot_network(NETWORK, PARAMS, ["one"])),
    "output names": (
        "output_names",
        lambda: plots.plot_network(NETWORK, PARAMS, None, ["one", "two"]),
    ),
    "other parameters": ("parameters", lambda: plots.plot_network(NETWORK, Parameters([2, 1]))),
    "sensitivity names": ("names", lambda: plots.plot_sensitivity(SENSITIVITY, ["one"])),
    "output": ("output", lambda: plots.plot_sensitivity(SENSITIVITY, output=1)),
    "effect output": ("output", lambda: plots.plot_partial_effect(EFFECT, output=-1)),
    "effect labels": ("labels", lambda: plots.plot_partial_effect(EFFECT, labels=["a"])),
    "effect names": (
        "output_names",
        lambda: plots.plot_partial_effect(EFFECT, output_names=["a", "b"]),
    ),
    "no measure": ("measures", lambda: plots.plot_importance({})),
    "other inputs": ("measures", lambda: plots.plot_importance({"a": [1.0], "b": [1.0, 2.0]})),
    "activation": ("activation", lambda: plots.plot_activation("sigmiod")),
}


@pytest.mark.parametrize(("argument", "draw"), BAD.values(), ids=BAD)
def test_what_cannot_be_drawn_is_refused(argument, draw):
    with refused(argument):
        draw()
