"""Change single places of the code, at random, and see whether the tests of that folder notice.

    make mutants N=20 SEED=0
    make mutants N=300 SEED=0 FOLDER=/tmp/mutants     # goes on where an earlier run ended

The changes are Cosmic Ray's (a + for a −, a < for a ≤, a number for the next one ...), made in a
copy of the project. The tests that reach the changed line judge it, those of its module first. A
mutant that they pass has survived: either a test is missing, or the change means nothing.
"""

import argparse
import ast
import difflib
import gc
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cosmic_ray.commands import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec
from coverage import CoverageData

ROOT = Path(__file__).parents[1]
PACKAGES = ("training", "search", "data", "estimators", "series", "streaming")
IN_ANNOTATIONS = "BitOr"  # `int | None`: nothing here computes with |
# to explain an assertion takes longer, in every process anew, than to run most tests
OPTIONS = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--assert=plain"]
LOADED = (
    "numpy", "scipy.optimize", "scipy.stats", "pandas", "numba", "sklearn.neural_network",
    "hypothesis.extra.numpy", "sybil.parsers.rest",
)  # fmt: skip
"""What takes time to import and is never changed: every test process begins with it."""
BUDGET = 30.0
"""Seconds of tests, as they take with nothing changed, that one mutant is shown at most."""


@dataclass(frozen=True)
class Reach:
    """The tests of a folder, with nothing changed.

    Attributes
    ----------
    seconds : dict of str to float
        The time that each test takes, by its id.
    lines : dict of (str, int) to set of str
        The ids of the tests that reach a line of a module; ``""`` stands for its import.
    """

    seconds: dict[str, float]
    lines: dict[tuple[str, int], set[str]]

    def judges(self, module: str, line: int) -> list[str]:
        """Return the tests that judge a change of a line: those of its module, then short ones.

        Of what runs at import only, they are those that reach the module, or all.
        """
        reaching = set[str]()
        for each in statement_lines(module, line):
            reaching |= self.lines.get((module, each), set())
        if reaching == {""}:
            every = (tests for (file, _), tests in self.lines.items() if file == module)
            reaching = set[str]().union(*every) - {""} or set(self.seconds)
        own = test_file_of(module)
        ordered = sorted(
            reaching & set(self.seconds),
            key=lambda test: (not test.startswith(own), self.seconds[test], test),
        )
        spent = accumulate(self.seconds[test] for test in ordered)
        within = sum(seconds <= BUDGET for seconds in spent)
        return ordered[: max(1, within)]


def test_file_of(module: str) -> str:
    """Return the file in which the tests of a module stand, if it has any.

    Examples
    --------
    >>> test_file_of("src/clearprop/training/loop.py")
    'tests/training/test_loop.py'
    """
    path = Path(module)
    folder = Path("tests", *path.parts[2:-1])
    return str(folder / f"test_{path.name}")


@cache
def statements(module: str) -> list[range]:
    """Return the lines of each statement of a module; without its body, where it has one."""
    found = []
    for node in ast.walk(ast.parse(Path(module).read_text("utf-8"))):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno if body else node.end_lineno + 1
            found.append(range(node.lineno, max(end, node.lineno + 1)))
    return found


def statement_lines(module: str, line: int) -> range:
    """Return the lines of the statement that a line belongs to."""
    around = [lines for lines in statements(module) if line in lines]
    return min(around, key=len, default=range(line, line + 1))


def mutations(folder: str) -> Iterator[MutationSpec]:
    """Yield every change of every file of a folder of the package."""
    files = sorted(Path("src/clearprop", folder).rglob("*.py"))
    with use_db("../mutants.sqlite") as database:
        init(files, database, {})
        for item in database.work_items:
            yield from item.mutations


def sampled(number: int, seed: int, packages: Collection[str]) -> list[tuple[str, MutationSpec]]:
    """Return folders and changes: places drawn uniformly, then one of the changes of each.

    The first of a long sample are those of a shorter one.
    """
    places = defaultdict(list)
    for folder in packages:
        for each in mutations(folder):
            if IN_ANNOTATIONS not in each.operator_name:
                places[folder, str(each.module_path), each.start_pos].append(each)
    chance = random.Random(seed)
    drawn = sorted(places)
    chance.shuffle(drawn)
    found = [(place[0], chance.choice(places[place])) for place in drawn]
    found = [(folder, each) for folder, each in found if not is_promise(each)]
    print(f"{len(places)} places; the first {min(number, len(found))} drawn with seed {seed}.")
    return found[:number]


def is_promise(mutation: MutationSpec) -> bool:
    """Return whether a change takes back what only the author could break: no test would."""
    line = Path(mutation.module_path).read_text("utf-8").splitlines()[mutation.start_pos[0] - 1]
    if "RemoveDecorator" in mutation.operator_name:
        return line.strip() in ("@abstractmethod", "@overload")
    promises = ("frozen=True", "strict=True")
    return "TrueWithFalse" in mutation.operator_name and any(each in line for each in promises)


