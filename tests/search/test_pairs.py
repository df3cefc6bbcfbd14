"""What pairs of starts say of averages of many, beside sums by hand."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search.pairs import STARTS, Judge, Pair, is_no_worse, losses_together
from search_cases import drawn


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


def test_no_worse_is_within_one_standard_error_of_the_mean_difference():
    best = np.zeros(100)
    spread = np.where(np.arange(100) % 2, 1.0, -1.0)  # of standard error 0.1
    for shift, no_worse in ((0.0999, True), (0.1001, False), (-1.0, True)):
        assert is_no_worse(spread + shift, best) is no_worse
    assert is_no_worse(best, best)


def test_sums_that_are_no_numbers_cost_a_lot():
    judge = Judge(Network(1, [Layer(1)]), np.zeros((3, 1)), np.array([1.0, 0.5, 2.0]))
    losses = judge.losses(np.array([[2.0], [np.nan], [np.inf]]))
    np.testing.assert_array_equal(losses, [2.0, 0.5e100, 2e100])


def test_networks_that_cannot_be_averaged_are_judged_one_by_one():
    judge = Judge(Network(1, [Layer(1)]), np.zeros((2, 1)), None)
    sums = np.array([[[1.0], [2.0]], [[-1.0], [2.0]]])
    alone, averaged = (Pair(judge, sums, np.zeros((2, 1)), each) for each in (False, True))
    np.testing.assert_array_equal(alone.losses, [0.5, 2.0])
    np.testing.assert_allclose(averaged.losses, [0.5 - 0.9 * 2 * 0.5, 2.0])
    np.testing.assert_array_equal(alone.left_out.outputs, sums[0])
    np.testing.assert_array_equal(averaged.left_out.outputs, [[0.0], [2.0]])
    assert averaged.left_out.Y is judge.Y
