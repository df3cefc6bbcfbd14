"""Two interleaved half moons, a tiny network: the cost of a step is all overhead."""

from sklearn.datasets import make_moons

from benchmarks.problem import Problem
from benchmarks.rows import Options, Row
from benchmarks.tasks import Task, Training


def build(options: Options) -> Task:
    X, y = make_moons(320, noise=0.2, random_state=0)
    problem = Problem.start((2, 4, 1), ("tanh", "sigmoid"), "binary_cross_entropy", X, y[:, None])
    return Training(problem, 32, options.shortened(1000), "sgd", 0.5)


ROW = Row(
    1,
    "moons 2-4-1 tanh, batch 32, SGD, float64, 1000 epochs of 320 rows",
    {"scikit-learn": 130, "torch": 220, "JAX": 14, "textbook NumPy": 30},
    build,
)
