"""The compiled engine against the reference, in both kinds of runner, for any number of threads."""

import os
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest

from cases import PAIRS
from clearprop import ACTIVATIONS, InputError, Layer, Network
from clearprop.activations import Activation
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine
from clearprop.engine import threads
from clearprop.engine.engine import CompiledEngine
from clearprop.engine.run_large import LargeRunner
from clearprop.engine.run_small import SmallRunner
from clearprop.updates import UPDATES

pytestmark = pytest.mark.long

CLOSE = {"float64": 1e-12, "float32": 1e-5}
RUNNERS = [SmallRunner, LargeRunner]
HIDDEN = [name for name in ACTIVATIONS if ACTIVATIONS[name].elementwise]


class Problem(NamedTuple):
    network: Network
    theta: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    share: np.ndarray

    @property
    def reference(self) -> ReferenceEngine:
        return ReferenceEngine(self.network.sizes, self.network.layers, self.network.loss_rule)

    def compiled(self, runner: type | None = None, n_jobs: int = 1) -> CompiledEngine:
        network = self.network
        rules = (network.sizes, network.layers, network.loss_rule, network.dtype, n_jobs)
        engine = CompiledEngine(*rules)
        if runner is not None:
            engine.__dict__["runner"] = runner(engine.description, n_jobs)
        return engine


def problem(
    hidden: str, output: str, loss: str, dtype: str = "float64", m: int = 77, units: int = 7
) -> Problem:
    layers = [Layer(units, hidden), Layer(5, "tanh"), Layer(3, output)]
    network = Network(4, layers, loss=loss, dtype=dtype)
    random = np.random.default_rng(2)
    X = random.normal(size=(m, 4)).astype(dtype)
    Y = random.uniform(0.05, 0.95, size=(m, 3))
    if loss == "categorical_cross_entropy":
        Y = Y / Y.sum(axis=1, keepdims=True)
    share = random.uniform(0.5, 2, size=(m, 1)) / m
    theta = network.initialize("xavier", seed=1).vector
    return Problem(network, theta, X, Y.astype(dtype), share.astype(dtype))


def difference(found: np.ndarray, right: np.ndarray) -> float:
    return float(np.linalg.norm(found - right) / np.linalg.norm(right))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_every_pair_of_output_and_loss_agrees(output, loss, runner, dtype):
    case = problem("tanh", output, loss, dtype)
    engine = case.compiled(runner)
    value, gradient = engine.gradient(*case[1:])
    right_value, right = case.reference.gradient(*case[1:])
    assert value == pytest.approx(right_value, rel=CLOSE[dtype])
    assert difference(gradient, right) <= CLOSE[dtype]
    assert engine.value(*case[1:]) == value
    outputs = engine.outputs(case.theta, case.X)
    assert difference(outputs, case.reference.outputs(case.theta, case.X)) <= CLOSE[dtype]
    assert gradient.dtype == outputs.dtype == dtype


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("hidden", [*HIDDEN, "leaky_relu(slope=0.3)"])
@pytest.mark.parametrize("runner", RUNNERS)
def test_every_hidden_activation_agrees(hidden, runner, dtype):
    case = problem(hidden, "identity", "half_squared_error", dtype)
    gradient = case.compiled(runner).gradient(*case[1:])[1]
    assert difference(gradient, case.reference.gradient(*case[1:])[1]) <= CLOSE[dtype]


def test_a_hidden_softmax_runs_in_the_loops_however_large_its_layer():
    case = problem("softmax", "identity", "half_squared_error", units=600)
    engine = case.compiled()
    assert isinstance(engine.runner, SmallRunner)
    gradient = engine.gradient(*case[1:])[1]
    assert difference(gradient, case.reference.gradient(*case[1:])[1]) <= 1e-12


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("hidden", ["tanh", "softmax"])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_the_gauss_newton_matrix_agrees(output, loss, hidden, dtype):
    case = problem(hidden, output, loss, dtype)
    value, gradient, matrix = case.compiled().gauss_newton(*case[1:], memory=2**20)
    right_value, right_gradient, right = case.reference.gauss_newton(*case[1:], memory=2**20)
    assert value == pytest.approx(right_value, rel=CLOSE[dtype])
    assert difference(gradient, right_gradient) <= CLOSE[dtype]
    np.testing.assert_array_equal(matrix, matrix.T)
    if loss == "absolute_error":  # its second derivative is 0 wherever it exists
        assert not matrix.any()
    else:
        assert difference(matrix, right) <= CLOSE[dtype]


@pytest.mark.parametrize("n_in", range(1, 10))
def test_odd_widths_and_heights_agree(n_in):
    """Loops take four inputs or units at a time; what is left over must not be lost."""
    random = np.random.default_rng(n_in)
    layers = [Layer(n_in, "tanh"), Layer(n_in + 1, "sigmoid"), Layer(1)]
    network = Network(n_in, layers)
    for m in (1, 7, 8, 9, 33):
        X, Y = random.normal(size=(m, n_in)), random.normal(size=(m, 1))
        theta, share = network.initialize("normal", seed=0).vector, np.full((m, 1), 1 / m)
        case = Problem(network, theta, X, Y, share)
        gradient = case.compiled(SmallRunner).gradient(*case[1:])[1]
        assert difference(gradient, case.reference.gradient(*case[1:])[1]) <= 1e-12


