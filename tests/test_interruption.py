"""Ctrl-C and limits of time reach trainings everywhere; what is trained by then is kept."""

import contextlib
import itertools
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import clearprop as cp
from clearprop._interruption import (
    OutOfTimeError,
    check_interrupted,
    ending_after,
    ending_with,
    finishing,
    hearing_ctrl_c,
    is_interrupted,
    without_limit,
)
from clearprop.activations.tanh import Tanh
from clearprop.training import MiniBatches, Stopping
from clearprop.training.monitor import Monitor

X = np.random.default_rng(0).normal(size=(200, 4))
Y = np.sin(X[:, :1])
NET = cp.Network(4, [cp.Layer(6, "tanh"), cp.Layer(1)])


pytestmark = pytest.mark.usefixtures("ctrl_c_interrupts")


@pytest.mark.parametrize("solver", ["adam", "sgd(learning_rate=1e-9)", "rprop"])
def test_a_training_in_another_thread_ends(solver):
    config = cp.TrainingConfig(solver=solver, seed=0, stopping=Stopping(10**9, min_gradient=0))
    running = threading.Event()
    watched = cp.TrainingConfig(**vars(config) | {"observe": lambda record: running.set()})
    with ThreadPoolExecutor(1) as pool, hearing_ctrl_c():
        training = pool.submit(cp.train, NET, X, Y, watched)
        assert running.wait(120)
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert is_interrupted()
        result = training.result(120)
    assert result.stop_reason.name == "interrupted"
    assert np.isfinite(result.parameters.vector).all()


def test_it_is_remembered_until_the_outermost_block_ends():
    before = signal.getsignal(signal.SIGINT)
    check_interrupted()
    with hearing_ctrl_c():
        with hearing_ctrl_c(), pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert is_interrupted()
        with pytest.raises(KeyboardInterrupt):
            check_interrupted()
    assert not is_interrupted()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_where_it_is_ignored_or_kills_nothing_changes(handler):
    signal.signal(signal.SIGINT, handler)
    with hearing_ctrl_c():
        assert signal.getsignal(signal.SIGINT) == handler


def test_another_thread_than_the_main_one_changes_nothing():
    def enter():
        with hearing_ctrl_c():
            return signal.getsignal(signal.SIGINT)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(enter).result() is signal.default_int_handler


def interrupt_at(epoch):
    def press(model, record):
        if record.epoch == epoch:
            signal.raise_signal(signal.SIGINT)

    return press


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "levenberg_marquardt"])
def test_an_estimator_that_has_trained_is_fitted_with_a_warning(solver):
    model = cp.MLPRegressor(
        hidden_layer_sizes=(5,), solver=solver, callbacks=interrupt_at(3), random_state=0
    )
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(X, Y[:, 0])
    assert model.stop_reason_.startswith("Interrupted")
    assert np.isfinite(model.predict(X)).all()


def test_before_anything_is_trained_it_is_an_interrupt_as_always():
    model = cp.MLPRegressor(
        hidden_layer_sizes=(5,), solver="lbfgs", callbacks=interrupt_at(0), random_state=0
    )
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y[:, 0])
    assert not hasattr(model, "coefs_")


def test_what_is_being_finished_is_not_interrupted():
    with hearing_ctrl_c():
        with finishing():
            signal.raise_signal(signal.SIGINT)
            check_interrupted()
        assert is_interrupted()
        with pytest.raises(KeyboardInterrupt):
            check_interrupted()


def test_the_earliest_limit_of_time_holds():
    with ending_after(1e9), ending_after(0), ending_after(1e9):
        with pytest.raises(OutOfTimeError) as caught:
            check_interrupted()
        assert caught.value.seconds == 0
        with without_limit():
            check_interrupted()
    check_interrupted()


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "levenberg_marquardt"])
def test_time_that_is_up_before_it_begins_still_gives_a_network(solver):
    config = cp.TrainingConfig(solver=solver, seed=0, stopping=Stopping(max_seconds=1e-9))
    result = cp.train(NET, X, Y, config)
    assert result.stop_reason.name == "time"
    assert len(result.history) == 1


