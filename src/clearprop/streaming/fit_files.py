"""Train on files, in memory or streamed from disk: the door of `clearprop.fit`."""

import os
import tempfile
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop._errors import invalid_argument
from clearprop._interruption import hearing_ctrl_c
from clearprop._text import Text
from clearprop.data import TaskName, read_table
from clearprop.data.dask_collections import is_dask
from clearprop.fitting import FitOptions, TableFit
from clearprop.fitting import fit as fit_table
from clearprop.fitting.tables import changed
from clearprop.streaming.cluster.checks import check_cluster
from clearprop.streaming.cluster.trainings import is_sent_whole, plan_of, trained_on
from clearprop.streaming.cluster.workers import Workers, open_client
from clearprop.streaming.disk import Disk
from clearprop.streaming.opening import is_source, source_of
from clearprop.streaming.passes import as_number, watch_of
from clearprop.streaming.pipeline import OnPlan, Streaming
from clearprop.streaming.plan import fits_in_memory
from clearprop.streaming.sampling import sample_of
from clearprop.streaming.source import Source
from clearprop.training.monitor import Observer
from clearprop.training.stages import OnStage

if TYPE_CHECKING:
    from distributed import Client

SAMPLING = Text("drawing a sample", "抽取样本")
SAMPLED = Text(
    "a random sample of {sample:,} of {rows:,} rows.", "从 {rows:,} 行中随机抽取 {sample:,} 行。"
)


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
    on_plan: OnPlan | None = None,
    command: str | None = None,
    rows: int | None = None,
    stream: bool | None = None,
    cache: str | os.PathLike[str] | None = None,
    client: "Client | None" = None,
    **changes: Any,
) -> TableFit:
    """Train a network that predicts one column of a table, or of files, from the others.

    A table in memory is trained on as `clearprop.fitting.fit` does. Files are read; where they do
    not fit into memory, their rows are encoded, scaled and shuffled on disk, and mini-batches
    stream from there.

    Parameters
    ----------
    table : table, path-like, list of path-like, Arrow dataset, polars LazyFrame, Dask collection
        A path may be a pattern, ``"data/*.parquet"``, a folder, or the address of Parquet files,
        ``"s3://bucket/data/*.parquet"``.
    target : str or sequence of str
        The column to predict, or several columns of numbers.
    options : FitOptions, optional
    task : {"regression", "classification"}, optional
        Inferred from the target without it.
    ignore, categorical : collection of str
        Columns to leave out; columns that are categories although they hold numbers.
    part : str, optional
        Of tables in memory: the column that says of each row whether it is to train, validate or
        test.
    strict : bool, default=False
        Of tables in memory: refuse missing values, dates, and text that hardly repeats.
    observe, on_stage : callable, optional
        Called with the `Record` of every epoch; with each `Stage` of what takes long.
    on_plan : callable, optional
        Called with the sentences of the plan, before rows stream.
    command : str, optional
        What was typed to start this, for the record.
    rows : int, optional
        Train on so many rows, drawn at random.
    stream : bool, optional
        Whether rows stream from disk; without it they do if they do not fit into memory. With a
        client: whether each worker holds some of the rows.
    cache : path-like, optional
        A folder that keeps the cache, for other trainings on the same files; a temporary one
        without it.
    client : distributed.Client, optional
        A Dask cluster. Its workers share a single training, or one of a large table: they read the
        rows, hold them, and answer what solvers ask of all of them. Of other tables in files, or
        in memory, each gets all rows, and they train the networks that a search compares and the
        starts that are averaged. Without it that of a Dask collection is the one that is open, if
        there is one.
    **changes
        Fields of `FitOptions` that differ.

    Returns
    -------
    TableFit
        Where rows streamed, `result.division` counts rows and does not name them, and the errors
        of the training part are those of some of its rows.

    Raises
    ------
    InputError
        If an argument cannot be used, or a value cannot stand in its column; it names the place.

    Examples
    --------
    >>> import clearprop as cp, tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> lines = ["x,y", *(f"{x},{x % 7}" for x in range(3000))]
    >>> _ = (folder / "numbers.csv").write_text(chr(10).join(lines))
    >>> fitted = cp.fit(folder / "numbers.csv", "y", task="regression", stream=True, max_epochs=2)
    >>> fitted.result.solver.name
    'adam'
    """
    asked: dict[str, Any] = {
        "task": task,
        "ignore": ignore,
        "categorical": categorical,
        "observe": observe,
        "on_stage": on_stage,
        "command": command,
    }
    whole: dict[str, Any] = {"part": part, "strict": strict}
    chosen = changed(options or FitOptions(), changes)
    if not is_source(table):
        of_files = {"rows": rows, "stream": stream, "cache": cache}
        for name, given in of_files.items():
            if given is not None and given is not False:
                why = "it is for files; this table is in memory."
                raise invalid_argument(name, given, why, "a path in place of the table.")
        check_cluster(client)
        with trained_on(client, chosen):
            return fit_table(table, target, options, **whole, **asked, **changes)
    with hearing_ctrl_c(), _folder(cache) as folder:
        source = source_of(table, tuple(categorical), folder)
        if client is None and is_dask(table):
            client = open_client()
        check_cluster(client)
        if rows is not None:
            with trained_on(client, chosen):
                return _fit_sample(source, target, options, rows, whole | asked, changes)
        if stream is None and client is None:
            stream = not fits_in_memory(source)
        elif stream is None:
            stream = not is_sent_whole(source, chosen)
        if not stream:
            if client is not None and on_plan is not None:
                on_plan(plan_of(source, client))
            read = _whole(source, table, categorical, strict=strict)
            with trained_on(client, chosen):
                return fit_table(read, target, options, **whole, **asked, **changes)
        for name, given in whole.items():
            if given:
                why = "it is not known of rows that stream from disk."
                raise invalid_argument(name, given, why, "rows=100000, or leave it out.")
        names = (target,) if isinstance(target, str) else tuple(target)
        disk = Disk(folder, kept=cache is not None)
        place = disk if client is None else Workers(client, source)
        training = Streaming(source, names, chosen, place)
        with nullcontext() if client is None else client.as_current():
            training.check()
            if on_plan is not None:
                for sentence in place.plan(source):
                    on_plan(sentence)
            return training.fit(on_plan=on_plan, **asked)


