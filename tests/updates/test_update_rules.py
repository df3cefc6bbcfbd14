"""Update rules, against the same rules written for one number, from the papers' pseudocode."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError
from clearprop._registry import settings_of, spelled
from clearprop.updates import UPDATES, UpdateRule

Gradient = Callable[[float], float]


def sgd(theta: float, slope: Gradient, steps: int, *, learning_rate, momentum, nesterov) -> float:
    """Sutskever et al. 2013: Nesterov's gradient is taken at the point that lies ahead.

    The library keeps the point ahead itself, θ + μv, as its parameters; so does the answer here.
    """
    v = 0.0
    for _ in range(steps):
        v = momentum * v - learning_rate * slope(theta + (momentum * v if nesterov else 0))
        theta = theta + v
    return theta + (momentum * v if nesterov else 0)


def adam(theta: float, slope: Gradient, steps: int, *, learning_rate, beta_1, beta_2, epsilon):
    """Kingma, Ba 2015, section 2, with the bias correction in the step (end of the section)."""
    m = v = 0.0
    for t in range(1, steps + 1):
        g = slope(theta)
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        rate = learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        theta = theta - rate * m / (math.sqrt(v) + epsilon)
    return theta


def adamw(theta, slope, steps, *, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    """Loshchilov, Hutter 2019, algorithm 2: the decay acts on θ before the step."""
    m = v = 0.0
    for t in range(1, steps + 1):
        g = slope(theta)
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        rate = learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        theta = theta - learning_rate * weight_decay * theta - rate * m / (math.sqrt(v) + epsilon)
    return theta


def rmsprop(theta: float, slope: Gradient, steps: int, *, learning_rate, decay, epsilon) -> float:
    """Tieleman, Hinton 2012, slide 29."""
    v = 0.0
    for _ in range(steps):
        g = slope(theta)
        v = decay * v + (1 - decay) * g**2
        theta = theta - learning_rate * g / (math.sqrt(v) + epsilon)
    return theta


BY_HAND = {"sgd": sgd, "adam": adam, "adamw": adamw, "rmsprop": rmsprop}

RULES = [
    *UPDATES,
    "sgd(learning_rate=0.05, momentum=0.9)",
    "sgd(learning_rate=0.05, momentum=0.9, nesterov=True)",
    "adam(learning_rate=0.1, beta_1=0.8, beta_2=0.95, epsilon=1e-3)",
    "adamw(learning_rate=0.1, weight_decay=0.2)",
    "rmsprop(learning_rate=0.1, decay=0.5, epsilon=1e-3)",
]


def walk(rule: UpdateRule, theta: np.ndarray, slope: Callable, steps: int) -> np.ndarray:
    """Return θ after some steps of a rule on arrays."""
    slots = (np.zeros_like(theta), np.zeros_like(theta))
    for coefficients in rule.coefficients(np.arange(1, steps + 1)):
        theta, slots = rule.move(theta, slope(theta), slots, tuple(coefficients))
    return theta


@pytest.mark.parametrize("text", RULES)
def test_a_walk_agrees_with_the_rule_written_for_one_number(text: str) -> None:
    rule = UPDATES.make(text)
    settings = settings_of(rule)
    starts = np.array([-2.0, -0.1, 0.0, 0.7, 5.0])
    for steps in (1, 2, 30):
        right = [BY_HAND[rule.name](x, math.sin, steps, **settings) for x in starts]
        np.testing.assert_allclose(walk(rule, starts, np.sin, steps), right, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", RULES)
def test_single_numbers_move_as_arrays_do(text: str) -> None:
    rule = UPDATES.make(text)
    together = walk(rule, np.array([0.3, -1.2]), np.cos, 10)
    for alone, number in zip((0.3, -1.2), together, strict=True):
        assert walk(rule, np.float64(alone), np.cos, 10) == pytest.approx(number, rel=1e-14)


@pytest.mark.parametrize("text", RULES)
def test_float32_stays_float32(text: str) -> None:
    rule = UPDATES.make(text)
    theta = np.array([0.3, -1.2], np.float32)
    coefficients = rule.coefficients(np.array([1]))[0].astype(np.float32)
    slots = (np.zeros_like(theta), np.zeros_like(theta))
    moved, slots = rule.move(theta, theta, slots, tuple(coefficients))
    assert [array.dtype for array in (moved, *slots)] == [np.float32] * 3


@pytest.mark.parametrize("text", RULES)
def test_coefficients_do_not_depend_on_how_steps_are_grouped(text: str) -> None:
    rule = UPDATES.make(text)
    together = rule.coefficients(np.arange(1, 8))
    one_by_one = np.concatenate([rule.coefficients(np.array([t])) for t in range(1, 8)])
    np.testing.assert_array_equal(together, one_by_one)


@pytest.mark.parametrize("text", RULES)
def test_rules_can_be_written_and_read_back(text: str) -> None:
    assert UPDATES.make(spelled(UPDATES.make(text))) == UPDATES.make(text)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("sgd(learning_rate=0)", "learning_rate"),
        ("sgd(learning_rate=-1)", "learning_rate"),
        ("adam(learning_rate=1e999)", "learning_rate"),
        ("sgd(momentum=1.0)", "momentum"),
        ("sgd(momentum=-0.1)", "momentum"),
        ("adam(beta_1=1)", "beta_1"),
        ("adam(beta_2=2)", "beta_2"),
        ("adamw(weight_decay=-1)", "weight_decay"),
        ("rmsprop(decay=1.5)", "decay"),
    ],
)
def test_settings_outside_their_interval_are_refused(text: str, setting: str) -> None:
    with pytest.raises(ValueError, match=rf"`{setting}` \(=.* cannot be used: .* try: "):
        UPDATES.make(text)


SETTINGS = [
    (name, setting)
    for name in UPDATES
    for setting, value in settings_of(UPDATES.make(name)).items()
    if not isinstance(value, bool)
]


@pytest.mark.parametrize("value", ["a", None, True, math.nan, math.inf, -1, 1j])
@pytest.mark.parametrize(("name", "setting"), SETTINGS)
def test_settings_that_are_no_numbers_of_their_range_are_refused(name, setting, value):
    with pytest.raises(InputError, match=rf"`{setting}` \(=.* cannot be used: .* try: "):
        replace(UPDATES.make(name), **{setting: value})


@pytest.mark.parametrize("name", list(UPDATES))
def test_a_rule_says_whether_its_coefficients_change(name):
    rows = UPDATES.make(name).coefficients(np.arange(1, 100))
    assert UPDATES[name].steady == (rows == rows[0]).all()
