"""Stand-ins for what a program wants and the limited process has not: pictures, downloads, data.

Whatever is made up is said in the report.
"""

import builtins
import contextlib
import functools
import gzip
import importlib
import io
import itertools
import os
import pickle
import re
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.check.script.child.missing import arguments, downloads
from clearprop.check.script.child.missing.alternatives import FILES, has_alternative
from clearprop.check.script.child.missing.datasets import LABELS, MANY, PIXELS, SAMPLES, DataSets
from clearprop.check.script.child.missing.folders import Folders
from clearprop.check.script.child.missing.holders import CLASSES, Named, Pairs
from clearprop.check.script.child.missing.known_tables import known_table
from clearprop.check.script.child.missing.older import bring_six
from clearprop.check.script.child.missing.stubs import (
    Missing,
    Pictures,
    Stub,
    Tensors,
    asked_by_program,
    is_ours,
)
from clearprop.check.script.child.missing.unpacking import role
from clearprop.check.script.messages import ANSWERED
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.notebook import cells_of

MAX_LINES, MAX_CELLS = 500, 120_000
"""Lines of a made-up text file, and numbers: a program may take long to read them one by one."""
ANSWERS = ("1", "3", "2", "10")
"""Answers to what a program asks, the likeliest first: a choice, or a number of units."""
TENTHS = 10
"""What small numbers are multiplied by before they are rounded."""
PATIENCE = 20
"""Times that a line may ask before it is told something else."""
OTHERWISE = ("n", "y", "2", "0", "q")
YES_OR_NO = re.compile(r"\by\s*[/|,]\s*n\b|\byes\b|\[y", re.IGNORECASE)
LOADS = re.compile(r"load|exist|saved|resume|continue|import", re.IGNORECASE)
MOST_LOADS = 12
"""Times that something is unpickled from a file that was made up, one thing behind the other."""
MOST_UNPICKLED = 3600
"""Pictures in a made-up pickle."""
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
READERS = {"read_csv": ("pandas", "read_csv"), "loadmat": ("scipy.io", "loadmat")}
"""Readers of files, by the library that has them."""
POINTER, POINTERS_SIZE = b"version https://git-lfs.github.com/spec/", 1024
"""What a file begins with that Git LFS has left in the place of a large one, and its size."""
TESTED = 10_000
"""Pictures of MNIST's second part."""
gzip_open = gzip.open


