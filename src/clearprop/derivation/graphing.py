"""`graph`: any scalar expression, or a network with one sample, as a computational graph."""

from typing import Any

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop.derivation.graphs.computational_graph import Graph, GraphForms
from clearprop.derivation.graphs.network import unrolled
from clearprop.derivation.graphs.reading import read
from clearprop.derivation.graphs.svg import as_svg
from clearprop.derivation.graphs.text import as_text
from clearprop.network.network import Network

FORMS: GraphForms = {"text": as_text, "svg": as_svg}


def graph(source: str | Network, /, *arguments: Any, **values: float) -> Graph:
    """Return a scalar expression, or a network with one sample, as a computational graph.

    Parameters
    ----------
    source : str or Network
        An expression of numbers, names, ``+ - * / **`` and functions (``exp``, ``ln``, ``sqrt``,
        ``sin``, ``cos``, ``tan``, ``abs``, ``max``, ``min`` and the elementwise activations), or
        a network.
    *arguments
        For a network: its parameters, one sample x of n₀ numbers, its target y of K numbers.
    **values : float
        For an expression: the value of each name.

    Returns
    -------
    Graph
        ``print`` it, draw it with ``svg()``, or read ``value`` and ``gradient``. The graph of a
        network has its weights as inputs W1 … Wn and biases b1 …, neuron by neuron.

    Raises
    ------
    InputError
        If the expression cannot be read, calls for anything else, lacks a value, or has none.

    Examples
    --------
    >>> import clearprop as cp
    >>> print(cp.graph("a * a + a", a=3.0).gradient["a"])
    7.0
    """
    if isinstance(source, Network):
        if len(arguments) != 3 or values:
            why = "the graph of a network needs parameters, one sample and its target."
            raise invalid_argument("source", source, why, "graph(net, params, x, y).")
        return Graph(_title(source), tuple(unrolled(source, *arguments)), FORMS)
    if arguments:
        why = "an expression takes its values by name."
        raise invalid_argument("arguments", arguments, why, "graph('a * b', a=2, b=3).")
    return Graph(source, tuple(read(source, values)), FORMS)


def _title(net: Network) -> str:
    sizes = "-".join(map(str, net.sizes))
    activations = ", ".join(spelled(layer.activation) for layer in net.layers)
    return f"L, {sizes} ({activations}), {spelled(net.loss_rule)}"
