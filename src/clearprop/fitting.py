"""Train on a table: from named columns to a `Model`, with sensible choices where none is made."""

import hashlib
import math
import platform
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.backprop.structure import Layer
from clearprop.data import Encoding, Target, Task, as_table, infer_task, learn_target
from clearprop.losses import LOSSES
from clearprop.measures import Measure, measures_of
from clearprop.model import Model
from clearprop.network.network import Network
from clearprop.search import train_automatically
from clearprop.search.auto import AUTO
from clearprop.training import Division, Stopping, TrainingResult, divide, train
from clearprop.training.monitor import Observer

FEW_ROWS = 20
"""Tables with fewer rows train on all of them: what is held back would measure nothing."""
MANY_ROWS = 10_000
"""Up to so many rows L-BFGS is the default solver, beyond it Adam."""
HELD_BACK = 0.15
"""Part of the rows for validation, and the same for test, where nothing else is asked for."""


@dataclass(frozen=True)
class TableFit:
    """A model, how it was trained, and how well it does on each part of the table."""

    model: Model
    result: TrainingResult
    task_reason: Text
    """Why the task is what it is."""
    measures: tuple[Measure, ...]


def fit(
    table: Any,
    target: str | Sequence[str],
    *,
    task: Task | None = None,
    hidden: Sequence[int] | Literal["auto"] = (10,),
    activation: str = "tanh",
    loss: str | None = None,
    solver: str | None = None,
    seed: int = 0,
    penalty: float | None = None,
    batch_size: int | None = None,
    validation: float | None = None,
    test: float | None = None,
    stopping: Stopping | None = None,
    ignore: Collection[str] = (),
    categorical: Collection[str] = (),
    observe: Observer | None = None,
    command: str | None = None,
) -> TableFit:
    """Train a network that predicts one column of a table from the others.

    Parameters
    ----------
    table : Table, DataFrame or mapping of columns
        m rows.
    target : str or sequence of str
        The column to predict, or several columns of numbers.
    task : {"regression", "classification"}, optional
        Inferred from the target without it.
    hidden : sequence of int or "auto", default=(10,)
        Units of each hidden layer; "auto" finds them, and averages several starts.
    activation : str, default="tanh"
        Activation of the hidden layers.
    loss : str, optional
        Half the squared error, or the cross-entropy of the classes, without it.
    solver : str, optional
        "auto" chooses by size; without it that is so where `hidden` is "auto", else L-BFGS trains
        up to 10,000 rows and Adam more.
    seed : int, default=0
        Draws the division of the rows and the first parameters.
    penalty : float, optional
        λ of the L2 penalty on the weights, for standardized columns; 0 without it, or chosen where
        solver and `hidden` are.
    batch_size : int, optional
        Rows of a mini-batch, for update rules.
    validation, test : float, optional
        Parts of the rows that decide when to stop, and that are only looked at in the end; 0.15
        each without them, or 0 for a table of less than 20 rows.
    stopping : Stopping, optional
    ignore : collection of str
        Columns to leave out.
    categorical : collection of str
        Columns that are categories although they hold numbers.
    observe : callable, optional
        Called with the `Record` of every epoch.
    command : str, optional
        What was typed to start this, for the record.

    Raises
    ------
    InputError
        If an argument cannot be used or a value cannot stand in its column; it names the place.

    Examples
    --------
    >>> from clearprop.fitting import fit
    >>> table = {"x": range(-20, 20), "y": [x * x for x in range(-20, 20)]}
    >>> fitted = fit(table, "y", hidden=(5,))
    >>> fitted.model.predict({"x": [10]}).shape
    (1,)
    """
    table = as_table(table)
    names = (target,) if isinstance(target, str) else tuple(target)
    for name in (*names, *ignore):
        if name not in table.names:
            raise table.unknown_column(name)
    chosen, reason = (task, Text("as asked.", "按指定。")) if task else infer_task(table, names)
    goal = learn_target(table, names, chosen)
    encoding = Encoding.learn(table, (*names, *ignore), categorical)
    X, Y = encoding.matrix(table), goal.encode(table)
    automatic = hidden == AUTO or solver == AUTO
    usual = AUTO if automatic else "lbfgs" if len(X) <= MANY_ROWS else "adam"

    def network_of(sizes: tuple[int, ...]) -> Network:
        return build_network(X.shape[1], goal, sizes, activation, loss)

    usual_start = initializer_for(activation)
    settings: dict[str, Any] = {
        "initializer": None if automatic and usual_start == "xavier" else usual_start,
        "seed": seed,
        "division": divide_table(len(X), validation, test, seed),
        "penalty": penalty if automatic else penalty or 0.0,
        "batch_size": batch_size,
        "stopping": stopping,
        "observe": observe,
    }
    if automatic:
        result = train_automatically(
            network_of, X, Y, hidden=hidden, solver=solver or usual, **settings
        )
    else:
        result = train(network_of(tuple(hidden)), X, Y, solver or usual, **settings)
    network = result.network
    outputs = network.forward(result.parameters, X)
    measures = measures_of(goal, outputs, Y, result.division)
    asked = {"seed": seed, "penalty": penalty or 0.0, "command": command}
    summary = summarize(table.source, fingerprint(X, Y), result, measures, **asked)
    model = Model(network, result.parameters, encoding, goal, summary, result.posterior)
    return TableFit(model, result, reason, measures)


