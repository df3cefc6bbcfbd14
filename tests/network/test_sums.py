"""A tree of sums: exact where sums are, the same bits however leaves come, small errors."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.network.sums import InThreads, _in_order, one_by_one, tree_sum


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


@pytest.mark.parametrize("threads", [1, 2, 3])
@given(numbers=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
@settings(max_examples=20)
def test_threads_add_up_the_same_tree(threads, numbers):
    found = InThreads(threads)(lambda x: (x, np.full(2, x)), numbers)
    one_after_the_other = one_by_one(lambda x: (x, np.full(2, x)), numbers)
    assert found[0] == one_after_the_other[0]
    np.testing.assert_array_equal(found[1], one_after_the_other[1])


def test_threads_begin_no_more_leaves_than_are_needed_soon():
    begun, most = [], 0

    def leaf(number):
        begun.append(number)
        return (len(begun),)

    for taken, _ in enumerate(_in_order(ThreadPoolExecutor(2), leaf, range(20), 3), start=1):
        most = max(most, len(begun) - taken)
    assert len(begun) == 20
    assert most <= 3


def test_an_error_in_a_thread_ends_the_sum():
    def leaf(number):
        if number == 4:
            raise ValueError("the file is gone")
        return (number,)

    with pytest.raises(ValueError, match="the file is gone"):
        InThreads(2)(leaf, range(100))
