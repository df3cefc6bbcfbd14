"""Levenberg-Marquardt on y = sinc(10x), 1-20-1 tanh, 20,000 points, beside the PyTorch package.

python -m benchmarks.solvers.sinc [--starts 5] [--seconds 30]

Both take turns, start by start. Times leave out imports, compilation and the measuring of the loss
over all points.
"""

import argparse
import statistics
import time

import numpy as np

from clearprop import Layer, Network
from clearprop.training import Record, Stopping, train

GOALS = (1e-6, 1e-9)
OURS = "levenberg_marquardt(batch_size=1000)"
Times = dict[float, float]


def data() -> tuple[np.ndarray, np.ndarray]:
    """Return the points and their values, each of shape (20,000, 1)."""
    X = np.linspace(-1, 1, 20_000)[:, None]
    return X, np.sinc(10 * X)


def ours(seed: int, seconds: float) -> Times:
    """Return the seconds at which clearprop reached each goal."""
    X, Y = data()
    half_variance = float(Y.var()) / 2  # turns a squared error into the loss of scaled targets
    reached: Times = {}

    def observe(record: Record) -> None:
        for goal in GOALS:
            if record.loss * 2 * Y.var() <= goal:
                reached.setdefault(goal, record.seconds)

    last = GOALS[-1] / (4 * half_variance)
    rules = Stopping(max_epochs=10**6, max_seconds=seconds, goal=last, min_gradient=0)
    network = Network(1, [Layer(20, "tanh"), Layer(1)])
    train(network, X, Y, OURS, seed=seed, stopping=rules, observe=observe)
    return reached


def theirs(seed: int, seconds: float) -> Times:
    """Return the seconds at which torch-levenberg-marquardt reached each goal, as its README does.

    Mini-batches of 1000 points, its default damping.
    """
    import torch
    from torch_levenberg_marquardt.training import LevenbergMarquardtModule

    torch.manual_seed(seed)
    X, Y = (torch.tensor(part, dtype=torch.float32) for part in data())
    model = torch.nn.Sequential(torch.nn.Linear(1, 20), torch.nn.Tanh(), torch.nn.Linear(20, 1))
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    contenders = {f"clearprop {OURS}": ours}
    try:
        import torch_levenberg_marquardt

        contenders[f"torch-levenberg-marquardt {torch_levenberg_marquardt.__version__}"] = theirs
    except ImportError:
        print("torch-levenberg-marquardt is not installed: it is left out.")
    for contender in contenders.values():
        contender(99, 0.5)
    taken: dict[str, list[Times]] = {name: [] for name in contenders}
    for seed in range(given.starts):
        for name, contender in contenders.items():
            taken[name].append(contender(seed, given.seconds))
    print("| | " + " | ".join(f"mean squared error {goal:g}" for goal in GOALS) + " |")
    print("|---" * (len(GOALS) + 1) + "|")
    for name, times in taken.items():
        cells = []
        for goal in GOALS:
            each = [times_of[goal] for times_of in times if goal in times_of]
            median = statistics.median([t.get(goal, float("inf")) for t in times])
            cells.append(f"{median:.3g} s, {len(each)} of {len(times)} starts")
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
