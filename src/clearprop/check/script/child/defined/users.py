"""Find the programs beside a module that use it: what it only defines is trained there."""

import re
from collections.abc import Iterator
from pathlib import Path

from clearprop._text import Text

MAX_USERS = 3
LIKELY = re.compile(r"main|train|run|example|demo|xor|mnist", re.IGNORECASE)
UNLIKELY = re.compile(r"test|plot|setup|util|__init__", re.IGNORECASE)
MAX_SOURCE = 2**20
"""Bytes of a program that is looked into."""
USED_BY = Text(
    "It only defines its network: watched while {name}, which imports it, trains.",
    "它只定义了网络：观察的是导入它的 {name} 的训练过程。",
)


def users(path: Path, folder: Path) -> list[Path]:
    """Return the programs in a folder that import a module, or one that does, the likeliest first.

    Parameters
    ----------
    path : Path
        The module.
    folder : Path
        Programs in it, and in folders inside it, are looked at.
    """
    found = list(importing(path, folder))
    found += [each for one in list(found) for each in importing(one, folder) if each not in found]
    found.sort(key=lambda each: (unlikeliness(each), each.parent != path.parent, str(each)))
    return found[:MAX_USERS]


def importing(path: Path, folder: Path) -> Iterator[Path]:
    """Yield the Python files and notebooks that import a module."""
    name = re.escape(path.parent.name if path.name == "__init__.py" else path.stem)
    imports = re.compile(
        rf'^[\s"]*(from\s+[\w.]*\b{name}\s+import|import\s+[\w., ]*\b{name}\b'
        rf"|from\s+[\w.]+\s+import\s+[\w, ]*\b{name}\b)",
        re.MULTILINE,
    )
    for each in sorted(folder.rglob("*.*")):
        if each.suffix not in (".py", ".ipynb") or each == path or not each.is_file():
            continue
        if each.stat().st_size > MAX_SOURCE:
            continue
        if imports.search(each.read_text(encoding="utf-8", errors="replace")):
            yield each


def unlikeliness(path: Path) -> int:
    """Return how unlikely it is that a program of this name trains."""
    if UNLIKELY.search(path.stem):
        return 2
    return 0 if LIKELY.search(path.stem) or path.suffix == ".ipynb" else 1
