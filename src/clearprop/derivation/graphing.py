"""`graph`: any scalar expression, or a network with one sample, as a computational graph."""

from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop._registry import spelled
from clearprop.derivation.graphs.computational_graph import Graph, GraphForms
from clearprop.derivation.graphs.matrices import MatrixForms, MatrixGraph
from clearprop.derivation.graphs.matrix_reading import read_matrices
from clearprop.derivation.graphs.matrix_svg import as_matrix_svg
from clearprop.derivation.graphs.matrix_text import as_matrix_text
from clearprop.derivation.graphs.network import unrolled
from clearprop.derivation.graphs.reading import read
from clearprop.derivation.graphs.statements import on_one_line
from clearprop.derivation.graphs.svg import as_svg
from clearprop.derivation.graphs.text import as_text
from clearprop.network.network import Network

FORMS: GraphForms = {"text": as_text, "svg": as_svg}
MATRIX_FORMS: MatrixForms = {"text": as_matrix_text, "svg": as_matrix_svg}


def graph(
    source: str | Network, /, *arguments: Any, **values: npt.ArrayLike
) -> Graph | MatrixGraph:
    """Return an expression, or a network with one sample, as a computational graph.

    Parameters
    ----------
    source : str or Network
        An expression of numbers, names, ``+ - * / **`` and functions (``exp``, ``ln``, ``sqrt``,
        ``sin``, ``cos``, ``tan``, ``abs``, ``max``, ``min`` and the elementwise activations), or
        a network. With matrices also ``@``, ``.T``, ``sum``, ``mean`` and ``var`` (of all, or
        along axis 0 or 1), ``std``, ``norm``, ``largest``, ``logsumexp``, ``softmax`` of rows,
        ``rows(E, [2, 0])`` or ``E[[2, 0]]`` (an embedding), ``conv(x, k, stride=1, padding=0)``,
        ``max_pool(x, 2)``, ``avg_pool(x, 2)``, ``flatten`` and ``concat(a, b)``; NumPy's and
        PyTorch's spelling of these is read as well. Several lines, divided by ``;``, name what they
        compute: ``"h = tanh(x @ W); sum(h ** 2)"``.
    *arguments
        For a network: its parameters, one sample x of n₀ numbers, its target y of K numbers.
    **values : float or array-like of shape (rows, columns)
        For an expression: the value of each name. With one matrix among them all are matrices, and
        a result that is no single number is summed up. A list is the row or, in a product, the
        column that fits, as with NumPy.

    Returns
    -------
    Graph or MatrixGraph
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
    >>> norm = cp.graph("sum(w * (x - mean(x, 0)) / sqrt(var(x, 0) + 1e-5))",
    ...                 x=[[1.0], [2.0], [4.0]], w=[[1.0], [0.0], [0.0]])
    >>> norm.gradient["x"].ravel().round(3)
    array([ 0.229, -0.344,  0.115])
    """
    if isinstance(source, Network):
        if len(arguments) != 3 or values:
            why = "the graph of a network needs parameters, one sample and its target."
            raise invalid_argument("source", source, why, "graph(net, params, x, y).")
        return Graph(_title(source), tuple(unrolled(source, *arguments)), FORMS)
    if arguments:
        why = "an expression takes its values by name."
        raise invalid_argument("arguments", arguments, why, "graph('a * b', a=2, b=3).")
    if any(np.ndim(value) for value in values.values()):  # type: ignore[arg-type]
        nodes = tuple(read_matrices(source, values))
        return MatrixGraph(on_one_line(source), nodes, MATRIX_FORMS)
    scalars = tuple(read(source, values))  # type: ignore[arg-type]
    return Graph(on_one_line(source), scalars, FORMS)


def of_matrices(graph: Graph | MatrixGraph) -> MatrixGraph:
    """Return a graph of numbers as one of 1×1 matrices, a graph of matrices as it is.

    Raises
    ------
    InputError
        If it is the graph of a network.
    """
    if isinstance(graph, MatrixGraph):
        return graph
    if not isinstance(graph, Graph):
        why = "it is neither a network nor an expression with its numbers."
        raise invalid_argument("net", graph, why, "cp.graph('x * w', x=2, w=3).")
    values = {node.name: node.value for node in graph.nodes if node.kind == "input"}
    try:
        nodes = read_matrices(graph.title, values)
    except InputError:
        why = "it is no expression."
        hint = "diagnose(gradients, net, params, X, Y) for a network."
        raise invalid_argument("net", graph.title, why, hint) from None
    return MatrixGraph(graph.title, tuple(nodes), MATRIX_FORMS, graph.lang)


def _title(net: Network) -> str:
    sizes = "-".join(map(str, net.sizes))
    activations = ", ".join(spelled(layer.activation) for layer in net.layers)
    return f"L, {sizes} ({activations}), {spelled(net.loss_rule)}"
