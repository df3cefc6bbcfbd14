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
ROWS, SEARCHED = 200_000, 1_000
"""Rows of the tables that are shared by the workers, and that each of them gets."""
WORKERS = (1, 2, 3)
SOLVERS = ("lbfgs", "levenberg_marquardt", "bayesian_regularization")
SEARCH = "a default search"
KILLED = 4
"""Epochs, or stages of a search, after which a worker is killed."""
HEAD = ["solver", "where", "s in all", "same bits"]
EXPLANATION = f"""\
A regression on {COLUMNS} columns, 20-10-1 tanh, {EPOCHS} steps, from Parquet, of which each worker
holds some rows; and a default search on a smaller table, whose networks the workers train. Seconds
in all, and whether weights and errors are those of one machine to the bit. "One of 2 killed":
SIGKILL of a worker process after the third step, or while hidden units are compared."""


def missing(options: Options) -> str:
    """Return why there is nothing to measure."""
    return "" if find_spec("distributed") else "Dask is not installed (clearprop[dask])."


def run(options: Options) -> str:
    """Return the tables: of solvers on a shared table, and of a search."""
    rows, searched = (n // 10 if options.quick else n for n in (ROWS, SEARCHED))
    with tempfile.TemporaryDirectory() as folder:
        frame(rows, COLUMNS).to_parquet(Path(folder) / "table.parquet", row_group_size=25_000)
        asked = {"hidden": (10,), "max_epochs": EPOCHS, "seed": 0, "stream": True}
        lines = [
            line
            for solver in SOLVERS
            for line in of_workers(solver, folder, {**asked, "solver": solver}, "observe")
        ]
    searches = of_workers(SEARCH, frame(searched, 4), {"seed": 0}, "on_stage")
    parts = [f"### {rows:,} rows", table.markdown(HEAD, lines)]
    parts += [f"### {searched:,} rows", table.markdown(HEAD, searches)]
    return "\n\n".join([EXPLANATION, *parts])


def frame(rows: int, columns: int) -> Any:
    """Return a table of so many rows."""
    import pandas

    X = np.random.default_rng(0).normal(size=(rows, columns))
    names = [f"x{number}" for number in range(columns)]
    return pandas.DataFrame(X, columns=names).assign(y=np.sin(X[:, 0]) + X[:, 1] * X[:, 2])


def of_workers(name: str, data: Any, asked: dict[str, Any], told: str) -> list[list[str]]:
    """Return a line for one machine, for each number of workers, and for one that is killed.

    `told` is the argument by which a fit tells how far it is.
    """
    from distributed import Client, LocalCluster

    fit, seconds = timed(data, asked)
    lines = [[name, "one machine", f"{seconds:.1f}", ""]]
    for workers, kills in [*((n, False) for n in WORKERS), (2, True)]:
        where = f"one of {workers} killed" if kills else f"{workers} workers"
        print(f"{name}: {where} ...", file=sys.stderr, flush=True)
        with ExitStack() as stack:
            cluster = stack.enter_context(
                LocalCluster(workers, threads_per_worker=1, dashboard_address=None)
            )
            client = stack.enter_context(Client(cluster))
            watch = {told: killing(min(client.run(os.getpid).values()))} if kills else {}
            there, seconds = timed(data, {**asked, **watch, "client": client})
        same = "yes" if is_same(fit, there) else "**no**"
        lines.append([name, where, f"{seconds:.1f}", same])
    return lines


def killing(victim: int) -> Callable[[Any], None]:
    """Return what kills a process when it is called the fourth time."""
    calls: list[Any] = []

    def kill(told: Any) -> None:
        calls.append(told)
        if len(calls) == KILLED:
            os.kill(victim, signal.SIGKILL)

    return kill


def timed(data: Any, asked: dict[str, Any]) -> tuple[Any, float]:
    """Return a fit and its seconds."""
    began = time.perf_counter()
    return cp.fit(data, "y", **asked), time.perf_counter() - began


def is_same(one: Any, other: Any) -> bool:
    """Return whether two fits have the same weights and errors."""
    weights = [each.model.parameters.vector for each in (one, other)]
    return bool(np.array_equal(*weights)) and one.measures == other.measures
