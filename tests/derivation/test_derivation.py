"""Every printed equation is worth what is printed beside it."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clearprop as cp
from clearprop.derivation.expression import Derivative, Equation, Symbol
from clearprop.derivation.rewriting import contains

from .networks import passes

SCOPES = ["W1", "b1", "delta1", "x", "a1", "layer1", None]


def assert_same(one, other, scale=1.0):
    np.testing.assert_allclose(np.squeeze(one), np.squeeze(other), rtol=1e-9, atol=1e-12 * scale)


def assert_holds(equation: Equation, bindings) -> None:
    """Every part that has a value has the same one; with numbers in, no binding is needed."""
    value = equation.parts[0].evaluate(bindings)
    for part in equation.parts[1:]:
        assert_same(part.evaluate(bindings), value)


def saturated(drawn) -> bool:
    net, params, X, _ = drawn
    outputs = net.forward(params, X)
    low, high = net.loss_rule.output_range
    return bool(np.any(np.abs(outputs - low) < 1e-6) or np.any(np.abs(outputs - high) < 1e-6))


@settings(deadline=None, max_examples=50)
@given(passes(), st.sampled_from(SCOPES), st.sampled_from(["row", "column"]))
def test_every_equation_gives_the_value_beside_it(drawn, wrt, convention):
    derivation = cp.explain(*drawn, wrt=wrt, convention=convention)
    for step in derivation.steps:
        if step.note is not None:  # an output was rounded to the end of its range
            assert saturated(drawn)
            continue
        assert_holds(step.formula, step.bindings)
        for equation in (step.numbers, *step.entry_lines):
            assert_holds(equation, step.bindings)
        for part in step.numbers.parts[1:]:
            assert_same(part.evaluate({}), step.value)


@settings(deadline=None, max_examples=25)
@given(passes(), st.sampled_from(["row", "column"]))
def test_inferred_shapes_are_those_of_the_values(drawn, convention):
    for step in cp.explain(*drawn, convention=convention).steps:
        with np.errstate(all="ignore"):
            shapes = [np.shape(part.evaluate(step.bindings)) for part in step.formula.parts]
        assert shapes == [part.shape(step.bindings) for part in step.formula.parts]


@settings(deadline=None, max_examples=15)
@given(passes())
def test_gradients_are_the_engines(drawn):
    net, params, X, Y = drawn
    _, gradient = net.gradient(params, X, Y)
    for name in params:
        expected = np.atleast_2d(gradient[name])
        assert_same(cp.explain(*drawn, wrt=name).value, expected)
        column = cp.explain(*drawn, wrt=name, convention="column").value
        assert np.array_equal(column, np.atleast_2d(cp.explain(*drawn, wrt=name).value).T)
        index = tuple(size - 1 for size in gradient[name].shape)
        entry = f"{name}[{','.join(map(str, index))}]"
        assert_same(cp.explain(*drawn, wrt=entry).value, gradient[name][index])


@settings(deadline=None, max_examples=20)
@given(
    passes(),
    st.sampled_from([*SCOPES, "W1[0,0]", "delta1[0]", "x[0]", "b1[0]"]),
    st.sampled_from(["en", "zh"]),
    st.sampled_from(["row", "column"]),
    st.sampled_from(["symbols", "numbers", "everything"]),
    st.sampled_from([0, 1]),
)
def test_every_derivation_prints(drawn, wrt, lang, convention, detail, first):
    options = {"lang": lang, "convention": convention, "detail": detail, "first_index": first}
    text = str(cp.explain(*drawn, wrt=wrt, **options))
    assert ("前向传播" in text) == (lang == "zh")
    assert ("Forward pass" in text) == (lang == "en")


def test_a_rule_for_training_only_is_refused_in_words():
    class Cauchy(cp.Activation):
        name, derivative_in, range = "cauchy", "z", (0.0, 1.0)

        def value(self, z):
            return 1 / (1 + z * z)

        def derivative(self, z, a):
            return -2 * z * a * a

    net = cp.Network(2, [cp.Layer(2, Cauchy()), cp.Layer(1)], engine="reference")
    with pytest.raises(cp.InputError, match=r"'cauchy'.*no formula.*latex"):
        cp.explain(net, net.initialize("xavier", seed=0), [[1.0, 2.0]], [[1.0]])


def test_numbers_alone_stand_in_the_equation_with_numbers():
    net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(2, "sigmoid")], "squared_error")
    derivation = cp.explain(net, net.initialize("he", seed=1), [[0.5, -1]], [[0, 1]])
    for step in derivation.steps:
        for part in step.numbers.parts[1:]:
            assert not contains(part, Symbol, Derivative)


@pytest.mark.parametrize(
    "wrt",
    ["W3", "W0", "W1[0]", "W1[2,0]", "b1[3]", "delta1[0,0]", "x1", "x[2]", "Q1", "layer1[0]", 7],
)
def test_a_name_that_is_not_in_the_network_is_refused(wrt):
    net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)])
    with pytest.raises(cp.InputError, match="try:"):
        cp.explain(net, net.initialize(seed=0), [[1, 2]], [[3]], wrt=wrt)


@pytest.mark.parametrize(
    "option",
    [
        {"lang": "fr"}, {"convention": "rows"}, {"detail": "all"}, {"digits": 0}, {"digits": 2.5},
        {"digits": "4"}, {"fold": "x"}, {"fold": 3}, {"first_index": 2}, {"first_index": None},
        {"learning_rate": "a"}, {"learning_rate": -1}, {"topics": "forward"}, {"topics": 5},
        {"topics": ["magic"]},
    ],
)  # fmt: skip
def test_an_option_that_is_not_known_is_refused(option):
    net = cp.Network(2, [cp.Layer(1)])
    with pytest.raises(cp.InputError, match="try:"):
        cp.explain(net, net.initialize(seed=0), [[1, 2]], [[3]], **option)


def test_a_style_that_is_not_known_is_refused_wherever_it_is_given():
    net = cp.Network(2, [cp.Layer(1)])
    derivation = cp.explain(net, net.initialize(seed=0), [[1, 2]], [[3]])
    for wrong in (
        lambda: derivation.styled(lang="fr"),
        lambda: derivation.styled(digits=99),
        lambda: cp.graph("a", a=1).text("fr"),
        lambda: cp.graph("a", a=1).svg("en", 0),
        lambda: cp.explain("net", [], [[1, 2]], [[3]]),  # type: ignore[arg-type]
    ):
        with pytest.raises(cp.InputError, match="try:"):
            wrong()


def test_explain_is_a_function_and_no_module():
    assert inspect.isfunction(cp.explain)
    assert inspect.isfunction(cp.graph)


def test_a_saturated_output_is_said_to_be_one():
    net = cp.Network(1, [cp.Layer(1, "sigmoid")], "binary_cross_entropy")
    derivation = cp.explain(net, net.parameters([50.0, 0.0]), [[1.0]], [[0.0]])
    loss = next(step for step in derivation.steps if step.phase == "loss")
    assert loss.value == 50.0
    assert loss.note is not None
    assert "rounded" in str(derivation)
