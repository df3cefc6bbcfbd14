"""The derivatives of the activations and of the loss, derived line by line."""

from collections.abc import Iterable

import numpy as np

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.activations import Step as RuleStep
from clearprop.derivation.derivation import Curves, Item, Line, Lines, Section, Table
from clearprop.derivation.expression import Symbol
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
        if rule.elementwise:
            items.append(curves(rule))
    items.append(lines(_named(spelled(loss)), loss.derivation))
    items += shortcut(n)
    items.append(comparison(own.values()))
    return Section(RULES, tuple(items))


def shortcut(n: Notation) -> tuple[Lines, ...]:
    """Return the derivation of δ = a − y, if output and loss are a canonical pair."""
    loss, output = n.trace.loss, n.rule(n.depth)
    if not loss.is_canonical_with(output):
        return ()
    title = CANONICAL.filled(loss=loss.name, activation=output.name)
    return (lines(title, loss.canonical_derivation),)


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
