"""The door of `clearprop.fit`: a table in memory, or files."""

import os
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from clearprop._errors import invalid_argument
from clearprop.data import TaskName
from clearprop.fitting import FitOptions, TableFit
from clearprop.fitting import fit as fit_table
from clearprop.fitting.tables import changed
from clearprop.streaming.opening import is_source
from clearprop.training.monitor import Observer
from clearprop.training.stages import OnStage

if TYPE_CHECKING:
    from distributed import Client

    from clearprop.streaming.pipeline import OnPlan


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
    on_plan: "OnPlan | None" = None,
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
    of_files: dict[str, Any] = {"rows": rows, "stream": stream, "cache": cache}
    chosen = changed(options or FitOptions(), changes)
    if is_source(table):
        from clearprop.streaming.fit_files import fit_files  # loads what tables never need

        return fit_files(
            table, target, chosen, asked, whole, **of_files, client=client, on_plan=on_plan
        )
    for name, given in of_files.items():
        if given is not None and given is not False:
            why = "it is for files; this table is in memory."
            raise invalid_argument(name, given, why, "a path in place of the table.")
    if client is None:
        return fit_table(table, target, chosen, **whole, **asked)
    from clearprop.streaming.cluster.checks import check_cluster
    from clearprop.streaming.cluster.trainings import trained_on

    check_cluster(client)
    with trained_on(client, chosen):
        return fit_table(table, target, chosen, **whole, **asked)
