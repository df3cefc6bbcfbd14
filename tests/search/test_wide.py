"""Wide networks: how long they train, and how much they count beside the small ones."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import wide
from clearprop.search.cross_validation import CrossValidation, Training
from clearprop.search.pairs import Judge, Pair, losses_together
from clearprop.search.wide import best_blend, config_of, marks, noise_that_covers, pairs_after
from clearprop.training import Stopping, TrainingConfig, divide, train
from search_cases import drawn, said


def test_the_noise_covers_what_the_spread_does_not():
    random = np.random.default_rng(0)
    truth = random.normal(size=(200_000, 1))
    Y = truth + 0.5 * random.normal(size=truth.shape)
    judge = Judge(Network(1, [Layer(1)]), Y, None)
    wide, small = (
        Pair(judge, drawn(random, truth, 0, 0.01, 2), np.full(truth.shape, known), True)
        for known in (0.0, 0.09)
    )
    assert noise_that_covers(wide, small, 1.0) == pytest.approx([0.25], rel=0.02)
    assert noise_that_covers(wide, small, 0.5) == pytest.approx([0.25 - 0.5 * 0.09], rel=0.02)


def test_wide_networks_join_where_they_help_only():
    random = np.random.default_rng(0)
    truth = random.normal(size=(400, 1))
    judge = Judge(Network(1, [Layer(1)]), truth, None)

    def pair(bias, spread):
        return Pair(judge, drawn(random, truth, bias, spread, 2), np.zeros(truth.shape), True)

    small = pair(random.normal(size=truth.shape), 0.1)
    worse, similar, exact = pair(5.0, 0.1), pair(random.normal(size=truth.shape), 0.1), pair(0, 0.1)
    assert best_blend(small, [worse], [10]) is None
    half = best_blend(small, [worse, similar], [10, 20])
    assert (half.epochs, half.share) == (20, 0.5)
    slight = best_blend(small, [pair(1.5 * random.normal(size=truth.shape), 0.1)], [10])
    assert slight.share == 0.25
    place = best_blend(small, [similar, exact], [10, 20])
    assert (place.epochs, place.share) == (20, 1.0)


def test_wide_networks_stay_out_where_they_gain_less_than_a_standard_error():
    random = np.random.default_rng(0)
    truth = random.normal(size=(400, 1))
    judge = Judge(Network(1, [Layer(1)]), truth, None)
    bias = random.normal(size=truth.shape)
    small, nearly, better = (
        Pair(judge, drawn(random, truth, shift, 1e-3, 2), np.zeros(truth.shape), True)
        for shift in (bias, bias + random.normal(size=truth.shape) * 1e-2, 0.9 * bias)
    )
    assert best_blend(small, [nearly], [10]) is None
    assert best_blend(small, [better], [10]) is not None


def test_epochs_that_do_not_help_are_not_tried_on_all_parts(monkeypatch):
    """Halfway between the small networks, which say 1, and the wide ones the targets are at 0."""
    said, asked = {10: 1.0, 20: -1.0, 40: 3.0}, []
    random = np.random.default_rng(0)
    parts = [np.arange(100 * n, 100 * (n + 1)) for n in range(3)]
    data = CrossValidation(np.zeros((300, 1)), np.zeros((300, 1)), None, np.arange(300), parts)
    network = Network(1, [Layer(1)])

    def pairs(training, data, epochs):
        asked.append((len(data.parts), epochs, training.config))
        Y = data.judge(network).Y
        drawings = [drawn(random, Y, said[epoch], 0.1, 2) for epoch in epochs]
        judge = Judge(network, Y, None)
        return [Pair(judge, sums, np.zeros(Y.shape), True) for sums in drawings]

    monkeypatch.setattr(Training, "pairs", pairs)
    small = Pair(data.judge(network), drawn(random, data.Y, 1.0, 0.1, 2), data.Y, True)
    training = Training(network, TrainingConfig(seed=7, stopping=Stopping(40)), None)
    found, kept = pairs_after(training, data, small, [10, 20, 40])
    assert kept == [10, 20]
    assert [each.sums.shape for each in found] == [(2, 300, 1)] * 2
    assert [each.sums.mean() for each in found] == pytest.approx([1.0, -1.0], abs=0.02)
    (first, *_), (second, epochs, config) = asked
    assert (first, second, epochs) == (2, 1, [10, 20])
    assert config.stopping.max_epochs == 20
    assert config.seed != 7  # other rows, other starts


def test_the_last_epoch_is_kept_even_where_validation_rows_liked_one_before():
    """How many epochs are best was found on other rows."""
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(2, 12, 1))
    network = Network(1, [Layer(20, "tanh"), Layer(1)])
    division = divide(12, "block", (0.5, 0.5, 0))
    asked = TrainingConfig(solver="lbfgs", seed=0, batch_size=1, division=division)
    result = train(network, X, Y, config_of(asked, 30))
    losses = [record.validation_loss for record in result.history]
    assert min(losses) < losses[-1]
    assert (len(losses), result.best_epoch, result.solver.name) == (30, 30, "adam")


def test_epochs_to_compare_are_bounded():
    assert marks(10**6, 32, 200)[-1] == 1
    assert marks(100, 32, 10**6)[-1] == 600
    assert marks(100, 32, 20)[-1] == 60
    assert marks(1000, 32, 200) == sorted(set(marks(1000, 32, 200)))


def test_each_number_of_epochs_is_a_square_root_of_two_times_the_one_before():
    assert marks(100, 32, 10**6) == [27, 38, 53, 75, 106, 150, 212, 300, 424, 600]
    assert marks(10**5, 32, 10**6) == [1, 2, 4, 5, 7]  # of 3125 steps each, 20,000 at most
    assert marks(64, 32, 2) == [1, 2, 3, 4, 6]  # three for each iteration


def test_wide_networks_take_small_batches_and_no_penalty():
    asked = TrainingConfig(solver="lbfgs", weight_decay=0.3, stopping=Stopping(5, 7.0, 0.1))
    config = config_of(asked, 30)
    assert (config.batch_size, config.weight_decay, config.solver.learning_rate) == (32, 0, 0.005)
    assert (config.stopping.max_epochs, config.stopping.max_seconds) == (30, 7.0)
    assert config.stopping.goal == -np.inf
    assert config.stopping.patience == 0
    assert config_of(TrainingConfig(batch_size=7), 30).batch_size == 7
    assert config_of(TrainingConfig(device="cuda"), 30).device is None
    assert wide.HIDDEN == (50, 50)


def test_shares_are_quarters():
    """Small networks err by 1, wide ones the other way: their shares make up for it."""
    for other, share in ((-3, 0.25), (-1, 0.5), (-1 / 3, 0.75)):
        blend = best_blend(said(1), [said(other)], [10])
        assert (blend.share, blend.epochs) == (share, 10)
        assert blend.loss == pytest.approx(0, abs=1e-12)
        assert blend.noise == pytest.approx([0])


def test_the_noise_is_that_which_95_of_100_targets_need():
    random = np.random.default_rng(0)
    network = Network(1, [Layer(2)])
    Y, weights = random.normal(size=(100, 2)), np.r_[np.zeros(50), np.ones(50)]
    apart = np.array([1.0, -1.0])[:, None, None] * np.ones((2, 100, 2))
    wide_ones, small = (
        Pair(Judge(network, Y, weights), each, np.zeros((100, 2)), True)
        for each in (apart, np.full((2, 100, 2), 0.5))
    )
    found = noise_that_covers(wide_ones, small, 0.25)
    mean, share = 0.75 * 0.5, 0.25
    starts = share * 2.0  # two starts at ±1 have the variance 2
    between = share * (1 - share) * (0.5**2 - 2.0 / 2)
    needed = ((Y[50:] - mean) / 1.96) ** 2 - (starts + between)
    expected = np.sort(needed, axis=0)[int(np.ceil(0.95 * 50)) - 1]
    assert found == pytest.approx(np.maximum(expected, 0))
    classes = Network(1, [Layer(1, "sigmoid")], "binary_cross_entropy")
    pair = Pair(Judge(classes, Y[:, :1] > 0, None), apart[..., :1], apart[0, :, :1], True)
    np.testing.assert_array_equal(noise_that_covers(pair, pair, 0.5), [0])


def test_wide_networks_take_the_place_of_the_others_only_beyond_doubt():
    random = np.random.default_rng(0)
    judge, nothing = Judge(Network(1, [Layer(1)]), np.zeros((400, 1)), None), np.zeros((400, 1))

    def pair(sums):
        return Pair(judge, np.stack([sums, sums]), nothing, True)

    alone, other = pair(random.normal(size=(400, 1))), random.normal(size=(400, 1))
    for size in np.arange(2.0, 4.0, 0.001):  # until they help no more, but hardly harm
        small = pair(size * other)
        blend = best_blend(small, [alone], [10])
        if losses_together(alone, small, 0.75).mean() > alone.loss:
            break
    assert blend.share == 0.75
    assert alone.loss < blend.loss < alone.loss + 1e-3
