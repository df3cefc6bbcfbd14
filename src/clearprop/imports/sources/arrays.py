"""A dict of arrays: W1, b1, W2 …, or the names of a torch state dict."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.imports.source import MAX_PARAMETERS, Asked, Imported, Source, stacked

Layers = list[tuple[FloatArray, FloatArray]]


class Arrays(Source):
    """A mapping of names to arrays."""

    name = "dict of arrays"

    def recognises(self, given: Any) -> bool:
        """Return whether it maps texts to arrays."""
        return isinstance(given, Mapping) and all(
            isinstance(name, str) and np.ndim(array) in (1, 2) for name, array in given.items()
        )

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the layers."""
        return layers_from({name: np.asarray(array) for name, array in given.items()}, asked)


def layers_from(arrays: Mapping[str, FloatArray], asked: Asked) -> Imported:
    """Return named arrays as layers: W1 (n_in, n_out) and b1; or torch's weight (n_out, n_in).

    Raises
    ------
    InputError
        If a name or a shape is of another kind.
    """
    if sum(array.size for array in arrays.values()) > MAX_PARAMETERS:
        why = f"it has more than {MAX_PARAMETERS} parameters."
        raise invalid_argument("source", len(arrays), why, "a smaller network.")
    own = any(re.fullmatch(r"[Ww]\d+", name) for name in arrays)
    layers = _own_names(arrays) if own else _torchs_names(arrays)
    single = all(W.dtype == np.float32 for W, _ in layers)
    wide = [(W.astype(np.float64), b.astype(np.float64)) for W, b in layers]
    return Imported(stacked(wide, asked), dtype="float32" if single else "float64")


def _own_names(arrays: Mapping[str, FloatArray]) -> Layers:
    """Return W1, b1, W2 … as layers; a layer may have no bias."""
    by_name = {name.lower(): array for name, array in arrays.items()}
    numbers = sorted(int(name[1:]) for name in by_name if re.fullmatch(r"w\d+", name))
    expected = {f"{letter}{n}" for n in numbers for letter in "wb"}
    _refuse_others(set(by_name) - expected)
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        why = f"its weights have the numbers {numbers}."
        raise invalid_argument("source", sorted(arrays), why, "W1, b1, W2 … without a gap.")
    weights = [by_name[f"w{n}"] for n in numbers]
    return [(_matrix(f"W{n}", W), np.ravel(by_name.get(f"b{n}", np.zeros(W.shape[-1]))))
            for n, W in zip(numbers, weights, strict=True)]  # fmt: skip


def _torchs_names(arrays: Mapping[str, FloatArray]) -> Layers:
    """Return ``0.weight``, ``0.bias`` … as layers, in the order of the file."""
    layers: Layers = []
    known: set[str] = set()
    for name, array in arrays.items():
        if not name.endswith("weight"):
            continue
        bias = f"{name.removesuffix('weight')}bias"
        known |= {name, bias}
        W = _matrix(name, array).T
        layers.append((W, arrays.get(bias, np.zeros(W.shape[1], W.dtype))))
    _refuse_others(set(arrays) - known)
    if not layers:
        why = "no array in it is called W1, or ends in weight."
        raise invalid_argument("source", sorted(arrays), why, "W1, b1, W2 ….")
    return layers


def _matrix(name: str, array: FloatArray) -> FloatArray:
    if array.ndim != 2 or array.dtype.kind != "f":
        why = f"{name!r} has the shape {array.shape} and the type {array.dtype}: no dense layer."
        raise invalid_argument("source", name, why, "a chain of dense layers.")
    return array


def _refuse_others(names: set[str]) -> None:
    if names:
        why = "it belongs to no dense layer."
        raise invalid_argument("source", sorted(names)[0], why, "a chain of dense layers.")
