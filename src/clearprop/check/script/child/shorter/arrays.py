"""Fewer rows of arrays that NumPy or Matlab saved."""

import io
from typing import Any

import numpy as np

from clearprop.check.script.child.shorter.rows import with_few_rows

NPY, NPZ, MATLAB = b"\x93NUMPY", b"PK\x03\x04", b"MATLAB 5.0"
"""What their files begin with."""


def of_npy(content: bytes, kept: int) -> bytes | None:
    """Return what ``np.save`` wrote with so many of its rows; None if it has not many."""
    array = np.load(io.BytesIO(content))
    few = with_few_rows(array, kept)
    return None if few is array else written(np.save, few)


def of_npz(content: bytes, kept: int) -> bytes | None:
    """Return what ``np.savez`` wrote with so many rows of its arrays."""
    with np.load(io.BytesIO(content)) as held:
        arrays = dict(held)
    few = with_few_rows(arrays, kept)
    return None if few is arrays else written(lambda file, named: np.savez(file, **named), few)


def of_matlab(content: bytes, kept: int) -> bytes | None:
    """Return what Matlab wrote with so many rows of its matrices."""
    from scipy.io import loadmat, savemat  # a program that reads this has it

    held = loadmat(io.BytesIO(content))
    matrices = {name: part for name, part in held.items() if not name.startswith("__")}
    few = with_few_rows(matrices, kept)
    return None if few is matrices else written(savemat, few)


def written(save: Any, data: Any) -> bytes:
    """Return what a function writes into a file."""
    file = io.BytesIO()
    save(file, data)
    return file.getvalue()
