"""Reasons to stop: a name, a sentence in two languages, all numbers in place."""

import string

import pytest

from cases import is_chinese
from clearprop.training import Stopping, StopReason
from clearprop.training.stopping import REASONS
from refusals import refused


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", REASONS)
def test_both_languages_say_the_same_numbers(key):
    english, chinese = REASONS[key]
    assert places(english) == places(chinese)
    assert is_chinese(chinese)
    assert not is_chinese(english)
    reason = StopReason.of(key, **dict.fromkeys(places(english), 7))
    assert reason.sentence.en.count("7") == len(places(english))
    assert "{" not in reason.sentence.en + reason.sentence.zh


def test_the_name_is_for_programs_and_the_cause_for_people():
    loss, score = (
        StopReason.of(f"validation.{cause}", patience=6, best=3) for cause in ("loss", "score")
    )
    assert loss.name == score.name == "validation"
    assert loss.sentence.en == (
        "The validation loss has not fallen for 6 epochs; the parameters of epoch 3 are kept."
    )
    assert "score has not risen for 6 epochs" in score.sentence.en


@pytest.mark.parametrize(
    "name", ["max_epochs", "max_seconds", "min_gradient", "patience", "plateau"]
)
@pytest.mark.parametrize("value", [-1, float("nan")])
def test_negative_limits_are_refused(name, value):
    with refused(name, "negative or not a number"):
        Stopping(**{name: value})


def test_a_goal_may_be_negative_but_must_be_a_number():
    assert Stopping(goal=-3.0).goal == -3.0
    with refused("goal", "not a number"):
        Stopping(goal=float("nan"))
