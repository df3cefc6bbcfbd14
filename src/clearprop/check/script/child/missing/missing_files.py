"""What files hold that are not there: pictures, tables of numbers, what a server would send."""

import gzip
import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.check.script.child.missing import downloads
from clearprop.check.script.child.missing.datasets import LABELS, MANY, PIXELS, SAMPLES, DataSets
from clearprop.check.script.child.missing.holders import CLASSES, Named
from clearprop.check.script.child.missing.known_tables import known_table
from clearprop.check.script.child.missing.program_text import ProgramText

MAX_LINES, MAX_CELLS = 500, 120_000
"""Lines of a made-up text file, and numbers: a program may take long to read them one by one."""
TENTHS = 10
"""What small numbers are multiplied by before they are rounded."""
TESTED = 10_000
"""Pictures of MNIST's second part."""


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


class MissingFiles(DataSets):
    """The contents of files that are not there, by their names and by what the program says.

    Parameters
    ----------
    folder : str
        Files in it are the program's own.
    program : str, optional
        The path of the program itself; without it, it stands in that folder.
    """

    def __init__(self, folder: str = ".", program: str | None = None) -> None:
        super().__init__()
        self.folder = folder
        beside = folder if program is None else os.path.dirname(program)
        self.text = ProgramText(Path(beside), Path(folder))
        self.is_whole = False
        """True if text files hold whole numbers: the program takes no others."""

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
        return X if self.text.brings_down else X / 255.0

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

    def file(self, name: str) -> MissingFile:
        """Return a made-up text file: rows of numbers with commas."""
        known = known_table(name)
        rows = known[1] if known else np.atleast_2d(self.array(name, MAX_LINES).T).T
        rows = rows[: max(SAMPLES, MAX_CELLS // len(rows[0]))]
        if self.is_whole and known is None:
            rows = np.round(rows if np.abs(rows).max() > TENTHS else TENTHS * np.asarray(rows))
        is_whole = known is None and np.array_equal(rows, np.round(rows))
        rows = np.asarray(rows).astype(int).tolist() if is_whole else rows
        between = self.text.separator
        listed = [between.join(map(str if is_whole else written, row)) + "\n" for row in rows]
        return MissingFile("".join(listed), name)

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


def written(value: Any) -> str:
    """Return a number or a word as it stands in a file."""
    return value if isinstance(value, str) else f"{value:g}"


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
