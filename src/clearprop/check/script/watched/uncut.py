"""Steps whose gradients were cut entry by entry, ``np.clip(dW, -1, 1)``, as they were before."""

from dataclasses import replace

import numpy as np

from clearprop.check.script.observed import Candidate, ObservedStep, Piece

SAME = 1e-6
"""Relative difference of a step from η times what was cut, at most."""


def uncut(step: ObservedStep) -> ObservedStep:
    """Return the step θ − η g for the step θ − η clip(g): what is cut is no mistake of ∂L/∂θ."""
    layers = tuple(
        replace(
            layer,
            weights=as_before(layer.weights),
            bias=None if layer.bias is None else as_before(layer.bias),
        )
        for layer in step.layers
    )
    return replace(step, layers=layers)


def as_before(piece: Piece) -> Piece:
    """Return a parameter after the step that it would have taken, had nothing been cut."""
    if piece.after is None:
        return piece
    for each in piece.made_of:
        rate = rate_of_cut(piece, each)
        if each.uncut is not None and rate is not None:
            return replace(piece, after=piece.before - rate * each.uncut)
    return piece


def rate_of_cut(piece: Piece, made: Candidate) -> float | None:
    """Return η where a step is η times entries that were cut, and some were; else None."""
    if made.uncut is None or piece.after is None or not made.array.any():
        return None
    if not made.uncut.shape == made.array.shape == piece.before.shape:
        return None
    step = np.asarray(piece.before - piece.after, dtype=float)
    rate = float(np.vdot(step, made.array) / np.vdot(made.array, made.array))
    off = np.abs(step - rate * made.array).max()
    is_cut = not np.array_equal(made.uncut, made.array)
    near = SAME * max(np.abs(step).max(), np.abs(piece.before).max())
    return rate if is_cut and off <= near else None