@pytest.mark.parametrize("rule", list(UPDATES))
@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_epochs_agree_under_every_update_rule(rule, runner, dtype):
    case = problem("tanh", "sigmoid", "binary_cross_entropy", dtype)
    random = np.random.default_rng(4)
    orders = np.stack([random.permutation(len(case.X)) for _ in range(2)])
    penalty = np.full(case.theta.size, 1e-3, dtype)
    schedule = Schedule(orders, 20, UPDATES.make(rule), "mean", penalty)
    states = []
    for engine in (case.compiled(runner), case.reference):
        descent = Descent.start(case.theta)
        states.append((engine.run_epochs(descent, case.X, case.Y, schedule), descent))
    (losses, descent), (right_losses, right) = states
    assert difference(descent.theta, right.theta) <= 10 * CLOSE[dtype]
    assert difference(losses, right_losses) <= 10 * CLOSE[dtype]
    assert descent.steps == right.steps == 8


@pytest.mark.parametrize("runner", RUNNERS)
def test_results_do_not_depend_on_the_number_of_threads(runner, monkeypatch):
    monkeypatch.setattr(threads, "_cores", lambda: 4)
    case = problem("tanh", "softmax", "categorical_cross_entropy", m=6000, units=30)
    orders = np.stack([np.random.default_rng(5).permutation(6000) for _ in range(2)])
    schedule = Schedule(orders, 3000, UPDATES.make("adam"), "mean", np.zeros(case.theta.size))
    found = []
    for n_jobs in (1, 2, 3, 4):
        engine, descent = case.compiled(runner, n_jobs), Descent.start(case.theta)
        losses = engine.run_epochs(descent, case.X, case.Y, schedule)
        value, gradient = engine.gradient(*case[1:])
        matrix = engine.gauss_newton(*case[1:], memory=2**24)[2]
        numbers = [np.array([value]), gradient, matrix.ravel(), losses, descent.theta]
        found.append(np.concatenate(numbers))
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


FORK = """
import os
import numpy as np, clearprop as cp
X = np.random.default_rng(0).normal(size=(20_000, 10))
net = cp.Network(10, [cp.Layer(30, "tanh"), cp.Layer(1)], engine="compiled", n_jobs=2)
theta = net.initialize(seed=1).vector
before = net.loss(theta, X, X[:, :1])
child = os.fork()
if child == 0:
    os._exit(0 if net.loss(theta, X, X[:, :1]) == before else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.skipif(threads.thread_count() < 2, reason="one processor: no threads to lose")
def test_a_forked_process_computes_with_threads_of_its_own():
    """Pools of processes fork, such as those of joblib and multiprocessing."""
    program = [sys.executable, "-W", "ignore", "-c", FORK]
    run = subprocess.run(program, stdout=subprocess.PIPE, timeout=120, check=True)
    assert run.stdout == b"0\n"


def test_many_rows_are_taken_in_blocks_and_partial_gradients():
    """Enough rows for several blocks in several parts, and a last block that is not full."""
    case = problem("tanh", "identity", "half_squared_error", m=20_011, units=20)
    for runner in RUNNERS:
        value, gradient = case.compiled(runner, n_jobs=2).gradient(*case[1:])
        right_value, right = case.reference.gradient(*case[1:])
        assert value == pytest.approx(right_value, rel=1e-12)
        assert difference(gradient, right) <= 1e-12


def test_auto_trains_with_the_compiled_engine_and_answers_small_questions_with_the_reference():
    network = Network(4, [Layer(3, "tanh"), Layer(1)])
    assert isinstance(network.engine.engine, CompiledEngine)
    few, many = (np.broadcast_to(np.zeros(4), (rows, 4)) for rows in (10, 10**7))
    assert isinstance(network._engine_for(few), ReferenceEngine)
    assert isinstance(network._engine_for(many).engine, CompiledEngine)


def test_a_predictor_answers_like_forward_and_keeps_its_parameters():
    case = problem("tanh", "softmax", "categorical_cross_entropy")
    theta = case.theta.copy()
    predict = case.network.predictor(theta)
    theta[:] = 0
    right = case.reference.outputs(case.theta, case.X)
    np.testing.assert_allclose(predict(case.X), right, rtol=1e-12)
    np.testing.assert_allclose(predict(case.X[0]), right[:1], rtol=1e-12)
    with pytest.raises(InputError, match="not a finite number"):
        predict(np.full((1, 4), np.nan))


def test_a_rule_without_kernels_runs_on_the_reference():
    class Cubed(Activation):
        name, derivative_in = "cubed", "z"
        range = (float("-inf"), float("inf"))

        def value(self, z):
            return z**3

        def derivative(self, z, a):
            return 3 * z**2

    layers = [Layer(3, Cubed()), Layer(1)]
    assert isinstance(Network(2, layers).engine, ReferenceEngine)
    with pytest.raises(InputError, match="no kernel"):
        _ = Network(2, layers, engine="compiled").engine
