"""`explain`: any gradient of any network as a derivation."""

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

import numpy.typing as npt

from clearprop.catalogue import spelled
from clearprop.errors import refuse, refuse_name
from clearprop.explain.derivation import Derivation, Detail, Section, Step, Style
from clearprop.explain.notation import Notation
from clearprop.explain.rewriting import Convention
from clearprop.explain.scope import Scope, read_scope
from clearprop.explain.topics.backward import (
    activation_error,
    backward_steps,
    loss_derivative,
    one_error,
)
from clearprop.explain.topics.entries import watched
from clearprop.explain.topics.forward import forward_steps
from clearprop.explain.topics.gradient import (
    bias_gradient,
    input_gradient,
    one_bias,
    one_weight,
    weight_gradient,
)
from clearprop.explain.topics.loss import loss_steps
from clearprop.explain.words import propagation as words
from clearprop.language import Language, Text
from clearprop.network import Network
from clearprop.structure import FloatArray, Parameters


def explain(
    net: Network,
    params: Parameters | FloatArray,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    wrt: str | None = None,
    *,
    lang: Language = "en",
    convention: Convention = "row",
    detail: Detail = "numbers",
    digits: int = 4,
    fold: int = 8,
    first_index: Literal[0, 1] = 0,
) -> Derivation:
    """Return the derivation of a gradient, with symbols, shapes and numbers.

    Parameters
    ----------
    net : Network
        The network.
    params : Parameters or array of shape (P,)
        Its weights and biases.
    X : array-like of shape (m, n₀)
        One or several samples.
    Y : array-like of shape (m, K)
        Their targets.
    wrt : str, optional
        What to differentiate with respect to: all weights or biases of a layer (``"W1"``,
        ``"b2"``), one of them (``"W1[0,2]"``, from input 0 to unit 2), an error term
        (``"delta1"``, ``"delta1[1]"``), the inputs (``"x"``, ``"x[0]"``), a layer
        (``"layer2"``); the whole pass without it. Names and indices are those of `params`,
        in either convention.
    lang : {"en", "zh"}, default="en"
        The language of the sentences.
    convention : {"row", "column"}, default="row"
        z = a W + b with one sample a row, or z = W a + b with one sample a column.
    detail : {"symbols", "numbers", "everything"}, default="numbers"
        Formulas and shapes; numbers too; every entry worked out by hand too.
    digits : int, default=4
        Significant digits shown; 17 show all. Nothing is rounded before it is shown.
    fold : int, default=8
        Matrices with more rows or columns than this show their corners; 0 unfolds them.
    first_index : {0, 1}, default=0
        What formulas call the first unit.

    Returns
    -------
    Derivation
        ``print`` it, or read its ``steps`` and its ``value``.

    Raises
    ------
    InputError
        If `wrt` names nothing in the network, or an option is not known.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")])
    >>> params = net.initialize("he", seed=42)
    >>> derivation = cp.explain(net, params, [[0.5, -1.0]], [[1.0]], wrt="W1[0,2]")
    >>> derivation.value == net.gradient(params, [[0.5, -1.0]], [[1.0]])[1]["W1"][0, 2]
    np.True_
    """
    scope = read_scope(wrt, net.sizes)
    notation = Notation(net.trace(params, X, Y))
    style = Style(lang, convention, detail, digits, fold, first_index, notation.is_batch)
    _check(style)
    return Derivation(
        _title(net, notation, wrt), tuple(_sections(notation, scope)), notation.bindings, style
    )


def _check(style: Style) -> None:
    """Refuse a style that cannot be printed."""
    for name, known in (
        ("lang", get_args(Language)),
        ("convention", get_args(Convention)),
        ("detail", get_args(Detail)),
    ):
        if getattr(style, name) not in known:
            raise refuse_name(name, getattr(style, name), known)
    if not 1 <= style.digits <= 17:
        raise refuse("digits", style.digits, "a float64 has 1 to 17 digits.", "4, or 17 for all.")
    if style.first_index not in (0, 1):
        raise refuse("first_index", style.first_index, "counting starts at 0 or 1.", "0.")


def _title(net: Network, n: Notation, wrt: str | None) -> Text:
    sizes = "-".join(map(str, net.sizes))
    activations = ", ".join(spelled(layer.activation) for layer in net.layers)
    many = Text(f"{n.samples} samples, {net.reduction}", f"{n.samples} 个样本，{net.reduction}")
    one = Text("one sample", "一个样本")
    what = (
        Text("Derivation", "推导") if wrt is None else Text(f"Derivation of {wrt}", f"{wrt} 的推导")
    )
    return Text(
        "{what}: {sizes} network ({activations}), {loss}, {samples}",
        "{what}：{sizes} 网络（{activations}），{loss}，{samples}",
    ).filled(
        what=what,
        sizes=sizes,
        activations=activations,
        loss=spelled(net.loss_rule),
        samples=many if n.is_batch else one,
    )


def _sections(n: Notation, scope: Scope) -> Iterator[Section]:
    yield Section(words.FORWARD, tuple(forward_steps(n)))
    yield Section(words.LOSS, tuple(loss_steps(n)))
    if scope.kind in ("z", "delta") and not scope.index:
        yield Section(words.BACKWARD, tuple(backward_steps(n, scope.layer)))
        return
    needed = {"delta": scope.layer + 1, "z": scope.layer + 1, "a": scope.layer + 1}
    down_to = min(max(needed.get(scope.kind, scope.layer), 1), n.depth)
    yield Section(words.BACKWARD, tuple(backward_steps(n, down_to)))
    yield Section(words.GRADIENT, tuple(_gradient_steps(n, scope)))


def _gradient_steps(n: Notation, scope: Scope) -> Iterable[Step]:
    layer, index = scope.layer, scope.index
    if scope.kind == "W":
        return [one_weight(n, layer, *index) if index else weight_gradient(n, layer)]
    if scope.kind == "b":
        return [one_bias(n, layer, *index) if index else bias_gradient(n, layer)]
    if scope.kind == "x":
        return [input_gradient(n, *index)]
    if scope.kind in ("z", "delta"):
        return [one_error(n, layer, *index)]
    if scope.kind == "a":
        return [watched(loss_derivative(n)) if layer == n.depth else activation_error(n, layer)]
    layers = range(n.depth, 0, -1) if scope.kind == "pass" else (layer,)
    return [step(n, one) for one in layers for step in (weight_gradient, bias_gradient)]
