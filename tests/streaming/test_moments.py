"""Moments of numbers in parts are those of all numbers at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.streaming.moments import Moments

numbers = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(st.lists(st.lists(numbers, max_size=8), min_size=1, max_size=6))
def test_the_sum_of_moments_is_that_of_all_numbers(parts):
    seen = sum((Moments.of(np.array(part)) for part in parts), Moments())
    values = np.concatenate([np.array(part) for part in parts])
    assert seen.count == len(values)
    if len(values):
        assert seen.mean == pytest.approx(values.mean(), rel=1e-9, abs=1e-9)
        assert seen.spread == pytest.approx(values.std(), rel=1e-9, abs=1e-8 * abs(values).max())
        assert (seen.low, seen.high) == (values.min(), values.max())


def test_a_large_mean_costs_no_digits():
    parts = map(Moments.of, np.split(1e9 + np.arange(10_000.0), 10))
    assert sum(parts, Moments()).spread == pytest.approx(np.arange(10_000.0).std(), rel=1e-12)


@given(st.integers(0, 20), st.integers(1, 20))
def test_shares_are_moments_of_zeros_and_ones(ones, others):
    seen = Moments.of_shares(ones, ones + others)
    values = np.repeat([1.0, 0.0], [ones, others])
    assert seen.mean == pytest.approx(values.mean())
    assert seen.spread == pytest.approx(values.std())
    assert (seen.low, seen.high) == (values.min(), values.max())
