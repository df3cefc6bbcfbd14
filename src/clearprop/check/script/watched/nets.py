"""The network of a step: its parameters, what was taken off them, and the samples it was given."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.check.script.observed import ObservedLayer, ObservedStep, Run
from clearprop.check.script.schema import UnusableError
from clearprop.check.script.watched.multiples import SAME
from clearprop.check.script.watched.row_convention import ones_column, oriented, rows

MAX_CHOSEN = 4


@dataclass(frozen=True)
class Weights:
    """One parameter array in the row convention, before and after a step."""

    name: str
    before: FloatArray
    after: FloatArray | None
    layer: int
    own_shape: tuple[int, ...]

    @property
    def taken(self) -> FloatArray | None:
        """What was taken off it: before − after."""
        return None if self.after is None else self.before - self.after


@dataclass(frozen=True)
class Net:
    """The parameters of a step, and the samples that went through its layers."""

    weights: tuple[Weights, ...]
    sizes: tuple[int, ...]
    entering: tuple[FloatArray, ...]
    """What entered the product of each layer, (m, n)."""
    column: bool
    """True if W is (n_out, n_in)."""
    itemsize: int
    bias_rows: Mapping[int, int] = field(default_factory=dict)
    """The row of a layer's weights that is its bias: its inputs hold a 1 there, or −1."""
    thresholds: frozenset[int] = frozenset()
    """The layers whose inputs hold −1 there: the row is the negative of the bias."""

    @cached_property
    def params(self) -> Parameters:
        """The parameters before the step; biases that are not there are 0."""
        params = Parameters(self.sizes)
        for each in self.weights:
            params[each.name] = each.before
        return params

    @property
    def m(self) -> int:
        """The number of samples."""
        return len(self.entering[0])

    @property
    def depth(self) -> int:
        """L."""
        return len(self.sizes) - 1

    def same(self, one: FloatArray, other: FloatArray) -> bool:
        """Return whether two arrays hold the same numbers."""
        if one.shape != other.shape or not np.isfinite(one).all():
            return False
        scale = max(float(np.abs(one).max(initial=0.0)), 1e-300)
        return bool(np.abs(one - other).max(initial=0.0) <= SAME[self.itemsize] * scale)


def taken(net: Net) -> dict[str, FloatArray]:
    """Return before − after of every parameter that the step changed."""
    return {w.name: w.taken for w in net.weights if w.taken is not None}


def weighted_sum(net: Net, layer: int) -> FloatArray:
    """Return Z of a layer, from what entered it."""
    W, b = net.params[f"W{layer}"], net.params[f"b{layer}"]
    with np.errstate(all="ignore"):
        return net.entering[layer - 1] @ W + b


def nets(step: ObservedStep) -> Iterator[tuple[Net, tuple[Run, ...]]]:
    """Yield the readings of a step's samples: the last run, all together, then others alone.

    A program may go forward with its test data too before it takes a step; not where it is known
    that all outputs go into the change.
    """
    runs = step.runs
    chosen = [runs[-1:], runs] if len(runs) > 1 else [runs]
    once = tuple({run.inputs[0].tobytes(): run for run in runs}.values())
    if 1 < len(once) < len(runs):  # for its cost, then for its gradient
        chosen.insert(1, once)
    different = {tuple(array.shape for array in run.inputs): run for run in reversed(runs)}
    if step.of_all and len(runs) > 1:
        chosen.remove(runs[-1:])
    elif len(different) > 1:
        chosen[1:1] = [(run,) for run in different.values() if run is not runs[-1]]
    elif len(runs) > 1:  # a program may go forward again, to see how its loss changes
        chosen.insert(1 if len(runs) > MAX_CHOSEN else 2, runs[:1])
    for some, ones in itertools.product(chosen[:MAX_CHOSEN], (False, True)):
        try:
            net = net_of(step.layers, some, ones_are_bias=ones)
        except ValueError:
            continue
        if not ones or net.sizes[0] < net_of(step.layers, some).sizes[0]:
            yield net, tuple(some)


