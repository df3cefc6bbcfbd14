"""Lines of a script as people find them: in a module beside it, in the cell of a notebook."""

import contextlib
import itertools
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from clearprop._text import Text
from clearprop.check.script.belongings import folder_around
from clearprop.check.script.messages import Reading
from clearprop.check.script.observed import Trouble
from clearprop.check.script.sandbox import ENDED

MAX_LINE = 200
"""Letters of a line that is shown."""


def line_beside(script: Path, file: str, number: int) -> str:
    """Return a line of a module beside a script, or in the folder around it; ``""`` of no other."""
    around = folder_around(script)
    module = (around / file).resolve()
    if not module.is_relative_to(around) or module.suffix != ".py":
        return ""
    with contextlib.suppress(OSError), module.open(encoding="utf-8", errors="replace") as lines:
        return next(itertools.islice(lines, number - 1, number), "").strip()[:MAX_LINE]
    return ""


def placed(number: int, cells: Sequence[int]) -> str:
    """Return where a line stands: its number, or the cell of a notebook and the line in it."""
    if not cells:
        return str(number)
    cell = bisect_right(cells, number)
    return f"[{cell}] {number - cells[cell - 1] + 1}"


def with_line(trouble: Trouble | None, reading: Reading) -> Text:
    """Say what stopped a script, and in which line."""
    if trouble is None:
        return ENDED["unusable"]
    place = placed(trouble.line, reading.cells)
    en, zh = trouble.message
    return Text(f"line {place}: {trouble.kind}: {en}", f"第 {place} 行：{trouble.kind}：{zh}")
