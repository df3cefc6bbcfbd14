"""Levenberg-Marquardt on y = sinc(10x), 1-20-1 tanh, 20,000 points, beside the PyTorch package.

python -m benchmarks.solvers.sinc [--starts 5] [--seconds 30]

Both take turns, start by start. Times leave out imports, compilation and the measuring of the loss
over all points.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from clearprop import Layer, Network
from clearprop.training import Record, Stopping, TrainingConfig, train

GOALS = (1e-6, 1e-9)
OURS = "levenberg_marquardt(batch_size=500, kicks=20)"
Times = dict[float, float]
Contender = Callable[[int, float], Times]
"""Takes a seed and the seconds that it has."""


def data() -> tuple[np.ndarray, np.ndarray]:
    """Return the points and their values, each of shape (20,000, 1)."""
    X = np.linspace(-1, 1, 20_000)[:, None]
    return X, np.sinc(10 * X)


def ours(seed: int, seconds: float) -> Times:
    """Return the seconds at which clearprop reached each goal."""
    X, Y = data()
    reached: Times = {}

    def observe(record: Record) -> None:
        for goal in GOALS:
            if record.loss * 2 * Y.var() <= goal:
                reached.setdefault(goal, record.seconds)

    last = GOALS[-1] / 2  # the loss is half a squared error
    rules = Stopping(max_epochs=10**6, max_seconds=seconds, goal=last, min_gradient=0)
    network = Network(1, [Layer(20, "tanh"), Layer(1)])
    train(network, X, Y, TrainingConfig(solver=OURS, seed=seed, stopping=rules, observe=observe))
    return reached


def theirs(seed: int, seconds: float, dtype: str) -> Times:
    """Return the seconds at which torch-levenberg-marquardt reached each goal, as its README does.

    Mini-batches of 1000 points, its default damping and method; one thread, which is its fastest.
    """
    import torch
    from torch_levenberg_marquardt.training import LevenbergMarquardtModule

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    X, Y = (torch.tensor(part, dtype=getattr(torch, dtype)) for part in data())
    layers = [torch.nn.Linear(1, 20), torch.nn.Tanh(), torch.nn.Linear(20, 1)]
    model = torch.nn.Sequential(*layers).to(X.dtype)
    module = LevenbergMarquardtModule(model=model, learning_rate=1.0, attempts_per_step=10)
    reached: Times = {}
    spent = 0.0
    while spent < seconds and len(reached) < len(GOALS):
        began = time.perf_counter()
        for rows in torch.randperm(len(X)).split(1000):
            module.training_step(X[rows], Y[rows])
        spent += time.perf_counter() - began
        with torch.no_grad():
            error = float(((model(X) - Y) ** 2).mean())
        for goal in GOALS:
            if error <= goal:
                reached.setdefault(goal, spent)
    return reached


def contenders() -> dict[str, Contender]:
    """Return what takes part, by the name in the table."""
    known: dict[str, Contender] = {f"clearprop {OURS}": ours}
    try:
        import torch_levenberg_marquardt as peer
    except ImportError:
        return known
    for dtype in ("float32", "float64"):
        name = f"torch-levenberg-marquardt {peer.__version__}, {dtype}"
        known[name] = partial(theirs, dtype=dtype)
    return known


def median_of(times: list[Times], goal: float) -> float:
    """Return the median over the starts; one that does not arrive counts as infinite."""
    return statistics.median(each.get(goal, float("inf")) for each in times)


def lines(starts: int, seconds: float) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    known = contenders()
    for contender in known.values():
        contender(99, 0.5)  # imports and compiles
    taken: dict[str, list[Times]] = {name: [] for name in known}
    for seed in range(starts):
        for name, contender in known.items():
            taken[name].append(contender(seed, seconds))
    yield "| | " + " | ".join(f"mean squared error {goal:g}" for goal in GOALS) + " |"
    yield "|---" * (len(GOALS) + 1) + "|"
    for name, times in taken.items():
        cells = []
        for goal in GOALS:
            arrived = sum(goal in each for each in times)
            median = median_of(times, goal)
            ratio = median / median_of(taken[f"clearprop {OURS}"], goal)
            text = f"{median:.3g} s ({ratio:.3g} times ours)" if arrived * 2 > starts else "never"
            cells.append(f"{text}, {arrived} of {starts} starts within {seconds:g} s")
        yield f"| {name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    for line in lines(given.starts, given.seconds):
        print(line, flush=True)
