"""The scope of a derivation: the whole pass, a layer, a gradient, one weight, unit or input."""

import re
import unicodedata
from dataclasses import dataclass

from clearprop._errors import invalid_argument

PATTERN = re.compile(r"(layer|W|b|z|a|delta|x)(\d*)(?:\[(\d+)(?:,\s*(\d+))?\])?")
DERIVATIVE = re.compile(r"(?:∂L/∂|dL/?_?d|d(?=[WwBbZzAaXx]\d?))")
"""What stands before a quantity in the name of its gradient: ∂L/∂W1, dW1."""
LETTERS = {"δ": "delta", "w": "W", "B": "b", "Z": "z", "A": "a", "X": "x"}
EXAMPLE = "wrt='W1', 'b2', 'W1[0,2]', 'delta1[1]', 'x[0]', 'layer1', or None for the whole pass."


@dataclass(frozen=True)
class Scope:
    """The quantity that `wrt` names: ``"W1[0,2]"`` is the kind W, layer 1, index (0, 2).

    Attributes
    ----------
    kind : {"pass", "layer", "W", "b", "z", "a", "delta", "x"}
        The kind of quantity; ``"pass"`` is everything.
    layer : int
        The layer, counted from 1; 0 for the whole pass and the inputs.
    index : tuple of int
        The entry, counted from 0; empty for the whole quantity.
    """

    kind: str
    layer: int = 0
    index: tuple[int, ...] = ()


def read_scope(wrt: str | None, sizes: tuple[int, ...]) -> Scope:
    """Return what `wrt` names in a network of n₀, n₁ … n_L units.

    Raises
    ------
    InputError
        If the network has no such quantity.
    """
    if wrt is None:
        return Scope("pass")
    match = PATTERN.fullmatch(plain(wrt)) if isinstance(wrt, str) else None
    if match is None:
        raise invalid_argument("wrt", wrt, "it names nothing that can be explained.", EXAMPLE)
    kind, number, first, second = match.groups()
    index = tuple(int(one) for one in (first, second) if one is not None)
    layer = int(number) if number else 0
    if (kind == "x") != (number == "") or (kind != "x" and not 1 <= layer < len(sizes)):
        why = f"the network has the layers 1 to {len(sizes) - 1}, and x without a number."
        raise invalid_argument("wrt", wrt, why, EXAMPLE)
    shape = (sizes[layer - 1], sizes[layer]) if kind == "W" else (sizes[layer],)
    if index and (kind == "layer" or len(index) != len(shape)):
        why = f"{kind}{number} takes {0 if kind == 'layer' else len(shape)} indices."
        raise invalid_argument("wrt", wrt, why, EXAMPLE)
    if any(one >= size for one, size in zip(index, shape, strict=False)):
        why = f"{kind}{number} has the shape {shape}, and indices count from 0."
        raise invalid_argument(
            "wrt", wrt, why, f"indices up to {tuple(size - 1 for size in shape)}."
        )
    return Scope(kind, layer, index)


def plain(wrt: str) -> str:
    """Return a quantity as `PATTERN` has it, from names of it or of its gradient.

    Examples
    --------
    >>> [plain(one) for one in ("dL/dW1", "∂L/∂b²", "δ1", "dZ2[0]", "W^(1) [0, 2]", "delta1")]
    ['W1', 'b2', 'delta1', 'z2[0]', 'W1[0,2]', 'delta1']
    """
    bare = unicodedata.normalize("NFKC", wrt).replace(" ", "")
    bare = re.sub(r"\^\(?(\d+)\)?", r"\1", bare)
    bare = DERIVATIVE.sub("", bare, count=1) if DERIVATIVE.match(bare) else bare
    return LETTERS.get(bare[:1], bare[:1]) + bare[1:]
