"""How time, memory and error grow with the rows of a table in files, and with workers.

Every measurement is a process of its own, which takes a part of the table that was written before.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import clearprop as cp
from benchmarks import machine, table
from benchmarks.rows import Options
from clearprop._typing import FloatArray

TITLE = "Growth"
COLUMNS, NOISE = 20, 0.1
ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
OTHERS = 100_000
"""Rows beside the table, of which errors are measured."""
A_FILE = 10_000
"""Rows of the first file; those of the others double."""
SAMPLE = 20_000
"""Rows of the sample; a search on all of them takes about as long on every machine."""
STEPS = 10
ALL_ROWS: dict[str, Any] = {"solver": "lbfgs", "hidden": (10,), "max_epochs": STEPS}
WAYS: dict[str, dict[str, Any]] = {
    f"L-BFGS, {STEPS} steps": {**ALL_ROWS, "stream": True},
    f"L-BFGS, {STEPS} steps, 1 worker": {**ALL_ROWS, "workers": 1},
    f"L-BFGS, {STEPS} steps, 2 workers": {**ALL_ROWS, "workers": 2},
    "nothing set, all rows stream": {"stream": True},
    f"nothing set, --rows {SAMPLE:,}": {"rows": SAMPLE},
}
HEAD = ["rows", "training", "s", "CPU s", "CPU µs a row", "MB at most", "error (RMSE)"]
EXPLANATION = f"""\
A regression on {COLUMNS} columns in Parquet, y = sin(x₀) + x₁x₂ + noise of {NOISE}, which is the
least error that is possible; it is measured on {OTHERS:,} other rows. Seconds from the call to the
model, CPU seconds and the largest resident size of a process, those of workers with them. Of two
workers on this machine the time says how many cores it has."""


def missing(options: Options) -> str:
    """Return why there is nothing to measure."""
    wanted = {"distributed": "Dask", "pyarrow": "Arrow"}
    lacking = [name for module, name in wanted.items() if find_spec(module) is None]
    return f"{' and '.join(lacking)} is not installed." if lacking else ""


def run(options: Options) -> str:
    """Return the table: a line for each number of rows and each way to train."""
    sizes = ROWS[:2] if options.quick else ROWS
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        files = written(Path(folder), sizes[-1])
        for rows in sizes:
            for way in WAYS:
                if WAYS[way].get("rows", 0) < rows:
                    print(f"{rows:,} rows: {way} ...", file=sys.stderr, flush=True)
                    lines.append(line_of(files, rows, way))
    return f"{EXPLANATION}\n\n{table.markdown(HEAD, lines)}"


def drawn(rows: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return inputs (rows, COLUMNS) and targets (rows,)."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, COLUMNS))
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + NOISE * random.normal(size=rows)


def frame(rows: int, seed: int) -> Any:
    """Return the columns of a table and its target."""
    import pandas

    X, y = drawn(rows, seed)
    return pandas.DataFrame(X, columns=[f"x{n}" for n in range(COLUMNS)]).assign(y=y)


def written(folder: Path, rows: int) -> list[Path]:
    """Write so many rows; the first files together hold every power of ten of them from A_FILE."""
    files, start = [], 0
    while start < rows:
        end = min(rows, max(A_FILE, 10 * start), start + 1_000_000)
        files.append(folder / f"{len(files)}.parquet")
        frame(end - start, len(files)).to_parquet(files[-1], row_group_size=50_000)
        start = end
    return files


def first(files: list[Path], rows: int) -> list[str]:
    """Return the files that hold the first rows."""
    from pyarrow.parquet import read_metadata

    ends = np.cumsum([read_metadata(file).num_rows for file in files])
    return [str(file) for file in files[: int(np.searchsorted(ends, rows)) + 1]]


def line_of(files: list[Path], rows: int, way: str) -> list[str]:
    """Return the line of a training, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.sections.growth", way, *first(files, rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"{rows:,}", way, done.stderr.strip().splitlines()[-1], *[""] * (len(HEAD) - 3)]
    wall, cpu, memory, error = json.loads(done.stdout)
    figures = [f"{wall:.1f}", f"{cpu:.1f}", f"{1e6 * cpu / rows:.1f}", f"{memory / 1e6:.0f}"]
    return [f"{rows:,}", way, *figures, f"{error:.4f}"]


def main(way: str, *files: str) -> None:
    """Train once and print seconds, CPU seconds, bytes at most, and the error on other rows."""
    asked = dict(WAYS[way])
    workers = asked.pop("workers", 0)
    with ExitStack() as stack:
        client = None
        if workers:
            from distributed import Client, LocalCluster

            cluster = LocalCluster(workers, threads_per_worker=1, dashboard_address=None)
            client = stack.enter_context(Client(stack.enter_context(cluster)))
            asked["client"] = client
        used, began = cpu_seconds(client), time.perf_counter()
        model = cp.fit(list(files), "y", seed=0, **asked).model
        wall, cpu = time.perf_counter() - began, cpu_seconds(client) - used
        memory = max(everywhere(client, machine.peak_memory))
    others = frame(OTHERS, 0)
    error = float(np.sqrt(np.mean((model.predict(others) - others["y"].to_numpy()) ** 2)))
    print(json.dumps([wall, cpu, memory, error]))


def everywhere(client: Any, ask: Any) -> list[float]:
    """Return the answers of this process and of every worker."""
    return [ask(), *(client.run(ask).values() if client else [])]


def cpu_seconds(client: Any) -> float:
    """Return the CPU seconds of this process and of the workers so far."""
    return sum(everywhere(client, time.process_time))


if __name__ == "__main__":
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "error")
    main(*sys.argv[1:])
