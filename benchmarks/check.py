"""Is an answer right? A fast wrong answer does not count."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from benchmarks.contender import Contender
from benchmarks.peers import textbook
from benchmarks.problem import Problem
from benchmarks.tasks import GaussNewton, Gradient, Prediction, Task, Training
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters

FAR_BELOW = 0.01
"""Part of the loss at the start that losses are compared to where training went further below."""
TOLERANCE = {"float64": 1e-8, "float32": 2e-3}
"""Relative difference from the textbook in float64 that rounding may cause."""
GROWN = {"float64": 1e-8, "float32": 1e-2}
"""The same for the loss after a training, in whose steps differences of rounding grow."""


@dataclass(frozen=True)
class Verdict:
    """What a contender arrived at, and whether it may be compared."""

    value: float
    """The loss at the end of a training; else the largest entry of the answer."""
    difference: float
    """From the textbook in float64, relative; see `FAR_BELOW`."""
    tolerance: float

    @property
    def right(self) -> bool:
        """Whether the difference is within the tolerance; NaN is not."""
        return self.difference <= self.tolerance


def judge(task: Task, contender: Contender, answer: FloatArray) -> Verdict:
    """Compare an answer with what the textbook computes in float64."""
    expected = expectation(task)
    answer = np.asarray(answer, np.float64)
    tolerance = TOLERANCE[task.problem.dtype]
    if isinstance(task, Training):
        value, wanted = (loss_at(task.problem.in_double(), theta) for theta in (answer, expected))
        tolerance = GROWN[task.problem.dtype] if contender.same_batches else task.shuffled_loss
        scale = max(abs(wanted), FAR_BELOW * loss_at(task.problem.in_double(), task.problem.theta))
        return Verdict(value, abs(value - wanted) / scale, tolerance)
    if isinstance(task, GaussNewton):  # BLAS fills one triangle, of all rows or of the first
        answer, expected = np.triu(answer), np.triu(expected[: len(answer)])
    if answer.shape != expected.shape:
        return Verdict(float("nan"), float("nan"), tolerance)
    largest = np.abs(expected).max()
    return Verdict(
        float(np.abs(answer).max()), float(np.abs(answer - expected).max() / largest), tolerance
    )


@lru_cache(maxsize=1)
def expectation(task: Task) -> FloatArray:
    """Return the textbook's answer in float64."""
    exact = task.in_double()
    if isinstance(exact, Training):
        return textbook.descend(exact)
    if isinstance(exact, Gradient):
        return textbook.full_gradient(exact.problem)
    if isinstance(exact, Prediction):
        return textbook.forward(exact.problem, exact.problem.weights, exact.problem.X)[-1]
    J = textbook.jacobian(exact.problem)
    return J.T @ J / len(J)


def loss_at(problem: Problem, theta: FloatArray) -> float:
    """Return L over all rows."""
    a = textbook.forward(problem, Parameters(problem.sizes, theta).layers, problem.X)[-1]
    y = problem.Y
    if problem.loss == "categorical_cross_entropy":
        losses = -np.log(np.maximum((a * y).sum(axis=1), np.finfo(float).tiny))
    elif problem.loss == "binary_cross_entropy":
        losses = -np.log(np.maximum(np.where(y == 1, a, 1 - a), np.finfo(float).tiny)).sum(axis=1)
    else:
        losses = 0.5 * ((a - y) ** 2).sum(axis=1)
    return float(losses.mean() if problem.reduction == "mean" else losses.sum())
