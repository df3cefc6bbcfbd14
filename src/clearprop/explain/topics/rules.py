"""How the derivatives of the activations and of the loss come about, line by line."""

from collections.abc import Iterable

from clearprop.activations import ACTIVATIONS, Activation
from clearprop.activations import Step as RuleStep
from clearprop.catalogue import spelled
from clearprop.explain.derivation import Item, Line, Lines, Section, Table
from clearprop.explain.latex_reader import read
from clearprop.explain.notation import Notation
from clearprop.explain.topics.exponential import EXPONENTIAL
from clearprop.explain.words import extras as words
from clearprop.language import Text

COMPARED = ("sigmoid", "tanh", "relu", "leaky_relu")
"""Activations that the comparison always shows, besides the network's own."""


def rules_section(n: Notation) -> Section:
    """Return the derivation of every f′ in the network, of ∂L/∂a and of the canonical shortcut."""
    loss, output = n.trace.loss, n.rule(n.depth)
    own = {spelled(n.rule(layer)): n.rule(layer) for layer in range(1, n.depth + 1)}
    items: list[Item] = []
    if any(r"e^{" in rule.latex for rule in own.values()):
        items.append(lines(words.EXPONENTIAL, EXPONENTIAL))
    items += [lines(_named(name), rule.derivation) for name, rule in own.items()]
    items.append(lines(_named(spelled(loss)), loss.derivation))
    if loss.is_canonical_with(output):
        title = words.CANONICAL.filled(loss=loss.name, activation=output.name)
        items.append(lines(title, loss.canonical_derivation))
    items.append(comparison(own.values()))
    return Section(words.RULES, tuple(items))


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
    header = (words.FUNCTION, words.FORMULA, words.DERIVATIVE, words.PROS, words.CONS)
    return Table(words.COMPARISON, header, rows)


def _named(name: str) -> Text:
    return Text(name, name)
