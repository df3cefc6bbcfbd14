"""Paths: enumerated by brute force they add up to the engine's gradient, in the order promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearprop as cp
from clearprop.derivation.notation import Notation
from clearprop.derivation.paths import Place, Ways, strongest
from clearprop.derivation.scope import read_scope
from clearprop.derivation.topics.chains import LISTED, Target, links, ways_of

from .networks import passes


def jacobian(record, sample):
    """Return ∂a/∂z of a layer by complex step, independent of the rules' derivatives."""
    z, step = record.z[sample].astype(complex), 1e-30
    if record.activation.elementwise:
        return np.diag(record.activation.derivative(record.z[sample], record.a[sample]))
    columns = []
    for unit in range(len(z)):
        moved = z.copy()
        moved[unit] += 1j * step
        e = np.exp(moved)
        columns.append((e / e.sum()).imag / step)
    return np.array(columns)  # [z unit, a unit]


def every_path(trace, sample, layer, unit, factor):
    """Return the contribution of every path from z of a unit to the loss of one sample."""
    if layer == len(trace.layers):
        return [factor * trace.layers[-1].delta[sample, unit]]
    slopes, W = jacobian(trace.layers[layer - 1], sample), trace.layers[layer].W
    return [
        one
        for through in range(W.shape[0])
        for to in range(W.shape[1])
        if slopes[unit, through] != 0
        for one in every_path(
            trace, sample, layer + 1, to, factor * slopes[unit, through] * W[through, to]
        )
    ]


@given(passes())
def test_paths_walked_one_by_one_add_up_to_the_engines_gradient(drawn):
    net, params, X, Y = drawn
    trace = net.trace(params, X, Y)
    record = trace.layers[0]
    for unit in range(len(record.b)):
        for i in range(X.shape[1]):
            walked = [
                one
                for n in range(len(X))
                for one in every_path(trace, n, 1, unit, trace.share[n, 0] * X[n, i])
            ]
            assert sum(walked) == pytest.approx(record.dW[i, unit], rel=1e-11, abs=1e-13)


@given(passes())
def test_the_strongest_paths_come_first_and_all_of_them_come(drawn):
    net, params, X, Y = drawn
    trace = net.trace(params, X, Y)
    ways = [Ways(trace, n, Place("z", 1, 0), trace.share[n, 0] * X[n, 0]) for n in range(len(X))]
    walked = [one for n, way in enumerate(ways) for one in every_path(trace, n, 1, 0, way.factor)]
    found = [path.contribution for path in strongest(ways, 10**6) if path.contribution]
    expected = sorted((abs(one) for one in walked if one), reverse=True)
    assert [abs(one) for one in found] == pytest.approx(expected, rel=1e-9)
    assert sum(way.together for way in ways) == pytest.approx(sum(map(abs, walked)), rel=1e-9)
    assert sum(way.total for way in ways) == pytest.approx(sum(walked), rel=1e-9, abs=1e-13)


SCOPES = ["W1[0,0]", "b1[0]", "delta1[0]", "x[0]"]


@given(passes(), st.sampled_from(SCOPES), st.sampled_from(["row", "column"]))
def test_every_path_that_is_shown_multiplies_up(drawn, wrt, convention):
    derivation = cp.explain(*drawn, wrt=wrt, convention=convention)
    steps = [step for step in derivation.steps if step.title.en.startswith("Path ")]
    for step in steps:
        for part in (*step.formula.parts, *step.numbers.parts):
            with np.errstate(all="ignore"):
                value = np.squeeze(part.evaluate(step.bindings))
            if np.isfinite(value):  # where an output is saturated, ∂L/∂a is not of use
                assert value == pytest.approx(step.value, rel=1e-6, abs=1e-12)


@given(passes(), st.sampled_from(SCOPES))
def test_the_sum_of_the_paths_is_the_gradient(drawn, wrt):
    sums = [
        step for step in cp.explain(*drawn, wrt=wrt).steps if step.title.en == "Sum over the paths"
    ]
    for step in sums:
        assert step.recomputed == pytest.approx(float(np.squeeze(step.value)), rel=1e-12, abs=1e-14)


@given(passes())
def test_links_are_the_derivatives_that_they_name(drawn):
    net, params, X, Y = drawn
    n = Notation(net.trace(params, X, Y))
    target = Target.of(n, read_scope("W1[0,0]", net.sizes))
    for path in strongest(ways_of(n, target, 0), 3):
        names = [getattr(slope, "name", "") for slope, _ in links(n, target, path)]
        assert names[-1].endswith("/dW1[0,0]")
        assert len(names) == len(set(names))


def test_a_weight_of_ten_layers_of_300_units_is_explained():
    net = cp.Network(300, [cp.Layer(300, "tanh")] * 10, "half_squared_error")
    random = np.random.default_rng(0)
    X, Y = random.standard_normal((1, 300)), random.standard_normal((1, 300))
    params = net.initialize("xavier", seed=0)
    text = str(cp.explain(net, params, X, Y, wrt="W1[2,3]"))
    assert "along 1.97e+22 paths" in text
    assert f"The {LISTED} listed paths are the strongest of 1.97e+22 and cover" in text
    expected = net.gradient(params, X, Y)[1]["W1"][2, 3]
    check = next(line for line in text.splitlines() if line.startswith("Check:"))
    total = float(check.split("add up to ")[1].split(";")[0])
    assert total == pytest.approx(expected, rel=1e-12)


def test_dead_paths_are_said_to_be_dead_and_shown():
    net = cp.Network(1, [cp.Layer(2, "relu"), cp.Layer(2), cp.Layer(1)])
    params = net.parameters([1.0, -1.0, 0.0, 0.0, 2.0, 3.0, 0.0, 4.0, 0.0, 0.0, 5.0, 6.0, 0.0])
    arguments = (net, params, [[1.0]], [[0.0]])
    text = str(cp.explain(*arguments, wrt="W1[0,1]"))
    assert "No path contributes anything" in text
    assert "P₁ = 28 · 1 · 6 · 1 · 4 · 0 · 1 = 0" in text
    assert "Check: all paths add up to 0; the engine's gradient is 0" in text
    text = str(cp.explain(*arguments, wrt="x[0]"))
    assert "more contribute nothing" in text


def test_the_only_path_of_a_dead_unit_shows_which_factor_is_0():
    net = cp.Network(1, [cp.Layer(2, "relu"), cp.Layer(1)])
    params = net.parameters([1.0, -1.0, 0.0, 0.0, 2.0, 3.0, 0.0])
    derivation = cp.explain(net, params, [[1.0]], [[0.0]], wrt="W1[0,1]", learning_rate=0.5)
    assert "It contributes nothing: a factor on it is 0." in str(derivation)
    assert "P₁ = 2 · 1 · 3 · 0 · 1 = 0" in str(derivation)
    assert derivation.value == 0


def test_the_sample_of_a_path_is_named_in_the_readers_language():
    net = cp.Network(1, [cp.Layer(1)])
    arguments = (net, net.initialize(seed=0), [[1.0], [2.0]], [[0.0], [0.0]], "W1[0,0]")
    assert "L (sample 1)" in str(cp.explain(*arguments))
    assert "L（样本 1）" in str(cp.explain(*arguments, lang="zh"))
