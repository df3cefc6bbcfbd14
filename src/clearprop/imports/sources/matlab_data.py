"""A MATLAB data file with a network in it: an object of the toolbox, or a struct with IW, LW, b.

SciPy reads the fields of such objects; no class of MATLAB is needed, and nothing is executed.
"""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.imports.chain import Affine, Piece, columnwise
from clearprop.imports.matlab import activation_of
from clearprop.imports.matlab_hdf5 import load_hdf5
from clearprop.imports.source import MAX_PARAMETERS, Asked, Imported, Source, has_ending

MAX_BYTES = 1 << 30
FIELDS = {"IW", "LW", "b"}
"""The fields by which a network is recognised."""


class MatlabData(Source):
    """A .mat file."""

    name = "MATLAB data file"

    def recognises(self, given: Any) -> bool:
        """Return whether its name ends so."""
        return has_ending(given, ".mat")

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the only network in the file."""
        from scipy.io import loadmat

        path = Path(given)
        if path.stat().st_size > MAX_BYTES:
            raise _refuse(given, "it is larger than 1 GB.", "a file with the network alone.")
        try:
            content = {name: plain(value) for name, value in loadmat(path).items()}
        except NotImplementedError:
            content = _version_7_3(path)
        except Exception as error:  # SciPy raises whatever a damaged file leads to
            raise _refuse(given, f"it cannot be read ({error}).", "another file.") from None
        found = {name: value for name, value in content.items() if _is_network(value)}
        if len(found) != 1:
            why = f"it holds {len(found)} networks ({', '.join(found) or 'no IW, LW and b'})."
            raise _refuse(given, why, "save('net.mat', 'net') in MATLAB.")
        (net,) = found.values()
        try:
            assumed = "" if "layers" in net else "tansig in hidden layers, purelin in the last"
            return Imported(tuple(_pieces(net)), assumed=assumed)
        except InputError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            why = f"its network cannot be understood ({error})."
            raise _refuse(given, why, "a static network of one input.") from None


def plain(value: Any) -> Any:
    """Return structs as dicts, texts as str, cells as arrays of what they hold, and numbers."""
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.names is not None:
        if value.size != 1:
            return [plain(each) for each in value.reshape(-1, 1)]
        only = value.reshape(-1)[0]
        return {name: plain(only[name]) for name in value.dtype.names}
    if value.dtype == object:
        cells = np.empty(value.shape, dtype=object)
        for place in np.ndindex(value.shape):
            cells[place] = plain(value[place])
        return cells
    if value.dtype.kind in "US":
        return str(value.reshape(-1)[0]) if value.size else ""
    return value


def _version_7_3(path: Path) -> dict[str, Any]:
    """Return the variables of a file of version 7.3."""
    try:
        return load_hdf5(path)
    except (ValueError, LookupError, TypeError, struct.error, zlib.error, OSError) as error:
        hint = "save('net.mat', 'net', '-v7') in MATLAB."
        raise _refuse(path, f"it cannot be read ({error}).", hint) from None


def _is_network(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) >= FIELDS


def _pieces(net: Mapping[str, Any]) -> list[Piece]:
    """Return what is done to an input, in its order."""
    IW, LW, biases = (np.atleast_2d(net[name]) for name in ("IW", "LW", "b"))
    depth = len(biases.reshape(-1))
    for name in ("numInputDelays", "numLayerDelays"):
        if np.any(net.get(name, 0)):
            raise _refuse(name, "it has delays.", "a static network.")
    for to, source in np.ndindex(LW.shape):
        if np.size(LW[to, source]) and source != to - 1:
            why = f"layer {source + 1} feeds layer {to + 1}."
            raise _refuse("LW", why, "a chain of layers.")
    inputs = [(to, source) for to, source in np.ndindex(IW.shape) if np.size(IW[to, source])]
    if inputs != [(0, 0)]:
        raise _refuse("IW", "the first layer is not the only one that takes the input.", "a chain.")
    pieces = [*_steps(_side(net, "inputs"), outwards=False)]
    layers = np.ravel(net["layers"]) if "layers" in net else [None] * depth
    for n, layer in enumerate(layers):
        W = IW[0, 0] if n == 0 else LW[n, n - 1]
        b = np.ravel(biases.reshape(-1)[n])
        if W.size > MAX_PARAMETERS:
            raise _refuse("layers", "it is too large.", "a smaller network.")
        if isinstance(layer, Mapping) and layer.get("netInputFcn", "netsum") != "netsum":
            why = f"layer {n + 1} combines its inputs by {layer['netInputFcn']}."
            raise _refuse("layers", why, "sums.")
        rule = "tansig" if n + 1 < depth else "purelin"  # a struct may not say it
        rule = layer["transferFcn"] if isinstance(layer, Mapping) else rule
        shift = b.astype(float) if b.size else np.zeros(len(W))
        pieces += [Affine(np.asarray(W, dtype=float).T, shift), activation_of(rule)]
    return [*pieces, *_steps(_side(net, "outputs"), outwards=True)]


def _side(net: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the description of the only input, or of the output of the last layer."""
    cells = np.ravel(net[name]) if name in net else []
    described = [each for each in cells if isinstance(each, Mapping)]
    return described[-1] if described else {}


def _steps(side: Mapping[str, Any], *, outwards: bool) -> list[Piece]:
    """Return the processing of inputs, or the reverse processing of outputs."""
    names, settings = (np.ravel(side.get(each, [])) for each in ("processFcns", "processSettings"))
    pairs = list(zip(names.tolist(), settings.tolist(), strict=True))
    found: list[Piece] = []
    for name, values in reversed(pairs) if outwards else pairs:
        if np.any(values.get("no_change", 0)):
            continue
        if name == "removeconstantrows":
            found.append(_rows(values, outwards=outwards))
            continue
        if name not in ("mapminmax", "mapstd"):
            raise _refuse(name, "this processing is not read here.", "mapminmax.")
        offset, gain = (np.ravel(values[each]).astype(float) for each in ("xoffset", "gain"))
        low = np.ravel(values["ymin" if name == "mapminmax" else "ymean"]).astype(float)
        if outwards:
            found.append(columnwise(np.broadcast_to(low, gain.shape), 1 / gain, offset))
        else:
            found.append(columnwise(offset, gain, low))
    return found


def _rows(values: Mapping[str, Any], *, outwards: bool) -> Affine:
    """Return the map that takes constant rows out, or puts them in again."""
    count = int(np.ravel(values["xrows"])[0])
    keep = np.ravel(values["keep"]).astype(int) - 1
    every = np.eye(count)
    if not outwards:
        return Affine(every[:, keep], np.zeros(len(keep)))
    constant: FloatArray = np.zeros(count)
    remove = np.ravel(values["remove"]).astype(int) - 1
    constant[remove] = np.ravel(values.get("constants", values.get("value", 0.0))).astype(float)
    return Affine(every[keep], constant)


def _refuse(value: Any, why: str, hint: str) -> InputError:
    return invalid_argument("source", str(value), why, hint)
