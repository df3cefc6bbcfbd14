"""JᵀJ of a table, the matrix of Levenberg-Marquardt and Bayesian regularisation."""

import numpy as np

from benchmarks.problem import Problem
from benchmarks.rows import Options, Row
from benchmarks.tasks import GaussNewton, Task


def build(options: Options) -> Task:
    X = np.random.default_rng(0).uniform(-1, 1, (20_000, 10))
    Y = np.sin(X.sum(axis=1, keepdims=True))
    return GaussNewton(Problem.start((10, 50, 1), ("tanh", "identity"), "half_squared_error", X, Y))


ROW = Row(
    8,
    "JᵀJ, P = 601 (10-50-1 tanh), 20,000 rows, float64; dsyrk and dgemm do m P² with J given",
    {"dsyrk": 0.6, "dgemm": 0.6},
    build,
)
