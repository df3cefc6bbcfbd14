"""``clearprop train``: from a table to a model file and a report."""

import math
import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop._interruption import finishing, hearing_ctrl_c, is_interrupted
from clearprop._text import Language, Text
from clearprop.cli.console import FAILED, INTERRUPTED, complain, note, say, say_pairs, typed
from clearprop.cli.outcome import WROTE, say_outcome
from clearprop.cli.series import learner
from clearprop.cli.tables import is_standard
from clearprop.data import Table, read_table
from clearprop.files import check_output, check_readable, local_path
from clearprop.files.outputs import is_model, is_page
from clearprop.fitting import FitOptions, TableFit
from clearprop.model import Model
from clearprop.progress import TrainingProgress
from clearprop.streaming import fit_at, source_of, streams

DEFAULT = FitOptions()
NO_REPORT = Text(
    "A report is on rows in memory: clearprop report {model} TABLE, of a part of them.",
    "报告基于内存中的表格：可对其中一部分运行 clearprop report {model} TABLE。",
)


def train(
    data: Path,
    /,
    *,
    target: tuple[str, ...],
    task: Literal["regression", "classification"] | None = None,
    out: Path | None = None,
    hidden: str = "auto",
    activation: str = "auto",
    loss: str | None = None,
    solver: str = "auto",
    seed: int = 0,
    max_epochs: int = DEFAULT.max_epochs,
    max_seconds: float = DEFAULT.max_seconds,
    patience: int | None = None,
    weight_decay: float | None = DEFAULT.weight_decay,
    batch_size: int | None = None,
    validation: float | None = None,
    test: float | None = None,
    division: Literal["random", "block", "interleaved"] = "random",
    part: str | None = None,
    scale: Literal["standardize", "minmax"] = "standardize",
    compact: bool = False,
    checkpoint: Path | None = None,
    device: str | None = None,
    lags: str | None = None,
    input_lags: str | None = None,
    ignore: tuple[str, ...] | None = None,
    categorical: tuple[str, ...] | None = None,
    strict: bool = False,
    rows: int | None = None,
    stream: bool = False,
    cache: Path | None = None,
    scheduler: str | None = None,
    no_report: bool = False,
    force: bool = False,
    lang: Language = "en",
    quiet: bool = False,
) -> int:
    """Train a network on a table, write it to a model file, and write a report beside it.

    Parameters
    ----------
    data : Path
        CSV, ARFF or Parquet; - for standard input. Also a folder of such files, or a
        pattern in quotes, as in "data/*.parquet".
    target : tuple of str
        Column to predict; repeat the option for several columns of numbers.
    task : str, optional
        What the target is; inferred from its values without this option.
    out : Path, optional
        Model file to write; DATA with the ending .clearprop without this option.
    hidden : str
        Units of the hidden layers, first to last, as in 10,5; none for a linear model; auto finds
        them, and averages several starts.
    activation : str
        Activation of the hidden layers, as in relu or leaky_relu(slope=0.1); auto takes what suits
        the solver.
    loss : str, optional
        Loss, as in huber(delta=2); squared error or cross-entropy without this option.
    solver : str, optional
        Solver, as in lbfgs or adam(learning_rate=0.01); auto finds one for the task.
    seed : int
        Draws the division of the rows and the first parameters.
    max_epochs : int
        Most epochs.
    max_seconds : float
        Most seconds.
    patience : int, optional
        Epochs without progress that are forgiven; 0 for never stopping for lack of it.
    weight_decay : float, optional
        L2 penalty on the weights, for standardized columns; chosen without this option.
    batch_size : int, optional
        Rows of a mini-batch, for sgd and adam.
    validation : float, optional
        Part of the rows that decides when to stop.
    test : float, optional
        Part of the rows that is only looked at in the end.
    division : str
        How these rows are taken: at random, as blocks from the end, or in turn. Of a time series
        none are taken at random: random means blocks there.
    part : str, optional
        Column that says of each row whether it is to train, validate or test.
    scale : str
        Scaling of columns for training: mean 0 and standard deviation 1, or onto -1 to 1.
    compact : bool
        End in one small network, also where the average of several is better, and say what that
        costs.
    checkpoint : path, optional
        Where to keep what is trained, so that the same command goes on with it if the program is
        killed: a file of one training, a folder of a search. It is removed at the end.
    device : str, optional
        Where the rows lie while solvers train that look at all of them, such as cuda; needs
        PyTorch.
    lags : str, optional
        The table is a time series, and the target follows from its own rows before: 1-3 for one to
        three rows back. The last 15 % test the closed loop, if no other part is held back.
    input_lags : str, optional
        Rows back of the other columns of a time series, as in 0-2; as --lags without this option.
    ignore : tuple of str, optional
        Column to leave out; may be repeated.
    categorical : tuple of str, optional
        Column that holds categories although they look like numbers; may be repeated.
    strict : bool
        Refuse missing values, dates, identifiers and numbers such as 1,200 or 10 %. Without this
        option rows without a target and columns that teach nothing are left out, gaps are filled,
        and the output says so.
    rows : int, optional
        Train on so many rows, drawn at random.
    stream : bool
        Read rows from disk while training, even if they would fit into memory.
    cache : Path, optional
        Folder that keeps the rows, encoded and shuffled, for other trainings on the same files.
    scheduler : str, optional
        Address of the scheduler of a Dask cluster, as in tcp://10.0.0.1:8786, whose workers read
        the files and hold the rows.
    no_report : bool
        Write the model file only.
    force : bool
        Replace the files to write even if clearprop did not write them; never the table.
    lang : str
        Language of the output and of the report.
    quiet : bool
        Show no progress.
    """
    data = Path(local_path(data))
    asked = stream or rows is not None or cache is not None or scheduler is not None
    in_pieces = asked or streams(data)
    if in_pieces and is_standard(data):
        why = "standard input passes by once."
        raise invalid_argument("data", "-", why, "the name of a file.")
    source = source_of(data, categorical or ()) if in_pieces else None
    if source is None:
        check_readable(data)
    given = [data] if source is None else [data, *source.inputs]
    path = model_path(data, out)
    check_output(path, is_model, given, force=force)
    page = None if no_report or in_pieces else report_beside(path)
    if page is not None:
        require("a report (--no-report leaves it out)", "pandas", "matplotlib")
        instead = "another --out, --no-report"
        check_output(page, is_page, [data, path], force=force, instead=instead)
    table = None
    if source is None:
        table = read_table(data, text_columns=categorical or (), strict=strict)
    held_back: dict[str, Any] = {
        "validation": validation,
        "test": test,
        "division": None if division == "random" else division,
    }
    only_of_tables: dict[str, Any] = {"task": task, "categorical": categorical, "strict": strict}
    if lags is None and input_lags is None:
        learn: Callable[..., TableFit] = partial(
            fit_at,
            source if table is None else table,
            target,
            **{**only_of_tables, "categorical": categorical or (), "ignore": ignore or ()},
            rows=rows,
            stream=True if stream or cache is not None else None,
            cache=cache,
            scheduler=scheduler,
            on_plan=lambda sentence: note(sentence.translate(lang)),
        )
    elif table is None:
        why = "a time series is trained on in memory."
        raise invalid_argument("lags", lags or input_lags, why, "a single file, without --rows.")
    else:
        left_out = [*(ignore or ()), *filter(None, [part])]
        learn = learner(table, target, lags, input_lags, left_out, only_of_tables)
    with hearing_ctrl_c():
        with TrainingProgress(max_epochs, lang, quiet=quiet) as progress:
            fitted = learn(
                observe=progress.observe,
                on_stage=progress.on_stage,
                command=shlex.join(["clearprop", *typed()]),
                hidden=layer_sizes(hidden),
                activation=activation,
                loss=loss,
                solver=solver,
                seed=seed,
                max_epochs=max_epochs,
                max_seconds=max_seconds,
                patience=DEFAULT.patience if patience is None else patience or math.inf,
                weight_decay=weight_decay,
                batch_size=batch_size,
                part=part,
                scale=scale,
                compact=compact,
                checkpoint=checkpoint,
                device=device,
                **{name: value for name, value in held_back.items() if value is not None},
            )
        with finishing():
            is_written = _write(fitted, path, lang)
        interrupted = fitted.result.stop_reason.name == "interrupted" or is_interrupted()
    if not is_written:
        return FAILED
    if interrupted:
        complain(f"interrupted; {path} holds the network as far as it was trained.")
        return INTERRUPTED
    if in_pieces and not no_report:
        say(NO_REPORT.translate(lang).format(model=path))
    if page is None or table is None:
        return 0
    return _write_beside(fitted.model, path, table, page, lang)


