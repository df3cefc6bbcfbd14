"""What a program's text says of the files it reads: how bright pictures are, what parts words."""

import contextlib
import functools
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from clearprop.check.script.source.notebook import cells_of

BRINGS_DOWN = re.compile(r"\b(127|25[56])\b|normali\w+\(|scaler|standardi|\.std\(", re.IGNORECASE)
"""What programs say that bring grey values down themselves."""
PARTS = re.compile(r"\.split\(\s*(?:sep\s*=\s*)?((['\"])(.*?)\2)?\s*\)")
"""How programs part the words of a line."""
COMMAS = re.compile(r"\bcsv\b|['\"],['\"]")
"""What programs say that read tables with commas."""
PARTED_BY = {"": " ", "\\t": "\t", " ": " ", ";": ";"}
"""What they name for it, and what stands between the words then."""
MOST_SOURCES = 60
"""Files of a program that are asked whether they do."""


class ProgramText:
    """The texts of a program and of the files beside it.

    Parameters
    ----------
    beside : Path
        Where the program itself stands.
    """

    def __init__(self, beside: Path) -> None:
        self.beside = beside

    def sources(self) -> Iterator[str]:
        """Yield the texts of the program and of the files beside it."""
        found = itertools.chain(self.beside.glob("*.py"), self.beside.glob("*.ipynb"))
        for file in itertools.islice(found, MOST_SOURCES):
            text = file.read_bytes().decode("utf-8", "replace")
            with contextlib.suppress(SyntaxError):
                text = cells_of(text).text if file.suffix == ".ipynb" else text
            yield text

    @functools.cached_property
    def brings_down(self) -> bool:
        """True if the program speaks of grey values, or scales what it reads."""
        return any(map(BRINGS_DOWN.search, self.sources()))

    @functools.cached_property
    def separator(self) -> str:
        """What the program parts the words of a line by: a comma, unless it names another."""
        texts = list(self.sources())
        named = {found[3] or "" for text in texts for found in PARTS.finditer(text)}
        named |= {"," for text in texts if COMMAS.search(text)}
        parts = [PARTED_BY[part] for part in named if part in PARTED_BY]
        return parts[0] if len(parts) == len(named) == 1 else ","
