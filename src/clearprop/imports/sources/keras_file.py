"""A .keras file: read without Keras, and with nothing executed.

It is a ZIP archive: config.json describes the layers, model.weights.h5 holds their numbers, in
groups that are called by class and counter (dense, dense_1 …), whatever the layers' own names are.
"""

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.imports.hdf5 import Node, open_bytes
from clearprop.imports.source import Asked, Imported, Source, has_ending
from clearprop.imports.sources.keras_layers import SKIPPED, KerasLayer, pieces_of
from clearprop.imports.sources.keras_object import check_chain

MAX_CONFIG, MAX_WEIGHTS = 16 << 20, 1 << 30
UNREADABLE = (
    zipfile.BadZipFile, LookupError, TypeError, ValueError, AttributeError, OSError, EOFError,
    RecursionError, NotImplementedError, struct.error, zlib.error,
)  # fmt: skip
"""What a damaged file leads to."""


class KerasFile(Source):
    """A file that model.save of Keras 3 wrote."""

    name = "Keras file"

    def recognises(self, given: Any) -> bool:
        """Return whether its name ends so."""
        return has_ending(given, ".keras")

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the chain of its layers."""
        try:
            with zipfile.ZipFile(given) as archive:
                config = json.loads(_member(archive, "config.json", MAX_CONFIG))
                root = open_bytes(_member(archive, "model.weights.h5", MAX_WEIGHTS))
                layers = _layers(config, root)
        except InputError:
            raise
        except UNREADABLE as error:
            why = f"it holds no network that can be read ({error})."
            hint = "model.save('net.keras') of Keras 3."
            raise invalid_argument("source", str(Path(given)), why, hint) from None
        every = [array for layer in layers for array in layer.weights]
        arrays = [array for array in every if array.dtype.kind == "f"]  # one layer also counts
        single = bool(arrays) and all(array.dtype == np.float32 for array in arrays)
        return Imported(pieces_of(layers), dtype="float32" if single else "float64")


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return a file of the archive, unless it claims to be too large."""
    if archive.getinfo(name).file_size > most:
        raise ValueError(f"{name} is larger than {most >> 20} MB")
    return archive.read(name)


def _layers(described: Mapping[str, Any], node: Node) -> list[KerasLayer]:
    """Return the layers of a model, those of models within it among them."""
    config = described["config"]
    if "layers" not in config:
        why = "it is a class of its author's own, whose call could be anything."
        raise invalid_argument("source", str(described.get("class_name")), why, "Sequential.")
    check_chain(config)
    saved, count = node.at("layers"), {}
    found: list[KerasLayer] = []
    for layer in config["layers"]:
        kind, settings = str(layer["class_name"]), layer["config"]
        if kind == "InputLayer":
            continue
        base = _snake(kind)
        n = count[base] = count.get(base, -1) + 1
        name = f"{base}_{n}" if n else base
        if kind in ("Sequential", "Functional", "Model"):
            found += _layers(layer, saved.children[name])
            continue
        weights = [] if kind in SKIPPED else _weights(saved, name)
        found.append(KerasLayer(kind, settings, weights))
    return found


def _weights(saved: Node, name: str) -> list[FloatArray]:
    """Return the arrays of a layer, vars/0, vars/1 …; none of one that has none."""
    group = saved.children.get(name)
    if group is None or "vars" not in group.children:
        return []
    own = group.children["vars"].children
    return [np.asarray(own[str(n)].stored.array) for n in range(len(own))]


def _snake(name: str) -> str:
    """Return a class's name as Keras writes it in a file: BatchNormalization, batch_normalization.

    Examples
    --------
    >>> _snake("BatchNormalization"), _snake("ReLU"), _snake("Dense")
    ('batch_normalization', 're_lu', 'dense')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
