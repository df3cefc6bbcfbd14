"""Orders of rows: permutations, equally probable, and the same from every engine."""

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clearprop import Layer, Network
from clearprop.backprop.shuffling import orders_from


def drawn(epochs: int, m: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(2**32, size=(epochs, m), dtype=np.uint32)


@given(epochs=st.integers(1, 4), m=st.integers(1, 300), seed=st.integers(0, 99))
def test_orders_are_permutations_and_do_not_depend_on_the_engine(epochs, m, seed):
    draws = drawn(epochs, m, seed)
    draws[0] = seed % 2 * (2**32 - 1)  # the least and the largest numbers there are
    orders = orders_from(draws)
    np.testing.assert_array_equal(np.sort(orders, axis=1), np.tile(np.arange(m), (epochs, 1)))
    np.testing.assert_array_equal(Network(1, [Layer(1)]).engine.orders_from(draws), orders)


def test_all_orders_are_equally_probable():
    found, counts = np.unique(orders_from(drawn(24_000, 4)), axis=0, return_counts=True)
    assert sorted(map(tuple, found.tolist())) == sorted(permutations(range(4)))
    assert stats.chisquare(counts).pvalue > 0.01