@contextmanager
def _folder(cache: str | os.PathLike[str] | None) -> Generator[Path]:
    """Yield the folder of the cache; one that nobody asked for is deleted in the end."""
    if cache is None:
        with tempfile.TemporaryDirectory(prefix="clearprop-") as folder:
            yield Path(folder)
        return
    folder = Path(cache)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"it cannot be made ({error.strerror or error})."
        raise invalid_argument("cache", str(cache), why, "another folder.") from None
    foreign = [each.name for each in folder.iterdir() if not _is_ours(each.name)]
    if foreign:
        why = f"other files stand there, such as {foreign[0]!r}."
        raise invalid_argument("cache", str(cache), why, "a folder of its own.")
    yield folder


def _is_ours(name: str) -> bool:
    return name.endswith(".f4") or name in ("content.json", "lazy.parquet")


def _whole(source: Source, given: Any, texts: Collection[str], *, strict: bool) -> Any:
    """Return the table in memory: a single file as it is always read, others piece by piece."""
    if isinstance(given, str | os.PathLike) and Path(given).is_file():
        return read_table(given, text_columns=texts, strict=strict)
    table, _ = sample_of(source, max(1, 2 * source.rows + 1), 0)
    return table


def _fit_sample(
    source: Source,
    target: str | Sequence[str],
    options: FitOptions | None,
    rows: int,
    asked: dict[str, Any],
    changes: dict[str, Any],
) -> TableFit:
    """Train on a random sample, in memory."""
    seed = changed(options or FitOptions(), changes).seed
    watch = watch_of(asked["on_stage"], SAMPLING, source)
    table, count = sample_of(source, rows, as_number(seed), watch)
    fitted = fit_table(table, target, options, **asked, **changes)
    note = SAMPLED.filled(sample=len(table), rows=count)
    return replace(fitted, notes=(note, *fitted.notes))
