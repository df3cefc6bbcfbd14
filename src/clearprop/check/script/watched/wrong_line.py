"""The line of a program that goes wrong."""

import itertools
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.observed import ObservedStep, Piece
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.multiples import is_times, ratio
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.sources import sources_of

MANY_NUMBERS = 4
"""Entries that show whether an array is a multiple of another, with a penalty."""


def line_added(reading: Reading, step: ObservedStep, form: LossForm, diagnosis: Diagnosis) -> int:
    """Return the line that adds a right gradient where it is to be taken off, or that of δ.

    A gradient that another line computed shows which of the two has the wrong sign; where another
    layer's step is right, it is the one that has the sign of that layer's.
    """
    wrong = [array.name for array in diagnosis.arrays if not array.right]
    if all(name[1] == "b" for name in wrong):
        bias = step.layers[int(wrong[0][2:]) - 1].bias
        return 0 if bias is None else bias.line
    upwards = reversed(diagnosis.arrays)  # an error is made above what it spoils
    layers = {a.right: int(a.name[2:]) for a in upwards if a.name[1] == "W"}
    layer = layers.get(False, reading.net.depth)
    piece = step.layers[layer - 1].weights
    source = gradient_added(reading, step, form, layer)
    beside = gradient_added(reading, step, form, layers[True]) if True in layers else None
    if source is not None and source.factor * (1 if beside is None else beside.factor) > 0:
        return source.line
    return piece.error_line or piece.line


class Added(NamedTuple):
    """A multiple of the right gradient from which a step was made, and the line of that step."""

    factor: float
    line: int


def gradient_added(
    reading: Reading, step: ObservedStep, form: LossForm, layer: int
) -> Added | None:
    """Return the gradient that another line computed than that of the step; None without any."""
    name, piece = f"W{layer}", step.layers[layer - 1].weights
    right = reading.right(form)[name]
    sources = sources_of(reading.net, step, name)
    is_kept = len(sources) == 1 and bool(sources[0].place)  # W -= dW, and no η
    line = sources[0].line if sources and sources[0].line and not is_kept else piece.line
    for source in sources:
        factor = ratio(source.array, right)
        is_right = factor and is_times(reading.net, name, source.array, factor, right)
        if is_right and factor and source.line not in (0, line, piece.line):
            return Added(factor, line)
    return None


def line_of(
    diagnosis: Diagnosis, reading: Reading, step: ObservedStep, gradients: dict[str, FloatArray]
) -> int:
    """Return the number of the line that computes the first wrong array, 0 if that is not told.

    `gradients` were judged: the step itself, or what an optimizer made it of, up to a factor.
    """
    wrong = [array for array in diagnosis.arrays if not array.right]
    if not wrong:
        return 0
    name = wrong[0].name[1:]
    layer = step.layers[int(name[1:]) - 1]
    pieces = [layer.weights, layer.bias] if layer.bias is not None else [layer.weights]
    made_in = diagnosis.findings[0].mistake.made_in if diagnosis.findings else "delta"
    beside = [each for each in diagnosis.arrays if each.name[2:] == name[1:] and each.right]
    if made_in != "gradient" and not beside:
        lines = [piece.error_line for piece in pieces if piece.error_line]
        if made_in == "carried":
            lines = [piece.carried_line for piece in pieces if piece.carried_line] or lines
        if lines:
            return lines[0]
    piece = pieces[-1] if name[0] == "b" else pieces[0]
    lines = [each.line for each in piece.made_of if each.line]
    parts = [
        each
        for place, each in enumerate(piece.made_of)
        if place != 1 or not is_one_number(each.array) or is_multiple(each.array, piece)
    ]
    is_penalty = bool(diagnosis.findings) and diagnosis.findings[0].mistake.leaves == "penalty"
    made = list(
        itertools.takewhile(
            lambda each: is_multiple(each.array, piece, but_for_decay=not is_penalty), parts
        )
    )
    if not is_same(taken(reading.net)[name], gradients[name]):  # an optimizer's step
        sources = sources_of(reading.net, step, name)
        made += [each for each in sources if is_same(each.array, gradients[name])]
    step_taken = taken(reading.net)[name]
    if piece.sum_line and not lines and np.ptp(step_taken) <= 1e-9 * np.abs(step_taken).max():
        lines = [piece.sum_line]  # a single number, spread
    return [piece.line, *lines, *(each.line for each in made if each.line)][-1]


def is_same(array: FloatArray, gradient: FloatArray) -> bool:
    """Return whether an array is a multiple of a gradient."""
    factor = ratio(array, gradient)
    apart = np.inf if factor is None else np.abs(array - factor * gradient).max(initial=0.0)
    return bool(factor) and apart <= 1e-6 * np.abs(array).max(initial=0.0)


def is_one_number(array: FloatArray) -> bool:
    """Return whether an array holds one number everywhere, as η that was written many times."""
    return bool(array.size and np.all(array == array.flat[0]))


def is_multiple(array: FloatArray, piece: Piece, *, but_for_decay: bool = True) -> bool:
    """Return whether an array of several numbers is a multiple of a step, but for λ θ perhaps."""
    step = np.zeros(0) if piece.after is None else np.ravel(piece.before - piece.after)
    if array.size != step.size or step.size == 1 or not step.any():
        return False
    with_theta = but_for_decay and step.size >= MANY_NUMBERS
    columns = np.column_stack([step, piece.before.ravel()] if with_theta else [step])
    columns /= np.maximum(np.abs(columns).max(axis=0), 1e-300)
    solved, *_ = np.linalg.lstsq(columns, array.ravel(), rcond=None)
    apart = np.abs(columns @ solved - array.ravel()).max()
    return bool(solved[0] and apart <= 1e-6 * np.abs(array).max())
