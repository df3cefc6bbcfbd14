"""Tables with the splits that the literature uses, as text files in a folder.

A folder of tables holds one folder a table, and in each of these

    data.txt               numbers between white space, one row a line
    index_features.txt     the numbers of the columns that are inputs, from 0
    index_target.txt       the number of the column to predict
    index_train_0.txt      the numbers of the rows that train in split 0, from 0
    index_test_0.txt       those of the rows that are predicted; and so on for splits 1, 2 …

Source: Hernández-Lobato, Adams, "Probabilistic backpropagation for scalable learning of Bayesian
neural networks", 2015, whose splits are handed on in this layout.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """Which rows train and which are predicted."""

    X: Numbers
    y: Numbers
    X_test: Numbers
    y_test: Numbers


def tables_in(folder: Path) -> list[Path]:
    """Return the folders of tables, by name."""
    return sorted(each.parent for each in folder.glob("*/data.txt"))


def splits_of(table: Path, most: int) -> list[Split]:
    """Return the splits of a table, the first ones up to so many."""
    data = np.loadtxt(table / "data.txt", ndmin=2)
    features, target = _whole(table / "index_features.txt"), _whole(table / "index_target.txt")
    X, y = data[:, features], data[:, target[0]]
    found = []
    for number in range(most):
        file = table / f"index_train_{number}.txt"
        if not file.is_file():
            break
        train, test = _whole(file), _whole(table / f"index_test_{number}.txt")
        found.append(Split(X[train], y[train], X[test], y[test]))
    return found


def _whole(file: Path) -> npt.NDArray[np.intp]:
    return np.loadtxt(file, ndmin=1).astype(np.intp)
