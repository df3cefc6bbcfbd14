"""The page on derivations: its commands print what it shows, and its schema is the printer's."""

import json
import re
import shlex
from pathlib import Path

import pytest

from clearprop.cli.app import run
from clearprop.derivation.printers.json import schema

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "derivations.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```console\n\$ clearprop (.*?)\n(.*?)```", PAGE, flags=re.S)


def test_the_page_shows_commands():
    assert len(COMMANDS) == 3


@pytest.mark.parametrize(("command", "shown"), COMMANDS)
def test_a_command_prints_what_the_page_shows(command, shown, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(command)) == 0
    printed = "".join(capsys.readouterr())
    for part in filter(str.strip, shown.split("...\n")):
        assert part in printed


def test_the_schema_is_the_printers():
    written = json.loads((DOCS / "derivation.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(schema()))