def one_row_at_a_time(**stopping):
    """Return a training of epochs that take long: 20,000 batches, by the reference engine."""
    random = np.random.default_rng(1)
    rows = random.normal(size=(20_000, 4))
    batches = MiniBatches(dropout=(0.5,))
    config = cp.TrainingConfig(
        solver="adam", seed=0, batch_size=1, minibatches=batches, stopping=Stopping(**stopping)
    )
    return cp.train(NET, rows, np.sin(rows[:, :1]), config)


def test_an_epoch_ends_when_its_time_is_up():
    result = one_row_at_a_time(max_seconds=0.05)
    assert result.stop_reason.name == "time"
    assert (len(result.history), result.best_epoch) == (1, 1)
    start = NET.initialize("xavier", np.random.default_rng(0))
    assert not np.array_equal(result.parameters.vector, start.vector)


def test_ctrl_c_within_an_epoch_keeps_what_it_has_learnt(monkeypatch):
    batches = itertools.count()

    def value(rule, z):
        if next(batches) == 500:  # by an alarm, it would come before the epoch on a busy machine
            signal.raise_signal(signal.SIGINT)
        return np.tanh(z)

    monkeypatch.setattr(Tanh, "value", value)
    with hearing_ctrl_c():
        result = one_row_at_a_time(max_epochs=1)
    assert result.stop_reason.name == "interrupted"
    assert result.best_epoch == 1


@pytest.fixture
def press_at(monkeypatch):
    """Return a function that lets Ctrl-C be pressed at an epoch, counted over all trainings."""
    after = []

    def at(number):
        counter, on_epoch_end = itertools.count(), Monitor.on_epoch_end

        def counting(monitor, *arguments, **named):
            done = next(counter)
            if done == number:
                signal.raise_signal(signal.SIGINT)
            if done >= number:
                after.append(done)
            return on_epoch_end(monitor, *arguments, **named)

        monkeypatch.setattr(Monitor, "on_epoch_end", counting)
        return after

    return at


TABLES = {
    "numbers": (cp.MLPRegressor, Y[:, 0]),
    "classes": (cp.MLPClassifier, np.where(Y[:, 0] > 0, "up", "down")),
}
AT_ONCE = 12
"""Epochs that may follow Ctrl-C: one of each training that has begun."""


@pytest.mark.parametrize(
    ("kind", "moment"),
    [("numbers", 3), ("numbers", 70), ("numbers", 300), ("classes", 3), ("classes", 250)],
)
def test_a_search_ends_with_the_best_network_so_far(kind, moment, press_at):
    estimator, answers = TABLES[kind]
    after = press_at(moment)
    model = estimator(random_state=0, max_iter=60, n_jobs=1)
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(X, answers)
    assert "nterrupted" in model.stop_reason_
    assert len(after) <= AT_ONCE
    assert model.score(X, answers) > (0.5 if moment > 3 else -np.inf)


def test_a_table_is_fitted_with_the_best_network_so_far(press_at):
    press_at(300)
    table = {f"x{i}": X[:, i] for i in range(4)} | {"y": Y[:, 0]}
    fitted = cp.fit(table, "y", n_jobs=1)
    assert fitted.result.stop_reason.name == "interrupted"
    assert fitted.measures[0].train is not None
    assert len(fitted.result.division.train) == len(X)


def test_an_event_ends_what_is_done_in_its_block_and_nothing_else():
    event = threading.Event()
    with ending_with(event):
        check_interrupted()
        event.set()
        assert is_interrupted()
        with pytest.raises(KeyboardInterrupt):
            check_interrupted()
        with finishing():
            check_interrupted()
        with ThreadPoolExecutor(1) as pool:
            assert not pool.submit(is_interrupted).result()
    assert not is_interrupted()
