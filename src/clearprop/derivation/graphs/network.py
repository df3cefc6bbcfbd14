"""A network with one sample, unrolled into a scalar graph, neuron by neuron."""

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.backprop.trace import LayerTrace, Trace
from clearprop.derivation.graphs.loss import LossFormulas
from clearprop.derivation.graphs.nodes import Builder, Edge, Node
from clearprop.derivation.graphs.operations import activation
from clearprop.network.network import Network

LARGEST = 500
"""Parameters beyond which nobody could look at the graph."""


def unrolled(
    net: Network, params: Parameters | FloatArray, x: npt.ArrayLike, y: npt.ArrayLike
) -> list[Node]:
    """Return the nodes of the loss of one sample; weights W1 … Wn and biases b1 … are inputs.

    Weights are numbered neuron by neuron, and within a neuron input by input, as in hand-drawn
    figures; so are the neurons' z and a.

    Raises
    ------
    InputError
        If there are several samples, or so many parameters that the graph could not be read.
    """
    if net.parameter_count > LARGEST:
        why = f"its graph would have {net.parameter_count} weights and biases."
        raise invalid_argument("net", net, why, f"a network of at most {LARGEST}, or explain().")
    trace = net.trace(params, np.atleast_2d(x), np.atleast_2d(y))
    if len(trace.x) != 1:
        raise invalid_argument("x", np.shape(x), "the graph shows one sample.", "X[0].")
    return _Unrolling(trace).nodes()


class _Unrolling:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.builder = Builder()
        self.weights = self.neurons = 0

    def nodes(self) -> list[Node]:
        ahead = [
            self.builder.input(f"x{number}", float(value))
            for number, value in enumerate(self.trace.x[0], 1)
        ]
        for layer in self.trace.layers:
            ahead = self.layer(layer, ahead)
        self.loss(ahead)
        return self.builder.nodes

    def layer(self, layer: LayerTrace, inputs: list[int]) -> list[int]:
        """Return the positions of a layer's activations."""
        first = self.neurons + 1
        sums = [self.weighted_sum(layer, unit, inputs) for unit in range(layer.z.shape[1])]
        if layer.activation.elementwise:
            operation = activation(layer.activation)
            return [
                self.builder.apply(operation, [position], f"a{number}")
                for number, position in enumerate(sums, first)
            ]
        return [self.softmax(layer, unit, sums, first) for unit in range(len(sums))]

    def weighted_sum(self, layer: LayerTrace, unit: int, inputs: list[int]) -> int:
        """Return the position of z = Σ W·a + b of one neuron."""
        self.neurons += 1
        edges, terms = [], []
        for i, source in enumerate(inputs):
            self.weights += 1
            weight = self.builder.input(f"W{self.weights}", float(layer.W[i, unit]))
            before = self.builder.nodes[source]
            edges += [
                Edge(source, float(layer.W[i, unit]), f"W{self.weights}"),
                Edge(weight, before.value, before.name),
            ]
            terms.append(f"W{self.weights} · {before.name}")
        bias = self.builder.input(f"b{self.neurons}", float(layer.b[unit]))
        edges.append(Edge(bias, 1.0, "1"))
        written = " + ".join([*terms, f"b{self.neurons}"])
        value = float(layer.z[0, unit])
        return self.builder.add(
            Node(f"z{self.neurons}", "result", "Σ", written, value, tuple(edges))
        )

    def softmax(self, layer: LayerTrace, unit: int, sums: list[int], first: int) -> int:
        """Return the position of one output of a softmax layer, which takes all its sums."""
        a, name = layer.a[0], f"a{first + unit}"
        edges = tuple(
            Edge(
                position,
                float(a[unit] * ((other == unit) - a[other])),
                f"{name} · (1 − {name})" if other == unit else f"−{name} · a{first + other}",
            )
            for other, position in enumerate(sums)
        )
        written = f"softmax({', '.join(self.builder.nodes[one].name for one in sums)})"
        return self.builder.add(Node(name, "result", "softmax", written, float(a[unit]), edges))

    def loss(self, outputs: list[int]) -> None:
        trace, names = self.trace, [self.builder.nodes[one].name for one in outputs]
        formulas = LossFormulas(trace.loss, names, trace.layers[-1].a[0], trace.y[0])
        edges = tuple(
            Edge(position, float(slope), written)
            for position, slope, written in zip(
                outputs, trace.loss_derivative[0], formulas.derivatives(), strict=True
            )
        )
        self.builder.add(Node("L", "result", "L", formulas.value(), trace.total_loss, edges))
