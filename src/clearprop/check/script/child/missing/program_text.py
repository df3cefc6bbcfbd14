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
OF_PACKAGES = re.compile(r"^\s*from\s+\.*(?:\w+\.)*(\w+)\s+import\b", re.MULTILINE)
"""The module of a package that a program takes something from."""


class ProgramText:
    """The texts of a program, of the files beside it, and of the modules that they import.

    Parameters
    ----------
    beside : Path
        Where the program itself stands.
    folder : Path
        Below which its packages lie.
    """

    def __init__(self, beside: Path, folder: Path) -> None:
        self.beside, self.folder = beside, folder

    def sources(self) -> Iterator[str]:
        """Yield the texts of the program, of the files beside it, and of modules elsewhere."""
        waiting = [*self.beside.glob("*.py"), *self.beside.glob("*.ipynb")]
        elsewhere = {file.stem: file for file in self.folder.rglob("*.py")}
        for file in itertools.islice(waiting, MOST_SOURCES):  # it grows meanwhile
            text = file.read_bytes().decode("utf-8", "replace")
            with contextlib.suppress(SyntaxError):
                text = cells_of(text).text if file.suffix == ".ipynb" else text
            yield text
            imported = [elsewhere[name] for name in OF_PACKAGES.findall(text) if name in elsewhere]
            waiting += [module for module in imported if module not in waiting]

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
