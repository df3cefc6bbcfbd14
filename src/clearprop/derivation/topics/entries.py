"""The entries of a matrix that are worked out by hand, and their sums."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice, product
from typing import TypeVar

from clearprop._text import Text
from clearprop.derivation.expression import Expression, Sigma, Sum
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step

SATURATED = Text(
    "Note: an output has come so near to the end of its range that it is rounded to it, and the"
    " formula cannot be evaluated with rounded outputs. The value is the engine's, which works"
    " from z or keeps the outputs off the end of their range.",
    "注意：某个输出已极接近其取值范围的端点而被舍入为端点，用舍入后的输出无法按公式计算。"
    "此处的值由引擎给出：它直接由 z 计算，或使输出不取到端点。",
)

Item = TypeVar("Item")

WRITTEN_OUT = 8
"""A sum of more terms than this is written with Σ."""
SHOWN_ENTRIES = 8
"""So many entries of a matrix are worked out by hand."""
SHOWN_LONG_SUMS = 2
"""So many where each is a long sum, of which there is little to see."""


def sum_over(index: str, size: int, term: Callable[[int | str], Expression]) -> Expression:
    """Return ``term(0)`` + … + ``term(size − 1)``, or with Σ if that is long."""
    if size > WRITTEN_OUT:
        return Sigma(index, term(index), size)
    terms = tuple(map(term, range(size)))
    return terms[0] if size == 1 else Sum(terms)


def shown_entries(n: Notation, layer: int) -> list[tuple[int, int]]:
    """Return the pairs (sample, unit) of a layer that are worked out by hand."""
    pairs = product(range(n.samples), range(n.sizes[layer]))
    if n.is_whole:
        return list(pairs)
    neighbours = n.sizes[layer - 1 : layer + 2 : 2]
    shown = SHOWN_LONG_SUMS if max(neighbours) > WRITTEN_OUT else SHOWN_ENTRIES
    return list(islice(pairs, shown))


def first_of(n: Notation, every: Iterable[Item]) -> list[Item]:
    """Return those of many entries or samples that are worked out by hand."""
    return list(every if n.is_whole else islice(every, SHOWN_ENTRIES))


def watched(step: Step) -> Step:
    """Return the step with a note if saturation spoils its formula in floating point."""
    return step if step.is_exact else replace(step, note=SATURATED)
