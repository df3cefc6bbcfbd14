"""Random numbers for the orders of rows: the same as NumPy's, however they are taken."""

import json

import numpy as np
import pytest

from clearprop.training.randomness import (
    RowOrders,
    draws,
    generator_state,
    set_generator_state,
)

KINDS = [np.random.PCG64, np.random.PCG64DXSM, np.random.SFC64, np.random.MT19937]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("taken_before", [0, 1, 2])
@pytest.mark.parametrize(("epochs", "m"), [(4, 5), (3, 7), (1, 1), (2, 1000)])
def test_draws_are_those_of_numpy_and_so_is_what_comes_after_them(kind, taken_before, epochs, m):
    ours, numpys = (np.random.Generator(kind(3)) for _ in range(2))
    for random in (ours, numpys):
        random.integers(2**32, size=taken_before, dtype=np.uint32)
    for _ in range(2):
        right = numpys.integers(2**32, size=(epochs, m), dtype=np.uint32)
        np.testing.assert_array_equal(draws(ours, epochs, m), right)
    assert ours.integers(2**32, dtype=np.uint32) == numpys.integers(2**32, dtype=np.uint32)
    assert ours.random() == numpys.random()


SOURCES = {"Generator": np.random.default_rng, "RandomState": np.random.RandomState}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_without_shuffling_rows_come_as_they_are_and_nothing_is_drawn(source):
    random, untouched, rows = source(3), source(3), np.arange(7)
    orders = RowOrders(random, rows, shuffle=False).draw(3)
    np.testing.assert_array_equal(orders, [rows] * 3)
    assert random.random() == untouched.random()


def test_a_legacy_source_shuffles_the_order_before_as_scikit_learn_does():
    random, theirs = np.random.RandomState(3), np.random.RandomState(3)
    orders = RowOrders(random, np.arange(7)).draw(3)
    order = np.arange(7)
    for ours in orders:
        order = theirs.permutation(order)
        np.testing.assert_array_equal(ours, order)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_orders_are_permutations_and_come_again_from_a_restored_state(source):
    orders = RowOrders(source(3), np.arange(50))
    orders.draw(2)
    state = orders.copy_of_state()
    first = orders.draw(4)
    assert (np.sort(first, axis=1) == np.arange(50)).all()
    assert len(np.unique(first, axis=0)) == 4
    again = RowOrders(source(99), np.arange(50))
    again.restore(state)
    np.testing.assert_array_equal(again.draw(4), first)


@pytest.mark.parametrize("kind", [*KINDS, np.random.Philox, "RandomState"])
def test_a_generator_goes_on_from_a_state_in_json(kind):
    def made(seed):
        legacy = kind == "RandomState"
        return np.random.RandomState(seed) if legacy else np.random.Generator(kind(seed))

    random, again = made(3), made(4)
    random.normal(size=5)
    set_generator_state(again, json.loads(json.dumps(generator_state(random))))
    np.testing.assert_array_equal(again.normal(size=700), random.normal(size=700))
