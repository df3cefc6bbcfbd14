"""A MATLAB function with a network in it: genFunction's, or one that clearprop exported.

Constants and the lines of the simulation are read by their form; nothing is executed.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.imports.chain import Affine, Piece, columnwise
from clearprop.imports.matlab import PROCESSING, TRANSFER, activation_of
from clearprop.imports.source import Asked, Imported, Source, exported, has_ending

MAX_BYTES = 1 << 28
# possessive quantifiers (*+, ++) never go back: no text can make them slow
NUMBER = r"[-+]?+(?:(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?+|Inf)"
CONSTANT = re.compile(
    r"^[ \t]*+([A-Za-z]\w*+(?:\.\w++)?+)\s*+=\s*+(?:single\()?+"
    rf"(\[[-+.\deE\s,;]*+\]|{NUMBER})\)?+\s*+;",
    re.MULTILINE,
)
LAYER = re.compile(
    r"^[ \t]*+a(\d++)\s*+=\s*+(?:(\w+?)_apply\(\s*+)?repmat\(\s*+b\1\s*+,\s*+1\s*+,\s*+Q\s*+\)"
    r"\s*+\+\s*+((?:IW|LW)\w++)\s*+\*\s*+(\w++)(?:\{[^}\n]*+\})?+\s*+\)?+\s*+;",
    re.MULTILINE,
)
REFUSED = {
    "tapdelay": "delays", "x2_step": "several inputs", "removerows": "rows taken out",
    "processpca": "principal components", "fixunknowns": "unknown values",
}  # fmt: skip
"""What makes a function no chain, by words in it."""
RECORD = re.compile(r"^% clearprop: (\{.*\})$", re.MULTILINE)


class MatlabFunction(Source):
    """A .m file."""

    name = "MATLAB function"

    def recognises(self, given: Any) -> bool:
        """Return whether its name ends so."""
        return has_ending(given, ".m")

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return layers and scaling."""
        path = Path(given)
        if path.stat().st_size > MAX_BYTES:
            raise _refuse(given, "it is larger than 256 MB.", "a smaller network.")
        text = path.read_text(encoding="utf-8", errors="replace")
        for word, what in REFUSED.items():
            if word in text:
                why = f"a network with {what} is no chain of dense layers."
                raise _refuse(given, why, "a static network with one input.")
        text = re.sub(r"\.\.\.[^\n]*\n", " ", text)
        constants = {name: _matrix(value) for name, value in CONSTANT.findall(text)}
        layers = LAYER.findall(text)
        numbers = [int(number) for number, *_ in layers]
        if not layers or numbers != list(range(1, len(layers) + 1)):
            why = "no lines a1 = …, a2 = … of a simulation are found in it."
            raise _refuse(given, why, "a function that genFunction wrote.")
        own = RECORD.search(text)
        pieces = [*_input_steps(constants, text)]
        used = [] if own is not None else re.findall(r"\b(\w+?)_(?:apply|reverse)\(", text)
        for name in sorted({*used} - {*TRANSFER, *PROCESSING}):
            raise _refuse(given, f"it calls {name}, which is not known here.", "a plain network.")
        for number, rule, weights, before in layers:
            if number != "1" and before != f"a{int(number) - 1}":
                raise _refuse(given, f"layer {number} does not follow the one before.", "a chain.")
            try:
                W, b = constants[weights].T, np.ravel(constants[f"b{number}"])
            except KeyError as error:
                raise _refuse(given, f"{error} has no value.", "the whole function.") from None
            rules = [activation_of(rule or "purelin")] if own is None else []
            pieces += [Affine(W, b), *rules]
        pieces += _output_steps(constants)
        single = "single([" in text
        dtype = "float32" if single and "shift" not in constants else "float64"
        if own is not None:
            return exported(tuple(pieces), own[1], dtype)
        return Imported(tuple(pieces), dtype=dtype)


def _matrix(text: str) -> FloatArray:
    """Return a matrix or a number of MATLAB, always with two axes."""
    rows = [row for row in re.split(r"[;\n]", text.strip("[] \t")) if row.strip()]
    read = [[float(v) for v in re.split(r"[\s,]+", row.strip())] for row in rows]
    if len({len(row) for row in read}) != 1:
        raise _refuse(text[:40], "its rows have different lengths.", "a matrix.")
    return np.array(read)


def _step(constants: Mapping[str, FloatArray], step: str, name: str) -> FloatArray | None:
    """Return a setting of a processing step, as genFunction spells it in either layout."""
    found = constants.get(f"{step}.{name}", constants.get(f"{step}_{name}"))
    return None if found is None else np.ravel(found)


def _input_steps(constants: Mapping[str, FloatArray], text: str) -> list[Piece]:
    """Return what is done to the inputs: columns kept, shifted and scaled."""
    pieces: list[Piece] = []
    if "shift" in constants:  # a float32 export of clearprop
        shift = np.ravel(constants["shift"])
        pieces.append(columnwise(shift, np.ones(len(shift))))
    for number in range(1, 10):
        step = f"x1_step{number}"
        keep = _step(constants, step, "keep")
        if keep is not None:
            pieces.append(_kept(keep.astype(int), text))
        offset, gain = _step(constants, step, "xoffset"), _step(constants, step, "gain")
        if offset is None or gain is None:
            continue
        low = _step(constants, step, "ymin")
        low = _step(constants, step, "ymean") if low is None else low
        pieces.append(columnwise(offset, gain, 0.0 if low is None else low))
    return pieces


def _kept(keep: Any, text: str) -> Affine:
    """Return the map that takes some columns, as removeconstantrows does."""
    said = re.search(r"\b(?:Qx(\d++)|(\d++)xQ) matrix, input #1", text)
    count = int(said[1] or said[2]) if said else 0
    removed = re.findall(r"x1_step\d+[._]remove\s*=\s*\[?([\d\s;,]*)\]?", text)
    others = [int(v) for part in removed for v in re.findall(r"\d+", part)]
    count = max([count, *keep.tolist(), *others])
    return Affine(np.eye(count)[:, keep - 1], np.zeros(len(keep)))


def _output_steps(constants: Mapping[str, FloatArray]) -> list[Piece]:
    """Return what is done to the outputs: y = (a − ymin) / gain + xoffset, constants put in."""
    pieces: list[Piece] = []
    for number in range(9, 0, -1):
        step = f"y1_step{number}"
        keep, rows = _step(constants, step, "keep"), _step(constants, step, "xrows")
        if keep is not None and rows is not None:
            constant = np.zeros(int(rows[0]))
            remove, values = (_step(constants, step, name) for name in ("remove", "constants"))
            if remove is not None and values is not None:
                constant[remove.astype(int) - 1] = values
            pieces.append(Affine(np.eye(len(constant))[keep.astype(int) - 1], constant))
        offset, gain = _step(constants, step, "xoffset"), _step(constants, step, "gain")
        if offset is None or gain is None:
            continue
        low = _step(constants, step, "ymin")
        low = _step(constants, step, "ymean") if low is None else low
        shift = np.zeros(len(gain)) if low is None else np.broadcast_to(low, gain.shape)
        pieces.append(columnwise(shift, 1 / gain, offset))
    return pieces


def _refuse(value: Any, why: str, hint: str) -> InputError:
    return invalid_argument("source", str(value), why, hint)
