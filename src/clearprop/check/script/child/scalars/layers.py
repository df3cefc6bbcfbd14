"""Put the weights of neurons together as matrices, layer upon layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clearprop.check.script.child.scalars.graph import LEAF, Graph
from clearprop.check.script.child.scalars.neurons import Neuron, Neurons, Term

Bias = tuple[int | None, float, int]
"""The node of a bias, None where it never changes; its value, and its sign."""


class NoLayersError(Exception):
    """The neurons make no layers."""


@dataclass(frozen=True)
class Plan:
    """The places of a step's parameters in its weight matrices, the same for every sample."""

    order: tuple[tuple[int, ...], ...]
    """Of each layer, the places of its neurons in a way through all."""
    weights: tuple[Any, ...]
    """Of each layer, the node of each weight, (n_in, n_out)."""
    biases: tuple[tuple[Bias, ...] | None, ...]
    """Of each layer, the bias of each neuron; None where no neuron has one."""


def planned(neurons: Neurons, way: Sequence[Neuron]) -> Plan:
    """Return which weights belong to which layers.

    Raises
    ------
    NoLayersError
        If the neurons of a layer do not see the same outputs of the one below.
    """
    sums = frozenset(neuron.z for neuron in way)
    places = {neuron.z: place for place, neuron in enumerate(way)}
    sources = [
        [neurons.sources(t.entering, sums) for t in neuron.weights]  # type: ignore[arg-type]
        for neuron in way
    ]
    order = order_of_layers(sources, places)
    last = max(way[place].z for place in order[-1])
    forward = [place for place, neuron in enumerate(way) if neuron.z <= last]
    if len(forward) < len(way):  # the way back sums up the inputs of a unit that only gives 1
        plan = planned(neurons, [way[place] for place in forward])
        return replace(plan, order=tuple(tuple(forward[n] for n in mine) for mine in plan.order))
    weights, biases = [], []
    for number, mine in enumerate(order):
        below = order[number - 1] if number else None
        matrix = [
            column(neurons.graph, way, place, sources[place], below, places) for place in mine
        ]
        if len({len(each) for each, _ in matrix}) != 1:
            raise NoLayersError
        weights.append(np.array([each for each, _ in matrix]).T)
        added = tuple(bias for _, bias in matrix)
        biases.append(None if all(b is None for b in added) else added)
    return Plan(
        order,
        tuple(weights),
        tuple(
            None if each is None else tuple(b or (None, 0.0, 1) for b in each) for each in biases
        ),
    )


def order_of_layers(
    sources: Sequence[Sequence[frozenset[int]]], places: dict[int, int]
) -> tuple[tuple[int, ...], ...]:
    """Return the places of the neurons of each layer, from the sums that enter each neuron."""
    level: list[int] = []
    for below in sources:
        levels = [level[places[z]] for each in below for z in each if places[z] < len(level)]
        level.append(1 + max(levels, default=0))
    return tuple(
        tuple(place for place, at in enumerate(level) if at == number)
        for number in range(1, max(level) + 1)
    )


def column(
    graph: Graph,
    way: Sequence[Neuron],
    place: int,
    sources: Sequence[frozenset[int]],
    below: Sequence[int] | None,
    places: dict[int, int],
) -> tuple[list[int], Bias | None]:
    """Return a neuron's weights, in the order of the layer below, and its bias."""
    neuron = way[place]
    bias = bias_of(graph, neuron)
    if below is None:
        return [int(term.parameter) for term in neuron.weights], bias  # type: ignore[arg-type]
    found: dict[int, int] = {}
    left = []
    for term, of in zip(neuron.weights, sources, strict=True):
        mine = [places[z] for z in of if places[z] in below]
        if len(mine) == 1 and mine[0] not in found:
            found[mine[0]] = int(term.parameter)  # type: ignore[arg-type]
        elif not mine:
            left.append(term)
        else:
            raise NoLayersError
    missing = [each for each in below if each not in found]
    for each, term in zip(missing, left, strict=False):  # a unit that gave a plain 0
        found[each] = int(term.parameter)  # type: ignore[arg-type]
    left = left[len(missing) :]
    entering = graph.value(left[0].entering) if len(left) == 1 and bias is None else 0.0
    if abs(entering) == 1:  # a threshold's is −1
        bias = (left[0].parameter, left[0].value, int(entering))
    elif left:
        raise NoLayersError
    return [found[each] for each in below if each in found], bias


def bias_of(graph: Graph, neuron: Neuron) -> Bias | None:
    """Return what a neuron adds to its products with weights; None where that is nothing.

    Raises
    ------
    NoLayersError
        If several parameters are added.
    """
    others = [term for term in neuron.terms if term.entering is None]
    if len(others) > 1:  # a sum begins with a 0, which is also what a bias began with
        others = [term for term in others if term.value or not is_leaf(graph, term)]
    if not others:
        return None
    parameters = [term for term in others if term.parameter is not None]
    if len(parameters) > 1 or (parameters and len(others) > 1):
        raise NoLayersError
    if parameters:
        return parameters[0].parameter, parameters[0].value, parameters[0].sign
    return None, sum(term.value * term.sign for term in others), 1


def is_leaf(graph: Graph, term: Term) -> bool:
    """Return whether a term is a number that was not computed."""
    return term.parameter is None or graph.nodes[term.parameter].name == LEAF
