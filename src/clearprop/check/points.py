"""A point where a gradient is taken: arrays in any structure, seen as one flat vector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.check.naming import meaning
from clearprop.check.views import as_numpy, like


@dataclass(frozen=True)
class Leaf:
    """One array of the point and where it stands in the flat vector."""

    name: str
    original: Any
    array: FloatArray
    start: int

    @property
    def places(self) -> slice:
        """The place of its entries in the flat vector."""
        return slice(self.start, self.start + self.array.size)

    def entry(self, place: int) -> str:
        """Return the name of one entry, ``"W1[0,2]"``, by its place in the flat vector."""
        if self.array.ndim == 0:
            return self.name
        index = np.unravel_index(place - self.start, self.array.shape)
        return f"{self.name}[{','.join(map(str, index))}]"


@dataclass(frozen=True)
class Point:
    """A structure of arrays: one array, or dicts, lists and tuples of them, however deep."""

    structure: Any
    leaves: tuple[Leaf, ...]

    @property
    def vector(self) -> FloatArray:
        """All entries in one vector of float64."""
        return np.concatenate([leaf.array.ravel() for leaf in self.leaves]).astype(float)

    @property
    def epsilon(self) -> float:
        """Machine epsilon of the numbers with which the function is called.

        NumPy's float32 is widened to float64; another library's stays what it is.
        """
        foreign = [leaf for leaf in self.leaves if is_foreign(leaf.original)]
        narrow = [leaf.array.dtype for leaf in foreign if leaf.array.dtype.itemsize < 8]
        return max((float(np.finfo(dtype).eps) for dtype in narrow), default=2.0**-52)

    def at(self, vector: FloatArray) -> Any:
        """Return the structure with its arrays filled from a flat vector."""
        parts = iter(
            like(vector[leaf.places].reshape(leaf.array.shape), leaf.original)
            for leaf in self.leaves
        )
        return rebuilt(self.structure, parts)

    def gradient_arrays(self, gradient: Any) -> list[FloatArray]:
        """Return the arrays of a gradient of this point, one a leaf, of whatever shape they have.

        Raises
        ------
        InputError
            If they cannot be told apart.
        """
        if len(self.leaves) > 1 and is_array(gradient):
            flat = as_numpy(gradient)
            if flat.shape == (len(self.vector),):
                return [flat[leaf.places].reshape(leaf.array.shape) for leaf in self.leaves]
        found = {leaf.name: leaf.array for leaf in leaves_of(gradient)}
        if len(found) == len(self.leaves):
            renamed = by_meaning(found)
            own = by_meaning({leaf.name: leaf.array for leaf in self.leaves})
            if set(renamed) == set(own):
                return [renamed[name] for name in own]
            return list(found.values())
        why = f"it has {len(found)} arrays, the point has {len(self.leaves)}."
        raise invalid_argument("gradient", sorted(found), why, "the structure of the point.")


def point_of(given: Any) -> Point:
    """Return the point that a structure of arrays stands for.

    Raises
    ------
    InputError
        If it holds no arrays, or something that is no number.
    """
    leaves = tuple(leaves_of(given))
    if not leaves or not sum(leaf.array.size for leaf in leaves):
        raise invalid_argument(
            "point", given, "there is no number in it.", "an array, or a dict of arrays."
        )
    for leaf in leaves:
        if not np.isfinite(leaf.array).all():
            raise invalid_argument(
                "point", leaf.name, "it holds NaN or infinity.", "finite numbers."
            )
    return Point(given, leaves)


def leaves_of(given: Any) -> list[Leaf]:
    """Return the arrays of a structure in their order, named by their path."""
    found: list[Leaf] = []
    start = 0
    for path, original in paths(given, ""):
        try:
            array = as_numpy(original)
        except (TypeError, ValueError):
            why = "it holds no rectangle of numbers."
            raise invalid_argument(
                path or "point", type(original).__name__, why, "arrays."
            ) from None
        if array.dtype.kind == "c":
            raise invalid_argument(path or "point", array.dtype, "it is complex.", "real numbers.")
        found.append(Leaf(path or "x", original, array, start))
        start += array.size
    return found


def paths(given: Any, path: str) -> list[tuple[str, Any]]:
    """Return every array of a structure with its path, ``"hidden.W"``, ``"[0]"`` …."""
    if isinstance(given, Mapping):
        inner = [(f"{path}.{key}" if path else str(key), part) for key, part in given.items()]
    elif isinstance(given, list | tuple) and not is_array(given):
        inner = [(f"{path}[{index}]", part) for index, part in enumerate(given)]
    else:
        return [(path, given)]
    return [found for name, part in inner for found in paths(part, name)]


def is_array(given: Any) -> bool:
    """Return whether this is one array: not a dict, and no list but of plain numbers."""
    if isinstance(given, Mapping):
        return False
    if isinstance(given, list | tuple):
        return all(isinstance(part, int | float) for part in given)
    return True


def is_foreign(original: Any) -> bool:
    """Return whether this is an array of a library other than NumPy."""
    return not isinstance(original, np.ndarray | np.generic | int | float | list | tuple)


def rebuilt(structure: Any, parts: Any) -> Any:
    """Return a structure of the same form whose arrays are taken from an iterator, in order."""
    if isinstance(structure, Parameters):
        filled = structure.copy()
        for name in filled:
            filled[name] = next(parts)
        return filled
    if isinstance(structure, Mapping):
        return {key: rebuilt(part, parts) for key, part in structure.items()}
    if isinstance(structure, list | tuple) and not is_array(structure):
        inner: Sequence[Any] = [rebuilt(part, parts) for part in structure]
        if hasattr(structure, "_fields"):  # a named tuple
            return type(structure)(*inner)
        return type(structure)(inner)
    return next(parts)


def by_meaning(arrays: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return arrays with ``dW1`` and ``grad_W1`` both called ``W1``; other names stay."""
    renamed = {}
    for name, array in arrays.items():
        found = meaning(name)
        known = found is not None and found.number is not None
        renamed[f"{found.kind}{found.number}" if found and known else name] = array
    return renamed if len(renamed) == len(arrays) else dict(arrays)
