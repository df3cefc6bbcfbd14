"""One table on one machine and on the workers of a Dask cluster: the same bits, and what it costs.

A process a worker, all on this machine: how time falls with workers is seen where there are cores.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import clearprop as cp
from benchmarks import table
from benchmarks.rows import Options

TITLE = "Many machines"
COLUMNS, EPOCHS = 20, 8
ROWS = 200_000
"""Rows of the table whose bits are compared."""
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)
WORKERS = (1, 2, 3)
SOLVERS = ("lbfgs", "levenberg_marquardt", "bayesian_regularization")
EXPLANATION = f"""\
A regression on {COLUMNS} columns, 20-10-1 tanh, {EPOCHS} steps, from Parquet: seconds in all, those
of a step (the median), and whether weights and errors are those of one machine to the bit. "One of
2 killed": SIGKILL of a worker process after the third step."""


def missing(options: Options) -> str:
    """Return why there is nothing to measure."""
    return "" if find_spec("distributed") else "Dask is not installed (clearprop[dask])."


def run(options: Options) -> str:
    """Return the tables: of workers for each solver, and of rows."""
    rows = ROWS // 10 if options.quick else ROWS
    parts = [EXPLANATION]
    with tempfile.TemporaryDirectory() as folder:
        data = written(Path(folder) / "table", rows)
        lines = [line for solver in SOLVERS for line in of_workers(solver, data)]
        parts += [f"### {rows:,} rows", table.markdown(HEAD, lines)]
        sizes = GROWTH[:-2] if options.quick else GROWTH
        lines = [of_rows(Path(folder) / str(size), size) for size in sizes]
    parts += ["### One machine, by rows (L-BFGS)", table.markdown(GROWING, lines)]
    return "\n\n".join(parts)


HEAD = ["solver", "where", "s in all", "s a step", "same bits"]
GROWING = ["rows", "s in all", "ms a step", "µs a row in all"]


def written(folder: Path, rows: int) -> Path:
    """Write a table of so many rows in Parquet files of at most a million rows each."""
    import pandas

    folder.mkdir()
    random = np.random.default_rng(0)
    for number, start in enumerate(range(0, rows, 1_000_000)):
        X = random.normal(size=(min(1_000_000, rows - start), COLUMNS))
        frame = pandas.DataFrame(X, columns=[f"x{n}" for n in range(COLUMNS)])
        frame["y"] = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]
        frame.to_parquet(folder / f"{number}.parquet", row_group_size=25_000)
    return folder


def fitted(data: Path, solver: str, observe: Callable[[Any], None], **where: Any) -> Any:
    """Return a fit of all rows."""
    asked = {"hidden": (10,), "max_epochs": EPOCHS, "seed": 0, "solver": solver}
    return cp.fit(data, "y", observe=observe, **asked, **where)


def of_workers(solver: str, data: Path) -> list[list[str]]:
    """Return a line for one machine, for each number of workers, and for one that is killed."""
    from distributed import Client, LocalCluster

    fit, line = timed(solver, "one machine", data, None, stream=True)
    lines = [line]
    for workers, kills in [*((n, False) for n in WORKERS), (2, True)]:
        name = f"one of {workers} killed" if kills else f"{workers} workers"
        print(f"{solver}: {name} ...", file=sys.stderr, flush=True)
        with ExitStack() as stack:
            cluster = stack.enter_context(
                LocalCluster(workers, threads_per_worker=1, dashboard_address=None)
            )
            client = stack.enter_context(Client(cluster))
            victim = min(client.run(os.getpid).values()) if kills else None
            lines.append(timed(solver, name, data, victim, fit, client=client)[1])
    return lines


def timed(
    solver: str, name: str, data: Path, victim: int | None, like: Any = None, **where: Any
) -> tuple[Any, list[str]]:
    """Return a fit, and its line; the victim's process is killed in the middle."""
    moments = [time.perf_counter()]

    def observe(record: Any) -> None:
        moments.append(time.perf_counter())
        if victim is not None and len(moments) == 4:
            os.kill(victim, signal.SIGKILL)

    fit = fitted(data, solver, observe, **where)
    whole, step = time.perf_counter() - moments[0], np.median(np.diff(moments[1:]))
    same = "" if like is None else "yes" if is_same(fit, like) else "**no**"
    return fit, [solver, name, f"{whole:.1f}", f"{step:.3f}", same]


def is_same(one: Any, other: Any) -> bool:
    """Return whether two fits have the same weights and errors."""
    weights = [each.model.parameters.vector for each in (one, other)]
    return bool(np.array_equal(*weights)) and one.measures == other.measures


def of_rows(folder: Path, rows: int) -> list[str]:
    """Return the line of a table of so many rows, streamed on one machine."""
    data, moments = written(folder, rows), []
    began = time.perf_counter()
    fitted(data, "lbfgs", lambda record: moments.append(time.perf_counter()), stream=True)
    whole, step = time.perf_counter() - began, float(np.median(np.diff(moments)))
    for file in data.iterdir():
        file.unlink()
    return [f"{rows:,}", f"{whole:.1f}", f"{1e3 * step:.1f}", f"{1e6 * whole / rows:.2f}"]
