"""The gradients behind a step of an optimizer.

Under momentum, RMSprop or Adam a step is no multiple of a gradient, but it was made of one. Where
one layer's is right, what the program keeps under the same name for the others is theirs.
"""

from typing import NamedTuple

from clearprop._typing import FloatArray
from clearprop.check.script.messages import Candidate, ObservedStep
from clearprop.check.script.watched.descent import TELLING, is_times, ratio, taken
from clearprop.check.script.watched.reading import Net, Reading
from clearprop.check.script.watched.sources import sources_of


class Anchor(NamedTuple):
    """An array of a step that is c times the right gradient."""

    source: Candidate
    rate: float
    """c."""


def gradients_behind(
    reading: Reading, step: ObservedStep, right: dict[str, FloatArray]
) -> tuple[dict[str, FloatArray], float] | None:
    """Return c times the gradients of which a step was made, and c; None where none is right.

    Biases are left out where none of theirs is right.
    """
    net, found, rate = reading.net, dict[str, FloatArray](), None
    for kind in "Wb":
        names = [name for name in taken(net) if name[0] == kind]
        sources = {name: sources_of(net, step, name) for name in names}
        anchor = anchor_in(net, sources, right, rate)
        if anchor is None and kind == "W":
            return None
        if anchor is None:
            break
        rate = anchor.rate
        for name in names:
            alike = [each for each in sources[name] if each.place == anchor.source.place]
            exactly = [each for each in alike if each.line == anchor.source.line]
            if alike:
                found[name] = (exactly or alike)[-1].array
    return None if rate is None else (found, rate)


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
