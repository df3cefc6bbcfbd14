"""What every activation says of itself is true: value, derivative, limits, kinks, words."""

import mpmath
import numpy as np
import pytest

import oracle
from cases import ALL_ACTIVATIONS
from clearprop import ACTIVATIONS, Activation
from clearprop._registry import spelled

RULES = [ACTIVATIONS.make(name) for name in ALL_ACTIVATIONS]
ELEMENTWISE = [rule for rule in RULES if rule.elementwise]
every_rule = pytest.mark.parametrize("rule", RULES, ids=spelled)
every_elementwise_rule = pytest.mark.parametrize("rule", ELEMENTWISE, ids=spelled)

NEAR = np.array([-30.0, -8.1, -2.5, -1.0, -0.3, -1e-7, 1e-7, 0.2, 1.0, 3.7, 9.0, 30.0])
FAR = np.array([-1e4, -710.0, -40.0, 0.0, 40.0, 710.0, 1e4])


def layers_of(numbers: np.ndarray) -> np.ndarray:
    """Return rows of three units each, of which every number meets several others."""
    return np.column_stack([numbers, np.roll(numbers, 1), numbers[::-1]])


@every_rule
@pytest.mark.parametrize("numbers", [NEAR, FAR], ids=["near", "far"])
def test_value_agrees_with_mpmath(rule: Activation, numbers: np.ndarray) -> None:
    z = layers_of(numbers[numbers < rule.held_beyond("float64")])
    with mpmath.workdps(300):
        right = oracle.activate(rule, oracle.exact(z), oracle.precise).astype(float)
    np.testing.assert_allclose(rule.value(z), right, rtol=1e-13, atol=1e-300)


@every_elementwise_rule
@pytest.mark.parametrize("numbers", [NEAR, FAR], ids=["near", "far"])
def test_derivative_agrees_with_mpmath(rule: Activation, numbers: np.ndarray) -> None:
    numbers = numbers[(numbers < rule.held_beyond("float64")) & ~np.isin(numbers, rule.kinks)]
    with mpmath.workdps(120):
        z, h = oracle.exact(numbers), mpmath.mpf(10) ** -40
        above = oracle.activate(rule, z + h, oracle.precise)
        below = oracle.activate(rule, z - h, oracle.precise)
        right = ((above - below) / (2 * h)).astype(float)
    computed = rule.derivative(numbers, rule.value(numbers))
    np.testing.assert_allclose(computed, right, rtol=1e-13, atol=1e-15)


@every_rule
def test_pull_back_is_the_transposed_jacobian_times_the_error(rule: Activation) -> None:
    z, error = np.array([[0.3, -1.2, 2.0]]), np.array([[0.7, -0.4, 1.9]])
    with mpmath.workdps(120):
        h = mpmath.mpf(10) ** -40
        steps = oracle.exact(np.eye(3)) * h
        above = oracle.activate(rule, oracle.exact(z) + steps, oracle.precise)
        below = oracle.activate(rule, oracle.exact(z) - steps, oracle.precise)
        jacobian = ((above - below) / (2 * h)).astype(float)  # row i: ∂a/∂zᵢ
    a = rule.value(z)
    np.testing.assert_allclose(rule.pull_back(error, z, a), error @ jacobian.T, rtol=1e-13)
    np.testing.assert_allclose(rule.derivative(z, a)[0], np.diag(jacobian), rtol=1e-13)


@every_rule
def test_pull_back_takes_more_axes_in_front(rule: Activation) -> None:
    z = layers_of(NEAR)
    errors = np.arange(2.0 * z.size).reshape(len(z), 2, 3)
    together = rule.pull_back(errors, z[:, None, :], rule.value(z)[:, None, :])
    for k in range(2):
        alone = rule.pull_back(errors[:, k], z, rule.value(z))
        np.testing.assert_allclose(together[:, k], alone, rtol=1e-13, atol=1e-15)


@every_rule
def test_derivative_is_written_in_what_the_rule_says(rule: Activation) -> None:
    z = layers_of(NEAR)
    a = rule.value(z)
    unknown = np.full_like(z, np.nan)
    without = (z, unknown) if rule.derivative_in == "z" else (unknown, a)
    assert rule.derivative_in in ("z", "a")
    np.testing.assert_array_equal(rule.derivative(*without), rule.derivative(z, a))


@every_rule
def test_range_is_the_infimum_and_the_supremum(rule: Activation) -> None:
    low, high = rule.range
    grid = np.concatenate([np.linspace(-40, 40, 80001), [-1e8, 1e8]])
    values = rule.value(np.column_stack([grid, -grid, np.zeros_like(grid)]))
    assert values.min() == pytest.approx(low, abs=1e-7) if low > -np.inf else values.min() < -99
    assert values.max() == pytest.approx(high, abs=1e-7) if high < np.inf else values.max() > 99
    assert low - 1e-15 <= values.min()
    assert values.max() <= high


@every_elementwise_rule
def test_bounds_that_are_attained_are_those_that_some_z_reaches(rule: Activation) -> None:
    z = np.array([-7.0, *rule.kinks, -0.5, 0.0, 0.5, 7.0])
    a = rule.value(z)
    assert {float(bound) for bound in rule.range if bound in a} == {*rule.attained}


@every_elementwise_rule
def test_kinks_are_where_the_derivative_jumps(rule: Activation) -> None:
    grid, h = np.arange(-4, 4.25, 0.25), 1e-9
    right = rule.derivative(grid + h, rule.value(grid + h))
    left = rule.derivative(grid - h, rule.value(grid - h))
    jumps = grid[np.abs(right - left) > 1e-6]
    assert tuple(jumps) == rule.kinks


@every_rule
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_is_kept_and_the_input_is_not_changed(rule: Activation, dtype: str) -> None:
    z = layers_of(FAR).astype(dtype)
    before = z.copy()
    a = rule.value(z)
    assert a.dtype == dtype
    assert rule.derivative(z, a).dtype == dtype
    assert rule.pull_back(a, z, a).dtype == dtype
    np.testing.assert_array_equal(z, before)


@every_rule
def test_nothing_overflows_far_from_zero(rule: Activation) -> None:
    for dtype in ("float64", "float32"):
        z = layers_of(np.linspace(-1e4, 1e4, 2001)).astype(dtype)
        a = rule.value(z)
        assert np.isfinite(a).all()
        assert np.isfinite(rule.derivative(z, a)).all()
        assert np.isfinite(rule.pull_back(np.ones_like(z), z, a)).all()


@every_rule
def test_what_a_rule_says_of_its_shape_is_true(rule: Activation) -> None:
    z = layers_of(NEAR)
    a = rule.value(z)
    assert rule.is_identity == np.array_equal(a, z)
    assert rule.is_one_sided == np.array_equal(a, np.maximum(z, 0))
    assert rule.sums_to_one == np.allclose(a.sum(axis=-1), 1)


@every_elementwise_rule
def test_the_short_derivative_is_the_derivative(rule: Activation) -> None:
    a = rule.value(NEAR)
    python = rule.short_derivative.replace("·", "*").replace("−", "-").replace("²", "**2")
    if python:
        expected = eval(python.format(a="a"), {"a": a}) * np.ones_like(a)
        np.testing.assert_allclose(rule.derivative(NEAR, a), expected)


@pytest.mark.parametrize("slope", [-0.1, 1.0, float("nan")])
def test_leaky_relu_refuses_a_slope_outside_its_interval(slope: float) -> None:
    with pytest.raises(ValueError, match=r"`slope` \(=.*try:"):
        ACTIVATIONS["leaky_relu"](slope=slope)
