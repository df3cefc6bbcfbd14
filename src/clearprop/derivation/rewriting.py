"""New formulas from old: an index filled in, numbers for symbols, shapes, the other convention."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Literal, TypeGuard

import numpy as np

from clearprop.derivation import expression as nodes

Convention = Literal["row", "column"]
EXPANDED_TERMS = 8
"""A sum with more terms than this keeps its Σ when numbers are put in."""


def rewrite(
    expression: nodes.Expression, rule: Callable[[nodes.Expression], nodes.Expression | None]
) -> nodes.Expression:
    """Return the formula with every part replaced for which `rule` returns another one.

    The rule sees a part before the parts inside it; what it returns is not entered again.
    """
    replaced = rule(expression)
    if replaced is not None:
        return replaced
    changed = {
        one.name: _rewrite_field(getattr(expression, one.name), rule)
        for one in fields(expression)
        if isinstance(getattr(expression, one.name), (nodes.Expression, tuple))
    }
    return replace(expression, **changed) if changed else expression


def _rewrite_field(value: Any, rule: Callable[[nodes.Expression], nodes.Expression | None]) -> Any:
    if isinstance(value, nodes.Expression):
        return rewrite(value, rule)
    if isinstance(value, tuple):
        return tuple(_rewrite_field(part, rule) for part in value)
    return value


def at(expression: nodes.Expression, indices: Mapping[str, int]) -> nodes.Expression:
    """Return the formula with numbers for index letters: aₖ becomes a₂ for ``{"k": 2}``.

    The letter over which a Σ runs is its own.
    """

    def fill(part: nodes.Expression) -> nodes.Expression | None:
        if isinstance(part, nodes.Sigma) and part.index in indices:
            others = {letter: number for letter, number in indices.items() if letter != part.index}
            return replace(part, body=at(part.body, others))
        if isinstance(part, nodes.Symbol) and any(one in indices for one in part.index):
            filled = tuple(indices.get(one, one) for one in part.index)  # type: ignore[arg-type]
            return replace(part, index=filled)
        return None

    return rewrite(expression, fill)


def elementwise(expression: nodes.Expression) -> nodes.Expression:
    """Return a formula for one entry as one for whole matrices: indices go, products become ⊙."""

    def whole(part: nodes.Expression) -> nodes.Expression | None:
        if isinstance(part, nodes.Symbol):
            return replace(part, index=())
        if isinstance(part, nodes.Product) and not any(
            isinstance(one, nodes.Number) for one in part.factors
        ):
            return nodes.Hadamard(tuple(rewrite(one, whole) for one in part.factors))
        return None

    return rewrite(expression, whole)


def contains(expression: nodes.Expression, *kinds: type[nodes.Expression]) -> bool:
    """Return whether a formula has a part of one of these kinds."""
    found = []
    rewrite(expression, lambda part: found.append(part) if isinstance(part, kinds) else None)  # type: ignore[func-returns-value]
    return bool(found)


def with_numbers(expression: nodes.Expression, bindings: nodes.Bindings) -> nodes.Expression:
    """Return the formula with the value of every symbol in the symbol's place."""

    def number(part: nodes.Expression) -> nodes.Expression | None:
        if isinstance(part, nodes.Sigma) and part.size is not None:
            return _expanded(part, bindings)
        if isinstance(part, nodes.Cases):
            return _holding(part, bindings)
        if isinstance(part, nodes.Transpose) and isinstance(part.of, nodes.Symbol):
            return literal(part.of.evaluate(bindings).T, part.of.name, transposed=True)
        if isinstance(part, nodes.Apply) and part.is_bound(bindings):
            return literal(part.evaluate(bindings), part.name)
        if isinstance(part, (nodes.Symbol, nodes.Derivative)):
            return literal(part.evaluate(bindings), part.name)
        return None

    return rewrite(expression, number)


def _holding(choice: nodes.Cases, bindings: nodes.Bindings) -> nodes.Expression:
    """Return the one case that holds, with numbers; of a matrix all cases."""
    filled = []
    for value, condition in choice.branches:
        branch = (with_numbers(value, bindings), _compared(condition, bindings))
        holds = condition.evaluate(bindings)
        if np.size(holds) == 1 and np.all(holds):
            return nodes.Cases((branch,))
        filled.append(branch)
    return nodes.Cases(tuple(filled))


def _compared(condition: nodes.Comparison, bindings: nodes.Bindings) -> nodes.Comparison:
    left, right = (with_numbers(side, bindings) for side in (condition.left, condition.right))
    return nodes.Comparison(left, condition.sign, right)


