"""What a class has handed in: scripts, and folders that each hold the program of one person."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop.check.grading.rubric import Rubric
from clearprop.check.script.belongings import text_of

FROM = re.compile(r"^[\s\"]*from\s+\.*([\w.]*)\s+import\s+\(?([\w., ]*)", re.MULTILINE)
IMPORT = re.compile(r"^[\s\"]*import\s+([\w., ]+)", re.MULTILINE)
WORD = re.compile(r"\w+")
LEVELS = 3
"""Folders in the name of a module."""


@dataclass(frozen=True)
class Submission:
    """A script that is marked, and what belongs to it.

    Parameters
    ----------
    path : Path
        The script.
    home : Path or None
        The folder of the person who wrote it, whose modules and data it may use; None where all
        scripts of the class lie together: there nobody sees the script of another.
    apart : tuple of str
        Modules that it imports and that lie beside it, but are not lent to it.
    """

    path: Path
    home: Path | None = None
    apart: tuple[str, ...] = ()


def submissions(folder: Path, rubric: Rubric) -> list[Submission]:
    """Return what is to be marked in a folder, by name.

    A script in a folder of its own belongs with what lies there. One that another script there
    imports is a part of that program, and none of its own.

    Raises
    ------
    InputError
        If there is no such folder, or no submission in it.
    """
    if not folder.is_dir():
        raise invalid_argument(
            "folder", str(folder), "there is no such folder.", "a folder of scripts."
        )
    if rubric.main is not None:
        files = matching(folder, [f"*/{rubric.main}"])
        if not files:
            why = f"no folder in it holds a file {rubric.main}."
            raise invalid_argument("folder", str(folder), why, 'main = "main.py" in the rubric.')
        return [Submission(path, path.parent) for path in files]
    files = matching(folder, rubric.files.split())
    if not files:
        why = f"no file in it is named like {rubric.files}."
        raise invalid_argument("folder", str(folder), why, 'files = "*.py" in the rubric.')
    found = []
    for home, own in by_person(folder, files).items():
        if home is None:
            found += [Submission(path, apart=tuple(sorted(modules_of(path, own)))) for path in own]
        else:
            found += [Submission(path, home) for path in programs(own)]
    return sorted(found, key=lambda each: each.path)


def matching(folder: Path, patterns: Iterable[str]) -> list[Path]:
    """Return the files of these names in a folder and the folders in it.

    None that is hidden, and none of a library that is installed there.
    """
    found = {path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}
    installed = {path.parent for path in folder.rglob("pyvenv.cfg")}
    return sorted(
        path
        for path in found
        if not any(part.startswith(".") for part in path.parts[1:])
        and not installed.intersection(path.parents)
    )


def by_person(folder: Path, files: Iterable[Path]) -> dict[Path | None, list[Path]]:
    """Return the files by the folder of the person; None for those of the class's own folder."""
    people: dict[Path | None, list[Path]] = {}
    for path in files:
        first, *more = path.relative_to(folder).parts
        people.setdefault(folder / first if more else None, []).append(path)
    return people


def programs(files: list[Path]) -> list[Path]:
    """Return the files of one person that no other of them imports; all, if each is imported."""
    parts = {
        part for path in files if not is_test(path) for part in modules_of(path, files).values()
    }
    return [path for path in files if path not in parts] or files


def modules_of(path: Path, files: Iterable[Path]) -> dict[str, Path]:
    """Return those of some files that a script imports, by the names of the modules."""
    wanted = set(imports_of(text_of(path).decode(errors="replace")))
    return {other.stem: other for other in files if other != path and wanted & set(names_of(other))}


def imports_of(text: str) -> Iterator[str]:
    """Yield what a program may import: of ``from a import b``, both ``a`` and ``a.b``."""
    for package, listed in FROM.findall(text):
        yield package
        yield from (f"{package}.{word}".strip(".") for word in WORD.findall(listed))
    for listed in IMPORT.findall(text):
        yield from (part.split()[0] for part in listed.split(",") if part.split())


def names_of(path: Path) -> Iterator[str]:
    """Yield the names by which a file can be imported: ``c``, ``b.c``, ``a.b.c``."""
    if path.suffix == ".py":
        whole = path.parent if path.stem == "__init__" else path.with_suffix("")
        for n in range(1, min(LEVELS, len(whole.parts)) + 1):
            yield ".".join(whole.parts[-n:])


def is_test(path: Path) -> bool:
    """Return whether a file tests others, which are then no parts of it."""
    return path.stem.startswith("test") or path.stem.endswith("test")
