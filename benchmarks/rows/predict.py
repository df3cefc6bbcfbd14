"""The output for one row: what a service or a control loop waits for."""

import numpy as np

from benchmarks.problem import Problem
from benchmarks.rows import Options, Row
from benchmarks.tasks import Prediction, Task


def build(options: Options) -> Task:
    X = np.random.default_rng(0).standard_normal((1, 20))
    return Prediction(
        Problem.start((20, 50, 1), ("tanh", "identity"), "half_squared_error", X, np.zeros((1, 1)))
    )


ROW = Row(
    7,
    "one-row predict, 20-50-1 tanh, float64, NumPy in and out",
    {"scikit-learn": 10, "torch": 2, "JAX": 2},
    build,
)
