"""Test error, coverage and time of everything chosen automatically, on given train/test splits.

python -m benchmarks.solvers.accuracy FOLDER [--splits 20]

The folder holds data.txt, index_features.txt, index_target.txt, index_train_i.txt and
index_test_i.txt, as the UCI splits of the literature do.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from clearprop import MLPRegressor


def split(folder: Path, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X and y of the training rows, then of the test rows."""
    data = np.loadtxt(folder / "data.txt")
    columns = np.loadtxt(folder / "index_features.txt", dtype=int)
    target = int(np.loadtxt(folder / "index_target.txt"))
    train, test = (
        np.loadtxt(folder / f"index_{part}_{number}.txt", dtype=int) for part in ("train", "test")
    )
    return data[train][:, columns], data[train, target], data[test][:, columns], data[test, target]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", type=int, default=20)
    given = parser.parse_args()
    print("| split | hidden | RMSE | coverage of 95 % | seconds | processor seconds |")
    print("|---|---|---|---|---|---|")
    table = []
    for number in range(given.splits):
        X, y, X_test, y_test = split(given.folder, number)
        began, began_cpu = time.perf_counter(), time.process_time()
        model = MLPRegressor(random_state=number).fit(X, y)
        took, took_cpu = time.perf_counter() - began, time.process_time() - began_cpu
        predicted, std = model.predict(X_test, return_std=True)
        error = float(np.sqrt(np.mean((predicted - y_test) ** 2)))
        covered = float(np.mean(np.abs(predicted - y_test) < 1.96 * std))
        table.append((error, covered, took, took_cpu))
        hidden = " + ".join(map(str, model._result.hidden))
        print(
            f"| {number} | {hidden} | {error:.4g} | {covered:.1%} | {took:.1f} | {took_cpu:.1f} |",
            flush=True,
        )
    errors, coverage, took, processor = np.array(table).T
    print(
        f"| all | | {errors.mean():.4g} | {coverage.mean():.1%} | {np.median(took):.1f} (median) "
        f"| {np.median(processor):.1f} (median) |"
    )


if __name__ == "__main__":
    main()
