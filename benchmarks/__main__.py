"""`python -m benchmarks [ROW ...] [--rounds N] [--quick] [--data FILE] [--SECTION] [--write]`.

The section `--accuracy` takes tables that come with scikit-learn; with `--tables FOLDER` also those
of the folder with their splits, and with `--fetched FOLDER` KEEL's and R's, which are downloaded
into the folder where it has none. `--kept FILE` keeps what has been measured, to go on from, and
`--before FILE` shows what an earlier commit has kept beside it.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import results, rows, sections, splits
from benchmarks.rows import Options


def parser() -> argparse.ArgumentParser:
    """Return the command line: a flag for each section beside the rows."""
    described = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    described.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(rows.load())}")
    described.add_argument("--peers", nargs="*", default=[], help="files of peers to enter")
    described.add_argument("--rounds", type=int, default=7)
    described.add_argument("--quick", action="store_true", help="a tenth of the epochs, 3 rounds")
    described.add_argument("--data", type=Path, help="MNIST as an .npz with X_train and y_train")
    described.add_argument("--tables", type=Path, help="a folder of tables, see splits.py")
    described.add_argument("--fetched", type=Path, help="a folder for tables of KEEL and R")
    described.add_argument("--kept", type=Path, help="a file that keeps outcomes of --accuracy")
    described.add_argument("--before", type=Path, help="what an earlier commit has --kept")
    described.add_argument("--splits", type=int, default=20, help="splits of each table at most")
    described.add_argument("--write", action="store_true", help="keep it in benchmarks/RESULTS.md")
    described.add_argument("--all", action="store_true", help="every section")
    for name, section in sections.load().items():
        flag, text = f"--{name.replace('_', '-')}", f"the section {section.TITLE!r}"
        described.add_argument(flag, dest="sections", action="append_const", const=name, help=text)
    return described


def main(arguments: Sequence[str]) -> None:
    """Measure what the command line asks for and print it."""
    described = parser()
    given = described.parse_args(arguments)
    unknown = set(given.rows) - set(rows.load())
    if unknown:
        described.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(rows.load())}")
    if given.write and (given.rows or given.quick or given.peers):
        described.error("--write keeps whole sections, measured in full: no ROW, --peers, --quick")
    if given.data is not None and not given.data.is_file():
        described.error(f"there is no file {given.data}")
    if given.tables is not None and not splits.tables_in(given.tables):
        described.error(f"there is no table in {given.tables}")
    if given.before is not None and not given.before.is_file():
        described.error(f"there is no file {given.before}")
    if given.splits < 1:
        described.error("--splits must be at least 1")
    rounds = min(3, given.rounds) if given.quick else given.rounds
    options = Options(
        tuple(given.rows), tuple(given.peers), rounds, given.quick, given.data, given.tables,
        given.splits, given.fetched, given.kept, given.before,
    )  # fmt: skip
    known = sections.load()
    for name in list(known) if given.all else given.sections or ["speed"]:
        missing = getattr(known[name], "missing", None)
        if missing is not None and (why := missing(options)):
            print(f"## {known[name].TITLE}\n\n{why}\n", flush=True)
            continue
        text = results.with_circumstances(known[name].run(options), arguments)
        print(f"## {known[name].TITLE}\n\n{text}\n", flush=True)
        if given.write:
            results.keep(known[name].TITLE, text)


if __name__ == "__main__":
    main(sys.argv[1:])
