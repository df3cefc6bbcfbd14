"""`explain`: any gradient of any network as a derivation."""

from collections.abc import Iterable
from numbers import Real
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.derivation.derivation import Derivation, Section
from clearprop.derivation.notation import Notation
from clearprop.derivation.printers import FORMS
from clearprop.derivation.rewriting import Convention
from clearprop.derivation.scope import read_scope
from clearprop.derivation.sections import sections_of
from clearprop.derivation.style import Detail, Style
from clearprop.derivation.topics.update import update_section, updated
from clearprop.model import Model, as_model
from clearprop.network.network import Network


def explain(
    net: Any,
    params: Any,
    X: Any,
    Y: npt.ArrayLike | None = None,
    wrt: str | None = None,
    *,
    topics: Iterable[str] | None = None,
    learning_rate: float | None = None,
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
    net : Network, or a Model or fitted estimator
        The network. Of a model or an estimator the next two arguments are rows, as it takes them,
        and their answers: ``explain(model, X, y)``.
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
    topics : iterable of str, optional
        Only these parts of the whole pass, of ``"symbols"``, ``"forward"``, ``"loss"``,
        ``"backward"``, ``"gradients"``, ``"summary"``, ``"flow"``, ``"rules"`` (how every f′ comes
        about), ``"collapse"`` (why activations must not be linear), ``"cost"`` (what sharing error
        terms saves), ``"sensitivity"`` (of outputs to inputs). Without it the first seven, and
        with ``detail="everything"`` all.
    learning_rate : float, optional
        η: show one step of gradient descent, too, and the loss after it.
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
    if not isinstance(net, Network):
        net, params, X, Y = _of_model(as_model(net), params, X)
    if Y is None:
        raise invalid_argument("Y", Y, "a gradient needs targets.", "explain(net, params, X, Y).")
    scope = read_scope(wrt, net.sizes)
    n = Notation(net.trace(params, X, Y))
    style = Style(lang, convention, detail, digits, fold, first_index, batch=n.is_batch)
    update = _update(net, params, X, Y, n, learning_rate)
    sections = tuple(sections_of(n, scope, detail, topics, update))
    return Derivation(_title(net, n, wrt), sections, n, FORMS, style)


def _of_model(
    model: Model, given: Any, answers: Any
) -> tuple[Network, Parameters, FloatArray, FloatArray]:
    """Return network, parameters, inputs and targets of a model, for rows as it takes them."""
    y = np.asarray(answers)
    Y = model.target.rule.encode(y.reshape(1) if y.ndim == 0 else y)
    return model.network, model.parameters, model.inputs(given), Y


def _update(
    net: Network,
    params: Parameters | FloatArray,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    n: Notation,
    learning_rate: float | None,
) -> Section | None:
    """Return the section on one step of gradient descent, if a learning rate is given."""
    if learning_rate is None:
        return None
    if not (isinstance(learning_rate, Real) and np.isfinite(learning_rate) and learning_rate > 0):
        raise invalid_argument(
            "learning_rate", learning_rate, "a step needs a positive number.", "0.1."
        )
    before = params if isinstance(params, Parameters) else net.parameters(params)
    after = updated(before, net.gradient(params, X, Y)[1], learning_rate)
    return update_section(n, after, net.loss(after, X, Y), learning_rate)


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
