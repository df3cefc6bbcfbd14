"""Change single places of the code, at random, and see whether the tests of that folder notice.

    make mutants N=20 SEED=0

The changes are Cosmic Ray's (a + for a −, a < for a ≤, a number for the next one ...), made in a
copy of the project. A mutant that its folder's tests pass has survived: either a test is missing,
or the change means nothing.
"""

import argparse
import os
import random
import shlex
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.testing import run_tests
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome

ROOT = Path(__file__).parents[1]
FOLDERS = ("training", "search", "data", "estimators")
COPIED = ("src", "tests", "benchmarks", "conftest.py", "pyproject.toml")
IN_ANNOTATIONS = "BitOr"  # `int | None`: nothing here computes with |


def mutations(folder: str) -> Iterator[MutationSpec]:
    """Yield every change of every file of a folder of the package."""
    files = sorted(Path("src/clearprop", folder).rglob("*.py"))
    with use_db("mutants.sqlite") as database:
        init(files, database, {})
        for item in database.work_items:
            yield from item.mutations


def sampled(number: int, seed: int) -> list[tuple[str, MutationSpec]]:
    """Return folders and changes: places drawn uniformly, then one of the changes of each."""
    places = defaultdict(list)
    for folder in FOLDERS:
        for each in mutations(folder):
            if IN_ANNOTATIONS not in each.operator_name:
                places[folder, str(each.module_path), each.start_pos].append(each)
    chance = random.Random(seed)
    drawn = chance.sample(sorted(places), min(number, len(places)))
    print(f"{len(places)} places; {len(drawn)} drawn with seed {seed}.")
    return [(place[0], chance.choice(places[place])) for place in sorted(drawn)]


def judge(folder: str) -> str:
    """Return the command that runs the tests of a folder."""
    return shlex.join(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"tests/{folder}"]
    )


def seconds_untouched(folder: str) -> float:
    """Return how long the tests take that nothing was changed for; they must pass."""
    start = time.monotonic()
    outcome, output = run_tests(judge(folder), 3600)
    if outcome != TestOutcome.SURVIVED:
        sys.exit(f"tests/{folder} fails with nothing changed:\n{output}")
    seconds = time.monotonic() - start
    print(f"tests/{folder} passes with nothing changed, in {seconds:.0f} s")
    return seconds


def main() -> int:
    """Try the mutants, print each, and return 0: survivors are for people to judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # who waits wants to see it
    with tempfile.TemporaryDirectory() as copy:
        for name in COPIED:
            where = ROOT / name
            (shutil.copytree if where.is_dir() else shutil.copy)(where, Path(copy, name))
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(Path(copy, "src"))
        drawn = sampled(wanted.number, wanted.seed)
        limits = {
            folder: 30 + 3 * seconds_untouched(folder) for folder in sorted({f for f, _ in drawn})
        }
        survivors, start = [], time.monotonic()
        for folder, mutation in drawn:
            began = time.monotonic()
            result = mutate_and_test([mutation], judge(folder), limits[folder])
            word = "killed" if result.is_killed else "SURVIVED"
            where = f"{mutation.module_path}:{mutation.start_pos[0]}"
            print(f"{word:8}  {time.monotonic() - began:5.0f} s  {where}  {mutation.operator_name}")
            if not result.is_killed:
                survivors.append(result.diff)
        os.chdir(ROOT)
    each = (time.monotonic() - start) / max(1, len(drawn))
    print(*survivors, sep="\n")
    print(f"{len(drawn) - len(survivors)} killed, {len(survivors)} survived; {each:.0f} s each.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
