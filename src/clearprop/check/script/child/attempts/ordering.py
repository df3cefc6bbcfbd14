"""The order in which attempts are made, given how earlier ones failed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from clearprop.check.script.messages import STAGES, Failed
from clearprop.check.script.source.attempts import Attempt


class Failure(NamedTuple):
    """An attempt, by its number, that gave no gradient."""

    number: int
    failed: Failed


def in_order_of_progress(
    attempts: Sequence[Attempt], failures: Sequence[Failure]
) -> Iterator[tuple[int, Attempt]]:
    """Yield the attempts with their numbers, but none that later failures have made pointless.

    `failures` grows while the attempts are tried. Code that gave outputs with several layers is
    written for them: to fail on the way back and then to run with fewer is no success. Equal
    widths come last, and only in the form in which the code came furthest with different ones.
    """
    numbered = list(enumerate(attempts))
    for number, attempt in numbered:
        if not attempt["equal"] and not any(
            each.failed.has_outputs and has_fewer_layers(attempt, attempts[each.number])
            for each in failures
        ):
            yield number, attempt
    reached: dict[Shape, tuple[int, int]] = {}
    for number, failed in failures:
        shape = Shape.of(attempts[number])
        progress = (STAGES.index(failed.stage), failed.trouble.line)
        reached[shape] = max(progress, reached.get(shape, progress))
    furthest: dict[str, tuple[int, int]] = {}
    for shape, progress in reached.items():
        furthest[shape.code] = max(progress, furthest.get(shape.code, progress))
    for number, attempt in numbered:
        shape = Shape.of(attempt)
        if attempt["equal"] and reached.get(shape) == furthest.get(shape.code):
            yield number, attempt


def has_fewer_layers(attempt: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether an attempt asks the same code for fewer layers than another."""
    same_code = attempt["interface"] == other["interface"]
    return same_code and len(attempt["fixture"]["sizes"]) < len(other["fixture"]["sizes"])


class Shape(NamedTuple):
    """The code that an attempt calls, with how many layers and in which form of parameters."""

    code: str
    convention: str
    bias: str
    style: str
    sizes: int

    @staticmethod
    def of(attempt: Attempt) -> "Shape":
        """Return the shape of an attempt."""
        code = json.dumps(attempt["interface"])
        convention, bias, style = (attempt[key] for key in ("convention", "bias", "style"))
        return Shape(code, convention, bias, style, len(attempt["fixture"]["sizes"]))
