"""The symbols of one recorded pass, and the numbers that they stand for.

x, y, zˡ, aˡ, Wˡ, bˡ, δˡ are matrices with one sample a row; a single sample is a matrix of one
row. ℓ is the loss of each sample and L the total; with one sample they are the same and only L
is written. δ is the error term of each sample's own loss, δₙˡ = ∂ℓₙ/∂zₙˡ.
"""

import itertools
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from clearprop.activations import Activation
from clearprop.backprop.dropout import Masked
from clearprop.backprop.trace import LayerTrace, Trace
from clearprop.derivation.expression import (
    Apply,
    Bindings,
    Derivative,
    Expression,
    Number,
    Symbol,
    Value,
)
from clearprop.derivation.naming import Names
from clearprop.derivation.rules import application


@dataclass(frozen=True)
class Notation:
    """The symbols of a trace.

    Attributes
    ----------
    trace : Trace
        The record of one forward and backward pass.
    shortcut : bool
        True if δ of a canonical pair of loss and output is taken as a − y outright.
    is_whole : bool
        True if every entry and sample is worked out, however many there are.
    names : Names
        What the course calls its quantities, for what is drawn of characters.
    """

    trace: Trace
    shortcut: bool = True
    is_whole: bool = False
    names: Names = field(default_factory=Names)

    L = Symbol("L")
    c = Symbol("c")
    m = Symbol("m")
    eta = Symbol("eta")
    y = Symbol("y")
    x = Symbol("x")

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.trace.layers)

    @property
    def samples(self) -> int:
        """The number of samples."""
        return len(self.trace.x)

    @property
    def is_batch(self) -> bool:
        """True if there are several samples, so that entries carry the sample's index first."""
        return self.samples > 1

    @property
    def sizes(self) -> tuple[int, ...]:
        """n₀, n₁ … n_L."""
        return (self.trace.x.shape[1], *(layer.z.shape[1] for layer in self.trace.layers))

    @property
    def loss(self) -> Symbol:
        """The loss of one sample: ℓ, or L if there is only one sample."""
        return Symbol("ell") if self.is_batch else self.L

    def layer(self, number: int) -> LayerTrace:
        """Return the record of a layer, counted from 1."""
        return self.trace.layers[number - 1]

    def rule(self, layer: int) -> Activation:
        """Return the activation function of a layer, without its dropout."""
        activation = self.layer(layer).activation
        return activation.of if isinstance(activation, Masked) else activation

    def a(self, layer: int) -> Symbol:
        """Return aˡ; a⁰ is x."""
        return Symbol("a", layer) if layer else self.x

    def z(self, layer: int) -> Symbol:
        """Return zˡ."""
        return Symbol("z", layer)

    def W(self, layer: int) -> Symbol:  # noqa: N802
        """Return Wˡ."""
        return Symbol("W", layer)

    def b(self, layer: int) -> Symbol:
        """Return bˡ."""
        return Symbol("b", layer)

    def delta(self, layer: int) -> Symbol:
        """Return δˡ."""
        return Symbol("delta", layer)

    def slope(self, layer: int) -> Apply:
        """Return f′(zˡ), the local derivative of an elementwise activation."""
        return self.slope_at(layer, self.z(layer))

    def slope_at(self, layer: int, z: Symbol) -> Apply:
        """Return f′ of a layer at an entry or a row of its weighted sums."""
        return application(self.rule(layer), z, primes=1)

    def gradient(self, parameter: Symbol) -> Derivative:
        """Return ∂L/∂ of a parameter or of an entry of it."""
        return Derivative(self.L, parameter)

    def unit(
        self, quantity: Symbol, unit: int | str | None, sample: int | str | None = None
    ) -> Symbol:
        """Return the entry of a quantity of samples (x, y, z, a, δ) at a unit.

        One sample shows no sample index, and a layer of one unit then shows no index at all.
        """
        if self.is_batch:
            return quantity[sample, unit]
        only = quantity.letter != "b" and np.size(self.bindings[quantity.whole]) == 1
        return quantity if only else quantity[unit]

    def bias(self, layer: int, unit: int | str) -> Symbol:
        """Return an entry of bˡ, shown without index if the layer has one unit."""
        return self.b(layer)[unit] if self.sizes[layer] > 1 else self.b(layer)

    @property
    def is_weighted(self) -> bool:
        """True if samples count differently, so that each has a share cₙ of its own in L."""
        share = self.trace.share
        return bool(self.is_batch and (share != share[0]).any())

    def mask(self, layer: int) -> Symbol | None:
        """Return r of a layer with dropout, 0 or 1/keep for every unit; None without dropout."""
        return Symbol("r", layer) if isinstance(self.layer(layer).activation, Masked) else None

    def f(self, layer: int) -> Symbol:
        """Return f(z) of a layer: a, or before its dropout h."""
        return self.a(layer) if self.mask(layer) is None else Symbol("h", layer)

    def share(self) -> Expression | None:
        """Return what every sample counts in L: 1/m for a mean, None for a sum."""
        if not self.is_batch or self.is_weighted or self.trace.reduction == "sum":
            return None
        return Number(1) / self.m

    @cached_property
    def bindings(self) -> dict[str, Value]:
        """The numbers that the symbols stand for, by name; topics add the symbols of their own."""
        trace, loss = self.trace, self.loss.name
        bound: dict[str, Value] = {
            "x": trace.x,
            "y": trace.y,
            "L": trace.total_loss,
            "m": self.samples,
            "c": trace.share,
            f"d{loss}/da{self.depth}": trace.loss_derivative,
            f"d{loss}/dx": trace.layers[0].delta @ trace.layers[0].W.T,
        }
        for below, above in itertools.pairwise(trace.layers):
            bound[f"d{loss}/da{below.number}"] = above.delta @ above.W.T
        if self.is_batch:
            bound["ell"] = trace.sample_losses[:, None]
        for layer in trace.layers:
            bound |= self._bindings_of(layer)
        return bound

    def _bindings_of(self, layer: LayerTrace) -> Bindings:
        number = layer.number
        bound = {
            f"z{number}": layer.z,
            f"a{number}": layer.a,
            f"W{number}": layer.W,
            f"b{number}": layer.b[None, :],
            f"delta{number}": layer.delta,
            f"d{self.loss.name}/dz{number}": layer.delta,
            f"dL/dW{number}": layer.dW,
            f"dL/db{number}": layer.db[None, :],
        }
        if isinstance(layer.activation, Masked):
            h = layer.activation.of.value(layer.z)
            bound |= {f"r{number}": layer.activation.r, f"h{number}": h}
            bound[self.slope(number).name] = layer.activation.of.derivative(layer.z, h)
        elif layer.activation.elementwise:
            bound[self.slope(number).name] = layer.local_derivative
        return bound
