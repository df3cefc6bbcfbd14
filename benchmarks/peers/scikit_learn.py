"""scikit-learn's MLPClassifier and MLPRegressor, which draw their own batches."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks.contender import Contender, blas_threads, thread_counts, threads
from benchmarks.problem import Problem
from benchmarks.tasks import Gradient, Prediction, Task, Training
from clearprop._typing import FloatArray

NAME = "scikit-learn"


class _FromGivenStart:
    """Makes an estimator start from given weights instead of drawn ones."""

    first: Iterator[tuple[FloatArray, FloatArray]]

    def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> tuple[FloatArray, FloatArray]:
        return next(self.first)


class _Classifier(_FromGivenStart, MLPClassifier):
    """MLPClassifier from a given start."""


class _Regressor(_FromGivenStart, MLPRegressor):
    """MLPRegressor from a given start."""


def training(task: Training) -> list[Contender]:
    problem = task.problem
    if problem.output == "sigmoid" and problem.loss == "half_squared_error":
        return []  # it has no such loss for a sigmoid

    def fit() -> FloatArray:
        return _flat(fitted(task))

    return _entered(task, fit, same_batches=False)


def gradient(task: Gradient) -> list[Contender]:
    problem = task.problem
    model: Any = fitted(_one_step(problem))
    shapes = [W.shape for W, _ in problem.weights]
    ends = np.cumsum([0] + [a * b for a, b in shapes] + [b for _, b in shapes])
    L = len(shapes)
    model._coef_indptr = [(ends[i], ends[i + 1], shapes[i]) for i in range(L)]
    model._intercept_indptr = [(ends[L + i], ends[L + i + 1]) for i in range(L)]
    pairs = problem.weights
    packed = np.concatenate([W.ravel() for W, _ in pairs] + [b for _, b in pairs])
    activations: list[Any] = [problem.X] + [None] * L
    deltas: list[Any] = [None] * L
    coefficients, intercepts = [np.empty(s) for s in shapes], [np.empty(s[1]) for s in shapes]

    def run() -> FloatArray:
        # private, but what its L-BFGS calls
        model._loss_grad_lbfgs(
            packed, problem.X, problem.Y, None, activations, deltas, coefficients, intercepts
        )
        return _flat_pairs(coefficients, intercepts)

    return _entered(task, run)


def prediction(task: Prediction) -> list[Contender]:
    problem = task.problem
    model = fitted(_one_step(problem))
    model.coefs_, model.intercepts_ = (list(parts) for parts in zip(*problem.weights, strict=True))
    return _entered(task, lambda: model.predict(problem.X).reshape(len(problem.X), -1))


def _entered(
    task: Task, run: Callable[[], FloatArray], same_batches: bool = True
) -> list[Contender]:
    return [
        Contender(NAME, threads(n), run, blas_threads(n), same_batches) for n in thread_counts(task)
    ]


def fitted(task: Training) -> Any:
    """Return the estimator after the epochs of the task."""
    problem = task.problem
    regression = problem.output == "identity"
    model = (_Regressor if regression else _Classifier)(
        hidden_layer_sizes=problem.sizes[1:-1],
        activation={"sigmoid": "logistic"}.get(problem.hidden, problem.hidden),
        solver=task.rule,
        learning_rate_init=task.learning_rate,
        momentum=0.0,
        nesterovs_momentum=False,
        alpha=0.0,
        batch_size=task.batch,
        max_iter=task.epochs,
        random_state=task.seed,
        tol=0.0,
        n_iter_no_change=10**9,
    )
    model.first = iter(problem.weights)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(problem.X, problem.Y[:, 0] if regression else problem.labels)


def _one_step(problem: Problem) -> Training:
    """Return a training that makes an estimator hold weights of the right shapes."""
    return Training(problem, len(problem.X), 1, "sgd", 1e-3)


def _flat(model: Any) -> FloatArray:
    return _flat_pairs(model.coefs_, model.intercepts_)


def _flat_pairs(coefficients: list[FloatArray], intercepts: list[FloatArray]) -> FloatArray:
    """Return W¹, b¹, W², b² … as one vector, shape (P,)."""
    pairs = zip(coefficients, intercepts, strict=True)
    return np.concatenate([part.ravel() for pair in pairs for part in pair])
