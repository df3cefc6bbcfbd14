"""Differentiate with a slip on the way back, and keep the slips that a step was taken with."""

import time
from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.graphs.graph import MULTIPLYING, Graph, WayBack
from clearprop.check.script.child.graphs.mistaken_slopes import mistaken_slopes
from clearprop.check.script.child.graphs.rules import OpaqueError
from clearprop.check.script.child.graphs.stretches import (
    Stretches,
    is_rearranged_parameter,
)
from clearprop.check.script.child.graphs.totals import Seeds
from clearprop.check.slips import Slip

MAX_SLIPS = 6
EXACT = 1e-5
"""Relative difference of arrays that are multiples of each other by one number."""
Slopes = dict[int, FloatArray]
"""∂E/∂θ by the parameter, a number of a content."""


class Alternative(NamedTuple):
    """What comes out with a slip, and the line at which it is made."""

    slip: Slip
    line: int
    slopes: Slopes


def slips(
    graph: Graph,
    seeds: Seeds,
    right: Slopes,
    taken: Mapping[int, FloatArray],
    until: float,
    known: Collection[tuple[Slip, int]] | None = None,
) -> list[Alternative]:
    """Return the slips with which a step goes down E, where some arrays do so without any.

    With `known`, these alone are looked for, each with its line.
    """
    taken = without_decay(graph, taken, right)
    if right_ones(taken, right) == 0 or goes_down(taken, right):
        return []
    found: list[Alternative] = []
    missing = None if known is None else set(known)
    lines = None if known is None else {line for _, line in known}
    for each in alternatives(graph, seeds, right, lines):
        if time.process_time() > until or len(found) == MAX_SLIPS or missing == set():
            break
        if goes_down(taken, each.slopes):
            found.append(each)
            if missing is not None:
                missing.discard((each.slip, each.line))
    return found


def without_decay(
    graph: Graph, taken: Mapping[int, FloatArray], slopes: Slopes
) -> Mapping[int, FloatArray]:
    """Return a step without λ W, where one array is a multiple of its slope but for it.

    All other matrices hold as much of it then.
    """
    matrices = [c for c, array in taken.items() if array.ndim > 1 and min(array.shape) > 1]
    for c in matrices:
        slope = slopes.get(c)
        if slope is None or slope.shape != taken[c].shape or not slope.any():
            continue
        columns = np.column_stack([slope.ravel(), graph.contents[c].ravel()])
        sizes = np.maximum(np.abs(columns).max(axis=0), 1e-300)
        solved, *_ = np.linalg.lstsq(columns / sizes, taken[c].ravel(), rcond=None)
        apart = np.abs(columns / sizes @ solved - taken[c].ravel()).max()
        decay = float(solved[1] / sizes[1])
        if taken[c].size > 2 and apart <= EXACT * np.abs(taken[c]).max() and decay > 0:
            return {
                each: array - decay * graph.contents[each] * (array != 0)  # rows not met hold none
                if each in matrices
                else array
                for each, array in taken.items()
            }
    return taken


def right_ones(taken: Mapping[int, FloatArray], slopes: Slopes) -> int:
    """Return how many arrays are multiples of these slopes."""
    return sum(rate_of(array, slopes.get(c)) is not None for c, array in taken.items())


def alternatives(
    graph: Graph, seeds: Seeds, right: Slopes, lines: Container[int] | None
) -> Iterator[Alternative]:
    """Yield what comes out with each slip, of those that can be made in this graph."""
    stretches = Stretches(graph, [node for node, _ in seeds])
    several = list(dict.fromkeys(stretches.together()))
    for ends in several:
        if lines is None or graph.nodes[ends[-1]].operation.line in lines:
            yield from left_out(stretches, seeds, right, ends)
    yield from updated(graph, seeds, lines)
    yield from not_transposed(graph, seeds, lines)
    for ends in several:
        if lines is None or graph.nodes[ends[-1]].operation.line in lines:
            yield from mistaken(stretches, seeds, ends)
    for end in stretches.inner():
        if (end,) not in several and (lines is None or graph.nodes[end].operation.line in lines):
            yield from left_out(stretches, seeds, right, (end,))


def left_out(
    stretches: Stretches, seeds: Seeds, right: Slopes, ends: tuple[int, ...]
) -> Iterator[Alternative]:
    """Yield the slope of activations left out: everywhere, or in one of the two ways on from z."""
    graph = stretches.graph
    line = graph.nodes[ends[-1]].operation.line
    slopes = differentiated(graph, seeds, WayBack({end: stretches.begins[end] for end in ends}))
    if slopes is None:
        return
    is_mask = all(map(stretches.is_mask, ends))
    yield Alternative("mask left out" if is_mask else "slope left out", line, slopes)
    if len(ends) > 1:
        return
    weights, biases = stretches.own(ends[0])
    own = weights | biases
    for some in (own, weights, biases):
        yield Alternative("slope left out of own", line, {**right, **only(slopes, some)})
    handed_down = {**slopes, **only(right, own)}
    yield Alternative("slope left out of what is handed down", line, handed_down)


