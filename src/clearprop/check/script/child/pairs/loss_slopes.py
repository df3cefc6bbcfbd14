"""Compare what a program calls the derivative of a loss with differences of that loss.

Such a derivative is asked for outputs and targets, in either order. Losses are averaged and halved
as people like: what is a number above 0 times the slope is right, and nothing else is accused.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.defined.layers import HANDED_DOWN, left_in
from clearprop.check.script.child.pairs.finding import BACK, Own
from clearprop.check.script.child.pairs.slopes import VALUE, bare, by_whole_name, marked
from clearprop.check.script.observed import FILE, Pair, Share
from clearprop.check.script.source.reading import Signature, signature
from clearprop.check.script.source.uses import methods
from clearprop.check.script.source.vocabulary import LOSS, role_of

LOSSES = re.compile(r"_?(calculate|calc|loss|cost|error)_?", re.IGNORECASE)
"""Names of the method that returns the loss, beside those of any value."""
SAMPLES, OUTPUTS = 5, 3
STEP, SMALL = 1e-6, 1e-5


class Loss(NamedTuple):
    """A loss and its derivative, each called with outputs and targets."""

    name: str
    value: Callable[[Any, Any], Any]
    slope_name: str
    slope: Callable[[Any, Any], Any]
    line: int


def loss_slopes_in(
    functions: Mapping[str, Own], namespace: Mapping[str, Any], tree: ast.Module
) -> Iterator[Pair]:
    """Yield the losses of a program with their derivatives that are right."""
    for found in (*of_functions(functions), *of_classes(namespace, tree)):
        pair = compared_loss_slope(found)
        if pair is not None:
            yield pair


def of_functions(functions: Mapping[str, Own]) -> Iterator[Loss]:
    """Yield losses with functions whose names say that they are the derivatives of these."""
    by_name = {bare(name): own for name, own in functions.items()}
    for name, own in functions.items():
        value = by_name.get(by_whole_name(name)) if marked(name) else None
        if value is None or value is own or not LOSS.search(value.found.name):
            continue
        if len(needed(own.found)) == len(needed(value.found)) == 2:
            of_value, of_slope = (in_order(each.call, each.found) for each in (value, own))
            line = own.file * FILE + own.node.lineno
            yield Loss(value.found.name, of_value, name, of_slope, line)


def of_classes(namespace: Mapping[str, Any], tree: ast.Module) -> Iterator[Loss]:
    """Yield the classes of a program that have a loss and its derivative as two methods."""
    for node in tree.body:
        kind = namespace.get(node.name) if isinstance(node, ast.ClassDef) else None
        if not isinstance(node, ast.ClassDef) or not isinstance(kind, type):
            continue
        of_two = [each for each in methods(node) if len(needed(signature(each))) == 2]
        values = [each for each in of_two if VALUE.fullmatch(each.name) or is_value(each.name)]
        slopes = [each for each in of_two if marked(each.name) or BACK.match(each.name)]
        if not values or len(slopes) != 1:
            continue
        try:
            owner = kind()
        except Exception:  # it wants to be made of something
            continue
        value, slope = values[0], slopes[0]
        of_value = in_order(getattr(owner, value.name), signature(value))
        of_slope = in_order(getattr(owner, slope.name), signature(slope), owner)
        called = f"{node.name}.{slope.name}"
        yield Loss(f"{node.name}.{value.name}", of_value, called, of_slope, slope.lineno)


def is_value(name: str) -> bool:
    """Return whether a method returns a loss, by its name."""
    return LOSSES.fullmatch(name) is not None or name == "__call__"


def needed(found: Signature) -> list[str]:
    """Return the arguments without a default."""
    return [name for name in found.parameters if name not in found.optional]


def in_order(
    call: Callable[..., Any], found: Signature, owner: Any = None
) -> Callable[[Any, Any], Any]:
    """Return a function of outputs and targets, whatever order it wants them in.

    What it does not return it may leave in its object.
    """
    one, two = needed(found)
    turned = role_of(one, among=("Y",)) is not None and role_of(two, among=("Y",)) is None

    def ordered(outputs: Any, targets: Any) -> Any:
        given = (targets, outputs) if turned else (outputs, targets)
        returned = call(*(array.copy() for array in given))
        return left_in(owner, HANDED_DOWN) if returned is None else returned

    return ordered


def compared_loss_slope(found: Loss) -> Pair | None:
    """Return a loss with its derivative, where that is a number above 0 times what it should be."""
    random = np.random.default_rng(11)
    outputs = random.uniform(0.2, 0.8, (SAMPLES, OUTPUTS))
    classes = np.arange(SAMPLES) % OUTPUTS
    for targets in (np.eye(OUTPUTS)[classes], classes):
        try:
            right = differences(found.value, outputs, targets)
            given = np.asarray(found.slope(outputs, targets), dtype=float)
        except Exception:
            continue
        if given.shape != right.shape or not right.any():
            continue
        rate = float(np.vdot(given, right) / np.vdot(right, right))
        if rate > 0 and np.allclose(given, rate * right, rtol=SMALL, atol=SMALL * rate):
            share = Share("dL", right, right, found.line)
            return Pair(found.name, found.slope_name, SAMPLES, (share,))
    return None


def differences(value: Callable[[Any, Any], Any], outputs: FloatArray, targets: Any) -> FloatArray:
    """Return the slope of a loss, summed over whatever it is returned for, by each output."""
    found = np.empty_like(outputs)
    for entry in np.ndindex(outputs.shape):
        changed = np.zeros_like(outputs)
        changed[entry] = STEP
        ahead, behind = (np.sum(value(outputs + c, targets)) for c in (changed, -changed))
        found[entry] = (ahead - behind) / (2 * STEP)
    return found
