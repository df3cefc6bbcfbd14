"""Compare a step with derivatives that the program's own operations have, whatever they compute.

Where the layers of a network cannot be told, its forward pass can still be differentiated as the
program wrote it. A step is right that goes down a number E which the program computes, or a usual
loss of its outputs and targets: θ ← θ − η ∂E/∂θ for every θ.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop.check.script.observed import Derived, Descent, ObservedLayer, Piece, Watched
from clearprop.check.script.report import OwnLossCheck, SubmissionReport
from clearprop.check.script.watched.descent_in_words import WATCHED, what_it_goes_down
from clearprop.check.script.watched.moved import difference, moved_by
from clearprop.check.script.watched.multiples import is_times, ratio
from clearprop.check.script.watched.optimizer import spread, varies
from clearprop.check.script.watched.ways_down import EXACT, MANY, STEADY, Followed, followed
from clearprop.check.script.watched.weight_decay import beside_penalty

ENOUGH = 2
"""Steps that show as much without the first."""
USUAL = {True: (1.0, 0.5), False: (1.0, 2.0)}
"""η by the written number: of a loss of the program's own, whose 2 may be left out; of others."""


def right_by_differentiation(
    base: SubmissionReport, watched: Watched, *, layers_told: bool = False
) -> SubmissionReport | None:
    """Return the report on a program whose steps go down what it computes; None for any other.

    Where the layers are told, a bias that the derivatives leave out is judged with these.
    """
    previous: Sequence[Piece] = ()
    steps: list[list[Followed]] = []
    descents = told_apart(watched.descents)
    for descent in descents:
        ways = followed(descent, previous)
        steps.append([e for e in ways if e.by != "optimizer" or not is_of_fewer(e.total, descent)])
        previous = descent.parameters
    if not steps or not all(steps) or not all(each.whole for each in descents):
        return None
    told = {piece.place for descent in watched.descents for piece in descent.parameters}
    known = [s for s in watched.steps[:1] if not s.by_hand or watched.descents[0].by_hand]
    for layer in itertools.chain.from_iterable(step.layers for step in known):
        pieces = [layer.weights] if layer.bias is None else [layer.weights, layer.bias]
        others = [p for p in pieces if told.isdisjoint((p.place, p.place.rpartition("[")[0]))]
        if layers_told and layer.bias is not None and is_left_out(layer.bias, descents[0]):
            others.append(layer.bias)
        if grew(layer) or any(difference(p).any() for p in others):  # w[1:] is a part of w
            return None
        if layer.bias is not None and is_stepped_by_0(layer.bias):
            return None
    kept = next((each for each in steps[-1] if is_told(each, steps)), None)
    if kept is None or (kept.by == "penalty" and any(map(lacking_penalty, descents))):
        return None
    check = OwnLossCheck(Text("network", "网络"), (), None, derived=True)
    return replace(
        base,
        called=WATCHED,
        own_loss=check,
        notes=(*base.notes, what_it_goes_down(kept)),
    )


def is_left_out(bias: Piece, descent: Descent) -> bool:
    """Return whether a loop changes a bias where it changes others, and only those are told of."""
    there = [piece for piece in descent.parameters if piece.place == bias.place]
    return len(there) > 1 and all(piece.before.size != bias.before.size for piece in there)


def is_of_fewer(total: Derived, descent: Descent) -> bool:
    """Return whether an array shows a plain step down the same loss of more samples than E has.

    No optimizer over fewer of them made the other arrays then.
    """
    for other in descent.totals:
        if other.kind != total.kind or other.errors <= total.errors:
            continue
        moved = moved_by(descent, other)
        for name, array in moved.taken.items():
            rate = ratio(array, moved.right[name]) if varies(moved.right[name]) else None
            if rate and rate > 0 and is_times(moved, name, array, rate, moved.right[name]):
                return True
    return False


def lacking_penalty(descent: Descent) -> tuple[Derived, list[Piece]] | None:
    """Return an E of the program that a step goes down, but for λ W in some of the layers.

    With it come the weights of these layers. Of the part of E without the penalty the step would be
    right, with decay in single layers.
    """
    for total in descent.totals:
        moved = moved_by(descent, total)
        if total.kind != "own" or len(moved.taken) < 2:
            continue
        parts = {
            name: beside_penalty(moved, name, array, moved.right[name])
            for name, array in moved.taken.items()
        }
        told = {name: each for name, each in parts.items() if each and not each.lasso}
        if len(told) < len(parts) or spread([each.rate for each in told.values()]) > STEADY:
            continue
        lacking = [moved.pieces[name] for name, each in told.items() if each.decay]
        plain = [name for name, each in told.items() if not each.decay]
        held = any(name[0] == "W" and moved.params[name].size > MANY for name in plain)
        if held and lacking and max(each.decay for each in told.values()) == 0:
            return total, lacking
    return None


def told_apart(descents: Sequence[Descent]) -> Sequence[Descent]:
    """Return descents without a first one from weights of 0, where there are enough others.

    Zeros are told from no other zeros: the output is 0 as well, and the error is the target.
    """
    from_zero = not any(piece.before.any() for each in descents[:1] for piece in each.parameters)
    return descents[1:] if from_zero and len(descents) > ENOUGH else descents


def is_stepped_by_0(bias: Piece) -> bool:
    """Return whether zeros were taken off a bias that never changes: their gradient, left at 0."""
    return not bias.place and bias.after is not None and not difference(bias).any()


def grew(layer: ObservedLayer) -> bool:
    """Return whether a layer's bias has a number for each sample, or gets one by this step."""
    bias = layer.bias
    if bias is None:
        return False
    becomes_large = bias.after is not None and bias.after.size > bias.before.size
    return becomes_large or (bias.before.ndim == 2 and min(bias.before.shape) > 1)


def is_told(found: Followed, steps: Sequence[Sequence[Followed]]) -> bool:
    """Return whether that a step goes down an E is more than chance.

    Of one number that the parameters move, such as a single output, every multiple of its
    derivatives points the same way: then η has to be the same in every step.
    """
    if not found.few and (found.total.errors > 1 or found.exact):
        return True
    if len(steps) < 2:
        return False
    near = EXACT if found.few else STEADY
    alike = [
        [
            each
            for each in others
            if each.total.kind == found.total.kind
            and each.total.line == found.total.line
            and abs(each.rate / found.rate - 1) <= near
        ]
        for others in steps
    ]
    if not all(alike):
        return False
    return not found.few or is_as_written(found) or not is_one_way([some[0] for some in alike])


def is_as_written(found: Followed) -> bool:
    """Return whether η is a number that the program multiplies by on the way to its step."""
    pieces = [] if found.moved is None else found.moved.pieces.values()
    written = {abs(each.rate) for piece in pieces for each in piece.made_of if each.rate}
    times = USUAL[found.total.kind == "own"]
    usual = [rate * factor for rate in {*written, 1.0} for factor in times]
    return any(abs(found.rate / rate - 1) <= EXACT for rate in usual)


def is_one_way(steps: Sequence[Followed]) -> bool:
    """Return whether all steps go along one line: then any multiple may be the learning rate.

    Where samples are large, the biases tell little more of a line than its last digits.
    """
    ways = []
    for step in steps:
        right = {} if step.moved is None else step.moved.right
        flat = np.concatenate([array.ravel() for array in right.values()])
        ways.append(flat / (np.linalg.norm(flat) or 1.0))
    return all(
        len(way) == len(ways[0])
        and min(np.abs(way - ways[0]).max(), np.abs(way + ways[0]).max()) <= EXACT
        for way in ways
    )
