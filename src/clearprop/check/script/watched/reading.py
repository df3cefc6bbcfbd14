"""Readings of an observed step: network, activations, targets, and masks of dropout.

The limited process says which arrays it saw. What they are to each other is computed here.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.backprop.structure import Layer
from clearprop.check.backward import gradient
from clearprop.check.problem import Dropout, Problem
from clearprop.check.script.observed import Run
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.activations import hidden_layers, output_activations, rules
from clearprop.check.script.watched.nets import Net, Weights, weighted_sum
from clearprop.check.script.watched.row_convention import joined, oriented_like
from clearprop.check.script.watched.targets import targets
from clearprop.losses import Loss
from clearprop.network.network import Network

ROUNDED = 1e-14
"""f′ of outputs that are at a bound but for rounding."""


@dataclass(frozen=True)
class Reading:
    """One way to understand a step: activations, targets and masks of dropout."""

    net: Net
    activations: tuple[Activation, ...]
    Y: FloatArray
    output: FloatArray
    """The outputs that the program computed, (m, K)."""
    dropout: Dropout | None = None
    error_given: bool = False
    """True if in the place of the targets stands δ of the output, as the program has it."""

    def network(self, loss: Loss, reduction: str = "sum") -> Network:
        """Return the network with a loss."""
        layers = [Layer(n, f) for n, f in zip(self.net.sizes[1:], self.activations, strict=True)]
        return Network(self.net.sizes[0], layers, loss, reduction, engine="reference")  # type: ignore[arg-type]

    def problem(
        self,
        form: LossForm,
        rate: float | None = None,
        penalty: float = 0.0,
        previous: Mapping[str, FloatArray] | None = None,
        taken: Mapping[str, FloatArray] | None = None,
    ) -> Problem:
        """Return the problem of the right gradient; `previous` is that of the step before.

        `taken` is what this step took off the parameters.
        """
        network = self.network(form.rule, form.reduction)
        return Problem(
            network,
            self.net.params,
            self.net.entering[0],
            self.Y,
            learning_rate=rate,
            penalty=penalty,
            dropout=self.dropout,
            previous=previous,
            taken=taken,
        )

    def right(self, form: LossForm) -> dict[str, FloatArray]:
        """Return the right gradient."""
        with np.errstate(all="ignore"):
            return dict(gradient(self.problem(form)))


def readings(net: Net, runs: Sequence[Run], *, made_up: bool = False) -> Iterator[Reading]:
    """Yield the readings of a net: every output activation and target that fits what was seen.

    Targets that were `made_up` need not be what its author has.
    A softmax may be taken of the activations of the last layer: that is one more layer, W = I.
    Where all weighted sums of a sample are equal, as those of weights 0, it shows nothing of that.
    """
    is_level = not np.ptp(weighted_sum(net, net.depth), axis=1).any()
    above = with_softmax_above(net, runs)
    for each in [net, *above] if is_level else [*above, net]:
        for reading in readings_of(each, runs):
            yield with_probabilities(reading) if made_up else reading


def with_softmax_above(net: Net, runs: Sequence[Run]) -> Iterator[Net]:
    """Yield the net with a softmax of its activations, where both were seen.

    Not where that of the weighted sums was: saturated ones are all alike.
    """
    z, softmax = weighted_sum(net, net.depth), ACTIVATIONS.make("softmax")
    seen = [part for array in joined([r.seen for r in runs], z) for part in oriented_like(array, z)]
    K, number = z.shape[1], net.depth + 1
    if any(net.same(softmax.value(z), array) for array in seen):
        return
    for f in rules(z, z):
        a = f.value(z)
        if net.same(a, z) or K == 1 or not any(net.same(a, array) for array in seen):
            continue
        if any(net.same(softmax.value(a), array) for array in seen):
            weights = Weights(f"W{number}", np.eye(K), None, number, (K, K))
            yield replace(
                net,
                weights=(*net.weights, weights),
                sizes=(*net.sizes, K),
                entering=(*net.entering, a),
            )


def readings_of(net: Net, runs: Sequence[Run]) -> Iterator[Reading]:
    """Yield the readings of a net as it stands."""
    hidden = hidden_layers(net)
    if hidden is None:
        return
    z = weighted_sum(net, net.depth)
    outputs = list(output_activations(net, runs, z))
    for below in itertools.product(*hidden.activations):
        for f, output in outputs:
            for Y in targets(net, runs, output):
                reading = Reading(net, (*below, f), Y, output, hidden.dropout)
                yield reading
                yield from without_saturated(reading)


def with_probabilities(reading: Reading) -> Reading:
    """Return a reading of a softmax with targets that add up to 1, of the same a − y.

    A class number in the place of a row of 0 and 1 is our slip, and no mistake of the program.
    """
    lacking = 1 - reading.Y.sum(axis=1, keepdims=True)
    if not reading.activations[-1].sums_to_one or not np.abs(lacking).max(initial=0.0) > ROUNDED:
        return reading
    return replace(reading, Y=reading.Y + lacking * reading.output)


def without_saturated(reading: Reading) -> Iterator[Reading]:
    """Yield a reading without the samples whose outputs are rounded to a bound that f only nears.

    Their δ is lost in a program that divides by a (1 − a), or by a held off its bounds, and then
    multiplies by f′ = 0.
    """
    f, net = reading.activations[-1], reading.net
    if not f.elementwise or f.attained or not np.isfinite(f.range).all():
        return
    rounded = np.abs(f.derivative(weighted_sum(net, net.depth), reading.output)) < ROUNDED
    rows = ~rounded.any(axis=1)
    if rows.all() or not rows.any():
        return
    dropout = reading.dropout
    if dropout is not None:
        kept = {number: mask[rows] for number, mask in dropout.masks.items()}
        dropout = replace(dropout, masks=kept)
    net = replace(net, entering=tuple(each[rows] for each in net.entering))
    yield Reading(net, reading.activations, reading.Y[rows], reading.output[rows], dropout)
