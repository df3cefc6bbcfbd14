"""Recognise a network and its loss by the numbers that a person's code gives for known inputs."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.backprop.descent import Reduction
from clearprop.backprop.propagate import forward
from clearprop.backprop.structure import Layer, Parameters
from clearprop.losses import LOSSES, Loss
from clearprop.network.network import check_pair

SAME = 1e-6
"""Relative difference up to which numbers are the same; forgives an ε inside a logarithm."""
SETTINGS = ("leaky_relu(0.1)", "leaky_relu(0.2)")


class Quotient(NamedTuple):
    """The quotient of two losses, as a formula and as a number."""

    formula: str
    value: float


@dataclass(frozen=True)
class LossForm:
    """A loss as a person may write it: a rule, and what it is divided by."""

    rule: Loss
    reduction: Reduction
    over_outputs: bool = False
    """True if it is averaged over the K outputs as well, as ``np.mean`` of a matrix does."""

    def factor(self, K: int) -> float:
        """Return what the loss of a `Network` with this rule and reduction is multiplied by."""
        return 1 / K if self.over_outputs else 1.0

    def over(self, other: "LossForm", m: int, K: int) -> "Quotient":
        """Return this loss divided by another that differs by a constant factor alone."""
        up, down, value = [], [], 1.0
        for letter, number, mine, theirs in (
            ("m", m, self.reduction == "mean", other.reduction == "mean"),
            ("K", K, self.over_outputs, other.over_outputs),
            ("2", 2, self.rule.constant_curvature == 1, other.rule.constant_curvature == 1),
        ):
            if theirs and not mine:
                up.append(letter)
                value *= number
            elif mine and not theirs:
                down.append(letter)
                value /= number
        below = f" / ({' '.join(down)})" if len(down) > 1 else "".join(f" / {d}" for d in down)
        return Quotient((" ".join(up) or "1") + below, value)

    def formula(self) -> str:
        """Return the formula, ``1/(m K) Σₙ Σₖ (a − y)²``."""
        divided = {"sum": "", "mean": "1/m "}[self.reduction]
        if self.over_outputs:
            divided = {"sum": "1/K ", "mean": "1/(m K) "}[self.reduction]
        return f"{divided}Σₙ Σₖ {self.rule.term or self.rule.name}"

    def in_words(self) -> Text:
        """Return the loss in words and as a formula."""
        name = self.rule.name.replace("_", " ")
        by = {"sum": Text("summed", "求和"), "mean": Text("averaged", "取平均")}[self.reduction]
        over = (
            Text("samples and outputs", "样本和输出")
            if self.over_outputs
            else Text("samples", "样本")
        )
        return Text(
            f"{name}, {by.en} over the {over.en}: {self.formula()}",
            f"{name}，对{over.zh}{by.zh}：{self.formula()}",
        )


def loss_forms(output: Activation) -> Iterator[LossForm]:
    """Yield every loss that exists for this output activation, the usual ones first."""
    canonical = [name for name, rule in LOSSES.items() if rule.canonical == output.name]
    squared = [name for name, rule in LOSSES.items() if rule.constant_curvature is not None]
    ordered = dict.fromkeys([*canonical, *squared, *LOSSES])
    for over_outputs in (False, True):
        for name in ordered:
            rule = LOSSES.make(name)
            try:
                check_pair(rule, Layer(1, output))
            except InputError:
                continue
            yield LossForm(rule, "mean", over_outputs)
            yield LossForm(rule, "sum", over_outputs)


def recognized_activations(
    params: Parameters,
    X: FloatArray,
    outputs: FloatArray,
    candidates: Iterable[tuple[Activation, ...]],
) -> Iterator[tuple[Activation, ...]]:
    """Yield the activations, hidden ones first, whose network gives these outputs (m, K)."""
    weights = params.layers
    for activations in candidates:
        layers = [Layer(W.shape[1], f) for (W, _), f in zip(weights, activations, strict=True)]
        with np.errstate(all="ignore"):
            computed = forward(layers, weights, X).output
        if same(computed, outputs):
            yield activations


def with_wrong_softmax(
    params: Parameters,
    X: FloatArray,
    outputs: FloatArray,
    candidates: Iterable[tuple[Activation, ...]],
) -> tuple[Activation, ...] | None:
    """Return the activations of a network whose softmax was taken over samples, or over all."""
    weights = params.layers
    softmax = ACTIVATIONS.make("softmax")
    for activations in candidates:
        if not activations[-1].is_identity:
            continue
        layers = [Layer(W.shape[1], f) for (W, _), f in zip(weights, activations, strict=True)]
        with np.errstate(all="ignore"):
            z = forward(layers, weights, X).output
            over_samples = softmax.value(z.T).T
            over_all = softmax.value(z.reshape(1, -1)).reshape(z.shape)
        if same(over_samples, outputs) or same(over_all, outputs):
            return (*activations[:-1], softmax)
    return None


def combinations(depth: int, *, mixed: bool = True) -> Iterator[tuple[Activation, ...]]:
    """Yield the activations that a network of this depth may have: equal hidden ones first.

    Of two that agree on all samples, the one that takes every value is the plainer.
    """
    rules = [ACTIVATIONS.make(name) for name in [*ACTIVATIONS, *SETTINGS]]
    rules.sort(key=lambda rule: rule.range != (-math.inf, math.inf))
    hidden = [rule for rule in rules if rule.elementwise]
    for f, output in itertools.product(hidden if depth > 1 else hidden[:1], rules):
        yield (*[f] * (depth - 1), output)
    if mixed and 2 < depth <= 4:
        for *below, output in itertools.product(*[hidden] * (depth - 1), rules):
            if len(set(below)) > 1:
                yield (*below, output)


def recognized_loss(
    value: float, output: Activation, outputs: FloatArray, Y: FloatArray
) -> LossForm | None:
    """Return the form of the loss that has this value at these outputs and targets, (m, K)."""
    m, K = outputs.shape
    for form in loss_forms(output):
        with np.errstate(all="ignore"):
            total = float(form.rule.value(outputs, Y).sum())
        expected = total * form.factor(K) / (m if form.reduction == "mean" else 1)
        if same(np.asarray(expected), np.asarray(value)):
            return form
    return None


CLEARLY = 1e-4
"""Relative difference by which another number would be no penalized loss."""
LEAST = 1e-7
"""Of a loss, so much is a penalty that is told from its rounding."""
MISTAKEN = (2.0, 0.5)
"""Multiples of λ that a slip makes, beside those of m: the ½, or the 2 of the square, is lost."""


def recognized_penalty(
    value: float, forms: Iterable[tuple[float, bool]], squares: float, decay: float, m: int
) -> float | None:
    """Return λ where a loss is one of these values and ½ λ Σ W²; None where it is not.

    Each value says whether the gradient is exactly that of its loss: only then is another λ than
    that of the gradient the mistake. One with the same λ comes first.
    """
    known = list(forms)
    for times in (1.0, *MISTAKEN, float(m), 1 / m):
        for plain, exact in known:
            expected = plain + decay / times * squares / 2
            same = abs(value - expected) <= 1e-6 * abs(expected)
            if same and (exact or times == 1):
                return decay / times
    return None


def shared_penalty(
    numbers: Sequence[FloatArray], values: Sequence[float], squares: Sequence[float]
) -> float | None:
    """Return λ > 0 where one number of each run is L + ½ λ Σ W²; None where that may be chance.

    It is none unless numbers that stay as they are, or grow like L or Σ W², would be no such.

    Parameters
    ----------
    numbers : sequence of array
        What each run computed.
    values, squares : sequence of float
        L and Σ W² of each.

    Examples
    --------
    >>> shared_penalty([np.array([30.0, 3.0]), np.array([30.0, 2.75])], [2.0, 1.5], [4.0, 5.0])
    0.5
    >>> shared_penalty([np.array([30.0]), np.array([30.0])], [2.0, 1.5], [4.0, 5.0]) is None
    True
    """
    if not all(squares) or not all(map(np.isfinite, (*values, *squares))):
        return None
    for number in numbers[0].tolist():
        penalty = 2 * (number - values[0]) / squares[0]
        expected = [L + penalty * S / 2 for L, S in zip(values, squares, strict=True)]
        others = (
            [number for _ in values],
            [number * L / values[0] for L in values],
            [number * S / squares[0] for S in squares],
        )
        if (
            penalty > 0
            and all(map(is_among, expected, numbers))
            and (
                all(max(map(apart, expected, other)) > CLEARLY for other in others)
                or is_told_alone(penalty, numbers, values, squares)
            )
        ):
            return penalty
    return None


def is_told_alone(
    penalty: float,
    numbers: Sequence[FloatArray],
    values: Sequence[float],
    squares: Sequence[float],
) -> bool:
    """Return whether a number less L is ½ λ Σ W² in each run, small as it is beside L."""
    grown = max(squares) > (1 + CLEARLY) * min(squares)
    rest = [penalty * S / 2 for S in squares]
    small = any(abs(L) * LEAST >= R for R, L in zip(rest, values, strict=True))
    more = [found - L for found, L in zip(numbers, values, strict=True)]
    return grown and not small and all(map(is_near, rest, more))


def is_near(expected: float, numbers: FloatArray) -> bool:
    """Return whether a number stands among others, but for the rounding of sums that cancel."""
    return bool(np.any(np.abs(numbers - expected) <= SAME * abs(expected)))


def is_among(expected: float, numbers: FloatArray) -> bool:
    """Return whether a number stands among others."""
    return bool(np.any(np.abs(numbers - expected) <= 1e-6 * abs(expected)))


def apart(one: float, other: float) -> float:
    """Return the relative difference of two numbers."""
    return abs(one - other) / max(abs(one), abs(other), 1e-300)


def same(computed: FloatArray, given: FloatArray) -> bool:
    """Return whether two arrays are the same numbers."""
    if np.shape(computed) != np.shape(given) or not np.isfinite(computed).all():
        return False
    scale = float(np.abs(computed).max(initial=0.0))
    return bool(np.abs(computed - given).max(initial=0.0) <= SAME * scale)


def outputs_as_rows(given: FloatArray, convention: str, m: int, K: int) -> FloatArray | None:
    """Return a person's outputs as (m, K), None if they have another shape."""
    if convention == "column" and given.shape == (K, m):
        return given.T.astype(float)
    if given.shape == (m, K):
        return given.astype(float)
    is_vector = given.shape == (m * K,) and 1 in (m, K)
    return given.reshape(m, K).astype(float) if is_vector else None
