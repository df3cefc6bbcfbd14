"""Judge the layers from the error at the output that the program starts from.

Where its loss is none that is known, δ of the output can be read off its step: aᵀ δ is what it took
off the weights of the last layer. From there on every layer is judged as under a known loss.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.observed import ObservedStep, Run, Watched
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.activations import hidden_layers
from clearprop.check.script.watched.descent import agreements
from clearprop.check.script.watched.multiples import is_times, ratio
from clearprop.check.script.watched.naming import Outcome, wrong_report
from clearprop.check.script.watched.nets import Net, nets, taken, weighted_sum
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.row_convention import joined, oriented_like
from clearprop.check.script.watched.sources import sources_of

MANY = 6
"""Numbers of the last weights, and of those below, that show δ, and what becomes of it."""
SEEN = 3
"""Numbers of the last weights that show it where the program computes that very δ of samples."""
TOLD = 1e4
"""The condition of what enters the last layer up to which its step tells δ of each sample."""
SECONDS = 2.0
"""Of processor time."""


def by_given_error(
    base: SubmissionReport, watched: Watched, until: float = math.inf
) -> SubmissionReport | None:
    """Return the report on steps as their own δ of the output makes them; None of too few numbers.

    Where every layer is right from there on, δ itself may still be wrong: that is all to be said.
    """
    found: list[tuple[Reading, ObservedStep]] = []
    until = min(until, time.process_time() + SECONDS)
    for step in watched.steps:
        reading = next(from_errors(step), None)
        if reading is None or step.partial or step.by_hand:
            return None
        found.append((reading, step))
    if is_followed(found):
        is_all = not any(step.branches or step.beneath for _, step in found)
        return replace(base, unread=OF_NO_LOSS) if is_all else None
    for reading, step in found:
        if time.process_time() > until:
            break
        report = wrong_report(base, Outcome(reading, step), quickly=True, until=until)
        if report.diagnosis is not None and shows_a_way(report.diagnosis):
            return replace(report, notes=(*report.notes, GIVEN))
    return None


def from_errors(step: ObservedStep, least: int = MANY) -> Iterator[Reading]:
    """Yield the readings of a step with its own error at the output, of the most samples first.

    The last weights, and all below, have so many numbers at `least`.
    """
    identity = ACTIVATIONS.make("identity")
    for net, runs in sorted(nets(step), key=lambda pair: -pair[0].m):
        hidden = hidden_layers(net) if net.depth > 1 else None
        moved = [array.any() for array in taken(net).values()]
        if hidden is None or below(net) < least or not all(moved):
            continue
        z = weighted_sum(net, net.depth)
        for error in errors(net, runs, step, z, least):
            activations = (*(fitting[0] for fitting in hidden.activations), identity)
            yield Reading(net, activations, error, z, hidden.dropout, error_given=True)


def below(net: Net) -> int:
    """Return how many numbers a step changes below the last layer."""
    return sum(
        array.size
        for name, array in taken(net).items()
        if int(name[1:]) < net.depth and array.any()
    )


def errors(
    net: Net, runs: Sequence[Run], step: ObservedStep, z: FloatArray, least: int
) -> Iterator[FloatArray]:
    """Yield arrays δ, (m, K): the step of the last weights, or what it is made of, is aᵀ δ."""
    a, name = net.entering[-1], f"W{net.depth}"
    given = taken(net).get(name)
    if given is None or given.shape != net.params[name].shape:
        return
    if given.size < (min(SEEN, least) if net.m > 1 else least):
        return
    steps = [given, *(source.array for source in sources_of(net, step, name))]
    if net.m == 1:
        yield from (
            error for array in steps if (error := of_one_sample(net, name, array, a)) is not None
        )
        return
    seen = [
        part for array in joined([run.seen for run in runs], z) for part in oriented_like(array, z)
    ]
    for error in seen:
        right = a.T @ error
        for array in steps:
            factor = ratio(array, right)
            if factor and is_times(net, name, array, factor, right):
                sign = np.sign(float(np.vdot(given, right)))
                yield sign * error
                break
    for array in steps if given.size >= least else []:
        if (solved := of_few_samples(net, name, array, a)) is not None:
            yield solved
            break


def of_few_samples(net: Net, name: str, array: FloatArray, a: FloatArray) -> FloatArray | None:
    """Return δ, (m, K), where an array is aᵀ δ of fewer samples than inputs, which tell it."""
    is_told = len(a) < a.shape[1] and np.linalg.cond(a) < TOLD
    if not is_told or array.shape != net.params[name].shape or not array.any():
        return None
    error, *_ = np.linalg.lstsq(a.T, array, rcond=None)
    return error if is_times(net, name, array, 1.0, a.T @ error) else None


def of_one_sample(net: Net, name: str, array: FloatArray, a: FloatArray) -> FloatArray | None:
    """Return δ, (1, K), where an array is aᵀ δ; else None."""
    squares = float(np.vdot(a, a))
    if array.shape != net.params[name].shape or not squares or not array.any():
        return None
    error = a @ array / squares
    return error if is_times(net, name, array, 1.0, a.T @ error) else None


def shows_a_way(diagnosis: Diagnosis) -> bool:
    """Return whether what is wrong is no mere multiple: a learning rate, or its sign, as meant."""
    ways = [array for array in diagnosis.arrays if not array.right and array.ratio is None]
    return bool(ways) and not any(each.mistake.leaves for each in diagnosis.findings)


def is_followed(found: Sequence[tuple[Reading, ObservedStep]]) -> bool:
    """Return whether every step goes down what its δ makes."""
    previous: dict[str, FloatArray] | None = None
    for reading, step in found:
        if next(agreements(reading, step, previous), None) is None:
            return False
        previous = taken(reading.net)
    return bool(found)


GIVEN = Text(
    "Judged from the error at the output that the program starts from.",
    "从程序自己给出的输出误差开始判断。",
)
OF_NO_LOSS = Text(
    "given the error at the output that it starts from, every layer is right; of which loss that is"
    " the gradient, its numbers do not show. A line that computes its loss would let it be judged",
    "从它自己给出的输出误差开始，每一层都正确；但从数值看不出这是哪种损失的梯度。"
    "若有一行计算它的损失，就能判断",
)
