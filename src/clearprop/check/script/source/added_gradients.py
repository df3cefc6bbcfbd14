"""Find out whether a program adds its gradients to its weights: it keeps −∂L/∂θ then."""

import ast
import re
from collections.abc import Iterator

from clearprop.check.naming import Meaning, meaning
from clearprop.check.script.source.syntax import name_of_expression

CHANGES = r"d|del|delta|n|nabla|grad|gradient|adjust|adjustment|update|change|step"
"""What stands before or after the name of a weight in the name of its gradient."""


def adds_gradients(tree: ast.AST) -> bool:
    """Return whether gradients are added to the weights that they belong to, and none taken off.

    Examples
    --------
    >>> adds_gradients(ast.parse("self.W += rate * self.W_grad"))
    True
    >>> adds_gradients(ast.parse("W1 = W1 - rate * dW1"))
    False
    >>> adds_gradients(ast.parse("W1 += -rate * dW1; dW1 += penalty * W1"))
    False
    >>> adds_gradients(ast.parse("self.W = [w + l * dw for w, dw in zip(self.W, steps)]"))
    True
    >>> adds_gradients(ast.parse("nabla_b = [nb + dnb for nb, dnb in zip(nabla_b, found)]"))
    False
    """
    return {is_sum for is_sum, step in changes(tree) if not is_negative(step)} == {True}


def changes(tree: ast.AST) -> Iterator[tuple[bool, ast.expr]]:
    """Yield what weights are changed by that holds their gradient, and whether it is added."""
    for part in ast.walk(tree):
        match part:
            case ast.AugAssign(target, ast.Add() | ast.Sub() as sign, step):
                pass
            case ast.Assign([target], ast.BinOp(start, ast.Add() | ast.Sub() as sign, step)):
                if ast.unparse(start) != ast.unparse(target):
                    continue
            case ast.Assign(
                [whole], ast.ListComp(ast.BinOp(target, ast.Add() | ast.Sub() as sign, step))
            ):
                found = meaning_of(whole)
                if found is not None and found.marked:  # gradients of several samples are summed
                    continue
            case _:
                continue
        if holds_gradient_of(target, step):
            yield isinstance(sign, ast.Add), step


def holds_gradient_of(target: ast.expr, step: ast.expr) -> bool:
    """Return whether a variable is a weight or a bias, and its gradient stands in a step."""
    name = re.escape(name_of_expression(target))
    called = re.compile(rf"({CHANGES})_?{name}|{name}_?({CHANGES})", re.IGNORECASE)
    others = (name_of_expression(part) for part in ast.walk(step) if isinstance(part, ast.expr))
    if name and any(map(called.fullmatch, others)):
        return True
    weight = meaning_of(target)
    if weight is None or weight.marked:
        return False
    within = (meaning_of(part) for part in ast.walk(step) if isinstance(part, ast.expr))
    return any(found == weight._replace(marked=True) for found in within)


def meaning_of(part: ast.expr) -> Meaning | None:
    """Return what a variable, an attribute or an entry means by its name."""
    match part:
        case ast.Name(name) | ast.Attribute(_, name) | ast.Subscript(_, ast.Constant(str(name))):
            return meaning(name)
        case ast.Subscript(whole, _):
            return meaning_of(whole)
    return None


def is_negative(step: ast.expr) -> bool:
    """Return whether a minus stands in a step: nothing is told of its sign then."""
    return any(isinstance(part, ast.USub | ast.Sub) for part in ast.walk(step))
