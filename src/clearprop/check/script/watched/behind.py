"""The gradients behind a step of an optimizer.

Under momentum, RMSprop or Adam a step is no multiple of a gradient, but it was made of one. Where
one layer's is right, what the program keeps under the same name for the others is theirs.
"""

from collections.abc import Sequence
from typing import NamedTuple

from clearprop._typing import FloatArray
from clearprop.check.script.observed import Candidate, ObservedStep
from clearprop.check.script.watched.multiples import TELLING, is_times, ratio
from clearprop.check.script.watched.nets import Net, taken
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.sources import sources_of, stem


class Anchor(NamedTuple):
    """An array of a step that is c times the right gradient."""

    source: Candidate
    rate: float
    """c."""


def gradients_behind(
    reading: Reading, step: ObservedStep, right: dict[str, FloatArray]
) -> tuple[dict[str, FloatArray], list[float]] | None:
    """Return c times the gradients of which a step was made, and c; None where none is right.

    They bear one name in the program, or are made in one line of it. c is what most of them share;
    where as many share others, all are told. Where it is told whether the step goes down or up an
    array, the gradient is what it goes down, and c is positive.
    """
    net = reading.net
    sources = {name: sources_of(net, step, name) for name in taken(net)}
    named, made = by_name(net, sources, right), by_line(net, sources, right)
    found = made if len(made) > len(named) else named
    if not found:
        return None
    gradients = {name: each.array * (-each.sign or 1) for name, each in found.items()}
    rates = commonest(factors_of(net, gradients, right))
    is_told = all(each.sign for each in found.values())
    return gradients, list(dict.fromkeys(map(abs, rates))) if is_told else rates


def by_name(
    net: Net, sources: dict[str, list[Candidate]], right: dict[str, FloatArray]
) -> dict[str, Candidate]:
    """Return what the program keeps under the name of a right gradient; empty without one.

    Biases go by a right one of theirs, else by the weights' name.
    """
    found: dict[str, Candidate] = {}
    anchor: Anchor | None = None
    for kind in "Wb":
        own = {name: made_of for name, made_of in sources.items() if name[0] == kind}
        rate = None if anchor is None else anchor.rate
        anchor = anchor_in(net, own, right, rate) or anchor
        if anchor is None:
            break
        for name, made_of in own.items():
            alike = named_like(anchor.source, made_of)
            if alike is not None:
                found[name] = alike
    return found


def named_like(source: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """Return the array, nearest to the backward pass, whose name is that of another's gradient.

    That is the same name, best in the same line, or one that differs in whose gradient it is.
    """
    same = [each for each in others if each.place == source.place]
    of_line = [each for each in same if each.line == source.line]
    alike = [each for each in others if each.place and stem(each.place) == stem(source.place)]
    return next(iter((of_line or same or alike)[::-1]), None)


def by_line(
    net: Net, sources: dict[str, list[Candidate]], right: dict[str, FloatArray]
) -> dict[str, Candidate]:
    """Return what one line makes for all parameters, some of it right; empty without such a line.

    Of lines that do, it is the one nearest to the backward pass.
    """
    for line in reversed([each.line for each in next(iter(sources.values()), [])]):
        on_line = {
            name: next((each for each in made_of if line and each.line == line), None)
            for name, made_of in sources.items()
        }
        found = {name: each for name, each in on_line.items() if each is not None}
        arrays = {name: each.array for name, each in found.items()}
        if len(found) == len(sources) and factors_of(net, arrays, right):
            return found
    return {}


def commonest(factors: Sequence[float]) -> list[float]:
    """Return the factors that most arrays share, each once, in their order."""
    counts = [sum(abs(one / other - 1) <= 1e-6 for other in factors) for one in factors]
    often = [one for one, count in zip(factors, counts, strict=True) if count == max(counts)]
    return [one for at, one in enumerate(often) if all(abs(one / o - 1) > 1e-6 for o in often[:at])]


def factors_of(
    net: Net, arrays: dict[str, FloatArray], right: dict[str, FloatArray]
) -> list[float]:
    """Return by how much arrays are too large, those that are right but for it; last layer first.

    Arrays of a single number show nothing.
    """
    factors = []
    for name in sorted(arrays, key=lambda name: -int(name[1:])):
        factor = ratio(arrays[name], right[name])
        exact = factor and is_times(net, name, arrays[name], factor, right[name])
        if factor and exact and arrays[name].size >= TELLING:
            factors.append(factor)
    return factors


def anchor_in(
    net: Net,
    sources: dict[str, list[Candidate]],
    right: dict[str, FloatArray],
    rate: float | None,
) -> Anchor | None:
    """Return what is right, from the last layer on and nearest to the backward pass.

    `rate` is its c, where that is known already.
    """
    for name in sorted(sources, key=lambda name: -int(name[1:])):
        for source in reversed(sources[name]):
            if not source.place or source.array.size < TELLING:
                continue
            factor = ratio(source.array, right[name])
            if not factor or not is_times(net, name, source.array, factor, right[name]):
                continue
            if rate is None or abs(factor / rate - 1) <= 1e-6:
                return Anchor(source, factor)
    return None
