"""One gradient over a whole table, as every batch solver asks for."""

import numpy as np

from benchmarks.problem import Problem
from benchmarks.rows import Options, Row
from benchmarks.tasks import Gradient, Task


def build(options: Options) -> Task:
    X = np.linspace(-1, 1, 20_000)[:, None]
    return Gradient(
        Problem.start((1, 20, 1), ("tanh", "identity"), "half_squared_error", X, np.sinc(10 * X))
    )


ROW = Row(
    6,
    "full-batch gradient, 20,000 rows, 1-20-1 tanh, float64",
    {"scikit-learn": 5, "torch": 4, "JAX": 2, "textbook NumPy": 5},
    build,
)