def build_network(
    inputs: int, target: Target, hidden: Sequence[int], activation: str, loss: str | None
) -> Network:
    """Return a network whose output layer and loss fit the target."""
    layers = [Layer(units, activation) for units in hidden]
    if target.task == "classification":
        output = "sigmoid" if target.outputs == 1 else "softmax"
        usual = "binary_cross_entropy" if target.outputs == 1 else "categorical_cross_entropy"
    else:
        positive = loss is not None and LOSSES.make(loss).output_range[0] >= 0
        output, usual = ("softplus" if positive else "identity"), "half_squared_error"
    return Network(inputs, [*layers, Layer(target.outputs, output)], loss or usual)


def initializer_for(activation: str) -> Literal["he", "xavier"]:
    """Return He's rule for activations without an upper bound, else Glorot's."""
    return "he" if math.isinf(ACTIVATIONS.make(activation).range[1]) else "xavier"


def divide_table(m: int, validation: float | None, test: float | None, seed: int) -> Division:
    """Return a random division of m rows with these parts held back."""
    usual = HELD_BACK if m >= FEW_ROWS else 0.0
    parts = {"validation": validation, "test": test}
    held = {name: usual if part is None else part for name, part in parts.items()}
    for name, part in held.items():
        if not 0 <= part < 1:
            raise invalid_argument(
                name, part, "it is a part of the rows, from 0 to below 1.", f"{name}=0.15."
            )
    rest = 1 - sum(held.values())
    if rest <= 0:
        raise invalid_argument(
            "validation, test", tuple(held.values()), "no row would train.", "0.15 each."
        )
    return divide(m, "random", (rest, held["validation"], held["test"]), seed=seed)


def fingerprint(X: FloatArray, Y: FloatArray) -> str:
    """Return the SHA-256 of encoded inputs and targets, by which the same data are known again."""
    digest = hashlib.sha256(repr((X.shape, Y.shape)).encode())
    for array in (X, Y):
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()


def summarize(
    source: str, data_sha256: str, result: TrainingResult, measures: Sequence[Measure], **asked: Any
) -> dict[str, Any]:
    """Return how a model was trained, in values that JSON can say."""
    division, reason = result.division, result.stop_reason
    rows = (division.train, division.validation, division.test)
    return {
        "data": source,
        "data_sha256": data_sha256,
        "rows": {
            "train": len(division.train),
            "validation": len(division.validation),
            "test": len(division.test),
        },
        "solver": spelled(result.solver),
        **asked,
        "epochs": max((record.epoch for record in result.history), default=0),
        "best_epoch": result.best_epoch,
        "reasons": [{"en": each.en, "zh": each.zh} for each in result.reasons],
        "stop_reason": {"name": reason.name, "en": reason.sentence.en, "zh": reason.sentence.zh},
        "seconds": round(result.seconds, 3),
        "measures": [measure.record() for measure in measures],
        "division": division.letters(1 + max(int(part.max(initial=-1)) for part in rows)),
        "history": result.history.record(always=(result.best_epoch,)),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of Python, clearprop and what it computes with."""
    from clearprop import __version__

    names = filter(find_spec, ("numpy", "scipy", "numba"))  # Numba is not everywhere
    packages = {name: metadata.version(name) for name in names}
    return {"python": platform.python_version(), "clearprop": __version__} | packages
