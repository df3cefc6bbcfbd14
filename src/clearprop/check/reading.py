"""Read the arrays that people hand over: under many names, in lists, in either convention."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters, parameter_count
from clearprop.check.naming import named_arrays
from clearprop.check.problem import Convention
from clearprop.check.views import as_numpy

Arrays = Mapping[str, FloatArray]
FORMS = "a dict with dW1, db1, …, or a list in layer order."


@dataclass(frozen=True)
class Reading:
    """Weights and biases, or their gradients, as they came and in the row convention."""

    arrays: Arrays
    """Row convention: W (n_in, n_out) where the shape allows, b flat."""
    shapes: Mapping[str, tuple[int, ...]]
    """The shapes as they came."""
    itemsize: int
    """Bytes of the numbers: 4 where all of them are float32 numbers, else 8."""


def read(argument: str, given: Any, sizes: Sequence[int], *, gradients: bool) -> dict[str, Any]:
    """Return the arrays by name, as they came.

    Raises
    ------
    InputError
        If nothing in it can be taken for weights or biases of this network.
    """
    if isinstance(given, Parameters):
        return dict(given)
    if isinstance(given, tuple) and len(given) == 2 and is_one_number(given[0]):
        given = given[1]  # (loss, gradient), as net.gradient returns it
        return read(argument, given, sizes, gradients=gradients)
    if isinstance(given, Mapping):
        found = named_arrays(given, gradients=gradients)
        if not found:  # names that say nothing: the shapes may settle it
            found = by_position(list(given.values()), sizes)
    elif is_flat(given, sizes):
        found = dict(Parameters(sizes, as_numpy(given)))
    elif isinstance(given, list | tuple):
        found = by_position(given, sizes)
    else:
        found = {}
    layers = len(sizes) - 1
    known = {name: part for name, part in found.items() if 1 <= int(name[1:]) <= layers}
    if not known or len(known) < len(found):
        shown = sorted(given) if isinstance(given, Mapping) else type(given).__name__
        why = f"no weights and biases of {layers} layers can be read from it."
        raise invalid_argument(argument, shown, why, FORMS)
    return {name: as_array(argument, name, part) for name, part in known.items()}


def as_array(argument: str, name: str, part: Any) -> FloatArray:
    """Return one array as floating-point numbers, of the type that it came in."""
    try:
        array = as_numpy(part)
    except (TypeError, ValueError):
        why = f"its {name} holds no rectangle of numbers."
        raise invalid_argument(argument, type(part).__name__, why, "NumPy arrays.") from None
    if array.dtype.kind == "c":
        raise invalid_argument(
            argument, array.dtype, f"its {name} holds complex numbers.", "real ones."
        )
    return array if array.dtype.kind == "f" else array.astype(float)


def is_one_number(given: Any) -> bool:
    """Return whether this is a plain number, or an array of one number without axes."""
    return isinstance(given, int | float) or (hasattr(given, "ndim") and given.ndim == 0)


def is_flat(given: Any, sizes: Sequence[int]) -> bool:
    """Return whether this is the flat vector of all parameters."""
    return hasattr(given, "shape") and tuple(given.shape) == (parameter_count(sizes),)


def by_position(given: Sequence[Any], sizes: Sequence[int]) -> dict[str, Any]:
    """Return the arrays of a list by name: the reading of its order that fits most shapes."""
    readings = list(orders(given, len(sizes) - 1))
    pairs = enumerate(itertools.pairwise(sizes), start=1)
    counts = {
        f"{kind}{layer}": n_in * n_out if kind == "W" else n_out
        for layer, (n_in, n_out) in pairs
        for kind in "Wb"
    }

    def fitting(reading: dict[str, Any]) -> tuple[int, int]:
        matrices = sum(np.ndim(part) == 2 for name, part in reading.items() if name[0] == "W")
        return sum(count_of(part) == counts[name] for name, part in reading.items()), matrices

    return max(readings, key=fitting, default={})


def count_of(part: Any) -> int:
    """Return how many numbers there are, −1 if that cannot be told."""
    try:
        return as_numpy(part).size
    except (TypeError, ValueError):
        return -1


def orders(given: Sequence[Any], layers: int) -> Iterator[dict[str, Any]]:
    """Yield the ways to read a list: pairs, two lists, alternating, one kind after the other."""
    W = [f"W{layer}" for layer in range(1, layers + 1)]
    b = [f"b{layer}" for layer in range(1, layers + 1)]
    alternating = [name for pair in zip(W, b, strict=True) for name in pair]
    parts = list(given)
    nested = [part for part in parts if isinstance(part, list | tuple | Mapping)]
    if parts and len(nested) == len(parts):
        inner = [list(part.values() if isinstance(part, Mapping) else part) for part in parts]
        flattened = [array for part in inner for array in part]
        in_pairs = len(parts) == layers and len(flattened) == 2 * layers
        if in_pairs:
            yield dict(zip(alternating, flattened, strict=True))
        if len(parts) == 2 and len(flattened) == 2 * layers:
            yield dict(zip([*W, *b], flattened, strict=True))
            yield dict(zip([*b, *W], flattened, strict=True))
        if in_pairs:
            backwards = [array for part in inner[::-1] for array in part]
            yield dict(zip(alternating, backwards, strict=True))
            swapped = [name for pair in zip(b, W, strict=True) for name in pair]
            yield dict(zip(swapped, flattened, strict=True))
        return
    if len(parts) == 2 * layers:
        yield dict(zip(alternating, parts, strict=True))
        yield dict(zip([*W, *b], parts, strict=True))
        yield dict(zip([*b, *W], parts, strict=True))
    if len(parts) == layers:
        yield dict(zip(W, parts, strict=True))


def convention_of(arrays: Arrays, sizes: Sequence[int]) -> Convention | None:
    """Return the convention that the shapes of W show; None where they fit both, or neither."""
    votes = set()
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        shape = np.shape(arrays.get(f"W{layer}", 0))
        if n_in != n_out and shape in ((n_in, n_out), (n_out, n_in)):
            votes.add("row" if shape == (n_in, n_out) else "column")
    if len(votes) == 1:
        return "row" if "row" in votes else "column"
    return None


def has_columns(arrays: Arrays) -> bool:
    """Return whether a bias is a column (n, 1) of several units: the column convention."""
    shapes = [np.shape(array) for name, array in arrays.items() if name.startswith("b")]
    return any(len(shape) == 2 and shape[0] > 1 and shape[1] == 1 for shape in shapes)


def in_rows(raw: Arrays, sizes: Sequence[int], convention: Convention) -> Reading:
    """Return the arrays in the row convention, with the shapes that they came in."""
    arrays = {}
    for name, given in raw.items():
        layer = int(name[1:])
        n_in, n_out = sizes[layer - 1], sizes[layer]
        given = given.astype(float)
        if name.startswith("b"):
            flat = np.squeeze(given)
            arrays[name] = flat.reshape(1) if n_out == 1 and flat.ndim == 0 else flat
        elif given.ndim == 1 and given.size == n_in * n_out:
            arrays[name] = given.reshape(n_in, n_out)  # a layer with one input or one unit
        else:
            arrays[name] = given.T if convention == "column" else given
    shapes = {name: np.shape(given) for name, given in raw.items()}
    return Reading(arrays, shapes, itemsize_of(raw))


def itemsize_of(arrays: Arrays) -> int:
    """Return 4 where every number is one of float32, hence no more precise than that, else 8."""
    with np.errstate(over="ignore"):
        kept = [np.array_equal(a, a.astype("f4").astype(a.dtype)) for a in arrays.values()]
    return 4 if all(kept) else 8