@cache
def reach_of(folder: str) -> Reach:
    """Return which tests reach which lines; all must pass with nothing changed."""
    measured, times = Path(f"../{folder}.coverage").absolute(), Path(f"../{folder}.xml")
    if not times.exists():
        start = time.monotonic()
        os.environ["COVERAGE_FILE"] = str(measured)
        options = ["--cov=clearprop", "--cov-context=test", "--cov-report=", "--cov-fail-under=0"]
        command = [sys.executable, "-m", "pytest", *OPTIONS, *options]
        if subprocess.run([*command, f"--junit-xml={times}.part", f"tests/{folder}"]).returncode:
            sys.exit(f"tests/{folder} fails with nothing changed.")
        Path(f"{times}.part").rename(times)
        print(f"tests/{folder} passes with nothing changed, {time.monotonic() - start:.0f} s")
    seconds = {
        f"{case.get('classname').replace('.', '/')}.py::{case.get('name')}": float(case.get("time"))
        for case in ElementTree.parse(times).iter("testcase")
    }
    return Reach(seconds, dict(_reached(measured, list(seconds))))


def _reached(measured: Path, tests: list[str]) -> Iterator[tuple[tuple[str, int], set[str]]]:
    """Yield lines with the tests that reach them."""
    of_file = defaultdict(set)
    for test in tests:
        of_file[test.partition("::")[0]].add(test)
    data = CoverageData(str(measured))
    data.read()
    here = Path("src").absolute()
    for file in filter(lambda file: Path(file).is_relative_to(here), data.measured_files()):
        module = str(Path(file).relative_to(here.parent))
        for line, contexts in data.contexts_by_lineno(file).items():
            reaching = set[str]()
            for context in contexts:
                test, _, phase = context.rpartition("|")
                # what a fixture did may be seen by all tests of the file
                reaching |= {test} if phase in ("", "run") else of_file[test.partition("::")[0]]
            yield (module, line), reaching


def passed(tests: list[str], seconds: float) -> bool:
    """Return whether tests pass in time, in a process of their own."""
    child = os.fork()
    if not child:
        os.setsid()
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        # Python tells a changed file by its size and whole seconds: nothing may be kept of it
        sys.dont_write_bytecode, os.environ["PYTHONDONTWRITEBYTECODE"] = True, "1"
        sys.path.insert(0, os.environ["PYTHONPATH"])
        code = 1
        try:
            code = int(pytest.main([*OPTIONS, *tests]))
        finally:
            os._exit(code)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def judge(folder: str, mutation: MutationSpec) -> dict[str, object]:
    """Show a mutant to its tests, and return what came of it."""
    began, line = time.monotonic(), mutation.start_pos[0]
    reach, module = reach_of(folder), str(mutation.module_path)
    tests = reach.judges(module, line)
    limit = 60 + 5 * sum(reach.seconds[test] for test in tests)  # then it never ends
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    with use_mutation(mutation.module_path, operator, mutation.occurrence) as codes:
        survived = not tests or passed(tests, limit)
    before, after = (code.splitlines() for code in codes)
    diff = "\n".join(difflib.unified_diff(before, after, module, module, n=0, lineterm=""))
    word = "killed" if not survived else "SURVIVED" if tests else "UNREACHED"
    return {
        "mutant": key_of(mutation),
        "outcome": word,
        "place": f"{module}:{line}",
        "operator": mutation.operator_name,
        "tests": len(tests),
        "seconds": round(time.monotonic() - began),
        "diff": diff if survived else "",
    }


def key_of(mutation: MutationSpec) -> str:
    """Return what tells a mutant from all others."""
    return f"{mutation.module_path} {mutation.operator_name} {mutation.occurrence}"


def enter_copy(folder: Path) -> None:
    """Go to a copy of the project in which nothing is changed, as it was when the first run began.

    A run that was killed may have left a changed file behind.
    """
    original, copy = folder / "original", folder / "copy"
    if not original.exists():
        shutil.copytree(ROOT, original, ignore=shutil.ignore_patterns(".*", "build", "dist"))
    shutil.copytree(original, copy, dirs_exist_ok=True)
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy / "src")


def try_mutants(number: int, seed: int, packages: Collection[str]) -> None:
    """Try the mutants that no earlier run in this folder has tried; print each at once."""
    results = Path("../results.jsonl")
    lines = results.read_text().splitlines() if results.exists() else []
    known = {each["mutant"]: each for each in map(json.loads, lines)}
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # no child looks through it again
    drawn, survivors, killed = sampled(number, seed, packages), [], 0
    for place, (folder, mutation) in enumerate(drawn, start=1):
        found = known.get(key_of(mutation))
        if found is None:
            reach_of(folder)  # its time is no mutant's
            found = judge(folder, mutation)
            with results.open("a") as file:
                print(json.dumps(found), file=file)
            print("{outcome:9} {seconds:4} s  {place}  {operator}".format_map(found))
        killed += found["outcome"] == "killed"
        survivors += [found["diff"]] if found["diff"] else []
        if place % 20 == 0:
            print(f"{killed} of {place} killed")
    print(*survivors, sep="\n")
    print(f"{killed} of {len(drawn)} killed: {100 * killed / max(1, len(drawn)):.0f} %.")


def main() -> int:
    """Try the mutants and return 0: survivors are for people to judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=PACKAGES, help="draw from these packages")
    parser.add_argument("--folder", type=Path, help="keeps the copy and results, to go on later")
    wanted = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # who waits wants to see it
    with tempfile.TemporaryDirectory() as temporary:
        folder = (wanted.folder or Path(temporary)).absolute()
        folder.mkdir(exist_ok=True)
        enter_copy(folder)
        try:
            try_mutants(wanted.number, wanted.seed, wanted.only)
        finally:
            os.chdir(ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
