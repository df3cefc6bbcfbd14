"""Compare a step with derivatives that the program's own operations have, whatever they compute.

Where the layers of a network cannot be told, its forward pass can still be differentiated as the
program wrote it. A step is right that goes down a number E which the program computes, or a usual
loss of its outputs and targets: θ ← θ − η ∂E/∂θ for every θ.
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.script.observed import FILE, Derived, Descent, ObservedLayer, Piece, Watched
from clearprop.check.script.report import OwnLossCheck, SubmissionReport
from clearprop.check.script.watched.factors import by_line, differ_on_a_line, shared
from clearprop.check.script.watched.momentum import is_added_up, with_momentum
from clearprop.check.script.watched.multiples import SAME, common_rate, is_times, ratio
from clearprop.check.script.watched.nets import are_all
from clearprop.check.script.watched.optimizer import spread, varies
from clearprop.check.script.watched.weight_decay import (
    beside_penalty,
    factor_beside_penalty,
    with_penalty,
)

MANY = 6
"""Numbers in all parameters together, from which they can show that a step is right."""
STEADY = 1e-3
"""Relative difference of learning rates that are one."""
EXACT = 1e-6
"""That of steps of fewer numbers."""
ENOUGH = 2
"""Steps that show as much without the first."""
USUAL = {True: (1.0, 0.5), False: (1.0, 2.0)}
"""η by the written number: of a loss of the program's own, whose 2 may be left out; of others."""


@dataclass(frozen=True)
class Moved:
    """The parameters of a step that E depends on, before it and after."""

    params: dict[str, FloatArray]
    taken: dict[str, FloatArray]
    right: dict[str, FloatArray]
    """∂E/∂θ."""
    pieces: dict[str, Piece]
    itemsize: int = field(default=8)


