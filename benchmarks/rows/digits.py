"""scikit-learn's 8 × 8 digits: a network of the size that fits a table of data."""

from typing import Any

from sklearn.datasets import load_digits

from benchmarks.problem import Problem, one_hot
from benchmarks.rows import Options, Row
from benchmarks.tasks import Task, Training

ROWS = 1600
"""Of 1797: whole batches."""


def build(options: Options, units: int = 100) -> Task:
    digits: Any = load_digits()
    problem = Problem.start(
        (64, units, 10), ("relu", "softmax"), "categorical_cross_entropy",
        digits.data[:ROWS] / 16, one_hot(digits.target[:ROWS], 10),
        initializer="he", dtype="float32",
    )  # fmt: skip
    return Training(problem, 200, options.shortened(50), "adam", 1e-3)


ROW = Row(
    3,
    "digits 64-100-10 ReLU, batch 200, Adam, float32, 50 epochs of 1600 rows",
    {"scikit-learn": 10, "torch": 14, "JAX": 4},
    build,
)
