"""Moments of numbers in blocks are those of all numbers at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.streaming.moments import PIECE, Moments, RunningMoments

numbers = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(st.lists(st.lists(numbers, max_size=8), min_size=1, max_size=6))
def test_blocks_do_not_matter(blocks):
    running = RunningMoments()
    for block in blocks:
        running.add(np.array(block))
    seen = running.moments
    values = np.concatenate([np.array(block) for block in blocks])
    assert seen.count == len(values)
    if len(values):
        assert seen.mean == pytest.approx(values.mean(), rel=1e-9, abs=1e-9)
        assert seen.spread == pytest.approx(values.std(), rel=1e-9, abs=1e-8 * abs(values).max())
        assert (seen.low, seen.high) == (values.min(), values.max())


def test_a_large_mean_costs_no_digits():
    running = RunningMoments()
    for block in np.split(1e9 + np.arange(10_000.0), 10):
        running.add(block)
    assert running.moments.spread == pytest.approx(np.arange(10_000.0).std(), rel=1e-12)


@given(st.lists(st.integers(0, 3 * PIECE), max_size=3))
def test_where_blocks_end_changes_no_bit(cuts):
    values = np.random.default_rng(0).normal(size=3 * PIECE)
    whole, parts = RunningMoments(), RunningMoments()
    whole.add(values)
    for part in np.split(values, sorted(cuts)):
        parts.add(part)
    assert parts.moments == whole.moments


@given(st.integers(0, 20), st.integers(1, 20))
def test_shares_are_moments_of_zeros_and_ones(ones, others):
    seen = Moments.of_shares(ones, ones + others)
    values = np.repeat([1.0, 0.0], [ones, others])
    assert seen.mean == pytest.approx(values.mean())
    assert seen.spread == pytest.approx(values.std())
    assert (seen.low, seen.high) == (values.min(), values.max())
