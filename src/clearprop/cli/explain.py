"""``clearprop explain``: any gradient of a network as a derivation."""

import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
from cyclopts import Parameter

from clearprop.cli.console import note, say
from clearprop.errors import InputError, refuse, refuse_name
from clearprop.explain import explain as derive
from clearprop.explain.derivation import Style
from clearprop.explain.printers import FORMS
from clearprop.files import refuse_unwritable, write_whole
from clearprop.language import Language, Text
from clearprop.model import Model
from clearprop.network import Network
from clearprop.structure import FloatArray, Layer, Parameters
from clearprop.tables import Table, read_table

Signed = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
PAGE_LEARNING_RATE = 0.1
"""η of the update that the stepping page shows if none is asked for."""
NARROWEST = 60
"""Lines are broken for no terminal that has fewer columns."""
MOST_PARAMETERS = 50_000_000
"""A larger network would not fit beside its gradient in the memory of a laptop."""


class Case(NamedTuple):
    """What is explained."""

    network: Network
    parameters: Parameters
    X: FloatArray
    Y: FloatArray


def explain(
    model: Path | None = None,
    data: Path | None = None,
    /,
    *,
    row: list[int] | None = None,
    layers: str | None = None,
    activations: str | None = None,
    loss: str = "half_squared_error",
    reduction: str = "mean",
    x: Signed = None,
    y: Signed = None,
    weights: Path | None = None,
    initializer: str = "xavier",
    seed: int = 0,
    wrt: str | None = None,
    topics: str | None = None,
    learning_rate: float | None = None,
    lang: Language = "en",
    convention: str = "row",
    detail: str = "numbers",
    digits: int = 4,
    fold: int = 8,
    first_index: int = 0,
    form: Annotated[str | None, Parameter(name="--format")] = None,
    out: Path | None = None,
) -> None:
    """Derive a gradient step by step, with symbols, shapes and numbers.

    Of a trained network: clearprop explain MODEL DATA --row 7 --wrt "W1[0,2]".
    Of any other: clearprop explain --layers 2-3-1 --activations relu,sigmoid --x 0.5,-1 --y 1.

    Parameters
    ----------
    model : Path, optional
        Model file that clearprop train wrote.
    data : Path, optional
        CSV or Parquet with the model's columns, the target too.
    row : int
        Row of the data to explain, 0 for the first and without this option; repeat it for several.
    layers : str, optional
        Units of each layer, inputs first: 2-3-1.
    activations : str, optional
        One a layer: relu,sigmoid. Without it tanh in hidden layers and identity in the last.
    loss : str
        Loss of the network that --layers describes.
    reduction : str
        sum or mean over samples.
    x : str, optional
        One sample, 0.5,-1, or several, 0.5,-1;2,3. Drawn with the seed without this option.
    y : str, optional
        Its target, or theirs, written like x.
    weights : Path, optional
        JSON file with W1, b1 and so on as lists; drawn with the seed without this option.
    initializer : str
        How weights are drawn: xavier, he, normal and others.
    seed : int
        Seed of everything that is drawn.
    wrt : str, optional
        What to differentiate by: W1, b2, W1[0,2], delta1[1], x[0], layer2; the whole pass without.
    topics : str, optional
        Only these parts of the whole pass: symbols, forward, loss, backward, gradients, summary,
        flow, rules, collapse, cost, sensitivity.
    learning_rate : float, optional
        Show one update with this learning rate, and the loss after it.
    lang : str
        en or zh.
    convention : str
        row: z = a W + b; column: z = W a + b.
    detail : str
        symbols, numbers or everything.
    digits : int
        Significant digits shown; 17 for all.
    fold : int
        Larger matrices show their corners; 0 unfolds them.
    first_index : int
        0 or 1: what the first unit is called in formulas.
    form : str, optional
        text, markdown, latex, html, notebook or json; by the ending of --out without this option.
    out : Path, optional
        File to write; standard output without this option.
    """
    form = _form(form, out)
    if out is not None:
        refuse_unwritable(out)
    if model is not None:
        _refuse_both(layers, activations, x, y, weights)
        case = trained_case(model, data, row or [0])
    else:
        if row is not None:
            raise refuse("row", row[0], "rows are those of a table.", "MODEL DATA, or --x and --y.")
        described = described_network(layers, activations, loss, reduction)
        case = described_case(described, x, y, weights, initializer, seed)
    if form == "html" and learning_rate is None and wrt is None and topics is None:
        learning_rate = PAGE_LEARNING_RATE
    derivation = derive(
        *case,
        wrt=wrt,
        topics=None if topics is None else [one.strip() for one in topics.split(",")],
        learning_rate=learning_rate,
        lang=lang,
        convention=convention,  # type: ignore[arg-type]
        detail=detail,  # type: ignore[arg-type]
        digits=digits,
        fold=fold,
        first_index=first_index,  # type: ignore[arg-type]
    )
    if out is None:
        say(derivation.styled(width=_width()).printed(form).rstrip("\n"))
        return
    printed = derivation.printed(form)
    write_whole(out, printed.encode())
    note(Text(f"wrote {out}", f"已写入 {out}").in_(lang))


def _width() -> int:
    """Return how wide lines may be: no wider than the terminal, if one shows them."""
    usual = Style().width
    if not sys.stdout.isatty():
        return usual
    return min(max(shutil.get_terminal_size().columns, NARROWEST), usual)


def _form(form: str | None, out: Path | None) -> str:
    """Return the form asked for, or the one that the file's ending means."""
    if form is not None:
        if form not in FORMS:
            raise refuse_name("format", form, FORMS)
        return form
    if out is None:
        return "text"
    endings = {FORMS[name].suffix: name for name in reversed(list(FORMS)) if name != "notebook"}
    if out.suffix.lower() not in endings:
        why = "its ending stands for no format."
        raise refuse("out", str(out), why, f"--format, or one of {', '.join(sorted(endings))}.")
    return endings[out.suffix.lower()]


