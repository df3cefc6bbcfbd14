"""Check what the pictures are drawn from."""

from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray

MANY = 2000
"""Points beyond which an SVG keeps them as one image instead of one element each."""


def as_numbers(name: str, given: npt.ArrayLike) -> FloatArray:
    """Return finite numbers, one a sample, shape (m,), from shape (m,) or (m, 1).

    Raises
    ------
    InputError
        If there are none, they are not numbers, or there are several columns.
    """
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise invalid_argument(
            name, given, "it does not hold numbers.", "one number a sample."
        ) from None
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or not len(array):
        raise invalid_argument(name, array.shape, "one number a sample is drawn.", f"{name}[:, 0].")
    if not np.isfinite(array).all():
        row = int(np.argmin(np.isfinite(array)))
        raise invalid_argument(
            name, float(array[row]), f"row {row} is not finite.", "drop such rows."
        )
    return array


def as_pair(
    first: str, one: npt.ArrayLike, second: str, other: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return two arrays of numbers of one length; see `as_numbers`."""
    a, b = as_numbers(first, one), as_numbers(second, other)
    same_length(first, a, second, b)
    return a, b


def as_outputs(name: str, given: npt.ArrayLike) -> FloatArray:
    """Return finite numbers, one for each of K outputs of a sample, shape (m, K).

    Raises
    ------
    InputError
        If there are none, or they are not finite numbers.
    """
    if np.ndim(given) < 2 or np.shape(given)[1:] == (1,):
        return as_numbers(name, given)[:, None]
    if np.ndim(given) > 2 or not np.size(given):
        why = "a row of numbers a sample is drawn."
        raise invalid_argument(name, np.shape(given), why, "shape (m, K).")
    columns = [as_numbers(name, column) for column in np.asarray(given).T]
    return np.column_stack(columns)


def as_pairs(
    first: str, one: npt.ArrayLike, second: str, other: npt.ArrayLike, output: int | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return two arrays of one shape (m, K), or (m, 1) for a single `output`.

    Raises
    ------
    InputError
        If their shapes differ, there is no such output, or a number is not finite.
    """
    a, b = as_outputs(first, one), as_outputs(second, other)
    same_length(first, a, second, b)
    if a.shape != b.shape:
        why = f"`{first}` has {a.shape[1]} outputs."
        raise invalid_argument(second, b.shape, why, f"shape {a.shape} in both.")
    if output is None:
        return a, b
    return one_output(first, a, output)[:, None], one_output(second, b, output)[:, None]


def one_output(name: str, given: npt.ArrayLike, output: int) -> FloatArray:
    """Return the numbers of one output, shape (m,), from shape (m,) or (m, K).

    Raises
    ------
    InputError
        If there is no such output, or a number is not finite.
    """
    numbers = as_outputs(name, given)
    if not 0 <= output < numbers.shape[1]:
        why = f"the outputs are 0 to {numbers.shape[1] - 1}."
        raise invalid_argument("output", output, why, "output=0.")
    return numbers[:, output]


def short(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits and a real minus sign.

    Examples
    --------
    >>> short(-0.12345)
    '−0.123'
    """
    return f"{value:.{digits}g}".replace("-", "−")


def as_written(name: object, most: int = 32) -> str:
    r"""Return a name from the data as Matplotlib draws it as it is: no formula, no hidden label.

    Examples
    --------
    >>> as_written("price ($)"), as_written("_id")
    ('price (\\$)', ' _id')
    """
    text = "".join(c if c.isprintable() else " " for c in str(name)) or " "
    text = text if len(text) <= most else text[: most - 1] + "…"
    return (" " if text.startswith("_") else "") + text.replace("$", r"\$")


def same_length(first: str, one: npt.NDArray[Any], second: str, other: npt.NDArray[Any]) -> None:
    """Refuse two arrays that do not have one entry a sample each."""
    if len(one) != len(other):
        why = f"`{first}` has {len(one)} samples."
        raise invalid_argument(second, other.shape, why, f"{len(one)} samples in both.")


def as_labels(name: str, given: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return class labels, one a sample, shape (m,), from shape (m,) or (m, 1).

    Raises
    ------
    InputError
        If there are none or several columns.
    """
    array = np.asarray(given)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or not len(array):
        why = "one class label a sample is drawn."
        hint = f"{name}.argmax(axis=1), where each column is a class; {name}[:, 0] draws one."
        raise invalid_argument(name, array.shape, why, hint)
    return array
