"""XOR as courses train it: four rows, all in every step."""

import numpy as np

from benchmarks.problem import Problem
from benchmarks.rows import Options, Row
from benchmarks.tasks import Task, Training


def build(options: Options) -> Task:
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    Y = np.array([[0], [1], [1], [0]])
    problem = Problem.start(
        (2, 2, 1), ("sigmoid", "sigmoid"), "half_squared_error", X, Y,
        initializer="normal", seed=np.random.RandomState(42), reduction="sum",
    )  # fmt: skip
    return Training(problem, 4, options.shortened(10_000), "sgd", 0.1)


ROW = Row(
    2,
    "XOR 2-2-1 sigmoid, full batch, SGD, float64, 10,000 epochs",
    {"torch": 1000, "JAX": 60, "textbook NumPy": 250},
    build,
)