class MadeUp(DataSets):
    """The stand-ins, and what is to be said of those that were used."""

    def __init__(self, folder: str = ".", program: str | None = None) -> None:
        super().__init__()
        self.folder = folder
        """Files in it are the program's own."""
        self.beside = Path(folder if program is None else os.path.dirname(program))
        """Where the program itself stands."""
        self.pretends = False
        """True if every file is said to be there."""
        self.answer = ANSWERS[0]
        """What `input` is answered by."""
        self.has_answered = False
        self.asked: dict[tuple[str, int], int] = {}
        """How often each line of the program has asked."""
        self.was_asked = False
        """True if the program asked for a file that is not there."""
        self.is_whole = False
        """True if text files hold whole numbers: the program takes no others."""

    def arrange(self) -> None:
        """Put the stand-ins in their places."""
        builtins.input = self.answered
        time.sleep = lambda seconds, /: None
        os.get_terminal_size = lambda *_: os.terminal_size((80, 24))  # there is none
        sys.meta_path.append(Missing(self))
        sys.meta_path.insert(0, Pictures())
        sys.meta_path.insert(0, Tensors(self))
        arguments.arrange()
        Stub.known, Stub.reads = self.offered(), self.of_file
        self.replace_readers()
        Folders(self).arrange()

    def answered(self, prompt: object = "", /) -> str:
        """Stand in for `input`: whoever asks for a number gets one."""
        self.has_answered = True
        self.say(*ANSWERED)
        said, place = str(prompt), asking_place()
        self.asked[place] = self.asked.get(place, 0) + 1
        if YES_OR_NO.search(said):
            return "n" if LOADS.search(said) else "y"
        again = self.asked[place] - PATIENCE  # it does not take the answer, perhaps
        return self.answer if again < 0 else OTHERWISE[again % len(OTHERWISE)]

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
        sys.modules.setdefault("cPickle", pickle)
        bring_six()
        sys.modules["requests"] = downloads.module_of(self.download)
        urllib.request.urlopen = self.asked_for(urllib.request.urlopen)
        urllib.request.urlretrieve = lambda url, filename="", *_, **__: (filename, None)  # type: ignore[assignment]

    def asked_for(self, real: Callable[..., Any]) -> Any:
        """Return a function that downloads for libraries, and makes up what the program wants."""
        return lambda *given, **settings: (
            self.download(*given) if asked_by_program() else real(*given, **settings)
        )

    def download(self, url: Any, *_: Any, **__: Any) -> downloads.Answer:
        """Stand in for what a server would send: pictures as MNIST keeps them, or a table."""
        name = str(getattr(url, "full_url", url))
        self.say(
            f"{name} cannot be downloaded: numbers were made up in its place.",
            f"无法下载 {name}：用编造的数代替。",
        )
        pictures = is_of_mnist(name)
        made = as_bytes(name, self.images()).getvalue() if pictures else self.file(name).getvalue()
        content = made if isinstance(made, bytes) else made.encode()
        return downloads.Answer(gzip.compress(content, 1) if name.endswith("gz") else content)

    def existing(self, real: Callable[[Any], bool]) -> Any:
        """Return a question whether a file is there, which may be answered by yes."""

        def exists(path: Any) -> bool:
            if real(path) or is_ours(sys._getframe(1)) or not asked_by_program():
                return real(path)
            if self.elsewhere(path) is not None:
                return True
            self.was_asked = True
            return self.pretends

        return exists

    def elsewhere(self, path: Any) -> str | None:
        """Return where in the program's folder a file of this name lies; None if nowhere.

        A program that was run elsewhere, or under Windows, names it by another path.
        """
        wanted = [part.lower() for part in re.split(r"[\\/]+", str(path)) if part]
        if not wanted or "." not in wanted[-1] or wanted[-1].endswith(".py"):
            return None
        found = [
            file
            for file in sorted(Path(self.folder).rglob("*.*"))
            if file.name.lower() == wanted[-1] and file.is_file() and not is_pointer(file)
        ]
        alike = {file: in_common([part.lower() for part in file.parts], wanted) for file in found}
        return str(max(found, key=lambda file: alike[file])) if found else None

    def loaders(self) -> dict[str, Callable[..., Any]]:
        """Return what stands in for functions that load data; tables of the program's own first."""
        known = super().loaders()
        found = {name: self.found_or(known[name], *home) for name, home in READERS.items()}
        return {**known, **found, "Fire": arguments.fire}

    def found_or(self, instead: Callable[..., Any], library: str, name: str) -> Callable[..., Any]:
        """Return a reader that looks for the file elsewhere before it makes one up."""

        def read(path: Any = "", *given: Any, **settings: Any) -> Any:
            found = self.elsewhere(path) if isinstance(path, str | os.PathLike) else None
            if found is not None:
                return getattr(importlib.import_module(library), name)(found, *given, **settings)
            return instead(path, *given, **settings)

        return read

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
            if not asked_by_program():
                return real(existing(path), *arguments, **settings)
            try:
                return real(existing(path), *arguments, **settings)
            except (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError):
                mode = arguments[0] if arguments and isinstance(arguments[0], str) else ""
                mode = settings.get("mode", mode)
                mode = mode or ("rb" if real is gzip_open else "")
                if any(letter in mode for letter in "wax+"):
                    return io.BytesIO() if "b" in mode else io.StringIO()
                if (found := self.elsewhere(path)) is not None:
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
            if isinstance(file, str | os.PathLike) and not os.path.exists(file):
                with builtins.open(file, "rb") as found:
                    return read(found, dtype, count, *given, **rest)
            return real(file, dtype, count, *given, **rest)

        return read

    def array(self, name: str, most: int = MANY) -> Any:
        """Return a made-up table of numbers: pictures with their class first, or a few columns."""
        pictures = self.is_pictures(name)
        width = self.shape.features or PIXELS
        if LABELS.search(os.path.basename(name)):
            y = self.images(width)[1] if pictures else self.table()[:, -1]
            return self.targets(y[:most].astype(float))
        if not pictures:
            return self.part_of_table(name)[0]
        X, y = self.images(width)
        X = self.shades(X)
        if not self.shape.labelled:
            return X[:most].astype(float)
        self.widths.add(width + 1)
        return np.column_stack([y[:most], X[:most]]).astype(float)

    def shades(self, X: Any) -> Any:
        """Return pictures as a file of numbers holds them: up to 1, or 255 where that is divided.

        Of larger numbers every output would be exactly 0 or 1.
        """
        return X if self.brings_down else X / 255.0

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

    def sources(self) -> Iterator[str]:
        """Yield the texts of the program and of the files beside it."""
        found = itertools.chain(self.beside.glob("*.py"), self.beside.glob("*.ipynb"))
        for file in itertools.islice(found, MOST_SOURCES):
            text = file.read_bytes().decode("utf-8", "replace")
            with contextlib.suppress(SyntaxError):
                text = cells_of(text).text if file.suffix == ".ipynb" else text
            yield text

    def saved(self, name: str) -> Any:
        """Return made-up contents of a file that NumPy saved."""
        X, y = self.images(self.shape.features or PIXELS)
        X = self.shades(X)
        if name.endswith(".npz"):
            pictures = X if self.shape.features else X.reshape(-1, 28, 28)
            parts = {"x_train": pictures, "x_test": pictures, "images": pictures}
            return Named(X, y, np.arange(CLASSES), {**parts, "arr_0": X, "arr_1": y})
        return self.targets(y) if LABELS.search(os.path.basename(name)) else self.samples(X)

    def of_file(self, name: str) -> Any:
        """Return what a function of a missing library would read from a file of data."""
        self.say(
            f"{name} is not there: numbers were made up in its place.",
            f"没有 {name}：用编造的数代替。",
        )
        if not is_of_mnist(name):
            return self.array(name)
        X, y = self.images()
        return y if LABELS.search(os.path.basename(name)) else X.reshape(-1, 28, 28)

    def file(self, name: str) -> "MissingFile":
        """Return a made-up text file: rows of numbers with commas."""
        known = known_table(name)
        rows = known[1] if known else np.atleast_2d(self.array(name, MAX_LINES).T).T
        rows = rows[: max(SAMPLES, MAX_CELLS // len(rows[0]))]
        if self.is_whole and known is None:
            rows = np.round(rows if np.abs(rows).max() > TENTHS else TENTHS * np.asarray(rows))
        is_whole = known is None and np.array_equal(rows, np.round(rows))
        rows = np.asarray(rows).astype(int).tolist() if is_whole else rows
        between = self.separator
        listed = [between.join(map(str if is_whole else written, row)) + "\n" for row in rows]
        return MissingFile("".join(listed), name)

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


def is_pointer(path: Path) -> bool:
    """Return whether a file holds no data, but a note of Git LFS where they are."""
    try:
        is_small = path.is_file() and path.stat().st_size < POINTERS_SIZE
        return is_small and path.read_bytes().startswith(POINTER)
    except OSError:
        return False


def existing(path: Any) -> Any:
    """Return the path of a file.

    Raises
    ------
    FileNotFoundError
        If Git LFS has left a note in its place.
    """
    if isinstance(path, str | os.PathLike) and is_pointer(Path(path)):
        raise FileNotFoundError(f"[Errno 2] No such file or directory: {str(path)!r}")
    return path


def asking_place() -> tuple[str, int]:
    """Return the file and the line of the program that asks."""
    frame = sys._getframe(1)
    while frame.f_back is not None and RECORDER not in frame.f_globals:
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def written(value: Any) -> str:
    """Return a number or a word as it stands in a file."""
    return value if isinstance(value, str) else f"{value:g}"


class MissingFile(io.StringIO):
    """A made-up text file, which knows its name."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name, self.loads = name, 0


class MissingBytes(io.BytesIO):
    """The same as bytes."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name, self.loads = name, 0


def in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many parts at their ends two paths have in common."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def is_of_mnist(name: str) -> bool:
    """Return whether a file's name is that of pictures or classes as MNIST keeps them."""
    return "ubyte" in name.lower() or "idx" in name.lower()


def as_bytes(path: str, pictures: tuple[Any, Any]) -> MissingBytes:
    """Return made-up pictures or classes as MNIST keeps them."""
    name, (X, y) = path.lower(), pictures
    if "t10k" in name and len(y) == MANY:
        X, y = X[:TESTED], y[:TESTED]
    is_classes = "label" in name or "idx1" in name
    sizes = (2049, len(y)) if is_classes else (2051, len(X), 28, 28)
    header = np.array(sizes, dtype=">i4").tobytes()
    return MissingBytes(header + (y if is_classes else X).tobytes(), path)
