"""Read files in MNIST's format, IDX, for programs whose library for it is not installed."""

import builtins
from typing import Any

import numpy as np

KINDS = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""What the third byte of such a file says that its numbers are."""


def read_idx(file: Any, *_: Any, **__: Any) -> Any:
    r"""Return the array in a file, which is named or open: two zeros, the kind, the sizes, numbers.

    Examples
    --------
    >>> import io
    >>> read_idx(io.BytesIO(b"\0\0\x08\x02" + b"\0\0\0\x01" + b"\0\0\0\x03" + b"\x05\x06\x07"))
    array([[5, 6, 7]], dtype=uint8)
    """
    if not hasattr(file, "read"):
        with builtins.open(file, "rb") as found:  # a stand-in, where there is no file
            return read_idx(found)
    _, _, kind, axes = file.read(4)
    sizes = np.frombuffer(file.read(4 * axes), dtype=">u4")
    numbers = np.frombuffer(file.read(), dtype=KINDS[kind])
    return numbers.reshape(sizes).astype(numbers.dtype.newbyteorder("="))
