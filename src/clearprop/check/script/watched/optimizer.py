"""Steps that an optimizer such as Adam made of right gradients, or of multiples of them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import Candidate, ObservedStep
from clearprop.check.script.watched.factors import (
    by_line,
    differ_at_the_step,
    differ_on_a_line,
    shared,
)
from clearprop.check.script.watched.multiples import EQUAL, SAME, SAME_SIZE, size
from clearprop.check.script.watched.nets import Net
from clearprop.check.script.watched.sources import sources_of
from clearprop.check.script.watched.weight_decay import (
    Stepped,
    beside_penalty,
    factor_beside_penalty,
)


def in_an_optimizer(
    net: Net,
    given: dict[str, FloatArray],
    right: dict[str, FloatArray],
    step: ObservedStep,
    previous: dict[str, FloatArray] | None,
) -> tuple[float, ...]:
    """Return by how much gradients are too large from which a step of another kind was made.

    They are several: 0.1 g is on its way into a mean of gradients, as g is. None without any.
    """
    if not set(given) <= set(previous or {}) and goes_up_in_one(given, right):
        return ()
    common: list[float] | None = None
    on_lines: list[dict[int, list[float]]] = []
    telling: list[list[float]] = []
    plain: list[float] = []
    for name in given:
        if given[name].shape != right[name].shape:
            return ()
        made_of = sources_of(net, step, name)
        if size(right[name]) == 0:  # a step of what was before, beside a gradient that is 0
            is_first = previous is None and given[name].any()  # and nothing was before it
            if is_first or all(source.array.any() for source in made_of):
                return ()
            continue
        direct = beside_penalty(net, name, given[name], right[name])
        if direct is not None and varies(right[name]):
            if not direct.decay and not direct.lasso:
                return ()  # a plain step: its factor says what is wrong
            plain.append(direct.rate)
        fitting = multiples_among(made_of, net, name, right[name])
        common = shared([each.factor for each in fitting], common, SAME[net.itemsize])
        if not common or only_go_up(fitting) or pays_for_small(made_of, net, name, right[name]):
            return ()
        on_lines.append(by_line([(each.line, each.factor) for each in fitting]))
        if varies(right[name]):
            telling.append([each.factor for each in fitting])
    if differ_on_a_line(on_lines, SAME[net.itemsize]) or differ_at_the_step(telling):
        return ()
    many = [name for name in given if given[name].any() and varies(right[name])]
    if plain and len(plain) == len(many) and spread(plain) > EQUAL:
        return ()  # so are these, beside penalties
    goes_down = along(given, right) or (previous is not None and along(given, previous))
    return tuple(map(abs, common)) if common and goes_down else ()


class Multiple(NamedTuple):
    """An array c · right that a step was made of."""

    line: int
    factor: float
    """c."""
    way: float
    """Below 0 where the step goes down the right gradient by it, above where up; else 0."""


def multiples_among(
    made_of: Sequence[Candidate], net: Stepped, name: str, right: FloatArray
) -> list[Multiple]:
    """Return the arrays c · right among those that a step was made of; of one number no way."""
    found = []
    for each in made_of:
        factor = factor_beside_penalty(net, name, each.array, right)
        if factor is not None:
            way = each.sign * factor if right.size > 1 else 0.0
            found.append(Multiple(each.line, factor, way))
    return found


def only_go_up(multiples: Sequence[Multiple]) -> bool:
    """Return whether a step goes up the gradient by all that it was made of, as far as is told."""
    ways = [each.way for each in multiples if each.way]
    return bool(ways) and min(ways) > 0


def pays_for_small(
    made_of: Sequence[Candidate], net: Stepped, name: str, right: FloatArray
) -> bool:
    """Return whether a step was made of c · right − d · W: a penalty that is taken off.

    Biases begin small: what they are after a step holds the gradient of that.
    """
    if name[0] == "b":
        return False
    parts = [beside_penalty(net, name, each.array, right) for each in made_of]
    return any(part and part.rate * min(part.decay, part.lasso) < 0 for part in parts)


def goes_up_in_one(given: dict[str, FloatArray], right: dict[str, FloatArray]) -> bool:
    """Return whether a first step of nothing but single numbers goes up in one of them.

    No optimizer begins so; and of single numbers anything is a multiple.
    """
    pairs = [(given[name], right[name]) for name in given]
    single = all(one.size == other.size == 1 for one, other in pairs)
    return single and any(one.item() * other.item() < 0 for one, other in pairs)


def along(given: dict[str, FloatArray], other: dict[str, FloatArray]) -> bool:
    """Return whether a step goes the way of another, all in all: momentum may outweigh ∂L/∂θ."""
    both = [name for name in given if name in other and given[name].shape == other[name].shape]
    return sum(float(np.vdot(given[name], other[name])) for name in both) > 0


def varies(array: FloatArray) -> bool:
    """Return whether entries differ in size: of (g, −g) an optimizer's step is a multiple too."""
    sizes = np.abs(array[array != 0])
    return sizes.size > 1 and float(np.ptp(sizes)) > SAME_SIZE * float(sizes.max())


def spread(rates: Sequence[float]) -> float:
    """Return by how much rates differ, relative to the largest."""
    return (max(rates) - min(rates)) / max(map(abs, rates))
