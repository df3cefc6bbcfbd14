"""The monitor: epochs counted by hand on made-up losses."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop._interruption import ending_after, ending_with
from clearprop.training import Stopping
from clearprop.training.monitor import Monitor

INF = math.inf


class Losses:
    """Stands for validation rows: the loss of an epoch is a given number."""

    def __init__(self, losses):
        self.losses = list(losses)

    def data_loss(self, theta):
        return self.losses[int(theta[0])]


def run(losses, *, patience=0, validation=None, scores=None, norms=None, penalty=0.0, **rules):
    """Show losses to a monitor until it says stop; θ is the number of the epoch."""
    monitor = Monitor(Stopping(**{"max_epochs": 10**6, "min_gradient": 0} | rules), patience)
    monitor.validation = None if validation is None else Losses(validation)
    monitor.score = None if scores is None else lambda theta: scores[int(theta[0])]
    for epoch, loss in enumerate(losses):
        norm = None if norms is None else norms[epoch]
        if monitor.on_epoch_end(epoch, np.array([float(epoch)]), loss, norm, None, penalty):
            break
    return monitor


def ended(monitor):
    """Return the name of the reason and the last epoch."""
    reason = None if monitor.reason is None else monitor.reason.name
    return reason, monitor.history[-1].epoch


FALLING = [1 / (n + 1) for n in range(40)]


@pytest.mark.parametrize(
    ("settings", "reason", "last"),
    [
        ({"max_epochs": 7}, "epochs", 7),
        ({"max_seconds": 0.0}, "time", 0),
        ({"goal": 0.1}, "goal", 9),
        ({"norms": [2.0**-n for n in range(40)], "min_gradient": 0.25}, "min_gradient", 3),
        ({"plateau": 3, "tolerance": 0.15}, "plateau", 5),  # falls by .50 .17 .08 .05 .03
        ({"plateau": 3, "tolerance": 0.0}, None, 39),
        ({}, None, 39),
    ],
)
def test_each_rule_ends_it_at_its_epoch(settings, reason, last):
    assert ended(run(FALLING, **settings)) == (reason, last)


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_patience_is_the_number_of_checks_that_may_fail(patience):
    """The lowest validation loss is in epoch 2; epoch 2 + patience is the last."""
    monitor = run(FALLING, patience=patience, validation=[3.0, 2.0, 1.0, *[1.5] * 37])
    assert ended(monitor) == ("validation", 2 + patience)
    assert monitor.best_epoch == monitor.best_theta[0] == 2
    assert f"loss has not fallen for {patience} epochs" in monitor.reason.sentence.en


def test_an_equal_validation_loss_fails_and_a_lower_one_counts_anew():
    losses = [3.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 0.5]
    assert ended(run(FALLING[:9], patience=3, validation=losses)) == ("validation", 7)
    assert ended(run(FALLING[:9], patience=4, validation=losses)) == (None, 8)


def test_a_score_must_rise_by_the_tolerance_to_pass_and_by_anything_to_be_best():
    scores = [0.5, 0.6, 0.65, 0.69, 0.68, 0.0]
    monitor = run(FALLING[:6], patience=3, validation=[1.0] * 6, scores=scores, tolerance=0.1)
    assert ended(monitor) == ("validation", 4)  # 0.65, 0.69 and 0.68 are not 0.1 above the best
    assert monitor.best_epoch == 3
    assert "score has not risen for 3 epochs" in monitor.reason.sentence.en
    assert monitor.history.column("validation_score") == scores[:5]


def test_patience_0_never_stops_but_the_best_is_kept():
    monitor = run(FALLING, validation=[2.0, 1.0, *[3.0] * 38])
    assert ended(monitor) == (None, 39)
    assert monitor.best_epoch == 1


def test_the_last_parameters_are_kept_on_request_and_without_validation():
    validation = [2.0, 1.0, *[3.0] * 38]
    assert run(FALLING, validation=validation, keep_best=False).best_theta[0] == 39
    assert run([1.0, 0.5, 0.7]).best_theta[0] == 2


@pytest.mark.parametrize("losses", [[1.0, 0.5, math.nan, 0.1], [1.0, 0.5, INF, 0.1]])
def test_a_loss_that_is_not_finite_ends_it_with_the_last_finite_parameters(losses):
    monitor = run(losses)
    assert ended(monitor) == ("divergence", 2)
    assert monitor.best_theta[0] == 1


def test_parameters_that_are_not_finite_end_it_though_the_loss_is():
    monitor = Monitor(Stopping(), 0)
    assert not monitor.on_epoch_end(0, np.zeros(2), 1.0)
    assert monitor.on_epoch_end(1, np.array([0.0, INF]), 0.5)
    assert monitor.reason.name == "divergence"
    np.testing.assert_array_equal(monitor.best_theta, 0)


def test_the_plateau_is_that_of_the_loss_with_its_penalty():
    falling = [3.0, 2.0, 1.0, 0.5, 0.25]
    assert ended(run(falling, plateau=2, penalty=5.0)) == (None, 4)
    monitor = Monitor(Stopping(plateau=2), 0)
    for epoch, loss in enumerate(falling):  # the penalty rises as the loss falls
        if monitor.on_epoch_end(epoch, np.zeros(1), loss, None, None, 3.0 - loss):
            break
    assert ended(monitor) == ("plateau", 2)


def test_a_plateau_may_continue_slower_and_counts_anew():
    monitor = Monitor(Stopping(plateau=2), 0, reduce_on_plateau=lambda record: record.epoch < 5)
    for epoch in range(20):
        if monitor.on_epoch_end(epoch, np.zeros(1), 1.0):
            break
    assert ended(monitor) == ("plateau", 6)  # 2, 4, and 6 at last
    assert monitor.plateaus == 2


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=30),
    st.integers(0, 4),
    st.integers(-1, 3),
    st.integers(1, 4),
)
def test_many_epochs_at_once_are_those_one_by_one(numbers, plateau, goal, pieces):
    losses = np.array(numbers, dtype=float)
    rules = Stopping(max_epochs=25, min_gradient=0, goal=goal, plateau=plateau, tolerance=1.0)
    singly, together = Monitor(rules, 0), Monitor(rules, 0)
    for epoch, loss in enumerate(losses, start=1):
        if singly.on_epoch_end(epoch, np.zeros(1), loss):
            break
    for piece in np.array_split(losses, pieces):
        if together.reason is not None:
            break
        recorded = together.on_epochs_end(len(together.history) + 1, piece, np.zeros(1), 0.0)
        for loss in piece[recorded:]:
            if together.reason is None:
                together.on_epoch_end(len(together.history) + 1, np.zeros(1), loss)
    assert ended(together) == ended(singly)
    assert together.history.column("loss") == singly.history.column("loss")
    for name in ("flat_epochs", "lowest_objective"):
        assert getattr(together, name) == getattr(singly, name)


def test_epochs_without_progress_are_counted_on_from_one_call_to_the_next():
    singly, together = (Monitor(Stopping(plateau=9, tolerance=1.0), 0) for _ in range(2))
    losses = np.array([5.0, 4.9, 4.8, 4.7, 4.6, 4.5, 4.4])  # only the first is progress
    for epoch, loss in enumerate(losses[:-1], start=1):
        singly.on_epoch_end(epoch, np.zeros(1), loss)
    assert together.on_epochs_end(1, losses[:4], np.zeros(1), 0.0) == 3
    assert together.flat_epochs == 2
    assert together.on_epochs_end(4, losses[3:], np.zeros(1), 0.0) == 3
    assert together.flat_epochs == singly.flat_epochs == 5


def test_epochs_recorded_together_share_the_time_that_they_took():
    monitor = Monitor(Stopping(), 0)
    monitor.began -= 100.0  # seconds ago
    began = monitor.began + 60.0
    assert monitor.on_epochs_end(1, np.arange(9.0, 4.0, -1.0), np.zeros(1), began) == 4
    seconds = monitor.history.column("seconds")
    np.testing.assert_allclose(seconds, [70, 80, 90, 100], atol=0.5)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(0, 3))
def test_replayed_records_leave_the_same_counts(numbers, patience):
    losses = [float(number) for number in numbers]
    first = run(losses, patience=patience, validation=losses[::-1], plateau=3)
    second = Monitor(first.rules, patience)
    second.replay(first.history)
    for name in ("best_epoch", "best_quality", "failed_checks", "flat_epochs", "lowest_objective"):
        assert getattr(second, name) == getattr(first, name)


def test_callbacks_see_every_epoch_and_may_stop():
    seen, reason = [], run([1.0], goal=1.0).reason
    monitor = Monitor(
        Stopping(),
        0,
        observe=lambda record: seen.append(record.epoch),
        inspect=lambda record, theta: reason if theta[0] == 3 else None,
    )
    for epoch in range(9):
        if monitor.on_epoch_end(epoch, np.array([float(epoch)]), 1.0):
            break
    assert seen == [0, 1, 2, 3]
    assert monitor.reason is reason


@pytest.mark.parametrize(
    ("settings", "recorded"),
    [
        ({"rules": Stopping(max_epochs=6)}, 5),
        ({"rules": Stopping(max_epochs=5)}, 0),
        ({"rules": Stopping(goal=2.0)}, 5),  # reached by the last epoch, which is not recorded
        ({"rules": Stopping(goal=3.0)}, 0),
        ({"rules": Stopping(max_seconds=0)}, 0),
        ({"rules": Stopping(plateau=6, tolerance=2.0)}, 5),
        ({"rules": Stopping(plateau=4, tolerance=2.0)}, 0),
        ({"observe": print}, 0),
        ({"inspect": lambda record, theta: None}, 0),
        ({"validation": Losses([1.0])}, 0),
    ],
)
def test_epochs_are_recorded_together_where_none_can_end_the_training(settings, recorded):
    monitor = Monitor(**{"rules": Stopping(), "patience": 0} | settings)
    losses = np.array([7.0, 6.0, 5.0, 4.0, 3.0, 2.0])
    assert monitor.on_epochs_end(1, losses, np.zeros(1), monitor.began) == recorded
    assert len(monitor.history) == recorded
    seconds = monitor.history.column("seconds")
    assert seconds == sorted(seconds)
    assert monitor.on_epochs_end(1, losses * np.nan, np.zeros(1), monitor.began) == 0


def test_ctrl_c_and_a_limit_of_time_end_it_with_its_epoch_unless_it_ends_anyway():
    interrupted = threading.Event()
    with ending_with(interrupted):
        assert ended(run(FALLING)) == (None, 39)
        interrupted.set()
        assert ended(run(FALLING)) == ("interrupted", 0)
        assert ended(run(FALLING, goal=1.0)) == ("goal", 0)
        with ending_after(0.0, of=7.0):
            assert ended(run(FALLING)) == ("interrupted", 0)
    with ending_after(0.0, of=7.0):
        monitor = run(FALLING)
        assert "7 s" in monitor.reason.sentence.en
        assert ended(run(FALLING, goal=1.0)) == ("goal", 0)
