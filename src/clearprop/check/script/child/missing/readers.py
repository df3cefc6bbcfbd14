"""Functions that read files, and make something up where there is none."""

import builtins
import contextlib
import gzip
import importlib
import io
import os
import pickle
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.check.script.child.missing import arguments, downloads
from clearprop.check.script.child.missing.alternatives import FILES, has_alternative
from clearprop.check.script.child.missing.elsewhere import elsewhere, existing
from clearprop.check.script.child.missing.holders import Pairs
from clearprop.check.script.child.missing.missing_files import (
    MissingBytes,
    MissingFile,
    MissingFiles,
    as_bytes,
    is_of_mnist,
)
from clearprop.check.script.child.missing.older import bring_six
from clearprop.check.script.child.missing.stubs import asked_by_program, is_ours
from clearprop.check.script.child.missing.unpacking import role

READERS = {"read_csv": ("pandas", "read_csv"), "loadmat": ("scipy.io", "loadmat")}
"""Readers of files, by the library that has them."""
MOST_LOADS = 12
"""Times that something is unpickled from a file that was made up, one thing behind the other."""
MOST_UNPICKLED = 3600
"""Pictures in a made-up pickle."""
gzip_open = gzip.open
SAVERS = ("save", "savez", "savez_compressed", "savetxt")
"""NumPy's functions that write files."""


class Readers(MissingFiles):
    """What stands in for functions that read files: of Python, of NumPy, of pandas and SciPy."""

    def __init__(self, folder: str = ".", program: str | None = None) -> None:
        super().__init__(folder, program)
        self.pretends = False
        """True if every file is said to be there."""
        self.was_asked = False
        """True if the program asked for a file that is not there."""

    def replace_readers(self) -> None:
        """Let functions that read files make something up where there is no file."""
        os.path.exists = self.existing(os.path.exists)
        os.path.isfile = self.existing(os.path.isfile)
        Path.exists = self.existing(Path.exists)  # type: ignore[method-assign]
        Path.is_file = self.existing(Path.is_file)  # type: ignore[method-assign]
        builtins.open = self.reading(open, self.file)
        gzip.open = self.reading(gzip_open, self.file)
        pickle.load = self.unpickled(pickle.load)
        np.loadtxt = self.reading(np.loadtxt, self.array, as_asked)
        np.genfromtxt = self.reading(np.genfromtxt, self.array, as_asked)
        np.load = self.reading(np.load, self.saved)
        np.fromfile = self.from_file(np.fromfile)
        for name in SAVERS:
            setattr(np, name, saving(getattr(np, name)))
        sys.modules.setdefault("cPickle", pickle)
        bring_six()
        sys.modules["requests"] = downloads.module_of(self.download)
        urllib.request.urlopen = self.asked_for(urllib.request.urlopen)
        urllib.request.urlretrieve = lambda url, filename="", *_, **__: (filename, None)  # type: ignore[assignment]

    def existing(self, real: Callable[[Any], bool]) -> Any:
        """Return a question whether a file is there, which may be answered by yes."""

        def exists(path: Any) -> bool:
            if real(path) or is_ours(sys._getframe(1)) or not asked_by_program():
                return real(path)
            if elsewhere(path, self.folder) is not None:
                return True
            self.was_asked = True
            return self.pretends

        return exists

    def reading(
        self,
        real: Callable[..., Any],
        instead: Callable[[str], Any],
        shaped: Callable[..., Any] = lambda made, *_, **__: made,
    ) -> Any:
        """Return a reader that makes something up where a file is missing.

        `shaped` gives what was made up the form that the other arguments ask for.
        """

        def read(path: Any, *arguments: Any, **settings: Any) -> Any:
            if isinstance(path, MissingBytes) and real is gzip_open:
                return path
            if isinstance(path, MissingFile | MissingBytes):
                return shaped(instead(path.name), *arguments, **settings)
            try:
                return real(existing(path), *arguments, **settings)
            except (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError):
                if not asked_by_program():
                    raise
                mode = mode_of(real, *arguments, **settings)
                if any(letter in mode for letter in "wax+"):
                    return io.BytesIO() if "b" in mode else io.StringIO()
                if (found := elsewhere(path, self.folder)) is not None:
                    return real(found, *arguments, **settings)
                if has_alternative(FILES):
                    raise
                self.say(
                    f"{path} is not there: numbers were made up in its place.",
                    f"没有 {path}：用编造的数代替。",
                )
                if "b" in mode and is_of_mnist(str(path)):
                    return as_bytes(str(path), self.images())
                made = shaped(instead(str(path)), *arguments, **settings)
                is_text = "b" in mode and isinstance(made, MissingFile)
                return MissingBytes(made.getvalue().encode(), made.name) if is_text else made

        return read

    def from_file(self, real: Callable[..., Any]) -> Any:
        """Return a reader of plain numbers that also reads what was made up."""

        def read(file: Any, dtype: Any = float, count: int = -1, *given: Any, **rest: Any) -> Any:
            if isinstance(file, MissingBytes):
                size = -1 if count < 0 else count * np.dtype(dtype).itemsize
                return np.frombuffer(file.read(size), dtype).copy()
            if isinstance(file, MissingFile):  # opened as a text, which NumPy passes over
                file = file.name
            if isinstance(file, str | os.PathLike) and not os.path.exists(file):
                with builtins.open(file, "rb") as found:
                    return read(found, dtype, count, *given, **rest)
            return real(file, dtype, count, *given, **rest)

        return read

    def unpickled(self, real: Callable[..., Any]) -> Any:
        """Return a `pickle.load` that makes up what a missing file held: three pairs (X, y)."""

        def load(file: Any, **settings: Any) -> Any:
            if not isinstance(file, MissingFile | MissingBytes):
                return as_by_python_2(real, file, settings)
            file.loads += 1
            if file.loads > MOST_LOADS:
                raise EOFError
            said = role(Path(file.name).stem)
            X, y = (part[:MOST_UNPICKLED] for part in self.images())
            pair = ((X / 255.0).astype(np.float32), y.astype(np.int64))
            if said in ("samples", "targets") and "data" not in file.name.lower():
                return pair[said == "targets"]
            return Pairs([pair] * 3)

        return load

    def asked_for(self, real: Callable[..., Any]) -> Any:
        """Return a function that downloads for libraries, and makes up what the program wants."""
        return lambda *given, **settings: (
            self.download(*given) if asked_by_program() else real(*given, **settings)
        )

    def loaders(self) -> dict[str, Callable[..., Any]]:
        """Return what stands in for functions that load data; tables of the program's own first."""
        known = super().loaders()
        found = {name: self.found_or(known[name], *home) for name, home in READERS.items()}
        return {**known, **found, "Fire": arguments.fire}

    def found_or(self, instead: Callable[..., Any], library: str, name: str) -> Callable[..., Any]:
        """Return a reader that looks for the file elsewhere before it makes one up."""

        def read(path: Any = "", *given: Any, **settings: Any) -> Any:
            found = elsewhere(path, self.folder) if isinstance(path, str | os.PathLike) else None
            if found is not None:
                return getattr(importlib.import_module(library), name)(found, *given, **settings)
            return instead(path, *given, **settings)

        return read


