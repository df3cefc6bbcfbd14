"""Changes of weights that a program computes to add them: −∂L/∂θ, where nobody took a step."""

import re
from dataclasses import replace

from clearprop.check.script.observed import ObservedStep, Piece

CHANGE = re.compile(r"delta|chang|updat|step", re.IGNORECASE)
"""Names of what is added to weights."""


def is_to_be_added(step: ObservedStep, *, adds: bool) -> bool:
    """Return whether nobody took a step, but changes of weights were computed, to be added."""
    named = all(CHANGE.search(layer.weights.place) for layer in step.layers)
    return step.by_hand and (adds or named)


def added(step: ObservedStep) -> ObservedStep:
    """Return the step θ + g for the step θ − g."""
    layers = tuple(
        replace(
            layer,
            weights=turned(layer.weights),
            bias=None if layer.bias is None else turned(layer.bias),
        )
        for layer in step.layers
    )
    return replace(step, layers=layers)


def turned(piece: Piece) -> Piece:
    """Return a parameter after a step in the other direction, which is no change any more."""
    after = None if piece.after is None else 2 * piece.before - piece.after
    return replace(piece, after=after, place="")
