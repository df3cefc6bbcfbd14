"""The rules' derivations, proved line by line with sympy."""

import pytest
import sympy

import clearprop as cp
from clearprop._registry import settings_of
from clearprop.derivation.expression import Apply, Derivative
from clearprop.derivation.latex_reader import read
from clearprop.derivation.rewriting import at
from clearprop.derivation.rules import function_name
from clearprop.derivation.topics.exponential import EXPONENTIAL

from .symbolic import FUNCTIONS, Meaning, is_zero, z

POINTS = [sympy.Rational(1, 3), sympy.Rational(-2, 5), sympy.Integer(3), sympy.Integer(-3)]
ELEMENTWISE = [name for name, rule in cp.ACTIVATIONS.items() if rule.elementwise]
K = 3


def letters(rule):
    """Return the settings of a rule by their letters, as positive symbols, and example values."""
    symbols = {name[0]: sympy.Symbol(name, positive=True) for name in settings_of(rule)}
    return symbols, {symbol: sympy.Rational(4, 5) for symbol in symbols.values()}


def defined(rule, point, symbols, setting_values):
    """Return the rule's function, from its own definition, in the region around a point."""
    meaning = Meaning({"z": z, **symbols}, {z: point, **setting_values}, {"tanh": sympy.tanh})
    body = meaning.of(read(rule.latex).parts[-1])
    return lambda x: body.subs(z, x)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_line_of_an_activations_derivation_follows(name, point):
    rule = cp.ACTIVATIONS.make(name)
    symbols, values = letters(rule)
    f = defined(rule, point, symbols, values)
    functions = {function_name(rule): f}
    meaning = Meaning({"z": z, **symbols}, {z: point, **values}, functions)
    lines = [*(step.latex for step in rule.derivation), rule.latex, rule.latex_derivative]
    for line in map(read, lines):
        head = line.parts[0]
        assert isinstance(head, Apply)
        expected = sympy.diff(f(z), z, head.primes)
        for part in line.parts[1:]:
            assert is_zero(meaning.of(part) - expected), (name, part)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_derivation_goes_from_the_definition_to_the_derivative(name):
    rule = cp.ACTIVATIONS.make(name)
    assert rule.derivation[0].latex == rule.latex
    assert rule.derivation[-1].latex == rule.latex_derivative


def softmax(symbols):
    total = sympy.Add(*map(sympy.exp, symbols))
    return [sympy.exp(one) / total for one in symbols]


def test_every_line_of_the_softmax_derivation_follows():
    rule = cp.ACTIVATIONS.make("softmax")
    sums = sympy.symbols(f"z0:{K}", real=True)
    outputs = softmax(sums)
    names = {f"z[{k}]": sums[k] for k in range(K)} | {f"a[{k}]": outputs[k] for k in range(K)}
    meaning = Meaning(names, {}, outputs=K)
    for line in (read(step.latex) for step in rule.derivation):
        for i in range(K):
            for j in range(K):
                head, *others = (at(part, {"i": i, "j": j}) for part in line.parts)
                expected = outputs[j]
                if isinstance(head, Derivative):
                    expected = sympy.diff(outputs[j], sums[i])
                assert all(is_zero(meaning.of(part) - expected) for part in others)


OUTPUTS = [
    [sympy.Rational(1, 5), sympy.Rational(3, 10), sympy.Rational(7, 10)],
    [sympy.Rational(4, 5), sympy.Integer(4), sympy.Rational(1, 10)],
]
TARGETS = [sympy.Rational(1, 2), sympy.Integer(1), sympy.Rational(1, 4)]


@pytest.mark.parametrize("outputs", OUTPUTS, ids=["near", "far"])
@pytest.mark.parametrize("name", sorted(cp.LOSSES))
def test_every_line_of_a_losss_derivation_follows(name, outputs):
    rule = cp.LOSSES.make(name)
    symbols, values = letters(rule)
    a = sympy.symbols(f"a0:{K}", positive=True)
    y = sympy.symbols(f"y0:{K}", positive=True)
    names = {f"a[{k}]": a[k] for k in range(K)} | {f"y[{k}]": y[k] for k in range(K)}
    names |= {f"r[{k}]": a[k] - y[k] for k in range(K)} | symbols
    point = {**dict(zip(a, outputs, strict=True)), **dict(zip(y, TARGETS, strict=True)), **values}
    meaning = Meaning(names, point, outputs=K)
    definition = meaning.of(read(rule.latex).parts[-1])
    assert rule.derivation[0].latex == rule.latex
    assert rule.derivation[-1].latex == rule.latex_derivative
    for line in (read(step.latex) for step in rule.derivation):
        for k in range(K):
            head, *others = (at(part, {"k": k}) for part in line.parts)
            expected = definition
            if isinstance(head, Derivative):
                expected = sympy.diff(definition, a[k])
            assert all(is_zero(meaning.of(part) - expected) for part in others), (name, line)


@pytest.mark.parametrize("name", [n for n, rule in cp.LOSSES.items() if rule.canonical])
def test_every_line_of_a_canonical_derivation_follows(name):
    rule = cp.LOSSES.make(name)
    sums = sympy.symbols(f"z0:{K}", real=True)
    pair = {"sigmoid": [FUNCTIONS["sigma"](one) for one in sums], "softmax": softmax(sums)}
    a = pair[rule.canonical]
    y = list(sympy.symbols(f"y0:{K}", positive=True))
    if rule.canonical == "softmax":
        y[-1] = 1 - sum(y[:-1])
    names = {f"a[{k}]": a[k] for k in range(K)} | {f"y[{k}]": y[k] for k in range(K)}
    free = sympy.symbols(f"p0:{K}", positive=True)
    loss = Meaning({**names, **{f"a[{k}]": free[k] for k in range(K)}}, {}, outputs=K).of(
        read(rule.latex).parts[-1]
    )
    insert = dict(zip(free, a, strict=True))

    def derivative(part: Derivative) -> sympy.Expr:
        k = part.by.index[0]
        if part.of.letter == "L" and part.by.letter == "a":
            return sympy.diff(loss, free[k]).subs(insert)
        whole = loss.subs(insert) if part.of.letter == "L" else a[part.of.index[0]]
        return sympy.diff(whole, sums[k])

    meaning = Meaning(names, {}, derivatives=derivative, outputs=K)
    assert len(rule.canonical_derivation) > 2
    for line in (read(step.latex) for step in rule.canonical_derivation):
        for k in range(K):
            head, *others = (at(part, {"i": k, "k": k}) for part in line.parts)
            assert all(is_zero(meaning.of(part) - meaning.of(head)) for part in others), line


def test_the_derivative_of_the_exponential_follows_from_its_limit():
    names = {one: sympy.Symbol(one, real=True) for one in "huz"}
    meaning = Meaning(names, {})
    for line in (read(step.latex) for step in EXPONENTIAL):
        first, *others = map(meaning.of, line.parts)
        assert all(is_zero(first - other) for other in others), line
