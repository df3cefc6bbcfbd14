"""Steps that are taken a sample late: what is taken off now is the gradient of the step before."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from clearprop._text import Text
from clearprop.check.script.observed import ObservedLayer, ObservedStep, Piece

LATE = Text(
    "Each step is taken when the next samples have gone forward: it holds the gradient of those"
    " before them.",
    "每一步都在下一批样本前向传播之后才执行：它用的是前一批样本的梯度。",
)


def with_later_changes(steps: Sequence[ObservedStep]) -> tuple[ObservedStep, ...]:
    """Return each step but the last with what the next one takes off its parameters.

    A program may compute its step first, and take it when it has gone through the next sample.
    """
    return tuple(
        replace(step, layers=tuple(map(changed_later, step.layers, later.layers)))
        for step, later in itertools.pairwise(steps)
        if list(map(shapes, step.layers)) == list(map(shapes, later.layers))
    )


def shapes(layer: ObservedLayer) -> list[tuple[int, ...] | None]:
    """Return the shapes of the weights and of the bias, before and after."""
    pieces = [layer.weights] if layer.bias is None else [layer.weights, layer.bias]
    arrays = [array for piece in pieces for array in (piece.before, piece.after)]
    return [None if array is None else array.shape for array in arrays]


def changed_later(layer: ObservedLayer, later: ObservedLayer) -> ObservedLayer:
    """Return a layer with the change of a later step."""
    assert layer.bias is None or later.bias is not None
    bias = None if layer.bias is None else moved(layer.bias, later.bias)
    return replace(layer, weights=moved(layer.weights, later.weights), bias=bias)


def moved(piece: Piece, later: Piece | None) -> Piece:
    """Return a parameter as it was, moved as it is later, and by what is so then."""
    if later is None or later.after is None:
        return replace(piece, after=None)
    return replace(later, before=piece.before, after=piece.before - (later.before - later.after))
