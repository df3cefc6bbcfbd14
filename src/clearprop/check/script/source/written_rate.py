"""Read the learning rate that updates hold as a number: ``W1 -= 0.1 * dW1``."""

import ast
from collections.abc import Collection, Iterator, Mapping


def written_rate(
    code: ast.AST, names: Collection[str], numbers: Mapping[str, float]
) -> float | None:
    """Return the number between 0 and 1 that all updates of these variables share, else None.

    `numbers` are the values of variables that may stand for it, whatever they are called.

    Examples
    --------
    >>> written_rate(ast.parse("W -= 0.1 * x.T @ d; b = b - d.sum(0) * 0.1"), ["W", "b"], {})
    0.1
    >>> written_rate(ast.parse("W -= speed * dW"), ["W"], {"speed": 0.2})
    0.2
    """
    rates = {rate_of(step, numbers) for step in steps(code, names)}
    rate = rates.pop() if len(rates) == 1 else None
    return rate if rate is not None and 0 < rate < 1 else None


def steps(code: ast.AST, names: Collection[str]) -> Iterator[ast.expr]:
    """Yield what is taken off the variables: ``W -= step``, ``p["W"] = p["W"] - step``."""
    for part in ast.walk(code):
        match part:
            case ast.AugAssign(target, ast.Sub(), step) if name_of(target) in names:
                yield step
            case ast.Assign([target], ast.BinOp(start, ast.Sub(), step)):
                if name_of(target) in names and ast.unparse(start) == ast.unparse(target):
                    yield step


def name_of(target: ast.expr) -> str | None:
    """Return the name of a variable, or the key of an entry."""
    match target:
        case ast.Name(name) | ast.Subscript(_, ast.Constant(str(name))):
            return name
    return None


def rate_of(step: ast.expr, numbers: Mapping[str, float]) -> float | None:
    """Return the number that begins a product, or ends it."""
    match step:
        case ast.BinOp(left, ast.Mult(), right):
            last = number_in(right, numbers)
            return rate_of(left, numbers) if last is None else last
        case ast.BinOp(left, ast.Div() | ast.MatMult(), _):
            return rate_of(left, numbers)
    return number_in(step, numbers)


def number_in(part: ast.expr, numbers: Mapping[str, float]) -> float | None:
    """Return the number that is written, or that a variable holds."""
    match part:
        case ast.Constant(int() | float() as value):
            return float(value)
        case ast.Name(name):
            return numbers.get(name)
    return None
