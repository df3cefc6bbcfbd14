"""Sizes from none to many, evaluated while they help and there is time."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop._interruption import OutOfTimeError
from clearprop.search import train_automatically
from clearprop.search.candidates import (
    SIZES,
    SIZES_OF_FEW_INPUTS,
    Candidate,
    Step,
    best_of,
    confirmed,
    evaluate,
    sizes_for,
)
from clearprop.search.cross_validation import CrossValidation, Training
from clearprop.search.pairs import is_no_worse
from clearprop.training import Stopping, TrainingConfig
from search_cases import QUICK, Clock, build, said, wave


def of_many_inputs(hidden):
    return Network(6, [*(Layer(units, "tanh") for units in hidden), Layer(1)])


def test_few_rows_get_few_units():
    assert sizes_for(build, 5) == list(SIZES_OF_FEW_INPUTS[:2])
    assert sizes_for(build, 189) == [(), (4,), (8,), (16,), (32,), (50,)]
    parameters = build((8,)).parameter_count  # one target for each is enough there
    assert sizes_for(build, parameters - 1) == [(), (4,)]
    assert sizes_for(build, parameters) == [(), (4,), (8,)]
    assert sizes_for(build, 2_000_000) == list(SIZES_OF_FEW_INPUTS[:3])
    assert sizes_for(build, 10**10) == [()]

    assert sizes_for(of_many_inputs, 5) == list(SIZES[:2])
    enough = 2 * of_many_inputs(SIZES[2]).parameter_count
    assert sizes_for(of_many_inputs, enough - 1) == list(SIZES[:2])
    assert sizes_for(of_many_inputs, enough) == list(SIZES[:3])
    assert sizes_for(of_many_inputs, 2000) == [(), (4,), (8,), (16,), (32,), (20, 10), (30, 15)]
    assert sizes_for(of_many_inputs, 20_000) == list(SIZES[:-1])
    assert (
        train_automatically(
            build, *wave(5), TrainingConfig(seed=0, stopping=QUICK, weight_decay=None)
        ).hidden
        in SIZES[:2]
    )


STEPS = [Step(hidden) for hidden in SIZES[:4]]


def test_candidates_are_evaluated_until_more_units_no_longer_help():
    X, Y = wave()
    config = TrainingConfig(solver="bayesian_regularization", seed=0, stopping=QUICK)
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    tried = evaluate(build, STEPS, data, config)
    assert [each.step for each in tried] == STEPS[: len(tried)]
    best = best_of(tried)
    lowest = min(tried, key=lambda each: each.loss)
    assert is_no_worse(best.pair.losses, lowest.pair.losses)
    assert best_of(tried, simplest=False) is lowest
    smaller = tried[: tried.index(best)]
    assert not any(is_no_worse(each.pair.losses, lowest.pair.losses) for each in smaller)
    assert best.step.hidden != ()
    if len(tried) < len(STEPS):
        later = tried[tried.index(best) + 1 :]
        assert len(later) >= 2
        assert not any(is_no_worse(each.pair.losses, best.pair.losses) for each in later)


def test_a_row_of_weight_three_is_three_rows():
    X, Y = wave(40)
    weights = np.random.default_rng(1).integers(1, 4, size=40)
    config = TrainingConfig(
        solver="bayesian_regularization",
        seed=0,
        stopping=QUICK,
        scale_inputs="none",
        scale_targets="none",
    )
    repeated = X.repeat(weights, axis=0), Y.repeat(weights, axis=0), None
    once, again = (
        evaluate(build, STEPS[:2], CrossValidation.of(*table, np.random.default_rng(2)), config)
        for table in ((X, Y, weights.astype(float)), repeated)
    )
    for weighted, repeated in zip(once, again, strict=True):
        assert weighted.loss == pytest.approx(repeated.loss, rel=1e-6)


def test_candidates_that_are_not_done_in_time_are_left_out():
    X, Y = wave()
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    late = Clock(2 * 2 * len(data.parts) + 3)
    config = TrainingConfig(
        solver="bayesian_regularization", seed=0, stopping=Stopping(12), inspect=late
    )
    tried = evaluate(build, STEPS, data, config, n_jobs=1)
    assert [each.step for each in tried] == STEPS[:2]
    assert late.asked == 3 * 2 * len(data.parts)  # no fourth is begun
    with pytest.raises(OutOfTimeError):
        evaluate(build, STEPS, data, replace(config, inspect=Clock(3)), n_jobs=1)


@pytest.mark.parametrize(
    ("errors", "evaluated"),
    [
        ((3, 2, 1, 0.5), 4), ((3, 1, 2, 2), 4), ((1, 2, 2, 0.5), 3), ((1, 2, 1, 0.5), 4),
        ((1, 2, 1, 2), 4),
    ],
)  # fmt: skip
def test_two_in_a_row_that_are_surely_worse_end_a_search_of_many_inputs(
    errors, evaluated, monkeypatch
):
    coming, seeds, told = iter(errors), [], []

    def pairs(training, data):
        seeds.append(training.config.seed)
        return [said(next(coming))]

    monkeypatch.setattr(Training, "pairs", pairs)
    so_far = SimpleNamespace(offer_judged=lambda result, loss: told.append(loss))
    config = TrainingConfig(solver="lbfgs", seed=0)
    tried = evaluate(of_many_inputs, STEPS, None, config, so_far=so_far)
    assert [each.step for each in tried] == STEPS[:evaluated]
    assert told == [error**2 for error in errors[:evaluated]]
    assert len(set(seeds)) == evaluated
    assert best_of(tried).loss == min(told)


def test_a_curve_may_show_only_to_many_units(monkeypatch):
    errors = iter((1, 2, 2, 0.5))
    monkeypatch.setattr(Training, "pairs", lambda training, data: [said(next(errors))])
    tried = evaluate(build, STEPS, None, TrainingConfig(solver="lbfgs", seed=0))
    assert best_of(tried).step == STEPS[3]


@pytest.mark.parametrize(
    ("hoped", "true", "taken", "again"),
    [
        # the errors of no, 4 and 8 units as they seem and as they are; which is taken; judged again
        ((3, 2, 1), (3, 2, 1), 2, [2]),
        ((3, 2, 1), (3, 2, 4), 1, [2, 1]),
        ((3, 2, 1), (3, 4, 5), 0, [2, 1]),
        ((1, 2, 3), (1, 0.1, 0.1), 0, []),
    ],
)
def test_whoever_is_taken_was_judged_from_the_beginning(hoped, true, taken, again):
    candidates = [
        Candidate(step, replace(said(error), begun=(step,), hopeful=bool(step.hidden)))
        for step, error in zip(STEPS[:3], hoped, strict=True)
    ]
    asked = []

    def judge(step):
        asked.append(STEPS.index(step))
        return Candidate(step, said(true[asked[-1]]))

    found = confirmed(candidates, judge)
    assert asked == again
    assert [each.step for each in found] == STEPS[:3]
    assert best_of(found).step == STEPS[taken]
    assert best_of(found).pair.begun == (STEPS[taken],)
