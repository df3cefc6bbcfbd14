"""How time grows with the rows of the table and with the width of the network."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks import peers, table
from benchmarks.problem import Problem
from benchmarks.rows import Options, Row, digits
from benchmarks.sections.speed import measure_rows
from benchmarks.tasks import Gradient, Task, Training

TITLE = "Scaling"
ROWS = (1_000, 10_000, 100_000, 400_000)
WIDTHS = (8, 32, 128, 512, 2048)
EXPLANATION = "Ratios are *their time ÷ ours*, as in the table of rows; no ratio is promised here."


def regression(rows: int, dtype: str) -> Problem:
    """Return a sine of ten inputs, 10-50-1 tanh."""
    X = np.random.default_rng(0).uniform(-1, 1, (rows, 10))
    Y = np.sin(X.sum(axis=1, keepdims=True))
    sizes, activations = (10, 50, 1), ("tanh", "identity")
    return Problem.start(sizes, activations, "half_squared_error", X, Y, dtype=dtype)


def gradient(rows: int, options: Options) -> Task:
    return Gradient(regression(rows, "float64"))


def training(rows: int, options: Options) -> Task:
    return Training(regression(rows, "float32"), 200, 1, "adam", 1e-3)


def width(units: int, options: Options) -> Task:
    return replace(digits.build(options, units), epochs=options.shortened(4))


FAMILIES: tuple[tuple[str, Callable[[int, Options], Task], Sequence[int], str], ...] = (
    ("Full-batch gradient, 10-50-1 tanh, float64", gradient, ROWS, "rows"),
    ("A step of training, 10-50-1 tanh, batch 200, Adam, float32", training, ROWS, "rows"),
    ("A step of training, 64-n-10 ReLU, batch 200, Adam, float32", width, WIDTHS, "units"),
)


def run(options: Options) -> str:
    """Return a table for each family of problems."""
    entered, _ = peers.load(options.peers)
    fewer = replace(options, rounds=min(2, options.rounds))
    parts = [EXPLANATION]
    for title, build, numbers, unit in FAMILIES:
        shown = numbers[:-1] if options.quick else numbers
        rows = [Row(0, f"{n:,} {unit}", {}, partial(build, n)) for n in shown]
        results = measure_rows(rows, entered, fewer)
        parts += [f"### {title}", table.ratios(results)]
    return "\n\n".join(parts)
