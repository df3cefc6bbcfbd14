"""MNIST with one hidden layer: the network that every course trains."""

from benchmarks.images import images, source
from benchmarks.problem import Problem
from benchmarks.rows import Options, Row
from benchmarks.tasks import Task, Training


def build(options: Options) -> Task:
    X, Y = images(options.data, 128 * options.shortened(468))
    problem = Problem.start(
        (784, 256, 10), ("relu", "softmax"), "categorical_cross_entropy", X, Y,
        initializer="he", dtype="float32",
    )  # fmt: skip
    return Training(problem, 128, 1, "adam", 1e-3)


ROW = Row(
    4,
    "MNIST 784-256-10 ReLU, batch 128, Adam, float32, 1 epoch of 59,904 rows",
    {"scikit-learn": 4, "torch": 2.5, "JAX": 1.6},
    build,
    source,
)
