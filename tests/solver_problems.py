"""Problems for every solver: some it must solve, some it must only survive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop import Layer, Network, Objective
from clearprop._typing import FloatArray
from clearprop.training import Stopping
from clearprop.training.minimizing import minimize_full_batch
from clearprop.training.monitor import Monitor
from clearprop.training.solvers import SOLVERS


@dataclass(frozen=True)
class Problem:
    """An objective, a start, and the loss that any solver must get below."""

    objective: Objective
    start: FloatArray
    goal: float


def problem(network: Network, X: FloatArray, Y: FloatArray, goal: float) -> Problem:
    return Problem(Objective(network, X, Y), network.initialize(seed=3).vector, goal)


def random_rows(m: int, n: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(m, n))


def line(*, columns: int = 4) -> Problem:
    X = random_rows(60, columns)
    Y = X @ np.arange(1.0, columns + 1)[:, None] + 0.5
    return problem(Network(columns, [Layer(1)]), X, Y, 1e-10)


def noisy_line() -> Problem:
    made = line()
    noise = np.random.default_rng(5).normal(size=made.objective.Y.shape)
    objective = made.objective
    return problem(objective.network, objective.X, objective.Y + noise, 0)


def curve() -> Problem:
    X = np.linspace(-1, 1, 80)[:, None]
    return problem(Network(1, [Layer(6, "tanh"), Layer(1)]), X, np.sin(3 * X), 0.01)


def two_outputs() -> Problem:
    X = random_rows(80, 3)
    Y = np.column_stack([np.tanh(X[:, 0] - X[:, 1]), X[:, 2]])
    return problem(Network(3, [Layer(8, "tanh"), Layer(2)]), X, Y, 0.01)


def deep() -> Problem:
    X = random_rows(80, 2)
    Y = np.sin(X[:, :1] * 2) * X[:, 1:]
    layers = [Layer(8, "tanh"), Layer(6, "tanh"), Layer(1)]
    return problem(Network(2, layers), X, Y, 0.05)


def xor() -> Problem:
    X = np.tile([[0.0, 0], [0, 1], [1, 0], [1, 1]], (10, 1))
    Y = np.tile([[0.0], [1], [1], [0]], (10, 1))
    layers = [Layer(6, "tanh"), Layer(1, "sigmoid")]
    return problem(Network(2, layers, loss="binary_cross_entropy"), X * 2 - 1, Y, 0.1)


def three_classes() -> Problem:
    X = random_rows(90, 2)
    Y = np.eye(3)[(X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)]
    layers = [Layer(5, "tanh"), Layer(3, "softmax")]
    return problem(Network(2, layers, loss="categorical_cross_entropy"), X, Y, 0.35)


def counts() -> Problem:
    X = random_rows(80, 2)
    Y = np.random.default_rng(1).poisson(np.exp(X[:, :1])).astype(float)
    layers = [Layer(4, "tanh"), Layer(1, "softplus")]
    return problem(Network(2, layers, loss="poisson"), X, Y, 0.65)


SOLVABLE: dict[str, Callable[[], Problem]] = {
    make.__name__: make for make in (line, curve, two_outputs, deep, xor, three_classes, counts)
}


def one_sample() -> Problem:
    return problem(Network(3, [Layer(4, "tanh"), Layer(1)]), np.ones((1, 3)), np.ones((1, 1)), 0.1)


def constant_column() -> Problem:
    X = np.column_stack([np.linspace(-1, 1, 40), np.full(40, 7.0), np.zeros(40)])
    return problem(Network(3, [Layer(4, "tanh"), Layer(1)]), X, X[:, :1] ** 2, 0.2)


def duplicated_rows() -> Problem:
    X = np.repeat(random_rows(3, 2), 20, axis=0)
    return problem(Network(2, [Layer(5, "tanh"), Layer(1)]), X, X[:, :1] * X[:, 1:], 0.5)


def more_parameters_than_rows() -> Problem:
    X = random_rows(10, 4)
    return problem(Network(4, [Layer(30, "tanh"), Layer(1)]), X, np.sin(X[:, :1]), 0.1)


def badly_scaled() -> Problem:
    X = random_rows(60, 2) * [1e-4, 1e4]
    return problem(Network(2, [Layer(4, "tanh"), Layer(1)]), X, np.sign(X[:, 1:]), 0.6)


def constant_targets() -> Problem:
    return problem(
        Network(2, [Layer(3, "tanh"), Layer(1)]), random_rows(20, 2), np.ones((20, 1)), 0.1
    )


def dead_units() -> Problem:
    X = -1 - np.abs(random_rows(30, 2))
    made = problem(Network(2, [Layer(4, "relu"), Layer(1)]), X, X[:, :1], 10)
    start = np.abs(made.start)  # every weighted sum of the hidden layer is negative
    return Problem(made.objective, start, np.inf)


def no_curvature() -> Problem:
    network = Network(2, [Layer(4, "tanh"), Layer(1)], loss="absolute_error")
    X = random_rows(40, 2)
    return problem(network, X, X[:, :1] - X[:, 1:], np.inf)


HARD: dict[str, Callable[[], Problem]] = {
    make.__name__: make
    for make in (
        one_sample,
        constant_column,
        duplicated_rows,
        more_parameters_than_rows,
        badly_scaled,
        constant_targets,
        dead_units,
        no_curvature,
    )
}


def solve(solver: str, objective: Objective, start: FloatArray, **rules: float) -> Monitor:
    """Return the monitor after `solver` has run."""
    monitor = Monitor(Stopping(**{"max_epochs": 400, "min_gradient": 1e-9} | rules), patience=0)
    minimize_full_batch(objective, start, SOLVERS.make(solver), monitor)
    return monitor


def linear(m: int = 80, noise: float = 0.3) -> tuple[FloatArray, FloatArray]:
    """Return rows of three inputs, and targets that follow a plane but for noise."""
    random = np.random.default_rng(2)
    X = random.normal(size=(m, 3))
    return X, X @ [[1.0], [-2.0], [0.5]] + 1.0 + noise * random.normal(size=(m, 1))


def estimated(network: Network, X: FloatArray, Y: FloatArray) -> tuple[Any, Monitor]:
    """Return the hyperparameters that Bayesian regularisation finds, and the monitor of its run."""
    solver, theta = SOLVERS.make("bayesian_regularization"), network.initialize(seed=0).vector
    monitor = Monitor(Stopping(max_epochs=300, min_gradient=0), patience=0)
    minimize_full_batch(Objective(network, X, Y), theta, solver, monitor)
    return monitor.best_hyperparameters, monitor
