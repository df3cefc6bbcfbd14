"""What every loss says of itself is true: value, derivatives, extremes, canonical pairs, words."""

import mpmath
import numpy as np
import pytest

import oracle
from cases import ALL_LOSSES
from clearprop import ACTIVATIONS, LOSSES, Layer, Loss, Network
from clearprop._registry import settings_of, spelled

RULES = [LOSSES.make(name) for name in ALL_LOSSES]
CANONICAL = [rule for rule in RULES if rule.canonical]
every_rule = pytest.mark.parametrize("rule", RULES, ids=spelled)
every_canonical_rule = pytest.mark.parametrize("rule", CANONICAL, ids=spelled)

DIGITS = 4500
"""So many digits of 1 are needed to hold 1 − σ(10⁴) ≈ 10⁻⁴³⁴³."""


def outputs_and_targets(rule: Loss) -> tuple[np.ndarray, np.ndarray]:
    """Return outputs and targets in the ranges of the loss, off its kinks; shape (25, 3)."""
    random = np.random.default_rng(7)
    low, high = np.clip(rule.output_range, -3, 3)
    least, most = np.clip(rule.target_range, -3, 3)
    edge = 1e-6 * (high - low)
    a = random.uniform(low + edge, high - edge, (25, 3))
    y = random.uniform(least, most, (25, 3))
    y[0], y[1] = least, most
    return a, y


def logits_and_targets(rule: Loss) -> tuple[np.ndarray, np.ndarray]:
    """Return logits from moderate to extreme and yes/no targets for each; shapes (m, 3)."""
    sizes = [0.0, 0.3, 2.0, 17.0, 40.0, 300.0, 710.0, 1e4]
    z = np.array([[size, -size, size / 3] for size in sizes])
    # every class in turn, which also are yes/no answers of three outputs
    return np.repeat(z, 3, axis=0), np.tile(np.eye(3), (len(sizes), 1))


@every_rule
def test_value_agrees_with_mpmath(rule: Loss) -> None:
    a, y = outputs_and_targets(rule)
    with mpmath.workdps(60):
        exact = oracle.exact
        right = oracle.sample_losses(rule, exact(a), exact(y), oracle.precise).astype(float)
    assert rule.value(a, y).shape == (len(a),)
    np.testing.assert_allclose(rule.value(a, y), right, rtol=1e-13, atol=1e-15)


