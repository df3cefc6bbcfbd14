"""The derivatives of the activations and of the loss, derived line by line."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.activations import Step as RuleStep
from clearprop.derivation.derivation import Curves, Item, Line, Lines, Section, Table
from clearprop.derivation.expression import (
    Comparison,
    Constant,
    Equation,
    Expression,
    Fraction,
    Limit,
    Negative,
    Number,
    Symbol,
)
from clearprop.derivation.figures import figure
from clearprop.derivation.latex_reader import read
from clearprop.derivation.notation import Notation
from clearprop.derivation.rules import application
from clearprop.derivation.topics.exponential import EXPONENTIAL, EXPONENTIAL_TITLE
from clearprop.derivation.topics.symbols import FORMULA

RULES = Text("Derivatives of the functions used", "所用函数的导数推导")
CANONICAL = Text("{loss} with {activation}: the shortcut", "{loss} 配 {activation}：简化公式")
FUNCTION = Text("function", "函数")
DERIVATIVE = Text("derivative", "导数")
PROS = Text("for it", "优点")
CONS = Text("against it", "缺点")
COMPARISON = Text("Activation functions compared", "激活函数比较")

COMPARED = ("sigmoid", "tanh", "relu", "leaky_relu")
"""Activations that the comparison always shows, besides the network's own."""
FAR = 1e4
"""A weighted sum as far from 0 as none ever is."""
GRID = np.linspace(-20, 20, 801)
INFINITY = Constant("infinity")
FAR_LEFT = Text("far to the left", "当 z → −∞")
FAR_RIGHT = Text("far to the right", "当 z → +∞")
AT_ZERO = Text("in the middle", "在 z = 0 处")
STRICTLY = Text("strictly increasing", "严格单调递增")
NEVER_FALLS = Text("never falling", "单调不减")
NOT_MONOTONE = Text("not monotone", "不单调")
SMOOTH = Text("smooth: continuous, with a derivative everywhere", "平滑、连续、处处可导")
KINKED = Text("continuous, no derivative at z = {z}", "连续，但在 z = {z} 处不可导")
BOUNDED = Text("bounded", "有界")
UNBOUNDED = Text("not bounded", "无界")
SPAN = 5.0
"""Curves are drawn for |z| up to this."""


def rules_section(n: Notation) -> Section:
    """Return the derivation of every f′ in the network, of ∂L/∂a and of the canonical shortcut."""
    loss = n.trace.loss
    own = {spelled(n.rule(layer)): n.rule(layer) for layer in range(1, n.depth + 1)}
    items: list[Item] = []
    if any(r"e^{" in rule.latex for rule in own.values()):
        items.append(lines(EXPONENTIAL_TITLE, EXPONENTIAL))
    for name, rule in own.items():
        items.append(lines(_named(name), rule.derivation))
        if rule.image is not None:
            items.append(rule.image)
        if rule.elementwise:
            items += [behaviour(rule), curves(rule)]
    items.append(lines(_named(spelled(loss)), loss.derivation))
    items += shortcut(n)
    items.append(comparison(own.values()))
    return Section(RULES, tuple(items))


def shortcut(n: Notation) -> tuple[Item, ...]:
    """Return the derivation of δ = a − y, if output and loss are a canonical pair."""
    loss, output = n.trace.loss, n.rule(n.depth)
    if not loss.is_canonical_with(output):
        return ()
    title = CANONICAL.filled(loss=loss.name, activation=output.name)
    derived = lines(title, loss.canonical_derivation)
    return (derived,) if loss.canonical_remark is None else (derived, loss.canonical_remark)


def behaviour(rule: Activation) -> Lines:
    """Return the limits of f at ±∞, f(0), and whether f rises, is smooth and is bounded."""
    z = Symbol("z")
    f = application(rule, z)
    ends = ((FAR_LEFT, -FAR, Negative(INFINITY)), (FAR_RIGHT, FAR, INFINITY))
    left, right = (
        Line(Equation((Limit(z, to, f), limit_of(rule, at))), why) for why, at, to in ends
    )
    zero = replace(f, arguments=(Number(0),))
    centre = Line(Equation((zero, fraction_of(float(rule.value(np.zeros(1))[0])))), AT_ZERO)
    slopes = rule.derivative(GRID, rule.value(GRID))
    rises = STRICTLY if (slopes > 0).all() else NEVER_FALLS if (slopes >= 0).all() else NOT_MONOTONE
    kinks = ", ".join(figure(one, 4) for one in rule.kinks)
    smooth = KINKED.filled(z=kinks) if rule.kinks else SMOOTH
    bounded = BOUNDED if np.isfinite(rule.range).all() else UNBOUNDED
    said = rises, smooth, bounded
    why = Text("; ".join(one.en for one in said), "；".join(one.zh for one in said))
    within = Line(Equation((between(rule, f),)), why)
    title = Text(f"How {spelled(rule)} runs", f"{spelled(rule)} 的图像特征")
    return Lines(title, (left, centre, right, within))


def between(rule: Activation, f: Expression) -> Expression:
    """Return the range of f: 0 < f(z) < 1, or ≤ at a bound that f reaches."""
    low, high = rule.range
    signs = ("<=" if bound in rule.attained else "<" for bound in (low, high))
    lower = Comparison(number_of(low), next(signs), f)  # type: ignore[arg-type]
    return Comparison(lower, next(signs), number_of(high))  # type: ignore[arg-type]


def limit_of(rule: Activation, z: float) -> Expression:
    """Return where f goes as z goes far to one side: a bound of f, 0, or infinity."""
    with np.errstate(all="ignore"):
        value = float(rule.value(np.array([z]))[0])
    for bound in (0.0, *rule.range):
        if abs(value - bound) < 1e-3:
            return number_of(bound)
    return number_of(np.inf if value > 0 else -np.inf)


def number_of(value: float) -> Expression:
    """Return a number, or the sign of infinity."""
    if np.isinf(value):
        return INFINITY if value > 0 else Negative(INFINITY)
    return Number(value)


def fraction_of(value: float) -> Expression:
    """Return ½ as a fraction, any other number as it is."""
    return Fraction(Number(1), Number(2)) if value == 0.5 else Number(value)


def curves(rule: Activation) -> Curves:
    """Return f and f′ over the range in which they change."""
    z = np.linspace(-SPAN, SPAN, 121)
    a = rule.value(z)
    name, slope = (application(rule, Symbol("z"), primes) for primes in (0, 1))
    return Curves(_named(spelled(rule)), z, ((name, a), (slope, rule.derivative(z, a))))


def lines(title: Text, steps: Iterable[RuleStep]) -> Lines:
    """Return a rule's LaTeX lines as formula trees."""
    return Lines(title, tuple(Line(read(step.latex), step.why) for step in steps))


def comparison(own: Iterable[Activation]) -> Table:
    """Return the table of activation functions: formula, derivative, pros and cons."""
    rules = {rule.name: rule for rule in own}
    rules |= {name: ACTIVATIONS.make(name) for name in COMPARED if name not in rules}
    rows = tuple(
        (
            Text(rule.name, rule.name),
            read(rule.latex).parts[-1],
            read(rule.latex_derivative).parts[-1],
            rule.pros,
            rule.cons,
        )
        for rule in rules.values()
    )
    header = (FUNCTION, FORMULA, DERIVATIVE, PROS, CONS)
    return Table(COMPARISON, header, rows)


def _named(name: str) -> Text:
    return Text(name, name)