class Followed(NamedTuple):
    """A step that goes down an E: how fast, and how it may be told."""

    total: Derived
    rate: float
    exact: bool
    """True if an array was made for the step that is ∂E/∂θ itself."""
    by: str = "plain"
    few: bool = False
    """True for so few numbers that only several steps, at one η, are no chance."""
    moved: Moved | None = None


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

    Zeros are told from no other zeros: the output is 0 as well, and the error is the target. Nor is
    a loss that grows by a penalty a step of single numbers beside one of arrays.
    """
    of_arrays = [each for each in descents if any(p.before.ndim for p in each.parameters)]
    descents = of_arrays or descents
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


def followed(descent: Descent, previous: Sequence[Piece]) -> Iterator[Followed]:
    """Yield the E that a step goes down, with the parameters of the step before."""
    changed = [each for each in descent.parameters if difference(each).any()]
    is_found = False
    for total in descent.totals:
        moved = moved_by(descent, total)
        if len(moved.taken) < len(changed):
            continue
        few = sum(array.size for array in moved.taken.values()) < MANY
        if not all(np.isfinite(array).all() for array in moved.right.values()):
            continue
        if is_of_penalty(moved):
            continue
        before = {name: taken_before(piece, previous) for name, piece in moved.pieces.items()}
        found = way_down(moved, before, by_hand=descent.by_hand)
        if found is not None and (found[1] == "plain" or not few):
            rate, by = found
            yield Followed(total, rate, is_exact(moved), by, few, moved)
            is_found = True
    both = None if is_found else several(descent, changed)
    if both is not None:
        yield Followed(*both, exact=False)


def is_of_penalty(moved: Moved) -> bool:
    """Return whether E is a penalty alone: ∂E/∂θ is a multiple of θ, or of its signs, for every θ.

    Its derivative is added to the gradient of the loss, and says nothing of that.
    """
    if all(slope.size == 1 for slope in moved.right.values()):  # one number is a multiple of any
        return False
    return all(
        any(
            is_multiple(slope, other) for other in (moved.params[name], np.sign(moved.params[name]))
        )
        for name, slope in moved.right.items()
    )


def is_multiple(one: FloatArray, other: FloatArray) -> bool:
    """Return whether an array is a multiple of another."""
    factor = ratio(one, other)
    return factor is not None and np.allclose(one, factor * other, rtol=EXACT, atol=0.0)


def several(descent: Descent, changed: Sequence[Piece]) -> tuple[Derived, float] | None:
    """Return what E₁, E₂ … a step goes down at once, as one E, and η of the first of them.

    A network with two outputs, or an output and a penalty, has two, each with a weight of its own.
    """
    parts = [total for total in descent.totals if total.kind == "own" or total.errors > 1]
    pairs = itertools.combinations(parts, 2)
    for one, other in pairs:
        if one.line == other.line and one.errors == other.errors:
            continue
        slopes = [
            pair_of(piece, *each)
            for piece, *each in zip(descent.parameters, one.slopes, other.slopes, strict=True)
        ]
        told = [number for number, each in enumerate(slopes) if each is not None]
        if len(told) < len(changed):
            continue
        wanted = np.concatenate([difference(descent.parameters[n]).ravel() for n in told])
        columns = np.concatenate([each for each in slopes if each is not None])
        sizes = np.abs(columns).max(axis=0)
        if len(wanted) < 2 * MANY or not sizes.all() or not np.isfinite(sizes).all():
            continue
        solved, *_ = np.linalg.lstsq(columns / sizes, wanted, rcond=None)
        first, second = solved / sizes
        if min(first, second) <= 0:
            continue
        both = tuple(
            np.zeros(0)
            if each is None
            else (each @ [1.0, second / first]).reshape(piece.before.shape)
            for piece, each in zip(descent.parameters, slopes, strict=True)
        )
        whole = replace(one, errors=one.errors + other.errors, slopes=both)
        moved = moved_by(descent, whole)
        if common_rate(moved, moved.taken, moved.right) is not None:
            return whole, float(first)
    return None


def pair_of(piece: Piece, one: FloatArray, other: FloatArray) -> FloatArray | None:
    """Return two derivatives as columns, with 0 for one that is not there; None without any."""
    if not one.size and not other.size:
        return None
    return np.column_stack(
        [each.ravel() if each.size else np.zeros(piece.before.size) for each in (one, other)]
    )


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


def way_down(
    moved: Moved, previous: dict[str, FloatArray | None], *, by_hand: bool = False
) -> tuple[float, str] | None:
    """Return η of a step that goes down an E, and by which rule; None of a step that does not.

    A gradient `by_hand`, which was handed out and not used, is no step of an optimizer.
    """
    taken, right = moved.taken, moved.right
    if not any(array.any() for array in taken.values()):
        return None
    rate = common_rate(moved, taken, right)
    if rate is not None:
        return rate, "plain"
    beside = with_penalty(moved, taken, right)
    if beside is not None:
        return beside.rate, "penalty"
    before = {n: a for n, a in previous.items() if a is not None and a.shape == right[n].shape}
    kept = with_momentum(moved, taken, right, before)
    if kept is not None:
        return kept[0], "momentum"
    if by_hand or is_added_up(moved, taken, right, before):
        return None
    sources = common_source(moved, begins=not before)
    return None if sources is None else (sources, "optimizer")


def common_source(moved: Moved, *, begins: bool) -> float | None:
    """Return c where every step was made of an array that is c ∂E/∂θ, or that and a penalty.

    A program `begins` downhill; later, momentum may climb.
    Steps that are multiples of ∂E/∂θ themselves, or of that and a penalty, such as those whose
    gradients were small enough not to be cut, are so by one number.
    """
    common: list[float] | None = None
    on_lines: list[dict[int, list[float]]] = []
    plain: dict[str, float] = {}
    for name, piece in moved.pieces.items():
        right = moved.right[name]
        if not right.any():
            continue
        direct = beside_penalty(moved, name, moved.taken[name], right)
        if direct is not None:
            plain[name] = direct.rate
        fitting = []
        for each in piece.made_of:
            if each.array.size != right.size or not each.array.any():
                continue
            factor = factor_beside_penalty(moved, name, each.array.reshape(right.shape), right)
            if factor is not None:
                fitting.append((each.line, factor))
        common = shared([factor for _, factor in fitting], common, SAME[moved.itemsize])
        if not common:
            return None
        on_lines.append(by_line(fitting))
    if differ_on_a_line(on_lines, SAME[moved.itemsize]):
        return None
    rates = list(plain.values())
    if rates and (min(rates) <= 0 or spread(rates) > STEADY):
        return None
    if begins and not goes_down_all_over(moved, plain):
        return None
    return abs(common[0]) if common else None


def goes_down_all_over(moved: Moved, plain: Collection[str]) -> bool:
    """Return whether a step goes down in every array, as the first one of an optimizer does.

    Where some arrays are `plain` multiples of ∂E/∂θ, no entry of the others goes up: to what does,
    gradients of other samples may have been added.
    """
    some_plain = any(varies(moved.right[name]) for name in plain)
    for name, right in moved.right.items():
        ways = moved.taken[name] * right
        goes_up = some_plain and name not in plain and (ways < 0).any()
        if goes_up or ways.sum() < 0:
            return False
    return True


def is_exact(moved: Moved) -> bool:
    """Return whether every step was made of ∂E/∂θ itself."""
    return all(
        any(
            each.array.size == right.size
            and is_times(moved, name, each.array.reshape(right.shape), 1.0, right)
            for each in moved.pieces[name].made_of
        )
        for name, right in moved.right.items()
    )


def what_it_goes_down(found: Followed) -> Text:
    """Say what the step goes down, and how."""
    said, (en, zh) = goes_down(found.total), BY[found.by]
    return Text(f"It goes down {said.en}{en}", f"它沿 {said.zh} 下降{zh}")


def goes_down(total: Derived) -> Text:
    """Say what E is."""
    line = called_line(total.line)
    if total.kind == "own":
        return Text(f"the number that {line.en} computes", f"{line.zh}计算的数")
    en, zh = LOSSES[total.kind]
    return Text(f"the {en}, of the difference in {line.en}", f"{zh}（误差在{line.zh}）")


def called_line(line: int) -> Text:
    """Say which line it is."""
    file, number = divmod(line, FILE)
    if file:
        return Text(f"line {number} of a module", f"某个模块的第 {number} 行")
    return Text(f"line {number}", f"第 {number} 行")


LOSSES = {
    "squared error": Text("squared error", "平方误差"),
    "binary cross-entropy": Text("binary cross-entropy", "二元交叉熵"),
    "categorical cross-entropy": Text("categorical cross-entropy", "多类交叉熵"),
}
BY = {
    "plain": Text(": a common factor of a step is the learning rate.", "：公共因子就是学习率。"),
    "penalty": Text(", with a penalty on its weights.", "，并带有权重惩罚。"),
    "momentum": Text(", with momentum.", "，并带有动量。"),
    "optimizer": Text(
        "; the step made of the gradient is no plain descent (Adam, RMSprop …).",
        "；由梯度得到的更新不是普通的梯度下降（Adam、RMSprop 等）。",
    ),
}
WATCHED = Text(
    "watched the program train, and differentiated its own operations",
    "观察程序的训练，并对它自己的运算求导",
)
