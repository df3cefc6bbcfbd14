"""The pictures that a program reads from files that are not there, as large as it wants them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.check.script.child.missing.pixels import GREY, OF_GREY, OF_OPENCV, Picture

SIDE = 64
"""Pixels of a made-up picture in each direction, where nothing tells another number."""
SMALLEST = 8
COLOURS = 3


class Album:
    """Made-up pictures, which have the numbers that a program asks for once it has failed."""

    def __init__(self, wanted: Callable[[], int | None] = lambda: None) -> None:
        self.wanted = wanted
        """Tells how many numbers a picture should have; None where that is not known."""
        self.sizes: set[int] = set()
        """How many numbers the pictures had, in grey and in colours."""

    def side(self) -> int:
        """Return the pixels in each direction of a picture of so many, in grey or in colours."""
        wanted = self.wanted() or 0
        sides = (math.isqrt(wanted), math.isqrt(wanted // COLOURS))
        fitting = (n for n in sides if n >= SMALLEST and wanted in (n * n, COLOURS * n * n))
        side = next(fitting, SIDE)
        self.sizes |= {side * side, COLOURS * side * side}
        return side

    def imread(self, path: Any, flag: Any = 1, *, mode: Any = "", **_: Any) -> Any:
        """Return a picture, the same for the same file: (64, 64, 3), or (64, 64) in grey."""
        random = np.random.default_rng(list(str(path).encode()))
        side = self.side()
        shape = (side, side) if flag == GREY or mode in OF_GREY else (side, side, COLOURS)
        return random.integers(0, 256, shape).astype(np.uint8)

    def as_it_lies(self, path: Any, *_: Any, mode: Any = "", **__: Any) -> Any:
        """Return a picture as its file holds it: in grey, where the program has no other use."""
        wanted = self.wanted() or 0
        is_grey = mode in OF_GREY or wanted == self.side() ** 2
        return self.imread(path, mode="L" if is_grey else "")

    def offered(self, module: str) -> dict[str, Any]:
        """Return what a module of pictures holds that is more than a stub, by its names."""
        if module == "cv2":
            return {**OF_OPENCV, "imread": self.imread}
        if module == "PIL":
            image = PillowImage(self)
            return {"Image": image, "open": image.open, "fromarray": image.fromarray}
        return {"imread": self.as_it_lies} if module in ("imageio", "matplotlib") else {}


class PillowImage:
    """``PIL.Image``."""

    Image = Picture

    def __init__(self, album: Album) -> None:
        self.album = album

    def open(self, path: Any, *_: Any, **__: Any) -> Picture:
        """Return a made-up picture."""
        return Picture(self.album.as_it_lies(path))

    def fromarray(self, array: Any, *_: Any, **__: Any) -> Picture:
        """Return the picture that an array is."""
        return Picture(array)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return 1  # the name of a filter: ANTIALIAS
