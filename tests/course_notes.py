"""The table of docs/course-notes.md: what each row's command prints, and what is found in it."""

import re
from pathlib import Path
from typing import NamedTuple

PAGE = (Path(__file__).parents[1] / "docs" / "course-notes.md").read_text(encoding="utf-8")
CELL = r"`+ ?(.+?) ?`+"
ROW = re.compile(rf"^\| (.+?) \| {CELL} \| {CELL} \| {CELL} \|$", flags=re.M)
BASE = re.compile(r"^- \*\*([A-E])\*\* `(.+)`$", flags=re.M)
BASES = dict(BASE.findall(PAGE))


class Row(NamedTuple):
    """An item of the course, its command, and words of its output in both languages."""

    item: str
    command: str
    en: str
    zh: str


def written_out(command: str) -> str:
    """Return a command with its beginning in the place of a letter."""
    letter, _, rest = command.partition(" ")
    return f"{BASES[letter]} {rest}".strip() if letter in BASES else command


ROWS = [Row(item, written_out(command), en, zh) for item, command, en, zh in ROW.findall(PAGE)]


def found_in(text: str, command: str, lang: str) -> bool:
    """Return whether the words of every row with this command stand in its output."""
    rows = [row for row in ROWS if row.command == command]
    assert rows, command
    return all(getattr(row, lang) in text for row in rows)
