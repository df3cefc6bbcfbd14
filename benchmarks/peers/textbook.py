"""Plain NumPy, as a course writes it; all answers are checked against it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.contender import Contender, blas_threads, thread_counts, threads
from benchmarks.problem import Problem
from benchmarks.tasks import GaussNewton, Gradient, Prediction, Task, Training
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters

NAME = "textbook NumPy"
Weights = list[tuple[FloatArray, FloatArray]]


def training(task: Training) -> list[Contender]:
    return _entered(task, lambda: descend(task))


def gradient(task: Gradient) -> list[Contender]:
    return _entered(task, lambda: full_gradient(task.problem))


def prediction(task: Prediction) -> list[Contender]:
    problem = task.problem
    weights = problem.weights
    return _entered(task, lambda: forward(problem, weights, problem.X)[-1])


def gauss_newton(task: GaussNewton) -> list[Contender]:
    def run() -> FloatArray:
        J = jacobian(task.problem)
        return J.T @ J / len(J)

    return _entered(task, run)


def _entered(task: Task, run: Callable[[], FloatArray]) -> list[Contender]:
    counts = thread_counts(task)
    return [Contender(NAME, threads(n), run, blas_threads(n)) for n in counts]


def sigmoid(z: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-z))


def softmax(z: FloatArray) -> FloatArray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


ACTIVATIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": sigmoid,
    "softmax": softmax,
    "identity": lambda z: z,
}
DERIVATIVES: dict[str, Callable[[FloatArray], Any]] = {  # of the activation a
    "tanh": lambda a: 1 - a * a,
    "relu": lambda a: a > 0,
    "sigmoid": lambda a: a * (1 - a),
    "identity": lambda a: 1,
}


def forward(problem: Problem, weights: Weights, X: FloatArray) -> list[FloatArray]:
    """Return the activations of every layer, the inputs first."""
    hidden, A = ACTIVATIONS[problem.hidden], [X]
    for W, b in weights[:-1]:
        A.append(hidden(A[-1] @ W + b))
    W, b = weights[-1]
    A.append(ACTIVATIONS[problem.output](A[-1] @ W + b))
    return A


def backward(
    problem: Problem, weights: Weights, A: list[FloatArray], Y: FloatArray
) -> list[tuple[FloatArray, FloatArray]]:
    """Return ∂L/∂W and ∂L/∂b of every layer."""
    delta = A[-1] - Y
    if problem.loss == "half_squared_error":
        delta = delta * DERIVATIVES[problem.output](A[-1])
    if problem.reduction == "mean":
        delta = delta / len(Y)
    derivative, gradients = DERIVATIVES[problem.hidden], []
    for layer in range(len(weights) - 1, -1, -1):
        gradients.append((A[layer].T @ delta, delta.sum(axis=0)))
        if layer:
            delta = delta @ weights[layer][0].T * derivative(A[layer])
    return gradients[::-1]


def full_gradient(problem: Problem) -> FloatArray:
    """Return ∂L/∂θ over all rows, shape (P,)."""
    weights = problem.weights
    pairs = backward(problem, weights, forward(problem, weights, problem.X), problem.Y)
    return np.concatenate([part.ravel() for pair in pairs for part in pair])


def descend(task: Training) -> FloatArray:
    """Return the parameters at the end of the training, shape (P,)."""
    problem = task.problem
    parameters = Parameters(problem.sizes, problem.theta.copy())
    weights = parameters.layers
    update = sgd(task) if task.rule == "sgd" else adam(task)
    for order in task.orders():
        for start in range(0, len(order), task.batch):
            rows = order[start : start + task.batch]
            A = forward(problem, weights, problem.X[rows])
            update(weights, backward(problem, weights, A, problem.Y[rows]))
    return parameters.vector


def sgd(task: Training) -> Callable[[Weights, Weights], None]:
    """Return the plain step down the gradient."""

    def update(weights: Weights, gradients: Weights) -> None:
        for (W, b), (dW, db) in zip(weights, gradients, strict=True):
            W -= task.learning_rate * dW
            b -= task.learning_rate * db

    return update


def adam(task: Training, beta_1: float = 0.9, beta_2: float = 0.999) -> Any:
    """Return Adam's step (Kingma, Ba 2015, section 2)."""
    pairs = Parameters(task.problem.sizes, np.zeros_like(task.problem.theta))
    moments = [(np.zeros_like(p), np.zeros_like(p)) for pair in pairs.layers for p in pair]
    t = 0

    def update(weights: Weights, gradients: Weights) -> None:
        nonlocal t
        t += 1
        rate = task.learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        parts = [part for pair in weights for part in pair]
        slopes = [part for pair in gradients for part in pair]
        for part, g, (m, v) in zip(parts, slopes, moments, strict=True):
            m += (1 - beta_1) * (g - m)
            v += (1 - beta_2) * (g * g - v)
            part -= float(rate) * m / (np.sqrt(v) + 1e-8)

    return update


def jacobian(problem: Problem) -> FloatArray:
    """Return ∂out/∂θ of a network with one identity output, shape (m, P)."""
    weights = problem.weights
    A = forward(problem, weights, problem.X)
    delta, blocks = np.ones_like(A[-1]), []
    for layer in range(len(weights) - 1, -1, -1):
        outer = A[layer][:, :, None] * delta[:, None, :]
        blocks[:0] = [outer.reshape(len(outer), -1), delta]
        if layer:
            delta = delta @ weights[layer][0].T * DERIVATIVES[problem.hidden](A[layer])
    return np.concatenate(blocks, axis=1)
