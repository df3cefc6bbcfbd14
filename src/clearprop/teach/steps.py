"""The steps of one pass as a student works them out: each quantity from the quantities before it.

A quantity is computed from whatever numbers stand before it, the right ones or a student's own, so
that one function serves the key, the follow-through and the search for a mistake. Names are those
of the notes: ``z1``, ``a1``, ``L``, ``delta2``, ``dW2``, ``db2``, ``da1``, ``new_W2``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import RIGHT, Pass, Steps, loss_slope
from clearprop.check.problem import Problem

NAME = re.compile(r"(z|a|delta|dW|db|da|new_W|new_b)(\d+)|(L)")
GROUPS = ("forward", "loss", "delta", "gradients", "update")
"""The parts of a pass that can be left blank."""
TITLES = {
    "z": Text("weighted sums of layer {l}", "第 {l} 层的加权和"),
    "a": Text("activations of layer {l}", "第 {l} 层的激活值"),
    "L": Text("loss", "损失"),
    "delta": Text("error term of layer {l}", "第 {l} 层的误差项"),
    "da": Text("gradient of the activations of layer {l}", "对第 {l} 层激活值的梯度"),
    "dW": Text("gradient of the weights of layer {l}", "第 {l} 层权重的梯度"),
    "db": Text("gradient of the biases of layer {l}", "第 {l} 层偏置的梯度"),
    "new_W": Text("new weights of layer {l}", "第 {l} 层的新权重"),
    "new_b": Text("new biases of layer {l}", "第 {l} 层的新偏置"),
}
SYMBOLS = {
    "z": "z{l}", "a": "a{l}", "L": "L", "delta": "δ{l}", "da": "∂L/∂a{l}", "dW": "∂L/∂W{l}",
    "db": "∂L/∂b{l}", "new_W": "W{l} new", "new_b": "b{l} new",
}  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """A quantity of a pass by its name.

    Attributes
    ----------
    kind : str
        The letter: ``"z"``, ``"delta"``, ``"dW"`` …
    layer : int
        The layer, counted from 1; 0 for the loss.
    """

    kind: str
    layer: int = 0

    @staticmethod
    def of(name: str) -> "Quantity":
        """Return the quantity of a name, ``"dW1"``."""
        match = NAME.fullmatch(name)
        if match is None:
            raise KeyError(name)
        return Quantity(match[3]) if match[3] else Quantity(match[1], int(match[2]))

    @property
    def name(self) -> str:
        """Its name, ``"dW1"``."""
        return self.kind + (str(self.layer) if self.layer else "")

    @property
    def title(self) -> Text:
        """What it is, in words."""
        return TITLES[self.kind].filled(l=self.layer)

    @property
    def symbol(self) -> str:
        """Its sign in a line of text."""
        return SYMBOLS[self.kind].format(l=self.layer)

    def inputs(self, depth: int, canonical: bool) -> list["Quantity"]:
        """Return the quantities that it is computed from, besides what is given."""
        kind, layer = self.kind, self.layer
        below = [Quantity("a", layer - 1)] if layer > 1 else []
        if kind == "z":
            return below
        if kind == "a":
            return [Quantity("z", layer)]
        if kind == "L":
            return [Quantity("a", depth)]
        if kind == "da":
            return [Quantity("delta", layer + 1)]
        if kind == "delta":
            own = [Quantity("z", layer), Quantity("a", layer)]
            if layer == depth:
                return own[1:] if canonical else own
            return [*own, Quantity("delta", layer + 1), Quantity("da", layer)]
        if kind == "dW":
            return [*below, Quantity("delta", layer)]
        if kind == "db":
            return [Quantity("delta", layer)]
        return [Quantity("d" + kind[-1], layer)]


def order(depth: int, update: bool) -> Iterator[Quantity]:
    """Yield every quantity of a pass in the order in which it is worked out."""
    for layer in range(1, depth + 1):
        yield Quantity("z", layer)
        yield Quantity("a", layer)
    yield Quantity("L")
    for layer in range(depth, 0, -1):
        if layer < depth:
            yield Quantity("da", layer)
        yield Quantity("delta", layer)
        yield Quantity("dW", layer)
        yield Quantity("db", layer)
    if update:
        for layer in range(depth, 0, -1):
            yield Quantity("new_W", layer)
            yield Quantity("new_b", layer)


def group_of(quantity: Quantity) -> str:
    """Return the part of the pass that a quantity belongs to: a name among `GROUPS`."""
    return {
        "z": "forward", "a": "forward", "L": "loss", "delta": "delta", "da": "delta",
        "dW": "gradients", "db": "gradients",
    }.get(quantity.kind, "update")  # fmt: skip


Numbers = Mapping[str, FloatArray]


@dataclass(frozen=True)
class Working:
    """A pass in which some numbers are a person's own; the others follow from them.

    Attributes
    ----------
    problem : Problem
        Network, parameters, samples, learning rate.
    own : mapping of str to array
        The person's numbers by the name of the quantity; NaN where one is missing.
    steps : Steps
        The rules by which the others follow: the right ones, or ones with a mistake.
    """

    problem: Problem
    own: Numbers = field(default_factory=dict)
    steps: Steps = RIGHT

    def value(self, quantity: Quantity) -> FloatArray:
        """Return a quantity: the person's own number, or what follows from the numbers before."""
        return self.values[quantity.name]

    @cached_property
    def values(self) -> dict[str, FloatArray]:
        """Every quantity by its name."""
        return self._all()

    def follows(self, quantity: Quantity) -> FloatArray:
        """Return what follows for a quantity from the person's own numbers before it."""
        known = {name: array for name, array in self.own.items() if name != quantity.name}
        return Working(self.problem, known, self.steps)._all(quantity)[quantity.name]

    def _all(self, last: Quantity | None = None) -> dict[str, FloatArray]:
        """Return every quantity in order, up to a last one."""
        at, found = Pass(self.problem), dict[str, FloatArray]()
        at.a[0] = at.f[0] = self.problem.X
        update = self.problem.learning_rate is not None
        for quantity in order(self.problem.depth, update):
            value = np.asarray(self._computed(at, found, quantity), dtype=float)
            own = self.own.get(quantity.name)
            if own is not None and own.shape == value.shape:
                value = np.where(np.isnan(own), value, own)
            found[quantity.name] = value
            _remember(at, quantity, value)
            if quantity == last:
                break
        return found

    def _computed(self, at: Pass, found: Numbers, quantity: Quantity) -> FloatArray | float:
        problem, steps, layer = self.problem, self.steps, quantity.layer
        match quantity.kind:
            case "z":
                return at.a[layer - 1] @ problem.W(layer) + problem.b(layer)
            case "a":
                return steps.activate(at, layer, at.z[layer])
            case "L":
                losses = problem.network.loss_rule.value(at.f[problem.depth], problem.Y)
                return problem.share * losses.sum()
            case "da":
                return steps.carry(at, layer + 1, at.delta[layer + 1])
            case "delta":
                if layer == problem.depth:
                    if not problem.is_canonical:
                        at.errors[layer] = loss_slope(at, layer)
                    return steps.output_error(at, layer, steps.local)
                return steps.local(at, layer, at.errors[layer])
            case "dW":
                weighted = problem.share * at.delta[layer]
                raw = steps.weight_gradient(at, layer, at.a[layer - 1], weighted)
                return steps.finish(at, layer, "W", steps.penalize(at, layer, "W", raw))
            case "db":
                raw = steps.bias_gradient(at, layer, problem.share * at.delta[layer])
                return steps.finish(at, layer, "b", steps.penalize(at, layer, "b", raw))
        letter = quantity.kind[-1]
        before = problem.W(layer) if letter == "W" else problem.b(layer)
        assert problem.learning_rate is not None
        return before - problem.learning_rate * found[f"d{letter}{layer}"]


def _remember(at: Pass, quantity: Quantity, value: FloatArray) -> None:
    """Put a number where the steps of the pass look for it."""
    layer = quantity.layer
    if quantity.kind == "z":
        at.z[layer] = value
    elif quantity.kind == "a":
        at.a[layer] = at.f[layer] = value
    elif quantity.kind == "da":
        at.errors[layer] = value
    elif quantity.kind == "delta":
        at.delta[layer] = value
    elif quantity.kind in ("dW", "db"):
        at.gradients[f"{quantity.kind[1]}{layer}"] = value
