"""What the README and the first page show of the command line is what the command line prints."""

import math
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from clearprop.cli.demo import breast_cancer

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
SECONDS = re.compile(r"\d+\.\d+ s$")
PROGRESS = ("epoch ", "周期 ", "clearprop compiles")


def sessions(page):
    """Return the commands of each console block with the lines shown after them."""
    for block in re.findall(r"^```console\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL):
        # what follows `make` is all output, even the command that it shows
        pattern = (
            r"^\$ (make[^\n]*)\n(.*)" if block.startswith("$ make") else r"^\$ ([^\n]*)\n([^$]*)"
        )
        for command, output in re.findall(pattern, block, flags=re.MULTILINE | re.DOTALL):
            shown = [line for line in output.splitlines() if line.strip() not in ("", "...")]
            yield command, shown


def skeleton(line):
    """Return the line without its numbers and without regard to spaces."""
    return " ".join(NUMBER.sub("#", SECONDS.sub("# s", line)).split())


def same(shown, printed):
    """Return whether two lines say the same, up to rounding; the time may be another."""
    numbers = [map(float, NUMBER.findall(SECONDS.sub("", line).replace("−", "-")))
               for line in (shown, printed)]  # fmt: skip
    return skeleton(shown) == skeleton(printed) and all(
        math.isclose(one, other, rel_tol=0.02) for one, other in zip(*numbers, strict=True)
    )


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_shown_output_is_the_output(clearprop, name):
    checked = 0
    for command, shown in sessions((ROOT / name).read_text(encoding="utf-8")):
        program, *arguments = shlex.split(command)
        if program == "printf":
            subprocess.run(command, shell=True, check=True)
            continue
        if program == "make":
            task, *options = arguments
            if task == "test":
                continue
            arguments = [task, *(word for option in options
                                 for word in option.removeprefix("OPTIONS=").split())]  # fmt: skip
        _, out, err = clearprop(*arguments, report=True)
        notes = [line for line in err.splitlines() if not line.startswith(PROGRESS)]
        printed = [line for line in (*out.splitlines(), *notes) if line.strip()]
        bars = [line for line in shown if "━" in line]
        for line in bars:
            epochs, losses = line.split("━ ")[1].split(" ", 1)
            assert err.splitlines()[-1].endswith(f" {epochs.split('/')[0]}: {losses}")
        for line in (line for line in shown if line not in bars):
            assert any(same(line, other) for other in printed), f"{command} does not print: {line}"
            checked += 1
    assert checked > 30


@pytest.mark.parametrize("name", ["start.md", "start.zh-CN.md"])
def test_the_first_five_minutes_print_what_they_show(clearprop, folder, name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    (folder / "clearprop-demo").mkdir()
    breast_cancer().to_csv("clearprop-demo/breast_cancer.csv", index=False)
    script = re.search(r"^```python\n(import numpy.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    (folder / "first.py").write_text(script[1], encoding="utf-8")
    checked = 0
    for command, shown in sessions(page):
        _, out, err = clearprop(*shlex.split(command)[1:])
        printed = [line for line in (out + err).splitlines() if line.strip()]
        for line in shown:
            if not line.endswith("tumours.html"):  # a report takes seconds, and has its own tests
                drawn = "check" in command  # on data that are drawn anew: the numbers are others
                like = skeleton(line) in map(skeleton, printed) if drawn else False
                assert like or any(same(line, other) for other in printed), f"{command}: {line}"
                checked += 1
    assert checked > 20
