"""What programs ask of OpenCV and Pillow before they train: pictures scaled and made grey."""

from typing import Any

import numpy as np

GREY = 0
"""Flag of `imread`."""
OF_GREY = ("L", "1", "F", "I")
"""Modes of pictures in grey."""
TO_GREY = (6, 7, 10, 11)
"""Codes of conversions to grey, from BGR, RGB and with a fourth channel."""


def resize(picture: Any, size: tuple[int, int], *_: Any, **__: Any) -> Any:
    """Return a picture with ``size`` = (width, height) of its pixels.

    Examples
    --------
    >>> resize(np.arange(16).reshape(4, 4), (2, 2))
    array([[ 0,  2],
           [ 8, 10]])
    """
    picture = np.asarray(picture)
    height, width = picture.shape[:2]
    rows = np.arange(size[1]) * height // size[1]
    return picture[rows][:, np.arange(size[0]) * width // size[0]]


def to_colours(picture: Any, code: Any, *_: Any, **__: Any) -> Any:
    """Return a picture in grey where that is asked for, else as it is."""
    picture = np.asarray(picture)
    is_grey = code in TO_GREY and picture.ndim == 3
    return picture.mean(axis=2).astype(picture.dtype) if is_grey else picture


def threshold(picture: Any, at: float, most: float, kind: Any = 0) -> tuple[float, Any]:
    """Return the threshold, and the picture in black and white; inverted for an odd kind.

    Examples
    --------
    >>> threshold(np.array([[3, 200]]), 127, 255)
    (127, array([[  0, 255]]))
    """
    picture = np.asarray(picture)
    above = (picture > at) != (isinstance(kind, int) and kind % 2 == 1)
    return at, np.where(above, most, 0).astype(picture.dtype)


OF_OPENCV: dict[str, Any] = {
    "resize": resize,
    "cvtColor": to_colours,
    "threshold": threshold,
    "GaussianBlur": lambda picture, *_, **__: picture,
    "bitwise_not": lambda picture, *_: 255 - np.asarray(picture),
    "IMREAD_GRAYSCALE": GREY,
    "IMREAD_COLOR": 1,
    "COLOR_BGR2GRAY": 6,
    "COLOR_RGB2GRAY": 7,
    "COLOR_BGR2RGB": 4,
    "THRESH_BINARY": 0,
    "THRESH_BINARY_INV": 1,
    "THRESH_OTSU": 8,
}
"""Functions and flags, by their names."""


class Picture:
    """A made-up picture as Pillow has it: its size is (width, height)."""

    def __init__(self, pixels: Any) -> None:
        self.pixels = np.asarray(pixels)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        height, width = self.pixels.shape[:2]
        return width, height

    @property
    def mode(self) -> str:
        """``"L"`` for grey, ``"RGB"`` for colours."""
        return "L" if self.pixels.ndim == 2 else "RGB"

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.size[0]

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.size[1]

    def __enter__(self) -> "Picture":
        return self

    def __exit__(self, *_: object) -> None:
        """Close nothing."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.pixels.astype(dtype or self.pixels.dtype)

    def convert(self, mode: str = "RGB", *_: Any, **__: Any) -> "Picture":
        """Return the picture in grey, or in colours."""
        is_grey = mode in OF_GREY
        if is_grey and self.pixels.ndim == 3:
            return Picture(self.pixels.mean(axis=2).astype(np.uint8))
        if not is_grey and self.pixels.ndim == 2:
            return Picture(np.stack([self.pixels] * 3, axis=2))
        return self

    def resize(self, size: tuple[int, int], *_: Any, **__: Any) -> "Picture":
        """Return the picture with this width and height."""
        return Picture(resize(self.pixels, tuple(size)))

    def getpixel(self, place: tuple[int, int]) -> Any:
        """Return the pixel at x and y."""
        found = self.pixels[place[1], place[0]]
        return int(found) if np.ndim(found) == 0 else tuple(map(int, found))

    def getdata(self) -> Any:
        """Return the pixels, one after the other."""
        return self.pixels.reshape(-1, *self.pixels.shape[2:])

    def close(self) -> None:
        """Close nothing."""
