"""MATLAB data files of version 7.3, which are HDF5: structs as dicts, cells as arrays of objects.

A matrix stands there with its axes the other way round; a cell holds references to what is in it.
"""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop.imports.hdf5 import Hdf5Error, Node, open_bytes

MAX_DEPTH = 20
OBJECTS = ("network", "double", "single", "cell", "struct", "char", "logical")
"""Classes of values that can be read, besides whole numbers."""


def load_hdf5(path: Path) -> dict[str, Any]:
    """Return the variables of a file by name.

    Raises
    ------
    Hdf5Error, ValueError, LookupError
        If the file is damaged, or holds what is not read here.
    """
    root = open_bytes(path.read_bytes())
    names = [name for name in root.children if not name.startswith("#")]
    return {name: _value(root.children[name], 0) for name in names}


def _value(node: Node, depth: int) -> Any:
    """Return a value as `loadmat` and `plain` give those of older files."""
    if depth > MAX_DEPTH:
        raise Hdf5Error("it is nested too deeply")
    kind = node.attributes.get("MATLAB_class", b"").rstrip(b"\0").decode("ascii", "replace")
    if "MATLAB_object_decode" in node.attributes and kind not in OBJECTS:
        return None  # an object whose fields only MATLAB knows
    if not node.is_array:
        return {name: _value(each, depth + 1) for name, each in node.children.items()}
    if "MATLAB_empty" in node.attributes:
        return "" if kind == "char" else np.zeros((0, 0))
    stored = node.stored
    if stored.is_reference:
        cells = np.empty(stored.array.shape, dtype=object)
        for place in np.ndindex(cells.shape):
            cells[place] = _value(node.referred(int(stored.array[place])), depth + 1)
        return cells.T
    if kind == "char":
        return "".join(map(chr, np.ravel(stored.array.T).tolist()))
    return stored.array.T
