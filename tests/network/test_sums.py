"""A tree of sums: exact where sums are, the same bits however leaves come, small errors."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clearprop.network.sums import tree_sum


def by_levels(leaves):
    """Return the sum level by level, as it is drawn: neighbours together, an odd one moves up."""
    while len(leaves) > 1:
        pairs = [leaves[n : n + 2] for n in range(0, len(leaves), 2)]
        leaves = [pair[0] + pair[1] if len(pair) == 2 else pair[0] for pair in pairs]
    return leaves[0]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_it_is_the_tree_that_is_drawn(numbers):
    assert tree_sum((x,) for x in numbers) == (by_levels(numbers),)


def test_several_places_are_summed_side_by_side():
    leaves = [(n, np.full(3, n), np.eye(2) * n) for n in range(1, 6)]
    count, vector, matrix = tree_sum(leaves)
    assert count == 15
    np.testing.assert_array_equal(vector, [15, 15, 15])
    np.testing.assert_array_equal(matrix, 15 * np.eye(2))


def test_its_error_is_far_below_that_of_a_running_sum():
    numbers = np.random.default_rng(0).uniform(size=2**16).astype(np.float32)
    exact = math.fsum(numbers.tolist())
    running = np.float32(0)
    for number in numbers:
        running += number
    tree = float(tree_sum((x,) for x in numbers)[0])
    assert abs(tree - exact) < 0.05 * abs(float(running) - exact)
