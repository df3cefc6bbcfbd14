"""The one check that stands before every file that a command writes.

Nothing that a command is given is destroyed, and no file is replaced but one of the same kind that
clearprop wrote itself.
"""

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from clearprop._errors import InputError, invalid_argument
from clearprop.files.access import STANDARD, PathLike, check_writable, is_stream
from clearprop.files.container import is_container

Kind = Callable[[Path], bool]
"""Recognises an existing file that a new one may replace."""

BEGINNING = 4096
"""Bytes that are looked at to recognise a page or a derivation."""
DERIVATIONS = (
    "# A network as a NumPy program, written by clearprop",
    "Derivation",
    "推导",
    "# Derivation",
    "# 推导",
    '{\n "format": "clearprop derivation"',
    '<div class="clearprop"',
    "\\documentclass[a4paper]{article}\n\\usepackage{amsmath,amssymb,array,adjustbox,geometry}\n",
    '<svg xmlns="http://www.w3.org/2000/svg" class="graph"',
)
"""The beginnings of derivations and graphs, in all their forms."""

EXPORTED = b"exported by clearprop"
"""What an exported text has on top."""
ONNX_BY_CLEARPROP = b"\x12\x09clearprop"
"""The producer in an ONNX file: field 2, of 9 letters."""


def check_output(
    path: PathLike,
    kind: Kind,
    inputs: Iterable[PathLike | None] = (),
    *,
    force: bool | None = False,
    instead: str = "another file name",
) -> None:
    """Refuse an output that would destroy something.

    Parameters
    ----------
    path : path-like
        The file to write. A pipe, a device and `STANDARD` are always accepted.
    kind : callable
        Recognises an existing file that may be replaced.
    inputs : iterable of path-like or None
        What the command reads; None for what was not given.
    force : bool, default=False
        Replace a file of any kind; never an input. None where the command has no such option.
    instead : str
        What to try where the file may not be replaced.

    Raises
    ------
    InputError
        If nothing can be written there, or the file is an input under whatever name, or it exists
        and is of another kind.
    """
    if os.fspath(path) == STANDARD:
        return
    check_writable(path)
    if is_stream(path) or not os.path.exists(path):
        return
    for given in inputs:
        if given is not None and is_same_file(path, given):
            why = "it is an input of this command, which would be lost."
            raise invalid_argument("out", os.fspath(path), why, f"{instead}.")
    if not force and os.path.getsize(path) and not kind(Path(path)):
        why = "a file of another kind stands there, which would be lost."
        hint = f"{instead}." if force is None else f"{instead}, or --force."
        raise invalid_argument("out", os.fspath(path), why, hint)


def is_same_file(path: PathLike, given: PathLike) -> bool:
    """Return whether two names lead to one file: links, other spellings, other case."""
    try:
        status = os.fstat(0) if os.fspath(given) == STANDARD else os.stat(given)
        return os.path.samestat(os.stat(path), status)
    except (OSError, ValueError):
        return False


def is_model(path: Path) -> bool:
    """Return whether a file is a model that clearprop wrote."""
    return is_container(path)


def is_page(path: Path) -> bool:
    """Return whether a file is an HTML page that clearprop wrote."""
    return '<meta name="generator" content="clearprop">' in _beginning(path)


def is_derivation(path: Path) -> bool:
    """Return whether a file is a derivation or a graph that clearprop wrote, in any form."""
    text = _beginning(path)
    _, _, second = text.partition("\n")
    underlined = second.startswith("══")
    return text.startswith(DERIVATIONS) or underlined or is_page(path)


def is_export(path: Path) -> bool:
    """Return whether a file is a model that clearprop exported, in any form."""
    with path.open("rb") as file:
        beginning = file.read(BEGINNING)
    return EXPORTED in beginning or ONNX_BY_CLEARPROP in beginning[:20]


def is_table_of(names: Sequence[str]) -> Kind:
    """Return the kind of a CSV or Parquet file with exactly these columns."""

    def recognises(path: Path) -> bool:
        try:
            return _columns(path) == list(names)
        except (InputError, OSError, ValueError, csv.Error, ImportError):
            return False

    return recognises


def _columns(path: Path) -> list[str]:
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            from pyarrow import parquet

            return [str(name) for name in parquet.read_schema(path).names]
        file.seek(0)
        line = file.readline(1 << 20).decode("utf-8-sig")
    return next(csv.reader(io.StringIO(line)), [])


def _beginning(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(BEGINNING).decode("utf-8", "replace").removeprefix("\ufeff")
