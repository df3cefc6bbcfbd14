"""Learning-rate schedules against numbers worked out by hand, and PyTorch's formulas."""

import math

import pytest

from clearprop import InputError
from clearprop.training import RATES
from clearprop.training.schedules import Moment
from refusals import refused

EXPECTED = {
    "constant": [1, 1, 1, 1, 1],
    "exponential(ratio=0.5)": [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16],
    "step(every=2, ratio=0.1)": [1, 1, 0.1, 0.1, 0.01],
    "invscaling(power=1.0)": [1, 1 / 11, 1 / 21, 1 / 31, 1 / 41],
    "invscaling": [1, 11**-0.5, 21**-0.5, 31**-0.5, 41**-0.5],
    "cosine(least=0)": [(1 + math.cos(math.pi * n / 4)) / 2 for n in range(5)],
    "cosine(least=0.2, warmup=2)": [1 / 3, 2 / 3, 1, 0.6, 0.2],
    "adaptive": [1, 1, 1, 1, 1],
}
"""The factor in each of five epochs of ten samples."""


@pytest.mark.parametrize("name", EXPECTED)
def test_factors_of_five_epochs(name):
    schedule = RATES.make(name)
    factors = [schedule.factor(Moment(n, 5, 10 * (n - 1), 0)) for n in range(1, 6)]
    assert factors == pytest.approx(EXPECTED[name])


def test_every_schedule_has_its_numbers_above():
    assert {name.partition("(")[0] for name in EXPECTED} == set(RATES)


def test_adaptive_divides_at_each_plateau_as_long_as_the_rate_is_above_the_least():
    schedule = RATES.make("adaptive(divisor=5, least=1e-3)")
    assert [schedule.factor(Moment(1, 9, 0, n)) for n in range(3)] == [1, 0.2, pytest.approx(0.04)]
    assert schedule.reduces_on_plateau(1.1e-3)
    assert not schedule.reduces_on_plateau(1e-3)


@pytest.mark.parametrize("name", [name for name in RATES if name != "adaptive"])
def test_others_end_at_a_plateau(name):
    assert not RATES.make(name).reduces_on_plateau(1.0)


@pytest.mark.parametrize(
    ("argument", "schedule"),
    [
        ("divisor", "adaptive(divisor=1)"),
        ("divisor", "adaptive(divisor=1e999)"),
        ("least", "adaptive(least=0)"),
        ("least", "cosine(least=1.5)"),
        ("warmup", "cosine(warmup=-1)"),
        ("ratio", "exponential(ratio=0)"),
        ("power", "invscaling(power=-1)"),
        ("every", "step(every=0)"),
        ("ratio", "step(ratio=-0.1)"),
    ],
)
def test_settings_that_make_no_sense_are_refused(argument, schedule):
    with refused(argument):
        RATES.make(schedule)


def test_an_unknown_schedule_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match="cosine"):
        RATES.make("cosin")


def test_the_last_of_two_epochs_has_the_least_rate():
    schedule = RATES.make("cosine(least=0.2)")
    assert [schedule.factor(Moment(n, 2, 0, 0)) for n in (1, 2)] == pytest.approx([1, 0.2])
    assert schedule.factor(Moment(1, 1, 0, 0)) == 1


def test_schedules_have_gentle_defaults():
    def factor(name, epoch, plateaus=0):
        return RATES.make(name).factor(Moment(epoch, 100, 0, plateaus))

    assert [factor("step", epoch) for epoch in (50, 51)] == pytest.approx([1, 0.1])
    assert factor("exponential", 2) == pytest.approx(0.99)
    assert factor("cosine", 100) == pytest.approx(0.01)
    assert factor("adaptive", 1, 1) == pytest.approx(1 / 5)
    assert not RATES.make("adaptive").reduces_on_plateau(1e-6)
    assert RATES.make("adaptive").reduces_on_plateau(1.1e-6)
