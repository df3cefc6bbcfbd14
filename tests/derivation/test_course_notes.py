"""Every item of the course notes comes out of the command that the documentation names for it."""

import re
import shlex
from pathlib import Path

import pytest
from matplotlib import pyplot

from clearprop import plots
from clearprop.cli.app import run
from tests.course_notes import PAGE, ROWS, Row

SCRIPT = re.compile(r"```py\n# (\S+)\n(.*?)```", flags=re.S)
ITEMS = 78


def test_the_table_has_every_item_once():
    assert len(ROWS) == ITEMS
    assert len({row.item for row in ROWS}) == ITEMS


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What a command prints in a language; the same command runs once."""
    folder = tmp_path_factory.mktemp("course")
    name, script = SCRIPT.findall(PAGE)[0]
    (folder / name).write_text(script, encoding="utf-8")

    known: dict[tuple[str, str], str] = {}

    def run_once(command: str, lang: str, capture, change_to) -> str:
        if (command, lang) in known:
            return known[command, lang]
        change_to(folder)
        capture.readouterr()
        for part in command.split(" && "):
            words = [*shlex.split(part)[1:], "--lang", lang]
            if "--out" in words:
                Path(words[words.index("--out") + 1]).unlink(missing_ok=True)
            run(words)
        known[command, lang] = "".join(capture.readouterr())
        return known[command, lang]

    return run_once


def drawn(call: str, lang: str) -> str:
    """Return the words on a picture."""
    name, _, arguments = call.partition("(")
    values, classes = re.findall(r"\[(.*?)\]", arguments)
    numbers = [list(map(int, one.split(","))) for one in (values, classes)]
    picture = getattr(plots, name.removeprefix("plots."))
    axes = picture(numbers[0], classes=numbers[1], language=lang)
    words = axes.get_title(loc="left") + axes.get_title()
    pyplot.close("all")
    return words


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("row", ROWS, ids=[re.sub(r"\W+", "-", row.item)[:40] for row in ROWS])
def test_an_item_is_in_the_output_of_its_command(row: Row, lang, printed, capsys, monkeypatch):
    if row.command.startswith("python "):
        return  # tests/examples runs those, and looks for the words
    if row.command.startswith("plots."):
        found = drawn(row.command, lang)
    else:
        found = printed(row.command, lang, capsys, monkeypatch.chdir)
    assert getattr(row, lang) in found