def _write(fitted: TableFit, path: Path, lang: Language) -> bool:
    """Write the model and say how it went; return whether there was anything to write."""
    reason, kept = fitted.result.stop_reason, fitted.result.best_epoch
    learnt_nothing = reason.name == "divergence" and not kept
    if learnt_nothing or all(measure.train is None for measure in fitted.measures):
        complain(f"nothing was written. {reason.sentence.translate(lang)}")
        return False
    fitted.model.save(path)
    say_outcome(fitted, lang)
    say()
    say_pairs([(WROTE.translate(lang), str(path))])
    return True


def _write_beside(model: Model, path: Path, table: Table, page: Path, lang: Language) -> int:
    """Write the report on a model that is in its file already, and return the exit code."""
    from clearprop.report import write_report  # loads what trainings without a report never need

    try:
        write_report(model, table, page, language=lang, name=path.name)
    except KeyboardInterrupt:
        complain(f"interrupted; {path} is written, its report is not.")
        return INTERRUPTED
    say_pairs([(WROTE.translate(lang), str(page))])
    return 0


def model_path(data: Path, out: Path | None) -> Path:
    """Return the file of the model: as asked, or in this folder, called as the table.

    Examples
    --------
    >>> str(model_path(Path("tables/houses.csv"), None))
    'houses.clearprop'
    """
    if out is not None and is_standard(out):
        why = "a model goes to a file; standard output says how well it does."
        raise invalid_argument("out", "-", why, "--out model.clearprop.")
    if out is None and is_standard(data):
        why = "standard input has no name that the model could take over."
        raise invalid_argument("out", None, why, "--out model.clearprop.")
    return out or Path(data.resolve().name or "model").with_suffix(".clearprop")


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
