"""The most memory that each contender of each row needs, each in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks import machine, peers, rows, table
from benchmarks.rows import Options

TITLE = "Memory"
EXPLANATION = """\
Peak memory in MiB of a process that does nothing but the row, once; in brackets how far the work
itself raised it above what libraries and data had taken before."""


def run(options: Options) -> str:
    """Return the table, a column for each peer."""
    entered, _ = peers.load(options.peers)
    files = [peer.__name__.rpartition(".")[2] for peer in entered]
    found: dict[str, dict[str, str]] = {}
    for name, row in rows.load().items():
        if options.rows and name not in options.rows:
            continue
        print(f"{row.title}: memory ...", file=sys.stderr, flush=True)
        found[row.title] = dict(in_own_process(name, file, options) for file in files)
    columns = table.in_order(peer for column in found.values() for peer in column if peer)
    lines = [[title, *(column.get(p, "") for p in columns)] for title, column in found.items()]
    return f"{EXPLANATION}\n\n{table.markdown(['row', *columns], lines)}"


def in_own_process(row: str, file: str, options: Options) -> tuple[str, str]:
    """Return the peer of this file and its memory; nothing where it does no such row."""
    data, quick = str(options.data or ""), "quick" if options.quick else ""
    command = [sys.executable, "-m", "benchmarks.sections.memory", row, file, data, quick]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return file, "failed"
    peer, before, most = json.loads(done.stdout)
    return peer, f"{most / 2**20:.0f} ({max(0, most - before) / 2**20:.0f})" if peer else ""


def main(row: str, file: str, data: str, quick: str) -> None:
    """Do a row once with the first contender of a file; print whose it is, and its memory."""
    options = Options(data=Path(data) if data else None, quick=bool(quick))
    entered, _ = peers.load([file])
    task = rows.load()[row].build(options)
    contenders = peers.contenders(entered, task)
    if not contenders:
        print(json.dumps(["", 0, 0]))
        return
    before = machine.memory_now()
    with contenders[0].around():
        contenders[0].run()
    print(json.dumps([contenders[0].peer, before, machine.peak_memory()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