def saving(save: Callable[..., None]) -> Callable[..., None]:
    """Return a function that writes a file, or nothing where its folder is only the author's."""

    def write(*given: Any, **settings: Any) -> None:
        with contextlib.suppress(FileNotFoundError, PermissionError, NotADirectoryError):
            save(*given, **settings)

    return write


def mode_of(reader: Callable[..., Any], *arguments: Any, **settings: Any) -> str:
    """Return in which mode a file is to be opened; empty if that is not said."""
    mode = arguments[0] if arguments and isinstance(arguments[0], str) else ""
    return settings.get("mode", mode) or ("rb" if reader is gzip_open else "")


def as_by_python_2(load: Callable[..., Any], file: Any, settings: dict[str, Any]) -> Any:
    """Return what a file holds; what Python 2 wrote, read as Python 2 would: its strings are bytes.

    MNIST and CIFAR-10 are handed on so.
    """
    try:
        return load(file, **settings)
    except UnicodeDecodeError:
        if settings:
            raise
    file.seek(0)
    return load(file, encoding="latin1")


def as_asked(
    table: Any,
    dtype: Any = float,
    *_: Any,
    usecols: Any = None,
    unpack: bool = False,
    max_rows: int | None = None,
    **__: Any,
) -> Any:
    """Return a made-up table as ``np.loadtxt`` was asked for it.

    Examples
    --------
    >>> as_asked(np.ones((4, 3)), int, usecols=(0, 2), max_rows=1)
    array([[1, 1]])
    """
    table = table[:max_rows]
    if usecols is not None and table.ndim == 2:
        columns = np.arange(table.shape[1])
        table = table[:, columns[np.asarray(usecols) % len(columns)]]
    if dtype is not None and np.dtype(dtype).fields is None:
        table = table.astype(dtype)
    return table.T if unpack else table
