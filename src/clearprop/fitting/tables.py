"""Train on a table: from named columns to a `Model`, with sensible choices where none is made."""

import hashlib
import math
import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument, unknown_name
from clearprop._interruption import finishing, hearing_ctrl_c
from clearprop._random import RandomSource, Seed, random_source
from clearprop._registry import spelled
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.data import (
    ClassificationTarget,
    Encoding,
    TaskName,
    as_table,
    infer_task,
    learn_target,
)
from clearprop.data.statistics import TrainingStatistics
from clearprop.fitting.fitted import TableFit
from clearprop.fitting.giveaways import notes_on_giveaways
from clearprop.fitting.guessing import warnings_of_guessing
from clearprop.fitting.options import FitOptions
from clearprop.fitting.parts import division_by_column
from clearprop.fitting.pipeline import train_task
from clearprop.fitting.repeats import notes_on_repeats
from clearprop.fitting.rows import FitData, split_rows
from clearprop.fitting.watching import Watching
from clearprop.measures import Measure, measures_of
from clearprop.model import Model
from clearprop.training import Division, TrainingResult
from clearprop.training.monitor import Observer
from clearprop.training.stages import OnStage

METHODS = ("random", "block", "interleaved")
"""The ways to hold rows back."""
MAX_LETTERS = 2_000_000
"""A model remembers the division of tables with up to so many rows."""


def fit(
    table: Any,
    target: str | Sequence[str],
    options: FitOptions | None = None,
    *,
    task: TaskName | None = None,
    ignore: Collection[str] = (),
    categorical: Collection[str] = (),
    part: str | None = None,
    strict: bool = False,
    observe: Observer | None = None,
    on_stage: OnStage | None = None,
    command: str | None = None,
    **changes: Any,
) -> TableFit:
    """Train a network that predicts one column of a table from the others.

    Parameters
    ----------
    table : Table, DataFrame or mapping of columns
        m rows.
    target : str or sequence of str
        The column to predict, or several columns of numbers.
    options : FitOptions, optional
        The network that is wanted and how it is trained; everything is chosen without it.
    task : {"regression", "classification"}, optional
        Inferred from the target without it.
    ignore : collection of str
        Columns to leave out.
    categorical : collection of str
        Columns that are categories although they hold numbers.
    part : str, optional
        The column that says of each row whether it is to train, validate or test.
    strict : bool, default=False
        Refuse missing values, dates, and text that hardly repeats. Without it rows without a target
        and columns without use are left out, and gaps are filled; `TableFit.notes` says it.
    observe : callable, optional
        Called with the `Record` of every epoch.
    on_stage : callable, optional
        Called with each `Stage` of a search.
    command : str, optional
        What was typed to start this, for the record.
    **changes
        Fields of `FitOptions` that differ: ``hidden=(10,)``, ``solver="lbfgs"``, ``test=0.15``. A
        `validation` asks for early stopping. The seed is 0 if none is given.

    Returns
    -------
    TableFit

    Raises
    ------
    InputError
        If an argument cannot be used or a value cannot stand in its column; it names the place.
    KeyboardInterrupt
        If Ctrl-C was pressed before anything was trained; later the model is what there is by then,
        and the stop reason says so.

    Examples
    --------
    >>> import clearprop as cp
    >>> table = {"x": range(-20, 20), "y": [x * x for x in range(-20, 20)]}
    >>> fitted = cp.fit(table, "y", hidden=(5,))
    >>> fitted.model.predict({"x": [10]}).shape
    (1,)
    """
    options = changed(options or FitOptions(), changes)
    table = as_table(table)
    names = (target,) if isinstance(target, str) else tuple(target)
    if part is not None:
        ignore = (*ignore, part)
    for name in (*names, *ignore):
        if name not in table.names:
            raise table.unknown_column(name)
        if name in names and name in ignore:
            why = "it is the target."
            raise invalid_argument("ignore", name, why, "a column that is no target.")
    if part is not None:
        if options.test > 0 or options.early_stopping:
            why = "it says which rows are held back, and so do `validation` and `test`."
            raise invalid_argument("part", part, why, "one of them.")
        options = changed(options, {"division": division_by_column(table, part)})
    known = np.arange(len(table)) if strict else table.rows_with_values(names)
    if isinstance(options.division, Division):
        options = replace(options, division=options.division.among(known, len(table)))
    given, table = table, table if len(known) == len(table) else table.take(known)
    chosen, reason = (
        (task, Text("as asked.", "按指定。")) if task else infer_task(table, names, strict=strict)
    )
    goal = learn_target(table, names, chosen)
    left_out = (*names, *ignore)
    encoding = Encoding.learn(given, left_out, categorical, rows=known, strict=strict)
    Y, random = goal.encode(table), legacy_source(options.seed)
    y, division = goal.rule.decode(Y), None
    if options.holds_back and encoding.fills_gaps:
        # what fills a gap is measured on the rows that train, which must be known before
        nothing = FitData(np.empty((len(Y), 0)), y, Y)
        division = split_rows(options, nothing, goal.rule.strata(Y), random)
        rows = known[division.train]
        encoding = Encoding.learn(given, left_out, categorical, rows=rows, strict=strict)
    X = encoding.matrix(table)
    notes = (
        *given.notes,
        *rows_left_out(len(given) - len(table), names),
        *encoding.notes,
        *notes_on_repeats(X, Y),
        *notes_on_giveaways(encoding, X, Y, classes=isinstance(goal, ClassificationTarget)),
    )
    data = FitData(X, y, Y)
    watching = Watching(observe, on_stage=on_stage)
    with hearing_ctrl_c():
        trained = train_task(goal.rule, data, options, random, watching, division=division)
        with finishing():
            result = replace(trained.result, division=trained.division)
            if not strict:
                encoding = encoding.filling_gaps(X[trained.division.train])
            outputs = result.network.forward(result.parameters, X)
            measures = measures_of(goal, outputs, Y, result.division, result.left_out)
            asked = {
                "seed": _written_seed(options.seed),
                "penalty": result.weight_decay,
                "command": command,
                "notes": [{"en": each.en, "zh": each.zh} for each in notes],
            }
            summary = summarize(table.source, fingerprint(X, Y), result, measures, **asked)
            rows = result.division.train
            statistics = TrainingStatistics.of(X[rows], Y[rows])
            parts = (result.network, result.parameters, encoding, goal, summary, result.posterior)
            model = Model(*parts, statistics)
            warnings = warnings_of_guessing(goal, Y, result, measures)
            return TableFit(model, result, reason, measures, notes, warnings)


