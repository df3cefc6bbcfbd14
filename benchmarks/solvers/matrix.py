"""Time to a goal and failures among ten starts, for every solver on every problem.

python -m benchmarks.solvers.matrix
"""

import argparse
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from clearprop import Layer, Network
from clearprop.training import SOLVERS, Stopping, TrainingConfig, train

SECONDS = 3.0
EXTRA = (
    "levenberg_marquardt(acceleration=0)",
    "levenberg_marquardt(batch_size=1000)",
    "adam(learning_rate=0.01)",
)
WITHOUT_GOAL = ("bayesian_regularization",)
"""Solvers that minimise something else than the loss."""


@dataclass(frozen=True)
class Problem:
    """A network, data, and the training loss to reach (of targets scaled to variance 1)."""

    name: str
    network: Network
    X: np.ndarray
    Y: np.ndarray
    goal: float


def sinc() -> Problem:
    X = np.linspace(-1, 1, 20_000)[:, None]
    network = Network(1, [Layer(20, "tanh"), Layer(1)])
    return Problem("sinc 1-20-1, 20,000 rows", network, X, np.sinc(10 * X), 1e-5)


def friedman() -> Problem:
    random = np.random.default_rng(0)
    X = random.uniform(size=(2000, 10))
    Y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3]
    network = Network(10, [Layer(15, "tanh"), Layer(1)])
    return Problem("Friedman 1, 10-15-1, 2,000 rows", network, X, (Y + 5 * X[:, 4])[:, None], 1e-3)


def parity() -> Problem:
    X = np.array([[bit >> place & 1 for place in range(4)] for bit in range(16)], float)
    Y = X.sum(axis=1, keepdims=True) % 2
    layers = [Layer(10, "tanh"), Layer(1, "sigmoid")]
    network = Network(4, layers, loss="binary_cross_entropy")
    return Problem("parity of 4 bits, 4-10-1", network, X, Y, 1e-2)


def cancer() -> Problem:
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    layers = [Layer(5, "tanh"), Layer(1, "sigmoid")]
    network = Network(30, layers, loss="binary_cross_entropy")
    return Problem("breast cancer, 30-5-1, 569 rows", network, X, y[:, None].astype(float), 1e-2)


def digits() -> Problem:
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    layers = [Layer(30, "tanh"), Layer(10, "softmax")]
    network = Network(64, layers, loss="categorical_cross_entropy")
    return Problem("digits, 64-30-10, 1,797 rows", network, X, np.eye(10)[y], 1e-2)


PROBLEMS: tuple[Callable[[], Problem], ...] = (sinc, friedman, parity, cancer, digits)


def seconds_to_goal(problem: Problem, solver: str, seed: int) -> float | None:
    """Return the seconds until the goal; None where it was not reached in time."""
    scaled = problem.network.layers[-1].activation.is_identity
    goal = problem.goal * (float(problem.Y.var()) if scaled else 1.0)
    rules = Stopping(max_epochs=10**6, max_seconds=SECONDS, goal=goal, min_gradient=0, patience=0)
    result = train(
        problem.network,
        problem.X,
        problem.Y,
        TrainingConfig(solver=solver, seed=seed, stopping=rules),
    )
    reached = result.stop_reason.name == "goal"
    return result.history[-1].seconds if reached else None


def rows(starts: int) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    problems = [make() for make in PROBLEMS]
    solvers = [*(name for name in SOLVERS if name not in WITHOUT_GOAL), *EXTRA]
    yield "| solver | " + " | ".join(problem.name for problem in problems) + " |"
    yield "|---" * (len(problems) + 1) + "|"
    for solver in solvers:
        cells = []
        for problem in problems:
            seconds_to_goal(problem, solver, 0)  # loads compiled code
            taken = [seconds_to_goal(problem, solver, seed) for seed in range(starts)]
            reached = [seconds for seconds in taken if seconds is not None]
            failed = len(taken) - len(reached)
            time = f"{statistics.median(reached):.3g} s" if reached else "never"
            cells.append(f"{time}, {failed} of {starts} failed" if failed else time)
        yield f"| `{solver}` | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10)
    for line in rows(parser.parse_args().starts):
        print(line, flush=True)
