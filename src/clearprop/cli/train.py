"""``clearprop train``: from a table to a model file and a report."""

import math
import shlex
from pathlib import Path
from typing import Literal

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop._text import Language
from clearprop.cli.console import FAILED, INTERRUPTED, complain, say, say_pairs, typed
from clearprop.cli.outcome import WROTE, say_outcome
from clearprop.data import Table, read_table
from clearprop.files import check_readable, check_writable
from clearprop.fitting import fit
from clearprop.model import Model
from clearprop.progress import TrainingProgress
from clearprop.report import write_report
from clearprop.training import Stopping


def train(
    data: Path,
    /,
    *,
    target: tuple[str, ...],
    task: Literal["regression", "classification"] | None = None,
    out: Path | None = None,
    hidden: str = "10",
    activation: str = "tanh",
    loss: str | None = None,
    solver: str | None = None,
    seed: int = 0,
    max_epochs: int = 1000,
    max_seconds: float = math.inf,
    patience: int | None = None,
    penalty: float | None = None,
    batch_size: int | None = None,
    validation: float | None = None,
    test: float | None = None,
    ignore: tuple[str, ...] | None = None,
    categorical: tuple[str, ...] | None = None,
    no_report: bool = False,
    lang: Language = "en",
    quiet: bool = False,
) -> int:
    """Train a network on a table, write it to a model file, and write a report beside it.

    Parameters
    ----------
    data : Path
        CSV (UTF-8, with a header) or Parquet.
    target : tuple of str
        Column to predict; repeat the option for several columns of numbers.
    task : str, optional
        What the target is; inferred from its values without this option.
    out : Path, optional
        Model file to write; DATA with the ending .clearprop without this option.
    hidden : str
        Units of the hidden layers, first to last, as in 10,5; none for a linear model; auto to find
        them, and to average several starts.
    activation : str
        Activation of the hidden layers, as in relu or leaky_relu(slope=0.1).
    loss : str, optional
        Loss, as in huber(delta=2); squared error or cross-entropy without this option.
    solver : str, optional
        Solver, as in lbfgs or adam(learning_rate=0.01); auto finds one for the task. By the
        number of rows without this option.
    seed : int
        Draws the division of the rows and the first parameters.
    max_epochs : int
        Most epochs.
    max_seconds : float
        Most seconds.
    patience : int, optional
        Epochs without a lower validation loss after which to stop; 0 for never.
    penalty : float
        L2 penalty on the weights, for standardized columns.
    batch_size : int, optional
        Rows of a mini-batch, for sgd and adam.
    validation : float, optional
        Part of the rows that decides when to stop.
    test : float, optional
        Part of the rows that is only looked at in the end.
    ignore : tuple of str, optional
        Column to leave out; may be repeated.
    categorical : tuple of str, optional
        Column that holds categories although they look like numbers; may be repeated.
    no_report : bool
        Write the model file only.
    lang : str
        Language of the output and of the report.
    quiet : bool
        Show no progress.
    """
    check_readable(data)
    path = out or Path(data.name).with_suffix(".clearprop")
    check_writable(path)
    page = None if no_report else report_beside(path)
    if page is not None:
        require("a report (--no-report leaves it out)", "pandas", "matplotlib")
        check_writable(page)
    table = read_table(data, text_columns=categorical or ())
    stopping = Stopping(max_epochs=max_epochs, max_seconds=max_seconds, patience=patience)
    with TrainingProgress(max_epochs, lang, quiet=quiet) as progress:
        fitted = fit(
            table,
            target,
            task=task,
            hidden=layer_sizes(hidden),
            activation=activation,
            loss=loss,
            solver=solver,
            seed=seed,
            penalty=penalty,
            batch_size=batch_size,
            validation=validation,
            test=test,
            stopping=stopping,
            ignore=ignore or (),
            categorical=categorical or (),
            observe=progress.observe,
            command=shlex.join(["clearprop", *typed()]),
        )
    interrupted = fitted.result.stop_reason.name == "interrupted"
    if interrupted and not fitted.result.best_epoch:
        raise KeyboardInterrupt
    if all(measure.train is None for measure in fitted.measures):
        complain(f"nothing was written. {fitted.result.stop_reason.sentence.translate(lang)}")
        return FAILED
    fitted.model.save(path)
    say_outcome(fitted, lang)
    say()
    say_pairs([(WROTE.translate(lang), str(path))])
    if interrupted:
        complain(f"interrupted; {path} holds the parameters of epoch {fitted.result.best_epoch}.")
        return INTERRUPTED
    return 0 if page is None else _write_beside(fitted.model, path, table, page, lang)


def _write_beside(model: Model, path: Path, table: Table, page: Path, lang: Language) -> int:
    """Write the report on a model that is in its file already, and return the exit code."""
    try:
        write_report(model, table, page, language=lang, name=path.name)
    except KeyboardInterrupt:
        complain(f"interrupted; {path} is written, its report is not.")
        return INTERRUPTED
    say_pairs([(WROTE.translate(lang), str(page))])
    return 0


def report_beside(model: Path) -> Path | None:
    """Return the report's file for a model's file; None for a pipe, beside which nothing stands.

    Examples
    --------
    >>> str(report_beside(Path("houses.clearprop"))), str(report_beside(Path("odd.html")))
    ('houses.html', 'odd.html.html')
    """
    if model.exists() and not model.is_file():
        return None
    page = model.with_suffix(".html")
    return page if page != model else model.with_name(f"{model.name}.html")


def layer_sizes(hidden: str) -> tuple[int, ...] | Literal["auto"]:
    """Return the units of the hidden layers that people wrote as 10,5; "auto" stays.

    Examples
    --------
    >>> layer_sizes("10,5"), layer_sizes("none")
    ((10, 5), ())
    """
    if hidden.strip() == "none":
        return ()
    if hidden.strip() == "auto":
        return "auto"
    try:
        return tuple(int(units) for units in hidden.split(","))
    except ValueError:
        why = "it is no list of whole numbers."
        raise invalid_argument(
            "hidden", hidden, why, "--hidden 10,5, --hidden none, or --hidden auto."
        ) from None
