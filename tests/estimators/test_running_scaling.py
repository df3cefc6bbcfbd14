"""When the units of a stream's columns stand, grow and shrink."""

import numpy as np
import pytest

from clearprop.estimators.running_scaling import RunningScaling
from clearprop.training.scaling import Scaling


def known(count=100.0, mean=0.0, spread=1.0, shift=0.0, unit=1.0, since=50.0):
    """Return what is known of one column."""
    return RunningScaling(
        count, *(np.array([float(n)]) for n in (mean, spread, shift, unit, since))
    )


def after(before, values):
    """Return what is known after more values of the column."""
    return before.with_rows(np.array(values, dtype=float)[:, None])


def test_nothing_seen_is_read_as_it_is():
    nothing = RunningScaling.nothing_seen(2)
    assert nothing.scaling.is_identity
    assert nothing.count == 0
    first = nothing.with_rows(np.array([[1.0, 5.0], [3.0, 5.0]]))
    np.testing.assert_array_equal(first.mean, [2, 5])
    np.testing.assert_array_equal(first.spread, [1, 0])
    np.testing.assert_array_equal(first.shift, [2, 5])
    np.testing.assert_array_equal(first.unit, [1, 1])
    np.testing.assert_array_equal(first.since, [2, 2])


def test_what_fit_measured_stays_in_use():
    scaling = Scaling(np.array([3.0, 7.0]), np.array([0.5, 0.0]))
    taken = RunningScaling.of(scaling, 40.0)
    np.testing.assert_array_equal(taken.mean, [3, 7])
    np.testing.assert_array_equal(taken.spread, [2, 0])
    np.testing.assert_array_equal(taken.scaling.shift, scaling.shift)
    np.testing.assert_array_equal(taken.scaling.rate, [0.5, 1])  # a constant column has no unit
    np.testing.assert_array_equal(taken.since, [40, 40])
    assert taken.count == 40


@pytest.mark.parametrize(
    ("before", "value", "unit"),
    [
        (known(), 4.9, 1), (known(), 5.1, 5.1), (known(), -5.1, 5.1),  # a row that is far off
        (known(spread=1.95), 0, 1), (known(spread=2.05), 0, 2.04),  # twice as wide
        (known(mean=0.99, shift=0), 0.9, 1), (known(mean=1.02, shift=0), 1, 1),
        (known(spread=0.52), 0, 1), (known(spread=0.49), 0, 0.488),  # half as wide
        (known(spread=0.49, since=51), 0, 1),  # too soon
    ],
)  # fmt: skip
def test_a_unit_stands_until_its_column_has_left_it(before, value, unit):
    found = after(before, [value])
    assert found.unit == pytest.approx([unit], rel=0.01)
    stands = unit == 1 and found.since == before.since
    moved = abs(found.mean - before.shift) > 1
    assert found.has_units_of(before) == (stands and not moved)
    if not stands or moved:
        np.testing.assert_array_equal(found.shift, found.mean)
        np.testing.assert_array_equal(found.since, [101])


def test_many_rows_are_far_off_sooner_than_one():
    """Five units for one row, and half as far beyond the first for four of them."""
    for value, leaves in ((2.9, False), (3.1, True)):
        found = after(known(count=10**6), [value] * 4)
        assert (found.unit[0] > 1) == leaves
    for value, leaves in ((1.9, False), (2.1, True)):  # never less than twice the unit
        assert (after(known(count=10**9), [value] * 10**4).unit[0] > 1) == leaves


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({"unit": 3.9}, True), ({"unit": 4.1}, False), ({"unit": 0.26}, True),
        ({"unit": 0.24}, False), ({"shift": 3.9}, True), ({"shift": -4.1}, False),
    ],
)  # fmt: skip
def test_weights_are_expressed_in_a_new_unit_that_is_near(change, taken):
    assert known(**change).takes_over(known(count=30)) == [taken]
    assert known(**change).takes_over(known(count=29)) == [False]
    wide = {"unit": 2 * change.get("unit", 1.0), "shift": 2 * change.get("shift", 0.0)}
    assert known(**wide).takes_over(known(count=30, unit=2.0)) == [taken]


def test_sparse_columns_take_their_largest_number_as_unit():
    from scipy import sparse

    first = RunningScaling.nothing_seen(3).with_rows(sparse.csr_array([[2.0, 0, 0], [-4.0, 0, 1]]))
    np.testing.assert_array_equal(first.unit, [4, 1, 1])
    np.testing.assert_array_equal(first.since, [2, 0, 2])
    np.testing.assert_array_equal(first.spread, [4, 0, 1])
    again = first.with_rows(sparse.csr_array([[3.0, 5.0, 0]]), np.array([2.0]))
    np.testing.assert_array_equal(again.unit, [4, 5, 1])
    np.testing.assert_array_equal(again.since, [2, 4, 2])
    assert again.count == 4
