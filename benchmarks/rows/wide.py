"""Two hidden layers of 1024 units: nearly all time goes into matrix products."""

from benchmarks.images import images, source
from benchmarks.problem import Problem
from benchmarks.rows import Options, Row
from benchmarks.tasks import Task, Training


def build(options: Options) -> Task:
    X, Y = images(options.data, 256 * options.shortened(50))
    problem = Problem.start(
        (784, 1024, 1024, 10), ("relu", "softmax"), "categorical_cross_entropy", X, Y,
        initializer="he", dtype="float32",
    )  # fmt: skip
    return Training(problem, 256, 1, "adam", 1e-3)


ROW = Row(
    5,
    "784-1024-1024-10 ReLU, batch 256, Adam, float32, 1 epoch of 12,800 rows",
    {"scikit-learn": 3.5, "torch": 1.7, "JAX": 1.25},
    build,
    source,
)
