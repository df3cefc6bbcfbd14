"""Vectors as values: what is done with them is done with each of their numbers."""

import numpy as np
import pytest
from numba import njit

from clearprop.engine.lanes import (
    in_every_lane,
    lane_count,
    load,
    plus,
    plus_product,
    rolled,
    store,
    total,
)
from clearprop.engine.pointers import start_of


@njit
def every_operation(x, y, number, sums, out):
    a, b, s, target = start_of(x), start_of(y), start_of(sums), start_of(out)
    count = lane_count(a)
    for place, start in enumerate(range(0, x.size, count)):
        rolled()
        lanes = plus(load(a, start), in_every_lane(number))
        lanes = plus_product(lanes, number, load(b, start))
        lanes = plus_product(lanes, load(a, start), load(b, start))
        s[place] = total(lanes)
        store(lanes, target, start)
    return count


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_operations_on_lanes_are_those_on_their_numbers(dtype):
    x, y = np.random.default_rng(0).normal(size=(2, 64)).astype(dtype)
    sums, out, number = np.zeros(64, dtype), np.zeros(64, dtype), x.dtype.type(0.7)
    count = every_operation(x, y, number, sums, out)
    right = x + number + number * y + x * y
    close = {"rtol": 100 * np.finfo(dtype).eps, "atol": 10 * np.finfo(dtype).eps}
    assert 64 % count == 0
    np.testing.assert_allclose(out, right, **close)
    np.testing.assert_allclose(sums[: 64 // count], right.reshape(-1, count).sum(axis=1), **close)
    assert not sums[64 // count :].any()