@every_rule
def test_derivatives_agree_with_mpmath(rule: Loss) -> None:
    a, y = outputs_and_targets(rule)
    formula, given = oracle.LOSSES[rule.name], settings_of(rule)
    with mpmath.workdps(150):
        exact, h = oracle.exact(a), mpmath.mpf(10) ** -40
        at = [formula(oracle.precise, exact + k * h, oracle.exact(y), **given) for k in (-1, 0, 1)]
        slope = ((at[2] - at[0]) / (2 * h)).astype(float)
        curvature = ((at[2] - 2 * at[1] + at[0]) / (h * h)).astype(float)
    np.testing.assert_allclose(rule.derivative(a, y), slope, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(rule.second_derivative(a, y), curvature, rtol=1e-9, atol=1e-12)


@every_rule
def test_kinks_are_where_the_derivative_jumps(rule: Loss) -> None:
    residuals, h = np.arange(-0.5, 0.75, 0.25), 1e-9
    low, high = rule.target_range
    y = np.array([[np.clip(0.5, low, high)]])
    inside = [0 < 0.5 + r < 1 for r in residuals]
    jumps = [
        r
        for r in residuals[inside]
        if abs(rule.derivative(y + r + h, y) - rule.derivative(y + r - h, y)).max() > 1e-6
    ]
    assert tuple(jumps) == rule.kinks


@every_rule
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_dtype_is_kept_and_saturated_outputs_stay_finite(rule: Loss, dtype: str) -> None:
    low, high = rule.output_range
    a = np.array([[max(low, -1e4), min(high, 1e4)], [min(high, 1e4), max(low, -1e4)]], dtype)
    for y in (np.zeros_like(a), np.ones_like(a)):
        for number in (rule.value, rule.derivative, rule.second_derivative):
            assert number(a, y).dtype == dtype
            assert np.isfinite(number(a, y)).all()


@every_canonical_rule
def test_loss_of_logits_agrees_with_mpmath(rule: Loss) -> None:
    z, y = logits_and_targets(rule)
    with mpmath.workdps(DIGITS):
        a = oracle.activate(ACTIVATIONS.make(rule.canonical), oracle.exact(z), oracle.precise)
        right = oracle.sample_losses(rule, a, oracle.exact(y), oracle.precise).astype(float)
    np.testing.assert_allclose(rule.value_from_z(z, y), right, rtol=1e-13, atol=1e-300)


@every_canonical_rule
def test_error_term_is_p_minus_y_to_full_relative_accuracy(rule: Loss) -> None:
    z, y = logits_and_targets(rule)
    output = ACTIVATIONS.make(rule.canonical)
    with mpmath.workdps(DIGITS):
        p = oracle.activate(output, oracle.exact(z), oracle.precise)
        right = (p - oracle.exact(y)).astype(float)
    delta = rule.error_term(z, output.value(z), y)
    np.testing.assert_allclose(delta, right, rtol=1e-13, atol=1e-300)


@every_canonical_rule
def test_error_term_of_a_confident_right_answer_is_not_lost(rule: Loss) -> None:
    z, y = np.array([[40.0, 0.0]]), np.array([[1.0, 0.0]])
    p = ACTIVATIONS.make(rule.canonical).value(z)
    assert p[0, 0] == 1.0  # rounded: p − y would be 0
    np.testing.assert_allclose(rule.error_term(z, p, y)[0, 0], -np.exp(-40.0), rtol=1e-14)


@every_canonical_rule
@pytest.mark.parametrize(("dtype", "size"), [("float64", 40.0), ("float32", 20.0)])
def test_loss_of_a_confident_right_answer_is_not_lost(rule: Loss, dtype: str, size: float) -> None:
    z, y = np.array([[size, -size]], dtype), np.array([[1.0, 0.0]], dtype)
    with mpmath.workdps(60):
        a = oracle.activate(ACTIVATIONS.make(rule.canonical), oracle.exact(z), oracle.precise)
        right = oracle.sample_losses(rule, a, oracle.exact(y), oracle.precise).astype(float)
    np.testing.assert_allclose(rule.value_from_z(z, y), right, rtol=4 * np.finfo(dtype).eps)


@every_canonical_rule
@pytest.mark.parametrize("engine", ["reference", "compiled"])
@pytest.mark.parametrize(("dtype", "size"), [("float64", 20.0), ("float32", 10.0)])
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_both_engines_keep_a_confident_answer(
    rule: Loss, engine: str, dtype: str, size: float, right: bool
) -> None:
    network = Network(1, [Layer(2, rule.canonical)], rule, "sum", dtype, engine=engine)
    z, y = np.array([[size, -size]]), np.array([[1.0, 0.0]] if right else [[0.0, 1.0]])
    theta, one = np.array([size, -size, 0, 0], dtype), np.ones((1, 1), dtype)
    with mpmath.workdps(60):
        a = oracle.activate(ACTIVATIONS.make(rule.canonical), oracle.exact(z), oracle.precise)
        loss = oracle.sample_losses(rule, a, oracle.exact(y), oracle.precise).astype(float)
        delta = (a - oracle.exact(y)).astype(float)[0]
    value, gradient = network.engine.gradient(theta, one, y.astype(dtype), one)
    tolerance = 5e-15 if dtype == "float64" else 2e-6
    np.testing.assert_allclose(value, loss[0], rtol=tolerance)
    np.testing.assert_allclose(gradient[:2], delta, rtol=tolerance)


@every_canonical_rule
def test_error_term_is_that_of_the_chain_rule(rule: Loss) -> None:
    random = np.random.default_rng(0)
    z, y = random.normal(size=(20, 4)), random.uniform(size=(20, 4))
    output = ACTIVATIONS.make(rule.canonical)
    a = output.value(z)
    chained = output.pull_back(rule.derivative(a, y), z, a)
    np.testing.assert_allclose(rule.error_term(z, a, y), chained, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(rule.value_from_z(z, y), rule.value(a, y), rtol=1e-12)


@every_canonical_rule
def test_hessian_by_the_logits_is_the_derivative_of_the_error_term(rule: Loss) -> None:
    random = np.random.default_rng(1)
    z, y, h = random.normal(size=(6, 3)), random.uniform(size=(6, 3)), 1e-5
    output = ACTIVATIONS.make(rule.canonical)
    hessian = rule.hessian_in_z(output.value(z), y)
    for j in range(3):
        step = h * np.eye(3)[j]
        above = rule.error_term(z + step, output.value(z + step), y)
        below = rule.error_term(z - step, output.value(z - step), y)
        np.testing.assert_allclose(hessian[:, :, j], (above - below) / (2 * h), atol=1e-9)


@every_canonical_rule
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_nothing_overflows_from_extreme_logits(rule: Loss, dtype: str) -> None:
    z, y = (array.astype(dtype) for array in logits_and_targets(rule))
    a = ACTIVATIONS.make(rule.canonical).value(z)
    for number in (rule.value_from_z(z, y), rule.error_term(z, a, y), rule.hessian_in_z(a, y)):
        assert number.dtype == dtype
        assert np.isfinite(number).all()


def test_losses_without_a_canonical_output_have_no_formula_in_logits() -> None:
    rule, z = LOSSES.make("huber"), np.zeros((1, 1))
    assert not rule.is_canonical_with(ACTIVATIONS.make("identity"))
    for ask in (rule.value_from_z, lambda z, y: rule.error_term(z, z, y), rule.hessian_in_z):
        with pytest.raises(NotImplementedError, match="huber has no canonical activation"):
            ask(z, z)


@every_rule
@pytest.mark.parametrize("outputs", [1, 3])
def test_the_output_activation_fits(rule: Loss, outputs: int) -> None:
    output = rule.output_activation(outputs)
    Network(1, [Layer(outputs, output)], rule)  # refuses an output for which the loss has no value
    if rule.canonical and outputs > 1:
        assert output == rule.canonical


def test_the_output_activation_of_a_user_s_loss_follows_from_its_range() -> None:
    ranges = {"identity": (-np.inf, np.inf), "exp": (0.0, np.inf), "sigmoid": (0.0, 1.0)}
    for name, interval in ranges.items():
        rule = type("Own", (type(LOSSES.make("huber")),), {"output_range": interval})()
        assert rule.output_activation(1) == name


@pytest.mark.parametrize("delta", [0.0, -1.0, float("nan")])
def test_huber_refuses_a_threshold_that_is_not_positive(delta: float) -> None:
    with pytest.raises(ValueError, match=r"`delta` \(=.*try:"):
        LOSSES["huber"](delta=delta)
