"""Pages from what people have: a network with data, a table, a model with a table, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop._validation import as_numbers, as_targets
from clearprop.backprop.structure import Layer, Parameters
from clearprop.data import Encoding, RegressionTarget, as_table, infer_task, learn_target
from clearprop.files import write_whole
from clearprop.model import Model
from clearprop.network.network import Network, check_targets
from clearprop.playing.assembling import Notation, compressed, html
from clearprop.playing.draws import SEEDS
from clearprop.playing.presets import presets
from clearprop.playing.rules import has_rule
from clearprop.playing.scene import Scene, packed
from clearprop.updates import UPDATES

LETTERS = 60_000
"""Compressed data take up so much of a page; of a longer table every so many rows are taken."""
TRIED = 20_000
"""So many rows of a longer table are enough to tell how small it can be made."""
MOST_PARAMETERS = 250_000
"""A larger network is neither stepped nor looked at."""
VALIDATION = 0.2
"""Part of a table's rows that validates."""
OWN = Text("Your network", "你的网络")


class Playground:
    """A page that trains a network and derives any number of it; one HTML file, no server.

    In a notebook it shows itself. `save` writes it to a file that any browser opens.

    Attributes
    ----------
    html : str
        The page.
    note : Text or None
        What was left out to fit into it.
    """

    def __init__(self, html: str, note: Text | None = None) -> None:
        self.html, self.note = html, note

    def save(self, path: str | Path) -> None:
        """Write the page to a file, whole or not at all."""
        write_whole(path, self.html.encode())

    def _repr_html_(self) -> str:
        return (
            '<iframe title="clearprop play" width="100%" height="900" style="border:0"'
            f' srcdoc="{escape(self.html)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"Playground({len(self.html.encode()) // 1000} kB of HTML; .save('play.html'))"


def play(
    net: Network | None = None,
    params: Parameters | FloatArray | None = None,
    X: npt.ArrayLike | None = None,
    Y: npt.ArrayLike | None = None,
    *,
    solver: str = "sgd(learning_rate=0.1)",
    batch_size: int | None = None,
    weight_decay: float = 0.0,
    dropout: float = 0.0,
    validation: float = 0.0,
    seed: int = 0,
    lang: Language = "en",
    convention: str = "row",
    first_index: int = 0,
    names: Mapping[str, str] | None = None,
    numbered: bool = False,
) -> Playground:
    """Return a page in which a network trains, stops anywhere, and derives any of its numbers.

    Parameters
    ----------
    net : Network, optional
        The network; without it the page begins with two moons.
    params : Parameters or array of shape (P,), optional
        Its parameters; drawn with the seed without them.
    X : array of shape (m, n₀), optional
        Samples; of more than the page can hold every so many are taken, which `note` says.
    Y : array of shape (m, K), optional
        Targets.
    solver : str, default="sgd(learning_rate=0.1)"
        An update rule, with its settings.
    batch_size : int, optional
        Rows of a batch; all without it.
    weight_decay : float, default=0
        λ of the penalty ½ λ Σ W².
    dropout : float, default=0
        p: the probability that a unit of a hidden layer is dropped in a step.
    validation : float, default=0
        The part of the rows, the last ones, that does not train.
    seed : int, default=0
        0 … 19; draws first weights and the order of rows.
    lang : {"en", "zh"}, default="en"
    convention : {"row", "column"}, default="row"
    first_index : {0, 1}, default=0
        The number of the first unit, input and sample in formulas.
    names : mapping of str to str, optional
        What the course calls its quantities: ``{"a": "h", "delta": "dZ", "L": "E"}``.
    numbered : bool, default=False
        Number weights and units through, neuron by neuron: W₁ … W₈.

    Returns
    -------
    Playground

    Raises
    ------
    InputError
        If an argument cannot be used, or a rule of the network has no kernels to translate.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")])
    >>> page = cp.play(net, net.initialize("he", seed=42), [[0.5, -1.0]], [[1.0]])
    >>> page.save("play.html")  # doctest: +SKIP
    """
    notation = Notation(lang, convention, first_index, names, numbered)
    scenes, note = list(presets()), None
    if net is not None:
        if X is None or Y is None:
            why = "a network needs samples and their targets."
            raise invalid_argument("X", X, why, "cp.play(net, params, X, Y).")
        settings = Settings(solver, batch_size, weight_decay, dropout, validation, seed)
        scene, note = _own(net, params, X, Y, settings)
        scenes.insert(0, scene)
    return Playground(html(scenes, notation), note)


@dataclass(frozen=True)
class Settings:
    """How a scene trains; the parameters of `play` say what each of them is."""

    solver: str = "sgd(learning_rate=0.1)"
    batch_size: int | None = None
    weight_decay: float = 0.0
    dropout: float = 0.0
    validation: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        UPDATES.make(self.solver)
        if self.batch_size is not None and self.batch_size < 1:
            raise invalid_argument("batch_size", self.batch_size, "a batch has a row.", "32.")
        if not 0 <= self.weight_decay < np.inf:
            raise invalid_argument("weight_decay", self.weight_decay, "it is at least 0.", "1e-4.")
        if not 0 <= self.dropout < 1:
            raise invalid_argument("dropout", self.dropout, "it is a probability below 1.", "0.2.")
        if not 0 <= self.validation < 1:
            raise invalid_argument("validation", self.validation, "it is a part of rows.", "0.2.")
        if self.seed not in range(SEEDS):
            why = f"the page knows the seeds 0 to {SEEDS - 1}."
            raise invalid_argument("seed", self.seed, why, "0.")

    def but(self, changes: Mapping[str, Any]) -> "Settings":
        """Return the settings with what was asked for; None asks for nothing."""
        return replace(self, **{name: one for name, one in changes.items() if one is not None})


def _own(
    net: Network,
    params: Parameters | FloatArray | None,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    settings: Settings,
    title: Text = OWN,
    about: Text | None = None,
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
) -> tuple[Scene, Text | None]:
    """Return the scene of a network with data, and what was left out."""
    check_network(net)
    inputs_given = as_numbers("X", X, "float64")
    inputs_given = inputs_given.reshape(-1, net.inputs) if inputs_given.ndim == 1 else inputs_given
    targets = as_targets(Y, net.outputs, "float64")
    if inputs_given.ndim != 2 or inputs_given.shape[1] != net.inputs:
        why = f"the network has {net.inputs} inputs."
        raise invalid_argument("X", inputs_given.shape, why, f"shape (m, {net.inputs}).")
    if len(inputs_given) != len(targets):
        why = f"`X` has {len(inputs_given)} rows and `Y` has {len(targets)}."
        raise invalid_argument("Y", targets.shape, why, "one target a sample.")
    check_targets(net.loss_rule, targets)
    rows, note = _rows_that_fit(inputs_given, targets)
    held_back = min(round(settings.validation * len(rows)), len(rows) - 1)
    start = None
    if params is not None:
        vector = params.vector if isinstance(params, Parameters) else params
        start = net.parameters(np.asarray(vector, "float64"))
    scene = Scene(
        "own",
        title,
        about or Text("Change any number in place.", "任何数字都可以直接改。"),
        net,
        inputs_given[rows],
        targets[rows],
        held_back,
        start,
        seed=settings.seed,
        solver=settings.solver,
        batch_size=settings.batch_size or 0,
        weight_decay=settings.weight_decay,
        dropout=settings.dropout,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
    )
    return scene, note


def check_network(net: Network) -> None:
    """Refuse a network that the page cannot show.

    Raises
    ------
    InputError
        If a rule states no kernels, or there are too many parameters.
    """
    for name, rule in (("activation", each.activation) for each in net.layers):
        _check_rule(name, rule)
    _check_rule("loss", net.loss_rule)
    if net.parameter_count > MOST_PARAMETERS:
        why = (
            f"it has {net.parameter_count:,} weights and biases; a page shows {MOST_PARAMETERS:,}."
        )
        raise invalid_argument("net", "-".join(map(str, net.sizes)), why, "smaller layers.")


def _check_rule(name: str, rule: Any) -> None:
    if not has_rule(rule):
        why = "it states no kernels that could be translated for the page."
        raise invalid_argument(name, spelled(rule), why, "static methods; see CONTRIBUTING.md.")


def _rows_that_fit(X: FloatArray, Y: FloatArray) -> tuple[npt.NDArray[np.intp], Text | None]:
    """Return the rows that the page holds, evenly spread, and what is to be said of them."""
    rows, most = len(Y), len(Y)
    while True:
        chosen = np.unique(np.linspace(0, rows - 1, most).round().astype(np.intp))
        tried = chosen[:: len(chosen) // TRIED + 1]  # a part tells how large the whole is
        letters = len(compressed([packed(X[tried]), packed(Y[tried])])) * len(chosen) / len(tried)
        if letters <= LETTERS or most == 1:
            break
        most = max(1, int(0.98 * most * LETTERS / letters))
    if most == rows:
        return chosen, None
    note = Text(
        f"the page holds {len(chosen)} of the {rows} rows, evenly spread",
        f"页面只容得下 {rows} 行中均匀取出的 {len(chosen)} 行",
    )
    return chosen, note


def play_table(
    given: Any,
    target: str,
    hidden: Sequence[int] = (6,),
    activation: str = "tanh",
    *,
    name: str = "",
    notation: Notation | None = None,
    **settings: Any,
) -> Playground:
    """Return the page of a table: columns standardised, the last fifth of shuffled rows held back.

    Parameters
    ----------
    given : Table, DataFrame or mapping of columns
    target : str
        The column to predict.
    hidden : sequence of int
        Units of the hidden layers.
    activation : str
        That of the hidden layers.
    name : str
        What the table is called.
    notation : Notation, optional
    **settings
        As for `play`: solver, batch_size, weight_decay, dropout, validation, seed.

    Raises
    ------
    InputError
        If a column is not there, or a value cannot stand in it.
    """
    table = as_table(given)
    if target not in table.names:
        raise table.unknown_column(target)
    table = table.take(table.rows_with_values([target]))
    task, _ = infer_task(table, (target,))
    goal = learn_target(table, (target,), task)
    encoding = Encoding.learn(table, (target,))
    X = encoding.matrix(table)
    X = encoding.filling_gaps(X).matrix(table) if encoding.fills_gaps else X
    Y = goal.encode(table)
    regression = isinstance(goal, RegressionTarget)
    X, Y = standardized(np.asarray(X)), (standardized(Y) if regression else Y)
    order = np.random.default_rng(0).permutation(len(Y))
    K = Y.shape[1]
    loss = "half_squared_error" if regression else _cross_entropy(K)
    output = "identity" if regression else ("softmax" if K > 1 else "sigmoid")
    layers = [*(Layer(units, activation) for units in hidden), Layer(K, output)]
    net = Network(X.shape[1], layers, loss)
    usual = Settings("adam(learning_rate=0.01)", batch_size=32, validation=VALIDATION)
    classes = getattr(goal, "classes", ())
    outputs = [f"{target}={one}" for one in classes] if len(classes) == K and K > 1 else [target]
    about = Text(
        f"Columns are standardised: mean 0, deviation 1. {target} is predicted.",
        f"各列已标准化：均值 0，标准差 1。预测 {target}。",
    )
    scene, note = _own(
        net, None, X[order], Y[order], usual.but(settings), Text(name, name) if name else OWN,
        about, encoding.features, outputs,
    )  # fmt: skip
    return Playground(html([scene, *presets()], notation), note)


def play_model(
    model: Model, given: Any, *, name: str = "", notation: Notation | None = None, **settings: Any
) -> Playground:
    """Return the page of a trained model with the rows of a table; `settings` as for `play`."""
    table = as_table(given)
    X, Y = model.encoding.matrix(table), model.target.encode(table)
    scene, note = _own(
        model.network, model.parameters, np.asarray(X), Y, Settings().but(settings),
        Text(name, name) if name else OWN, None, model.encoding.features,
    )  # fmt: skip
    return Playground(html([scene, *presets()], notation), note)


def standardized(values: FloatArray) -> FloatArray:
    """Return columns with mean 0 and deviation 1, in thousandths; a constant column becomes 0."""
    deviation = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    return scaled.round(3)


def _cross_entropy(outputs: int) -> str:
    return "categorical_cross_entropy" if outputs > 1 else "binary_cross_entropy"
