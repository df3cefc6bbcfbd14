"""`explain`: any gradient of any network as a derivation."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._random import Seed, random_source
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.backprop.dropout import with_dropout
from clearprop.backprop.structure import Parameters
from clearprop.backprop.trace import Trace, record
from clearprop.derivation.derivation import Derivation, Question, Section
from clearprop.derivation.naming import Names
from clearprop.derivation.notation import Notation
from clearprop.derivation.printers import FORMS
from clearprop.derivation.rewriting import Convention
from clearprop.derivation.rules import check_formulas, loss_name
from clearprop.derivation.scope import read_scope
from clearprop.derivation.sections import sections_of
from clearprop.derivation.style import Detail, Style
from clearprop.derivation.topics.levenberg_marquardt import levenberg_marquardt_section
from clearprop.derivation.topics.solver_steps import LossAndGradient, solver_sections
from clearprop.derivation.topics.update import update_section, updated
from clearprop.derivation.topics.weight_decay import weight_decay_section
from clearprop.model import Model, as_model
from clearprop.network.network import Network
from clearprop.updates import UPDATES, UpdateRule

MOST_STEPS = 9


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
    shortcut: bool = True,
    names: Mapping[str, str] | None = None,
    numbered: bool = False,
    weight_decay: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    dropout: float = 0.0,
    dropout_seed: Seed = 0,
    solver: str | UpdateRule | None = None,
    steps: int = 2,
    damping: float | None = None,
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
        with ``detail="everything"`` all of these. By name only: ``"story"`` (learning in four
        steps), ``"model"`` (hyper-parameters and parameters), ``"chart"`` (flow charts),
        ``"chain_rule"``, ``"error_term"`` (the names of δ and their meaning), ``"transpose"``
        (where it comes from), ``"training"`` (pseudocode with validation), ``"code"`` (in NumPy),
        ``"key_points"``.
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
    shortcut : bool, default=True
        Take δ = a − y outright where loss and output activation are a canonical pair; False goes
        through ∂L/∂a and the derivative of the activation, and arrives at the same.
    names : mapping of str to str, optional
        What the course calls its quantities: ``{"a": "h", "delta": "dZ", "L": "E"}``; of one layer
        alone ``{"a2": "p"}``; derivatives ``{"dL/dW": "dW"}``.
    numbered : bool, default=False
        Number weights, biases and units through, neuron by neuron, as hand-drawn figures do: W₁,
        W₂ … for the weights, z₃ for the first unit after two. Of one sample only.
    weight_decay : float, default=0
        λ of an L2 penalty ½ λ Σ W² on the weights: show it in loss, gradient and update.
    sample_weight : array-like of shape (m,), optional
        How much each sample counts.
    dropout : float, default=0
        p: drop units of the hidden layers with this probability, and show the mask.
    dropout_seed : int or Generator, default=0
        Where the masks are drawn from.
    solver : str or UpdateRule, optional
        Show steps of a rule of `clearprop.updates.UPDATES` by hand, ``"adam"`` or
        ``"sgd(momentum=0.9)"``: of the weights or biases that `wrt` names, or of all.
    steps : int, default=2
        How many of them, from 1 to 9.
    damping : float, optional
        μ: show one step of Levenberg and Marquardt, with its Jacobian and Gauss-Newton matrix.

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
    check_formulas(net)
    scope = read_scope(wrt, net.sizes)
    called = Names.of(names, net.sizes if numbered else ())
    trace = _trace(net, params, X, Y, sample_weight, dropout, dropout_seed)
    n = Notation(trace, shortcut, is_whole=fold == 0, names=called)
    if numbered and n.is_batch:
        why = f"entries of {n.samples} samples are numbered by sample and unit."
        raise invalid_argument("numbered", numbered, why, "one sample.")
    first = 1 if numbered else first_index
    style = Style(lang, convention, detail, digits, fold, first, batch=n.is_batch, names=called)
    before = params if isinstance(params, Parameters) else net.parameters(params)
    update = _update(net, before, X, Y, n, learning_rate, sample_weight)
    rule = None if learning_rate is None else _rule("sgd", learning_rate)
    more: list[Section] = []
    if weight_decay:
        decay = _positive("weight_decay", weight_decay, "0.01.")
        more.append(weight_decay_section(n, decay, learning_rate))
        update = None
    if solver is not None:
        rule = _rule(solver, learning_rate)
        question = _question(net, X, Y, sample_weight)
        update = None
        more += solver_sections(n, scope, rule, _steps(steps), before.vector, question)
    if damping is not None:
        more.append(
            levenberg_marquardt_section(
                n,
                before.vector,
                net.jacobian(before, X),
                lambda theta: net.forward(theta, X),
                _positive("damping", damping, "0.001."),
            )
        )
    if dropout and (solver is not None or damping is not None or learning_rate is not None):
        why = "every step draws its own mask; here the pass of one mask is shown."
        raise invalid_argument("dropout", dropout, why, "no update, solver or damping beside it.")
    sections = (*sections_of(n, scope, detail, topics, update), *more)
    question = Question(scope, rule, weight_decay, dropout)
    return Derivation(_title(net, n, wrt), sections, n, FORMS, style, question)


def _of_model(
    model: Model, given: Any, answers: Any
) -> tuple[Network, Parameters, FloatArray, FloatArray]:
    """Return network, parameters, inputs and targets of a model, for rows as it takes them."""
    y = np.asarray(answers)
    Y = model.target.rule.encode(y.reshape(1) if y.ndim == 0 else y)
    return model.network, model.parameters, model.inputs(given), Y


def _update(
    net: Network,
    before: Parameters,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    n: Notation,
    learning_rate: float | None,
    sample_weight: npt.ArrayLike | None,
) -> Section | None:
    """Return the section on one step of gradient descent, if a learning rate is given."""
    if learning_rate is None:
        return None
    rate = _positive("learning_rate", learning_rate, "0.1.")
    after = updated(before, net.gradient(before, X, Y, sample_weight)[1], rate)
    return update_section(n, after, net.loss(after, X, Y, sample_weight), rate)


def _positive(name: str, value: object, hint: str) -> float:
    """Return a positive number, or refuse what is none."""
    if not (isinstance(value, Real) and 0 < float(value) < np.inf):
        raise invalid_argument(name, value, "it must be a positive number.", hint)
    return float(value)


def _steps(steps: int) -> int:
    if not isinstance(steps, Integral) or not 1 <= steps <= MOST_STEPS:
        why = f"by hand it is from 1 to {MOST_STEPS} steps."
        raise invalid_argument("steps", steps, why, "2.")
    return int(steps)


def _rule(solver: str | UpdateRule, learning_rate: float | None) -> UpdateRule:
    """Return the update rule, with the learning rate if one is given."""
    rule = UPDATES.make(solver)
    return rule if learning_rate is None else replace(rule, learning_rate=learning_rate)


def _question(
    net: Network, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None
) -> LossAndGradient:
    """Return the function from flat parameters to loss and flat gradient."""

    def question(theta: FloatArray) -> tuple[float, FloatArray]:
        loss, gradient = net.gradient(theta, X, Y, sample_weight)
        return loss, gradient.vector

    return question


def _trace(
    net: Network,
    params: Parameters | FloatArray,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None,
    dropout: float,
    seed: Seed,
) -> Trace:
    """Return the record of the pass, through a dropout mask if one is asked for."""
    trace = net.trace(params, X, Y, sample_weight)
    if not dropout:
        return trace
    if not isinstance(dropout, Real) or not 0 < dropout < 1:
        raise invalid_argument("dropout", dropout, "it is a probability below 1.", "0.5.")
    hidden = [float(dropout)] * (len(net.layers) - 1)
    layers = with_dropout(net.layers, hidden, len(trace.x), random_source(seed))
    weights = [(layer.W, layer.b) for layer in trace.layers]
    return record(layers, weights, trace.x, trace.y, net.loss_rule, net.reduction, trace.share)


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
        loss=loss_name(net.loss_rule),
        samples=many if n.is_batch else one,
    )
