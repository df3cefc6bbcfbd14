"""Rows left out in turn, and what pairs of starts say of averages of many."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search.cross_validation import (
    STARTS,
    Judge,
    Pair,
    is_no_worse,
    leave_out,
    losses_together,
)
from search_cases import drawn


@pytest.mark.parametrize("m", [2, 3, 9, 10, 57, 500, 7000])
def test_what_is_left_out_is_disjoint_and_enough(m):
    parts = leave_out(m, np.random.default_rng(0))
    together = np.concatenate(parts)
    assert len(set(together)) == len(together) >= min(400, 0.9 * m - 9)
    assert all(0 < len(part) < m for part in parts)


def test_what_is_said_of_some_rows_and_of_the_others_is_joined():
    """The first rows are those of the first pair; each keeps its weight."""
    random = np.random.default_rng(0)
    Y, sums = random.normal(size=(6, 2)), random.normal(size=(2, 6, 2))
    weights, variance = random.uniform(0.5, 2, size=6), random.uniform(size=(6, 2))
    network = Network(1, [Layer(2)])
    for counts in (weights, None):
        whole = Pair(Judge(network, Y, counts), sums, variance, True)
        again = whole.of_rows(slice(0, 2)).and_then(whole.of_rows(slice(2, 6)))
        np.testing.assert_array_equal(again.losses, whole.losses)
        np.testing.assert_array_equal(again.variance, variance)
    halves = 0.5 * np.sum((sums - Y) ** 2, axis=2).mean(axis=0)
    together = 0.5 * np.sum((sums.mean(axis=0) - Y) ** 2, axis=1)
    np.testing.assert_allclose(whole.losses, halves - 0.9 * 2 * (halves - together))


def test_a_rung_is_worse_only_beyond_the_error_of_the_difference():
    random = np.random.default_rng(0)
    low, noise = random.normal(size=400) ** 2, random.normal(size=400)
    assert is_no_worse(low + 0.1 * noise - 0.1 * noise.mean(), low)
    assert not is_no_worse(low + 0.3 + 0.1 * noise, low)


def test_the_loss_of_two_averages_follows_from_pairs():
    random = np.random.default_rng(0)
    m, share = 50_000, 0.3
    truth = random.normal(size=(m, 1))
    Y = truth + 0.5 * random.normal(size=truth.shape)
    judge = Judge(Network(1, [Layer(1)]), Y, None)
    kinds = [drawn(random, truth, bias, spread, STARTS) for bias, spread in ((0.4, 1), (-0.2, 2))]
    first, second = (Pair(judge, kind[:2], np.zeros((m, 1)), True) for kind in kinds)
    together = share * kinds[0].mean(axis=0) + (1 - share) * kinds[1].mean(axis=0)
    expected = 0.5 * np.mean((Y - together) ** 2)
    assert losses_together(first, second, share).mean() == pytest.approx(expected, rel=0.03)
    assert losses_together(first, second, 1.0) == pytest.approx(first.losses, rel=1e-9)
    alone = 0.5 * np.mean((Y - kinds[0].mean(axis=0)) ** 2)
    assert first.loss == pytest.approx(alone, rel=0.03)
