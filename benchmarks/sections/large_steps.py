"""What an iteration of Levenberg-Marquardt takes where there are many residuals or many rows."""

import json
import statistics
import subprocess
import sys
from itertools import pairwise

import numpy as np

from benchmarks import machine, table
from benchmarks.rows import Options
from clearprop import Layer, Network
from clearprop.training import Stopping, TrainingConfig, train

TITLE = "Large steps of Levenberg-Marquardt"
EXPLANATION = """\
Each in a process of its own: the median over the iterations, and how far training raised the memory
of the process above what it was with libraries, data and compiled code. The table is given as
float64 and not scaled."""
SIZES = {
    "100-10-100 tanh, 5000 rows": ((100, 10, 100), 5_000),
    "10-17-1 tanh, 1,000,000 rows": ((10, 17, 1), 1_000_000),
}


def run(options: Options) -> str:
    """Return the table."""
    lines = []
    for name in SIZES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "benchmarks.sections.large_steps", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        parameters, residuals, seconds, extra = json.loads(done.stdout)
        lines.append([name, f"{parameters:,}", f"{residuals:,}", f"{seconds:.3g} s",
                      f"{extra / 1e6:.0f} MB"])  # fmt: skip
    head = ["network", "parameters", "residuals", "an iteration", "memory"]
    return f"{EXPLANATION}\n\n{table.markdown(head, lines)}"


def main(name: str) -> None:
    """Train a few iterations and print parameters, residuals, seconds of one, and bytes."""
    (n_in, hidden, n_out), rows = SIZES[name]
    network = Network(n_in, [Layer(hidden, "tanh"), Layer(n_out)])
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, n_in))
    Y = np.tanh(X @ random.normal(size=(n_in, n_out)) / n_in**0.5)
    few = slice(0, 200)
    measured = {"scale_inputs": "none", "scale_targets": "none", "seed": 0}
    train(
        network,
        X[few],
        Y[few],
        TrainingConfig(solver="levenberg_marquardt", stopping=Stopping(2), **measured),
    )
    before = machine.memory_now()
    result = train(
        network,
        X,
        Y,
        TrainingConfig(solver="levenberg_marquardt", stopping=Stopping(20), **measured),
    )
    moments = [record.seconds for record in result.history]
    seconds = statistics.median(after - before for before, after in pairwise(moments))
    extra = max(0, machine.peak_memory() - before)
    print(json.dumps([network.parameter_count, rows * n_out, seconds, extra]))


if __name__ == "__main__":
    main(sys.argv[1])