def mistaken(stretches: Stretches, seeds: Seeds, ends: tuple[int, ...]) -> Iterator[Alternative]:
    """Yield what comes out with something else for the slopes of usual activations, all alike."""
    graph = stretches.graph
    line = graph.nodes[ends[-1]].operation.line
    unchanged = {end: stretches.begins[end] for end in ends}
    put: dict[tuple[int, Slip], dict[int, FloatArray]] = defaultdict(dict)
    for end, begin in unchanged.items():
        for number, slip, slope in mistaken_slopes(graph.value(begin), graph.value(end)):
            put[number, slip][end] = slope
    for (_, slip), factors in put.items():
        if len(factors) < len(ends):  # another activation's
            continue
        slopes = differentiated(graph, seeds, WayBack(unchanged, slopes=factors))
        if slopes is not None:
            yield Alternative(slip, line, slopes)


def not_transposed(
    graph: Graph, seeds: Seeds, wanted: Container[int] | None
) -> Iterator[Alternative]:
    """Yield what comes out where products pass back through W for Wᵀ; that runs for square ones."""
    for node in graph.nodes:
        if node.operation.name != "@" or (wanted is not None and node.operation.line not in wanted):
            continue
        for part, source in zip(node.operation.operands, node.sources, strict=True):
            W = graph.contents[part]
            is_weights = source == -1 or (
                source is not None and is_rearranged_parameter(graph, source)
            )
            if is_weights and W.ndim == 2 and W.shape[0] == W.shape[1] > 1:
                slopes = differentiated(graph, seeds, WayBack(instead={part: W.T}))
                if slopes is not None:
                    yield Alternative("weights not transposed", node.operation.line, slopes)


def only(slopes: Slopes, parameters: set[int]) -> Slopes:
    """Return the slopes by these parameters."""
    return {c: slope for c, slope in slopes.items() if c in parameters}


def updated(graph: Graph, seeds: Seeds, wanted: Container[int] | None) -> Iterator[Alternative]:
    """Yield what comes out where products pass back through weights after the step."""
    after: dict[int, dict[int, FloatArray]] = defaultdict(dict)
    lines: dict[int, int] = {}
    for node in graph.nodes:
        if node.operation.name not in MULTIPLYING:
            continue
        for part, source in zip(node.operation.operands, node.sources, strict=True):
            parameter, content = after_step(graph, part, source)
            if content is not None and content.shape == graph.contents[part].shape:
                after[parameter][part] = content
                lines[parameter] = node.operation.line
    every = {part: content for each in after.values() for part, content in each.items()}
    several = [(line, after[parameter]) for parameter, line in lines.items()]
    if len(several) > 1:
        several.insert(0, (several[-1][0], every))
    for line, instead in several:
        if wanted is not None and line not in wanted:
            continue
        slopes = differentiated(graph, seeds, WayBack(instead=instead))
        if slopes is not None:
            yield Alternative("updated weights", line, slopes)


def after_step(graph: Graph, part: int, source: int | None) -> tuple[int, FloatArray | None]:
    """Return the parameter that an operand is, and what the operand is after the step."""
    if source == -1:
        return part, graph.contents[graph.moved[part].after]
    if source is None or not is_rearranged_parameter(graph, source):
        return -1, None
    node = graph.nodes[source]
    [parameter] = node.reached
    after = graph.contents[graph.moved[parameter].after]
    if node.operation.call is None:
        return parameter, after.T if node.operation.name == "transpose" else None
    try:
        return parameter, np.asarray(node.operation.call.again({parameter: after}), dtype=float)
    except Exception:
        return -1, None


def differentiated(graph: Graph, seeds: Seeds, way: WayBack) -> Slopes | None:
    """Return ∂E/∂θ as it comes out on this way back; None where nothing does."""
    try:
        return graph.gradients(seeds, way)
    except (OpaqueError, ValueError, TypeError, IndexError, FloatingPointError):
        return None


def goes_down(taken: Mapping[int, FloatArray], slopes: Slopes) -> bool:
    """Return whether all arrays are these slopes times one number."""
    rates = [rate_of(array, slopes.get(c)) for c, array in taken.items()]
    told = [rate for rate in rates if rate is not None]
    return len(told) == len(rates) and max(told) - min(told) <= EXACT * abs(told[0])


def rate_of(array: FloatArray, slope: FloatArray | None) -> float | None:
    """Return c where an array is c times a slope; else None."""
    if slope is None or slope.shape != array.shape or not slope.any():
        return None
    rate = float(np.vdot(array, slope) / np.vdot(slope, slope))
    apart = float(np.abs(array - rate * slope).max())
    return rate if apart <= EXACT * float(np.abs(array).max()) else None
