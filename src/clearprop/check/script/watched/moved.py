"""What a step took off the parameters, beside the derivatives of an E by them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import Derived, Descent, Piece
from clearprop.check.script.watched.nets import are_all


@dataclass(frozen=True)
class Moved:
    """The parameters of a step that E depends on, before it and after."""

    params: dict[str, FloatArray]
    taken: dict[str, FloatArray]
    right: dict[str, FloatArray]
    """∂E/∂θ."""
    pieces: dict[str, Piece]
    itemsize: int = field(default=8)


def moved_by(descent: Descent, total: Derived) -> Moved:
    """Return the parameters that E depends on; matrices are called W, all others b."""
    names: dict[str, tuple[Piece, FloatArray]] = {}
    for number, (piece, slope) in enumerate(
        zip(descent.parameters, total.slopes, strict=True), start=1
    ):
        if slope.size and slope.shape == piece.before.shape and piece.after is not None:
            is_matrix = piece.before.ndim > 1 and min(piece.before.shape) > 1
            names[f"{'W' if is_matrix else 'b'}{number}"] = piece, slope
    arrays = [piece.before for piece, _ in names.values()]
    return Moved(
        {name: piece.before for name, (piece, _) in names.items()},
        {name: difference(piece) for name, (piece, _) in names.items()},
        {name: slope for name, (_, slope) in names.items()},
        {name: piece for name, (piece, _) in names.items()},
        4 if are_all(arrays, "f4") else 8,
    )


def taken_before(piece: Piece, previous: Sequence[Piece]) -> FloatArray | None:
    """Return what the step before took off a parameter; None where that is not told."""
    for each in previous:
        if each.after is not None and np.array_equal(each.after, piece.before):
            return difference(each)
    return None


def difference(piece: Piece) -> FloatArray:
    """Return before − after."""
    if piece.after is None or piece.after.shape != piece.before.shape:
        return np.zeros(piece.before.shape)
    return piece.before - piece.after
