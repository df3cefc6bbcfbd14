"""Ctrl-C reaches trainings in every thread, and is what it was afterwards."""

import contextlib
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import clearprop as cp
from clearprop.engine.interruption import check_interrupted, hearing_ctrl_c, is_interrupted
from clearprop.training import Stopping

X = np.random.default_rng(0).normal(size=(200, 4))
Y = np.sin(X[:, :1])
NET = cp.Network(4, [cp.Layer(6, "tanh"), cp.Layer(1)])


@pytest.fixture(autouse=True)
def ctrl_c_interrupts(monkeypatch):
    """A test run in the background ignores it."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


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
