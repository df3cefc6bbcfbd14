"""Cases for ``clearprop explain``: rows of a model's table, or a network as described."""

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Layer, Parameters
from clearprop.cli.tables import rows_for
from clearprop.data import Table
from clearprop.derivation.graphs.reading import number
from clearprop.model import Model
from clearprop.network.network import Network

BETWEEN_LAYERS = re.compile(r"\s*(?:->|[-–—,x×→、\s])\s*")
BETWEEN_ROWS = re.compile(r"[\])]\s*[,;]?\s*[\[(]")
BRACKETS = re.compile(r"[\[\]()]")
MAX_PARAMETERS = 50_000_000
"""A larger network would not fit beside its gradient in the memory of a laptop."""


class Case(NamedTuple):
    """A network with parameters, inputs and targets."""

    network: Network
    parameters: Parameters
    X: FloatArray
    Y: FloatArray


def trained_case(model: Path, data: Path | None, rows: Sequence[int]) -> Case:
    """Return a trained network with some rows of a table."""
    if data is None:
        raise invalid_argument(
            "data", None, "a row is needed to explain.", "clearprop explain MODEL DATA."
        )
    trained = Model.load(model)
    table = rows_for(trained, data)
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
        raise invalid_argument("row", row, why, "0 for the first.")
    return table.take(np.array([row]))


def described_network(
    layers: str | None, activations: str | None, loss: str, reduction: str
) -> Network:
    """Return the network that the options describe."""
    if layers is None:
        why = "there is nothing to explain."
        raise invalid_argument("layers", None, why, "--layers 2-3-1, or a model file and its data.")
    chain = BETWEEN_LAYERS.split(unicodedata.normalize("NFKC", layers).strip(" []()"))
    if len(chain) < 2 or not all(one.isdecimal() for one in chain):
        raise invalid_argument("layers", layers, "it is no chain of numbers.", "2-3-1.")
    inputs, *units = map(int, chain)
    names = ["tanh"] * (len(units) - 1) + ["identity"]
    if activations is not None:
        names = [one.strip() for one in re.split(r",(?![^(]*\))", activations)]
    if len(names) != len(units):
        why = f"{len(units)} layers after the inputs need as many activations, not {len(names)}."
        raise invalid_argument(
            "activations", activations, why, ",".join(["tanh"] * len(units)) + "."
        )
    built = [Layer(size, name) for size, name in zip(units, names, strict=True)]
    return Network(inputs, built, loss, reduction)  # type: ignore[arg-type]


def described_case(
    net: Network, x: str | None, y: str | None, weights: Path | None, initializer: str, seed: int
) -> Case:
    """Return the network with samples and weights, given or drawn."""
    if seed < 0:
        raise invalid_argument("seed", seed, "a seed is a whole number from 0 on.", "0.")
    if net.parameter_count > MAX_PARAMETERS:
        why = f"the network would have {net.parameter_count:,} weights and biases."
        raise invalid_argument("layers", "-".join(map(str, net.sizes)), why, "smaller layers.")
    random = np.random.default_rng(seed)
    if weights is None:
        parameters = net.initialize(initializer, seed=random)
    else:
        parameters = weights_from(weights, net)
    if x is None and y is not None:
        raise invalid_argument("y", y, "a target needs its sample.", "--x as well.")
    X = random.standard_normal((1, net.inputs)).round(2) if x is None else samples("x", x)
    Y = drawn_targets(net, len(X), random) if y is None else samples("y", y)
    return Case(net, parameters, X, Y)


def sample_weights(
    sample_weight: str | None, class_weight: str | None, Y: FloatArray
) -> FloatArray | None:
    """Return the weight of each sample: as given, or that of its class."""
    if sample_weight is not None and class_weight is not None:
        why = "a sample has one weight."
        raise invalid_argument("class_weight", class_weight, why, "one of the two.")
    if sample_weight is not None:
        return samples("sample_weight", sample_weight)[0]
    if class_weight is None:
        return None
    of_class = samples("class_weight", class_weight)[0]
    classes = (Y[:, 0] > 0.5).astype(int) if Y.shape[1] == 1 else Y.argmax(axis=1)
    if classes.max() >= len(of_class):
        why = f"there are {classes.max() + 1} classes."
        raise invalid_argument("class_weight", class_weight, why, "one number a class, 1,3.")
    return of_class[classes]


def samples(name: str, text: str) -> FloatArray:
    """Return the numbers of ``"0.5,-1;2,3"``, ``"0.5 -1"`` or ``"[[0.5, -1], [2, 3]]"``."""
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").replace("⁄", "/")
    plain = BRACKETS.sub("", BETWEEN_ROWS.sub(";", plain))
    try:
        rows = [
            [number(one) for one in re.split(r"\s*,\s*|\s+", row.strip())]
            for row in plain.strip(" ;").split(";")
        ]
    except ValueError:
        why = "it is no list of numbers."
        raise invalid_argument(
            name, text, why, "0.5,-1 for one sample, 0.5,-1;2,3 for two."
        ) from None
    if len({len(row) for row in rows}) > 1:
        raise invalid_argument(name, text, "its samples have different lengths.", "0.5,-1;2,3.")
    return np.array(rows)


def drawn_targets(net: Network, count: int, random: np.random.Generator) -> FloatArray:
    """Return targets that the loss can take."""
    kind, shape = net.loss_rule.target_kind, (count, net.outputs)
    if kind == "class":
        return np.eye(net.outputs)[random.integers(net.outputs, size=count)]
    if kind != "number":
        return random.integers(2, size=shape).astype(float)
    return random.standard_normal(shape).round(2)


def weights_from(path: Path, net: Network) -> Parameters:
    """Return the parameters in a JSON file: ``{"W1": [[…], …], "b1": […], …}``."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        why = f"it cannot be read ({error.strerror})."
        raise invalid_argument("weights", str(path), why, "a file that is there.") from None
    except (ValueError, RecursionError):
        raise invalid_argument(
            "weights", str(path), "it is no JSON.", '{"W1": [[1, 2]], "b1": [0]}.'
        ) from None
    parameters = net.parameters(np.zeros(net.parameter_count))
    given = set(content) if isinstance(content, dict) else set()
    if given != set(parameters):
        why = f"it must hold {', '.join(parameters)} and nothing else."
        raise invalid_argument("weights", str(path), why, '{"W1": [[1, 2]], "b1": [0]}.')
    for name in parameters:
        try:
            parameters[name] = np.array(content[name], dtype=float)
        except (TypeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise invalid_argument(
                name, content[name], "it holds no matrix of numbers.", "[[1, 2]]."
            ) from None
    if not np.isfinite(parameters.vector).all():
        raise invalid_argument("weights", str(path), "a weight is no finite number.", "numbers.")
    return parameters
