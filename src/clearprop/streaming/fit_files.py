"""Train on files, read into memory or streamed from disk, here or on the workers of a cluster."""

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
from clearprop.data import read_table
from clearprop.data.dask_collections import is_dask
from clearprop.files.access import local_path
from clearprop.fitting import FitOptions, TableFit
from clearprop.fitting import fit as fit_table
from clearprop.streaming.cluster.checks import check_cluster
from clearprop.streaming.cluster.trainings import is_sent_whole, plan_of, trained_on
from clearprop.streaming.cluster.workers import Workers, open_client
from clearprop.streaming.disk import Disk
from clearprop.streaming.opening import source_of
from clearprop.streaming.passes import as_number, watch_of
from clearprop.streaming.pipeline import OnPlan, Streaming
from clearprop.streaming.plan import fits_in_memory
from clearprop.streaming.sampling import sample_of
from clearprop.streaming.source import Source

if TYPE_CHECKING:
    from distributed import Client

SAMPLING = Text("drawing a sample", "抽取样本")
SAMPLED = Text(
    "a random sample of {sample:,} of {rows:,} rows.", "从 {rows:,} 行中随机抽取 {sample:,} 行。"
)


def fit_files(
    table: Any,
    target: str | Sequence[str],
    options: FitOptions,
    asked: dict[str, Any],
    whole: dict[str, Any],
    *,
    rows: int | None,
    stream: bool | None,
    cache: str | os.PathLike[str] | None,
    client: "Client | None",
    on_plan: OnPlan | None,
) -> TableFit:
    """Train on what `clearprop.fit` was given instead of a table; see there.

    `asked` holds the arguments that it passes on, `whole` those that only tables in memory have.
    """
    texts = asked["categorical"]
    if isinstance(table, str | os.PathLike):
        table = local_path(table)
    with hearing_ctrl_c(), _folder(cache) as folder:
        source = source_of(table, tuple(texts), folder)
        if client is None and is_dask(table):
            client = open_client()
        check_cluster(client)
        if rows is not None:
            with trained_on(client, options):
                return _fit_sample(source, target, options, rows, whole | asked)
        if stream is None and client is None:
            stream = not fits_in_memory(source)
        elif stream is None:
            stream = not is_sent_whole(source, options)
        if not stream:
            if client is not None and on_plan is not None:
                on_plan(plan_of(source, client))
            read = _whole(source, table, texts, strict=whole["strict"])
            with trained_on(client, options):
                return fit_table(read, target, options, **whole, **asked)
        for name, given in whole.items():
            if given:
                why = "it is not known of rows that stream from disk."
                raise invalid_argument(name, given, why, "rows=100000, or leave it out.")
        names = (target,) if isinstance(target, str) else tuple(target)
        disk = Disk(folder, kept=cache is not None)
        place = disk if client is None else Workers(client, source)
        training = Streaming(source, names, options, place)
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
    options: FitOptions,
    rows: int,
    asked: dict[str, Any],
) -> TableFit:
    """Train on a random sample, in memory."""
    watch = watch_of(asked["on_stage"], SAMPLING, source)
    table, count = sample_of(source, rows, as_number(options.seed), watch)
    fitted = fit_table(table, target, options, **asked)
    note = SAMPLED.filled(sample=len(table), rows=count)
    return replace(fitted, notes=(note, *fitted.notes))