def net_of(
    layers: Sequence[ObservedLayer], runs: Sequence[Run], *, ones_are_bias: bool = False
) -> Net:
    """Return the network of a step in the row convention.

    With `ones_are_bias`, a column of ones, or −1, among the samples stands for the bias of layer 1.

    Raises
    ------
    UnusableError, ValueError
        If the arrays make no network.
    """
    weights: list[Weights] = []
    sizes: list[int] = []
    bias_rows: dict[int, int] = {}
    thresholds: set[int] = set()
    entering = [
        np.vstack([rows(run.inputs[number], layer) for run in runs])
        for number, layer in enumerate(layers)
    ]
    for number, layer in enumerate(layers, start=1):
        W, samples = weights_of(layer, number), entering[number - 1]
        folded = number > 1 and len(W.before) == sizes[-1] + 1 and layer.bias is None
        ones = ones_column(samples) if folded or number == 1 else None
        if folded and ones is None:
            raise UnusableError("no chain")
        if ones is not None and (folded or (ones_are_bias and layer.bias is None)):
            kept = [n for n in range(len(W.before)) if n != ones]
            bias_rows[number] = ones
            thresholds |= {number} if samples[0, ones] < 0 else set()
            b, W = without_bias(W, ones, kept, samples[0, ones])
            weights.append(b)
            entering[number - 1] = samples[:, kept]
        if number > 1 and len(W.before) != sizes[-1]:
            raise UnusableError("no chain")
        if number == 1:
            sizes.append(len(W.before))
        sizes.append(W.before.shape[1])
        weights.append(W)
        if layer.bias is not None:
            weights.append(bias_of(layer, number, sizes[-1]))
    if entering[0].shape[1] != sizes[0] or len({len(each) for each in entering}) != 1:
        raise UnusableError("no samples")
    if not all(np.isfinite(array).all() for array in (*(w.before for w in weights), *entering)):
        raise UnusableError("no numbers")
    return Net(
        tuple(weights),
        tuple(sizes),
        tuple(entering),
        layers[0].first != layers[0].turned,
        itemsize_of(weights, entering),
        bias_rows,
        frozenset(thresholds),
    )


def weights_of(layer: ObservedLayer, number: int) -> Weights:
    """Return the weights of a layer, (n_in, n_out)."""
    before, after = layer.weights.before, layer.weights.after
    W_after = None if after is None else oriented(after, layer)
    return Weights(f"W{number}", oriented(before, layer), W_after, number, before.shape)


def without_bias(
    weights: Weights, row: int, kept: list[int], sign: float
) -> tuple[Weights, Weights]:
    """Return the bias that stands in a row of the weights, and the weights of the rows kept."""
    layer, before, after = weights.layer, weights.before, weights.after
    b, b_after = sign * before[row], None if after is None else sign * after[row]
    W, W_after = before[kept], None if after is None else after[kept]
    bias = Weights(f"b{layer}", b, b_after, layer, b.shape)
    return bias, Weights(weights.name, W, W_after, layer, W.shape)


def bias_of(layer: ObservedLayer, number: int, units: int) -> Weights:
    """Return the bias of a layer, flat."""
    assert layer.bias is not None
    before, after = layer.bias.before, layer.bias.after
    if before.size == 1 and units > 1:  # one number for all units: no bias of a dense layer
        return Weights(f"b{number}", np.full(units, float(before.ravel()[0])), None, number, ())
    if before.size != units:
        raise UnusableError("no bias")
    if after is not None and after.size != units:  # a step that is not summed has made it grow
        after = after if units > 1 and after.ndim == 2 else None
    elif after is not None:
        after = after.ravel()
    if after is not None and after.ndim == 2 and layer.first:
        after = after.T
    return Weights(f"b{number}", before.ravel(), after, number, before.shape)


def itemsize_of(weights: Sequence[Weights], entering: Sequence[FloatArray]) -> int:
    """Return the bytes of a number of the program: the fewest that hold its numbers exactly.

    Whole numbers say nothing of that, and their differences are exact.
    """
    before = [each.before for each in weights]
    afters = [each.after for each in weights if each.after is not None]
    every = [*before, *afters, *entering]
    if not are_all(before, "f4") or all(np.array_equal(a, np.round(a)) for a in every):
        return 8
    return 2 if are_all(every, "f2") else 4


def are_all(arrays: Sequence[FloatArray], short: str) -> bool:
    """Return whether a shorter type of number holds all of these arrays exactly."""
    with np.errstate(over="ignore"):
        return all(np.array_equal(a, a.astype(short).astype(float)) for a in arrays if a.any())
