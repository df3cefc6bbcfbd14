"""Find the weights, biases and gradients that an object, or a script's globals, keeps.

They may be attributes (``self.W1``), entries of a dict (``self.params["W1"]``), of lists
(``self.weights[0]``), or belong to layer objects (``self.layers[0].W``).
"""

import itertools
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.naming import meaning
from clearprop.check.script.source.vocabulary import loose_kind


@dataclass(frozen=True)
class Slot:
    """A place that holds an array, and what its name says."""

    holder: MutableMapping[str, Any] | MutableSequence[Any]
    key: Any
    kind: str
    number: int | None
    marked: bool
    """True if the name says that it is a gradient."""

    @property
    def array(self) -> FloatArray:
        """The array that is in it now."""
        return self.holder[self.key]

    def fill(self, array: FloatArray) -> None:
        """Put other numbers in it, in the shape and type of what is there.

        They are written into the array, which others may hold too, unless its type or its size
        forbids that.
        """
        values = np.array(array, dtype=float)
        if self.array.shape and self.array.dtype == values.dtype and self.array.size == values.size:
            self.array[...] = values.reshape(self.array.shape)
        else:
            self.holder[self.key] = values.reshape(np.shape(self.array))


def slots(holder: Any, *, marked: bool) -> dict[str, Slot]:
    """Return the slots of weights and biases under ``"W1"``, ``"b1"`` …, or those of gradients.

    Arrays without a number in their name are counted in the order in which they were made.
    """
    found = [slot for slot in walk(contents(holder), None) if slot.marked == marked]
    numbered = {f"{slot.kind}{slot.number}": slot for slot in found if slot.number is not None}
    if numbered:
        shift = 1 - min(int(name[1:]) for name in numbered)
        return {
            f"{name[0]}{int(name[1:]) + max(shift, 0)}": slot for name, slot in numbered.items()
        }
    counts = {"W": 0, "b": 0}
    counted = {}
    for slot in found:
        counts[slot.kind] += 1
        counted[f"{slot.kind}{counts[slot.kind]}"] = slot
    return counted


def contents(holder: Any) -> MutableMapping[str, Any]:
    """Return the attributes of an object, or a dict itself."""
    return holder if isinstance(holder, dict) else vars(holder)


def walk(holder: MutableMapping[str, Any], index: int | None) -> Iterator[Slot]:
    """Yield every slot in a dict, and in dicts, lists and objects inside it."""
    for key, value in list(holder.items()):
        if not isinstance(key, str) or key.startswith("__"):
            continue
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
            yield from named_slot(holder, key, key, index)
        elif isinstance(value, list):
            yield from in_list(value, key)
        elif isinstance(value, dict):
            yield from walk(value, index)


def in_list(values: list[Any], name: str) -> Iterator[Slot]:
    """Yield the slots in a list: arrays of the list's own name, or layers that hold arrays."""
    number = 0
    for place, value in enumerate(values):
        if isinstance(value, np.ndarray):
            yield from named_slot(values, place, name, place + 1)
        elif isinstance(value, dict) or hasattr(value, "__dict__"):
            inner = list(walk(contents(value), number + 1))
            number += bool(inner)  # an activation layer holds nothing and does not count
            yield from inner


def named_slot(holder: Any, key: Any, name: str, index: int | None) -> Iterator[Slot]:
    """Yield the slot of one array if its name says weights or biases."""
    found = meaning(name)
    if found is not None:
        number = found.number if index is None or found.number is not None else index
        yield Slot(holder, key, found.kind, number, found.marked)
        return
    kind = loose_kind(name)
    if kind is not None:
        bare = name.lower().strip("_")
        is_gradient = bare.startswith(("d_", "grad", "delta_")) or bare.endswith("grad")
        yield Slot(holder, key, kind, index, is_gradient)


def sizes_of(arrays: Mapping[str, FloatArray], convention: str) -> tuple[int, ...] | None:
    """Return n₀ … n_L of the weights W¹ … Wᴸ, None if their shapes make no chain."""
    depth = sum(name.startswith("W") for name in arrays)
    shapes: Sequence[tuple[int, ...]] = [
        np.shape(arrays.get(f"W{layer}", 0)) for layer in range(1, depth + 1)
    ]
    if not shapes or any(len(shape) != 2 for shape in shapes):
        return None
    pairs = [shape[::-1] if convention == "column" else shape for shape in shapes]
    if any(above[0] != below[1] for below, above in itertools.pairwise(pairs)):
        return None
    return (pairs[0][0], *(pair[1] for pair in pairs))
