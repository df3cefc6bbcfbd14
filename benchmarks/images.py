"""Images of digits, 28 × 28: MNIST from a file, or made-up ones of the same shape."""

from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.problem import one_hot
from benchmarks.rows import Options
from clearprop._typing import FloatArray

PIXELS, CLASSES = 784, 10


@cache
def images(path: Path | None, count: int) -> tuple[FloatArray, FloatArray]:
    """Return X (count, 784) in [0, 1] and one-hot Y (count, 10), float32.

    The file is an .npz that holds ``X_train`` (or ``x_train``) with 784 numbers from 0 to 255 an
    image, and ``y_train``.
    """
    if path is None:
        return _made_up(count)
    with np.load(path) as file:
        arrays = {name.lower(): file[name][:count] for name in file.files}
    X = arrays["x_train"].reshape(count, PIXELS) / np.float32(255)
    return X, one_hot(arrays["y_train"], CLASSES).astype(np.float32)


def _made_up(count: int) -> tuple[FloatArray, FloatArray]:
    """Return one random pattern a class, four fifths of it black, under noise."""
    random = np.random.default_rng(0)
    patterns = random.random((CLASSES, PIXELS)) * (random.random((CLASSES, PIXELS)) < 0.2)
    labels = random.integers(CLASSES, size=count)
    noise = random.random((count, PIXELS), np.float32)
    X = patterns.astype(np.float32)[labels] * noise
    return X, one_hot(labels, CLASSES).astype(np.float32)


def source(options: Options) -> str:
    """Return where the images come from."""
    if options.data is None:
        return "made-up images of MNIST's shape (--data FILE for MNIST itself)"
    return f"images from {options.data.name}"