def _refuse_both(*described: object) -> None:
    if any(one is not None for one in described):
        why = "a model file has its own layers and weights, and the data its x and y."
        raise refuse("layers", "given", why, "either MODEL DATA or --layers with --x and --y.")


def trained_case(model: Path, data: Path | None, rows: Sequence[int]) -> Case:
    """Return a trained network with some rows of a table."""
    if data is None:
        raise refuse("data", None, "a row is needed to explain.", "clearprop explain MODEL DATA.")
    trained = Model.load(model)
    table = read_table(data, text_columns=trained.encoding.text_columns)
    chosen = [_row(table, row) for row in rows]
    return Case(
        trained.network,
        trained.parameters,
        np.concatenate([trained.encoding.matrix(one) for one in chosen]),
        np.concatenate([trained.target.encode(one) for one in chosen]),
    )


def _row(table: Table, row: int) -> Table:
    """Return one row of a table as a table; errors in it still name its place in the file."""
    if not 0 <= row < len(table):
        why = f"{table.source} has the rows 0 to {len(table) - 1}."
        raise refuse("row", row, why, "0 for the first.")
    place = table.place(row)
    return Table(table.frame.iloc[[row]].reset_index(drop=True), table.source, lambda _: place)


def described_network(
    layers: str | None, activations: str | None, loss: str, reduction: str
) -> Network:
    """Return the network that the options describe."""
    if layers is None:
        why = "there is nothing to explain."
        raise refuse("layers", None, why, "--layers 2-3-1, or a model file and its data.")
    if not re.fullmatch(r"\d+(-\d+)+", layers.strip()):
        raise refuse("layers", layers, "it is no chain of numbers.", "2-3-1.")
    inputs, *units = map(int, layers.strip().split("-"))
    names = ["tanh"] * (len(units) - 1) + ["identity"]
    if activations is not None:
        names = [one.strip() for one in re.split(r",(?![^(]*\))", activations)]
    if len(names) != len(units):
        why = f"{len(names)} activations do not fit {len(units)} layers after the inputs."
        raise refuse("activations", activations, why, ",".join(["tanh"] * len(units)) + ".")
    built = [Layer(size, name) for size, name in zip(units, names, strict=True)]
    return Network(inputs, built, loss, reduction)  # type: ignore[arg-type]


def described_case(
    net: Network, x: str | None, y: str | None, weights: Path | None, initializer: str, seed: int
) -> Case:
    """Return the network with samples and weights, given or drawn."""
    if seed < 0:
        raise refuse("seed", seed, "a seed is a whole number from 0 on.", "0.")
    if net.parameter_count > MOST_PARAMETERS:
        why = f"the network would have {net.parameter_count:,} weights and biases."
        raise refuse("layers", "-".join(map(str, net.sizes)), why, "smaller layers.")
    random = np.random.default_rng(seed)
    if weights is None:
        parameters = net.initialize(initializer, seed=random)
    else:
        parameters = weights_from(weights, net)
    if x is None and y is not None:
        raise refuse("y", y, "a target needs its sample.", "--x as well.")
    X = random.standard_normal((1, net.inputs)).round(2) if x is None else samples("x", x)
    Y = drawn_targets(net, len(X), random) if y is None else samples("y", y)
    return Case(net, parameters, X, Y)


def samples(name: str, text: str) -> FloatArray:
    """Return the numbers of ``"0.5,-1;2,3"``: samples between semicolons."""
    try:
        rows = [[float(one) for one in row.split(",")] for row in text.strip(" ;").split(";")]
    except ValueError:
        why = "it is no list of numbers."
        raise refuse(name, text, why, "0.5,-1 for one sample, 0.5,-1;2,3 for two.") from None
    if len({len(row) for row in rows}) > 1:
        raise refuse(name, text, "its samples have different lengths.", "0.5,-1;2,3.")
    return np.array(rows)


def drawn_targets(net: Network, count: int, random: np.random.Generator) -> FloatArray:
    """Return targets that the loss can take."""
    loss, shape = net.loss_rule.name, (count, net.outputs)
    if loss == "categorical_cross_entropy":
        return np.eye(net.outputs)[random.integers(net.outputs, size=count)]
    if loss in ("binary_cross_entropy", "poisson"):
        return random.integers(2, size=shape).astype(float)
    return random.standard_normal(shape).round(2)


def weights_from(path: Path, net: Network) -> Parameters:
    """Return the parameters in a JSON file: ``{"W1": [[…], …], "b1": […], …}``."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        why = f"it cannot be read ({error.strerror})."
        raise refuse("weights", str(path), why, "a file that is there.") from None
    except (ValueError, RecursionError):
        raise refuse(
            "weights", str(path), "it is no JSON.", '{"W1": [[1, 2]], "b1": [0]}.'
        ) from None
    parameters = net.parameters(np.zeros(net.parameter_count))
    given = set(content) if isinstance(content, dict) else set()
    if given != set(parameters):
        why = f"it must hold {', '.join(parameters)} and nothing else."
        raise refuse("weights", str(path), why, '{"W1": [[1, 2]], "b1": [0]}.')
    for name in parameters:
        try:
            parameters[name] = np.array(content[name], dtype=float)
        except (TypeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise refuse(
                name, content[name], "it holds no matrix of numbers.", "[[1, 2]]."
            ) from None
    if not np.isfinite(parameters.vector).all():
        raise refuse("weights", str(path), "a weight is no finite number.", "numbers.")
    return parameters
