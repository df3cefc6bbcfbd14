"""The data of the stepping page's scripts: values, printed symbols, paths.

Everything is computed here; the scripts only choose what to show.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from clearprop.derivation.derivation import Derivation
from clearprop.derivation.expression import Derivative, Expression, Product, Symbol
from clearprop.derivation.figures import figure, shown_positions
from clearprop.derivation.notation import Notation
from clearprop.derivation.paths import strongest
from clearprop.derivation.printers.drawing import SHOWN_UNITS
from clearprop.derivation.printers.mathml import MathmlPrinter
from clearprop.derivation.rewriting import in_convention
from clearprop.derivation.scope import Scope
from clearprop.derivation.steps import Step
from clearprop.derivation.style import Style
from clearprop.derivation.topics.chains import Target, engine_gradient, links, ways_of

SAMPLES = 8
"""So many samples of a batch can be looked at."""
PATHS = 6
"""So many paths of a weight are listed."""
EXPLAINED = 400
"""A network of more parameters lists no paths on the page."""


def page_data(derivation: Derivation, n: Notation) -> dict[str, Any]:
    """Return values by name, the steps that first show them, and the paths of every parameter."""
    looks = _Looks(derivation.style)
    return {
        "samples": min(n.samples, SAMPLES),
        "of": n.samples,
        "batch": n.is_batch,
        "first": derivation.style.first_index,
        "values": _values(n, derivation.style),
        "since": _since(derivation.steps),
        "paths": _all_paths(n, looks) if _is_small(n) else {},
        "looks": looks.forms,
        "updated": _updated(n, derivation.style),
    }


class _Looks:
    """The links of chains, printed in both conventions; each is kept once and has a number."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.forms: list[dict[str, str]] = []
        self._known: dict[Expression, int] = {}

    def number(self, part: Expression) -> int:
        """Return the number under which the page finds a formula."""
        if part not in self._known:
            self._known[part] = len(self.forms)
            self.forms.append({
                convention: MathmlPrinter(replace(self.style, convention=convention)).inside(
                    in_convention(part, convention), Product.precedence
                )
                for convention in ("row", "column")
            })  # fmt: skip
        return self._known[part]


def _is_small(n: Notation) -> bool:
    return sum(layer.W.size + layer.b.size for layer in n.trace.layers) <= EXPLAINED


def _pair(value: float, style: Style) -> list[str]:
    """Return a number rounded and with all its digits."""
    return [figure(value, style.digits), figure(value, 17)]


def _values(n: Notation, style: Style) -> dict[str, list[list[str]]]:
    """Return the numbers of every named entry, for each sample where samples differ."""
    values: dict[str, list[list[str]]] = {"L": [_pair(n.trace.total_loss, style)]}
    per_sample = {"x": n.trace.x, "y": n.trace.y}
    shared: dict[str, Any] = {}
    for layer in n.trace.layers:
        for kind in ("z", "a", "delta"):
            per_sample[f"{kind}{layer.number}"] = getattr(layer, kind)
        if layer.activation.elementwise:
            per_sample[f"slope{layer.number}"] = layer.local_derivative
        shared[f"W{layer.number}"], shared[f"dW{layer.number}"] = layer.W, layer.dW
        shared[f"b{layer.number}"], shared[f"db{layer.number}"] = layer.b, layer.db
    for name, array in per_sample.items():
        for unit in range(array.shape[1]):
            column = array[:SAMPLES, unit]
            values[f"{name}[{unit}]"] = [_pair(float(one), style) for one in column]
    for name, array in shared.items():
        for index in _places(n, array.shape):
            inner = ",".join(map(str, index))
            values[f"{name}[{inner}]"] = [_pair(float(array[index]), style)]
    return values


def _places(n: Notation, shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the entries that the page knows: all, or of a large network those that are drawn."""
    fold = 0 if _is_small(n) else SHOWN_UNITS
    drawn = [[i for i in shown_positions(size, fold) if i is not None] for size in shape]
    return product(*drawn)


def _updated(n: Notation, style: Style) -> dict[str, list[str]]:
    """Return the new parameters and the new loss, if an update was asked for."""
    found = {}
    if "L_new" in n.bindings:
        found["L"] = _pair(float(np.squeeze(n.bindings["L_new"])), style)
    for layer in n.trace.layers:
        for letter in ("W", "b"):
            new = n.bindings.get(f"{letter}_new{layer.number}")
            if new is None:
                continue
            for index in _places(n, new.shape if letter == "W" else new.shape[1:]):
                inner = ",".join(map(str, index))
                value = new[index] if letter == "W" else new[0, *index]
                found[f"{letter}{layer.number}[{inner}]"] = _pair(float(value), style)
    return found


def _since(steps: tuple[Step, ...]) -> dict[str, int]:
    """Return the number of the step that first finds each quantity: ``{"z1": 1, …}``."""
    since: dict[str, int] = {}
    for number, step in enumerate(steps, 1):
        for part in step.formula.parts:
            if isinstance(part, (Symbol, Derivative)):
                since.setdefault(part.whole, number)
                break
    return since


def _all_paths(n: Notation, looks: _Looks) -> dict[str, Any]:
    """Return the strongest paths of every weight and bias, and of every unit and sample."""
    found = {}
    for layer in n.trace.layers:
        below, here = layer.W.shape
        scopes = [Scope("W", layer.number, index) for index in product(range(below), range(here))]
        scopes += [Scope("b", layer.number, (unit,)) for unit in range(here)]
        for scope in scopes:
            found[_name(scope)] = [_paths(n, scope, looks)]
        units = [Scope("delta", layer.number, (unit,)) for unit in range(here)]
        if layer.number == 1:
            units += [Scope("x", 0, (unit,)) for unit in range(below)]
        for scope in units:
            samples = range(min(n.samples, SAMPLES))
            found[_name(scope)] = [_paths(n, scope, looks, sample) for sample in samples]
    return found


def _name(scope: Scope) -> str:
    return f"{scope.kind}{scope.layer or ''}[{','.join(map(str, scope.index))}]"


def _paths(n: Notation, scope: Scope, looks: _Looks, sample: int = 0) -> dict[str, Any]:
    target = Target.of(n, scope)
    ways = ways_of(n, target, sample)
    together = sum(one.together for one in ways)
    listed = strongest(ways, PATHS) if np.isfinite(together) else []
    return {
        "count": sum(one.count for one in ways),
        "total": _pair(sum(one.total for one in ways), looks.style),
        "gradient": _pair(engine_gradient(n, target, sample), looks.style),
        "covered": sum(abs(path.contribution) for path in listed) / together if together else 1.0,
        "listed": [
            {
                "sample": path.sample,
                "places": [
                    f"{'x' if not place.layer else place.kind + str(place.layer)}[{place.unit}]"
                    for place in path.places
                ],
                "links": [_link(n, *link, looks) for link in links(n, target, path)],
                "value": _pair(path.contribution, looks.style),
                "share": abs(path.contribution) / together if together else 0.0,
            }
            for path in listed
        ],
    }


def _link(n: Notation, slope: Expression, formula: Expression, looks: _Looks) -> list[Any]:
    """Return one derivative of a chain, its formula, and its number."""
    with np.errstate(all="ignore"):
        value = float(np.squeeze(formula.evaluate(n.bindings)))
    return [looks.number(slope), looks.number(formula), _pair(value, looks.style)]
