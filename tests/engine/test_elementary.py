"""The vectorisable elementary functions keep the error bounds that their page states."""

import numpy as np
import pytest
from numba import njit

from clearprop.engine import elementary

BOUNDS = {
    ("exp", "float64"): 3e-16,
    ("exp", "float32"): 2e-7,
    ("tanh", "float64"): 6e-16,
    ("tanh", "float32"): 3e-7,
    ("log1p", "float64"): 6e-16,
    ("log1p", "float32"): 3e-7,
}
REACH = {"exp": (-80, 80), "tanh": (-30, 30), "log1p": (0, 1)}
FUNCTIONS = {"exp": elementary.exp, "tanh": elementary.tanh, "log1p": elementary.log1p}


def over(name: str, x: np.ndarray) -> np.ndarray:
    function = FUNCTIONS[name]

    @njit
    def every(x, out):
        for n in range(x.size):
            out[n] = function(x[n])

    out = np.empty_like(x)
    every(x, out)
    return out


@pytest.mark.parametrize(("name", "dtype"), list(BOUNDS))
def test_relative_error_stays_within_its_bound(name, dtype):
    random = np.random.default_rng(0)
    low, high = REACH[name]
    wide = random.uniform(low, high, 200_000)
    near_zero = random.uniform(0, 1, 100_000) * 10.0 ** random.uniform(-12, 0, 100_000)
    x = np.concatenate([wide, near_zero, [high, max(low, 1e-30)]]).astype(dtype)
    right = getattr(np, name)(x.astype(np.longdouble))
    error = np.abs(over(name, x) / right - 1).max()
    assert error <= BOUNDS[name, dtype]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_far_arguments_neither_overflow_nor_turn_into_nan(dtype):
    far = np.array([-1e4, -750, 1e4], dtype)
    smallest = np.finfo(dtype).smallest_normal
    assert (over("exp", far[:2]) <= 1e3 * smallest).all()
    np.testing.assert_array_equal(over("tanh", far), [-1, -1, 1])
    assert np.isnan(over("tanh", np.array([np.nan], dtype))).all()
    assert np.isnan(over("exp", np.array([np.nan], dtype))).all()
