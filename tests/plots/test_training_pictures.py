"""What the pictures of a training show."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearprop as cp
from clearprop import plots
from clearprop.plots.training_state import validation_checks
from clearprop.training import History, Record
from clearprop.training.stopping import StopReason
from pictures import HISTORY, STOPPED
from refusals import refused


def curve(ax, label):
    """Return the y values of the line with this label."""
    return next(line.get_ydata() for line in ax.get_lines() if line.get_label() == label)


def test_the_curves_are_the_losses(ax):
    plots.plot_performance(HISTORY, ax=ax)
    np.testing.assert_array_equal(curve(ax, "Training"), [r.loss for r in HISTORY])
    np.testing.assert_array_equal(curve(ax, "Validation"), [r.validation_loss for r in HISTORY])
    np.testing.assert_array_equal(curve(ax, "Test"), [r.test_loss for r in HISTORY])


def test_the_best_epoch_is_ringed_and_the_stop_reason_stands_below(ax):
    plots.plot_performance(HISTORY, 4, STOPPED, ax=ax)
    ring = ax.get_lines()[-1]
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (4, HISTORY[4].validation_loss)
    title = f"Lowest validation loss {HISTORY[4].validation_loss:.4g} in epoch 4"
    assert ax.get_title(loc="left") == title
    assert ax.get_xlabel().replace("\n", " ") == f"Epoch {STOPPED.sentence.en}"


def test_a_loss_that_is_not_positive_is_drawn_on_a_plain_scale(ax):
    history = History([Record(n, 5.0 - n, None, None, None, 0.0) for n in range(8)])
    plots.plot_performance(history, 7, StopReason.of("epochs", epochs=7), ax=ax)
    assert ax.get_yscale() == "linear"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Training"]


def test_a_diverged_training_is_drawn(ax):
    losses = [1.0, 5.0, 1e306, math.inf, math.nan]
    history = History([Record(n, loss, None, None, None, 0.0) for n, loss in enumerate(losses)])
    plots.plot_performance(history, 3, ax=ax)
    ax.figure.canvas.draw()


def test_a_history_without_epochs_is_refused(ax):
    with refused("history"):
        plots.plot_performance(History(), ax=ax)
    with refused("history"):
        plots.plot_training_state(History())
    with refused("history"):
        plots.plot_performance([1.0, 0.5], ax=ax)


def test_the_result_of_a_training_stands_for_its_history(ax):
    net = cp.Network(1, [cp.Layer(1)])
    result = cp.train(net, [[0.0], [1.0], [2.0]], [[0.0], [1.0], [3.0]], cp.TrainingConfig(seed=0))
    plots.plot_performance(result, ax=ax)
    np.testing.assert_array_equal(curve(ax, "Training"), [r.loss for r in result.history])


def test_there_is_a_panel_for_everything_that_was_measured():
    titles = [ax.get_title(loc="left") for ax in plots.plot_training_state(HISTORY)]
    assert titles == ["Gradient norm ‖∂E/∂θ‖", "mu", "Validation checks"]


def test_a_training_of_which_only_the_loss_is_known_has_no_state():
    history = History([Record(1, 0.5, None, None, None, 0.0)])
    assert plots.plot_training_state(history) == []


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_validation_checks_count_epochs_since_the_last_new_low(losses):
    found = validation_checks(np.array(losses, dtype=float))
    for epoch, checks in enumerate(found):
        lows = [n for n in range(epoch + 1) if all(losses[n] < loss for loss in losses[:n])]
        assert checks == epoch - lows[-1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_stop_reason_is_wrapped(language):
    from clearprop.plots.style import wrapped

    sentence = STOPPED.sentence.translate(language)
    lines = wrapped(sentence, 40).split("\n")
    assert len(lines) > 1
    assert all(len(line) <= 41 for line in lines)
    assert "".join("".join(lines).split()) == "".join(sentence.split())
