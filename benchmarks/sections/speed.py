"""The table of rows: clearprop beside everybody else."""

import sys
from collections.abc import Sequence
from types import ModuleType

from benchmarks import machine, peers, rows, table
from benchmarks.check import judge
from benchmarks.measure import measure
from benchmarks.rows import Options, Row

TITLE = "Speed"
EXPLANATION = """\
Ratios are *their time ÷ ours*: the median over {rounds} rounds, in each of which every contender
worked once, in one process, on the same numbers from the same first parameters. The number in
brackets is the ratio to reach; ✗ marks one that was missed. A peer that can choose its number of
threads enters with each, and its fastest counts. "Products at peak" is the time that the matrix
products of a step would take at this machine's own rate ({single} GFLOP/s in float32, {double} in
float64), and what part of our time that is."""
MORE = """\
"First call" is what the very first call took beyond a later one, where it took more than twice as
long: compilation (JAX compiles every shape in every process), loading. Answers are
compared with the textbook's in float64: the loss at the end of a training, every entry of anything
else. scikit-learn shuffles by its own random numbers: as many epochs of as many batches, but other
ones, so its loss may differ by {shuffled:.0%}."""


def measure_rows(
    chosen: Sequence[Row], entered: Sequence[ModuleType], options: Options
) -> list[table.Result]:
    """Return the results of rows, and say on the way how far it is."""
    results = []
    for row in chosen:
        print(f"{row.title} ...", file=sys.stderr, flush=True)
        task = row.build(options)
        timings = measure(peers.contenders(entered, task), options.rounds)
        verdicts = [
            None if timing.answer is None or timing.failure
            else judge(task, timing.contender, timing.answer)
            for timing in timings
        ]  # fmt: skip
        machine.watch_peak(task.problem.dtype)
        note = row.note(options)
        results.append(table.Result(row.title, row.targets, task, timings, verdicts, note))
    return results


def run(options: Options) -> str:
    known = rows.load()
    chosen = [row for name, row in known.items() if not options.rows or name in options.rows]
    entered, skipped = peers.load(options.peers)
    results = measure_rows(chosen, entered, options)
    explanation = EXPLANATION.format(
        rounds=options.rounds,
        single=table.figure(machine.peak("float32") / 1e9),
        double=table.figure(machine.peak("float64") / 1e9),
    )
    notes = [f"- {result.title}: {result.note}." for result in results if result.note]
    notes += [f"- Skipped: {name} ({why})." for name, why in skipped.items()]
    if options.quick:
        notes.append("- Quick: a tenth of the epochs; not for the record.")
    more = MORE.format(shuffled=0.1)
    parts = [explanation, table.ratios(results), "\n".join(notes), more, table.details(results)]
    return "\n\n".join(part for part in parts if part)