def rows_left_out(count: int, target: Sequence[str]) -> tuple[Text, ...]:
    """Return the note on rows without a target, if there are any."""
    if not count:
        return ()
    name = ", ".join(map(repr, target))
    en = f"1 row has no {name} and is left out."
    if count > 1:
        en = f"{count} rows have no {name} and are left out."
    return (Text(en, f"{count} 行缺少 {name}，已略去。"),)


def changed(options: FitOptions, changes: Mapping[str, Any]) -> FitOptions:
    """Return the options with some fields replaced.

    Raises
    ------
    InputError
        If there is no such field, or a part of the rows is none.
    """
    known = [each.name for each in fields(FitOptions)]
    for name in changes:
        if name not in known:
            raise unknown_name("option", name, known)
    new = dict(changes)
    if new.get("validation") is not None and "early_stopping" not in new:
        new["early_stopping"] = new["validation"] > 0
    by_rows = new.get("division")
    if isinstance(by_rows, Division):
        if new.get("test", options.test) > 0 or new.get("validation"):
            why = "it says which rows are held back, and so do `validation` and `test`."
            raise invalid_argument("division", "rows", why, "one of them.")
        new.setdefault("early_stopping", len(by_rows.validation) > 0)
    elif by_rows is not None and by_rows not in METHODS:
        raise unknown_name("division", by_rows, METHODS)
    if new.get("scale", "minmax") not in ("standardize", "minmax"):
        raise unknown_name("scale", new["scale"], ("standardize", "minmax"))
    if options.seed is None:
        new.setdefault("seed", 0)
    if isinstance(new.get("hidden"), list):
        new["hidden"] = tuple(new["hidden"])
    options = replace(options, **new)
    decay = options.weight_decay
    if decay is not None and not 0 <= decay < math.inf:
        why = "it must be finite and at least 0."
        raise invalid_argument("weight_decay", decay, why, "weight_decay=1e-4.")
    if not options.patience >= 0:
        why, hint = "it is negative or not a number.", "patience=10."
        raise invalid_argument("patience", options.patience, why, hint)
    held_back = options.test + (options.validation if options.early_stopping else 0.0)
    for name in ("validation", "test"):
        if not 0 <= getattr(options, name) < 1:
            why, hint = "it is a part of the rows, from 0 to below 1.", f"{name}=0.15."
            raise invalid_argument(name, getattr(options, name), why, hint)
    if held_back >= 1:
        both = (options.validation, options.test)
        raise invalid_argument("validation, test", both, "no row would train.", "0.15 each.")
    return options


def legacy_source(seed: Seed) -> RandomSource:
    """Return the generator that scikit-learn takes for a seed, so that its numbers come out."""
    checked = random_source(seed)
    old = isinstance(seed, int | np.integer) and seed < 2**32
    return np.random.RandomState(int(seed)) if old else checked  # type: ignore[arg-type]


def _written_seed(seed: Seed) -> int | None:
    return seed if isinstance(seed, int) else None


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
    counts = {name: len(part) for name, part in vars(division).items()}
    if result.left_out is not None:
        counts["left_out"] = len(result.left_out.Y)
    return {
        "data": source,
        "data_sha256": data_sha256,
        "rows": counts,
        "equations": vars(result.equations),
        "solver": spelled(result.solver, brief=True),
        **asked,
        "epochs": max((record.epoch for record in result.history), default=0),
        "best_epoch": result.best_epoch,
        "reasons": [{"en": each.en, "zh": each.zh} for each in result.reasons],
        "stop_reason": {"name": reason.name, "en": reason.sentence.en, "zh": reason.sentence.zh},
        "seconds": round(result.seconds, 3),
        "measures": [measure.record() for measure in measures],
        "division": _letters(division, rows),
        "history": result.history.record(always=(result.best_epoch,)),
        "versions": versions(),
    }


def _letters(division: Division, rows: Sequence[FloatArray]) -> str | None:
    """Return the part of each row as a letter; None where so many would bloat the model file.

    Rows that streamed are counted only.
    """
    if isinstance(division.train, range):
        return None
    count = 1 + max(int(part.max(initial=-1)) for part in rows)
    return division.letters(count) if count <= MAX_LETTERS else None


def versions() -> dict[str, str]:
    """Return the versions of Python, clearprop and what it computes with."""
    from clearprop import __version__

    names = filter(find_spec, ("numpy", "scipy", "numba"))  # Numba is not everywhere
    packages = {name: metadata.version(name) for name in names}
    return {"python": platform.python_version(), "clearprop": __version__} | packages