def literal(value: Any, of: str = "", transposed: bool = False) -> nodes.Expression:
    """Return a number as a `Number` and a matrix as a `Matrix`."""
    if np.ndim(value) == 0:
        return nodes.Number(float(value), of)
    return nodes.Matrix(np.asarray(value), of, transposed)


def _expanded(total: nodes.Sigma, bindings: nodes.Bindings) -> nodes.Expression:
    """Return a Σ as its terms with numbers; a long one as what it is worth."""
    assert total.size is not None
    if total.size > EXPANDED_TERMS:
        with np.errstate(all="ignore"):  # a saturated output; the step carries a note then
            return literal(total.evaluate(bindings))
    terms = tuple(
        with_numbers(at(total.body, {total.index: number}), bindings)
        for number in range(total.size)
    )
    return terms[0] if len(terms) == 1 else nodes.Sum(terms)


def with_shapes(expression: nodes.Expression, bindings: nodes.Bindings) -> nodes.Expression:
    """Return the formula with its shape written to every matrix in it."""

    def shaped(part: nodes.Expression) -> nodes.Expression | None:
        if isinstance(part, (nodes.Symbol, nodes.Derivative, nodes.Apply)):
            shape = part.shape(bindings)
            return nodes.Shaped(part, shape) if shape else part
        if isinstance(part, nodes.Transpose) and isinstance(part.of, nodes.Symbol):
            return nodes.Shaped(part, part.shape(bindings))
        return None

    return rewrite(expression, shaped)


def dimensions(expression: nodes.Expression, bindings: nodes.Bindings) -> nodes.Expression:
    """Return the formula with its shape in the place of every matrix in it."""

    def dimension(part: nodes.Expression) -> nodes.Expression | None:
        matrix = isinstance(part, (nodes.Symbol, nodes.Derivative, nodes.Apply))
        if matrix or (isinstance(part, nodes.Transpose) and isinstance(part.of, nodes.Symbol)):
            shape = part.shape(bindings)
            return nodes.Word(f"({'×'.join(map(str, shape))})") if shape else part
        return None

    return rewrite(expression, dimension)


def in_convention(expression: nodes.Expression, convention: Convention) -> nodes.Expression:
    """Return a formula of the row convention in the one asked for.

    The column convention transposes every quantity, so products turn around, (A W)ᵀ = Wᵀ Aᵀ,
    and indices change places. Nothing is computed anew.
    """
    if convention == "row":
        return expression

    def turned(part: nodes.Expression) -> nodes.Expression | None:
        if isinstance(part, nodes.Symbol):
            return replace(part, index=part.index[::-1])
        if isinstance(part, nodes.Entries):
            columns = zip(*part.rows, strict=True)
            return nodes.Entries(
                tuple(tuple(turned_dots(rewrite(one, turned)) for one in row) for row in columns)
            )
        if isinstance(part, nodes.Shaped):
            return nodes.Shaped(rewrite(part.of, turned), part.dimensions[::-1])
        if is_input_first(part):
            return nodes.Product(tuple(rewrite(one, turned) for one in reversed(part.factors)))
        if isinstance(part, nodes.MatrixProduct):
            return nodes.MatrixProduct(
                tuple(rewrite(one, turned) for one in reversed(part.factors))
            )
        if isinstance(part, nodes.Apply) and part.rule is not None and not part.rule.elementwise:
            inner = tuple(rewrite(one, turned) for one in part.arguments)
            return replace(part, arguments=inner, by_column=not part.by_column)
        if isinstance(part, nodes.Matrix):
            return replace(part, values=part.values.T, transposed=not part.transposed)
        return None

    return rewrite(expression, turned)


def turned_dots(part: nodes.Expression) -> nodes.Expression:
    """Return dots along a column for dots along a row, and the other way about."""
    dots = {"⋯": "⋮", "⋮": "⋯"}
    return nodes.Word(dots.get(part.text, part.text)) if isinstance(part, nodes.Word) else part


def is_input_first(part: nodes.Expression) -> TypeGuard[nodes.Product]:
    """Return whether a part is aᵢ · Wᵢⱼ or aᵢ · δⱼ: the column convention turns these around."""
    if type(part) is not nodes.Product or len(part.factors) != 2:
        return False
    first, second = part.factors
    if not (isinstance(first, nodes.Symbol) and isinstance(second, nodes.Symbol)):
        return False
    return first.letter in ("a", "x") and second.letter in ("W", "delta")


def bindings_in(bindings: nodes.Bindings, convention: Convention) -> nodes.Bindings:
    """Return what symbols stand for in the convention asked for: matrices transposed or not."""
    if convention == "row":
        return bindings
    return {
        re.sub(r"\[(\w+),(\w+)\]", r"[\2,\1]", name): value.T if np.ndim(value) == 2 else value
        for name, value in bindings.items()
    }
