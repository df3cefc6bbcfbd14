"""A network that does no better than one answer for all rows is named as such."""

import numpy as np
import pytest

import clearprop as cp

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=60)
NOISE = RANDOM.normal(size=60)
RARE = np.where(np.arange(60) % 20 == 0, "rare", "usual")
QUICK = {"hidden": (), "solver": "lbfgs", "max_epochs": 30, "weight_decay": 0.1}


@pytest.mark.parametrize(
    ("y", "test", "expected"),
    [
        (2 * X + 0.1 * NOISE, 0.25, None),
        (NOISE, 0.25, "R² is "),
        (RARE, 0.0, "Naming 'usual' every time errs no more often (5.0 %)"),
        (np.where(X > 0, "above", "below"), 0.25, None),
    ],
)
def test_what_is_named(y: np.ndarray, test: float, expected: str | None) -> None:
    fitted = cp.fit({"x": X, "y": y}, "y", test=test, **QUICK)
    found = [warning.en[: len(expected or "")] for warning in fitted.warnings]
    assert found == ([expected] if expected else [])
