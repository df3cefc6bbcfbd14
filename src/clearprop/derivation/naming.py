"""The names of a course: h for a, dZ for δ, E for L, dW for ∂L/∂W; and W₁ … W₈ for the weights.

A derivation has one notation inside, that of the notes. What a course calls its quantities is a
matter of printing: `Names` says under which letters the symbols are shown.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clearprop._errors import invalid_argument
from clearprop.derivation.expression import Derivative, Symbol

LETTERS = ("x", "y", "z", "a", "W", "b", "delta", "L", "ell", "eta", "m", "theta", "lambda")
"""The letters that may have another name."""
KEY = re.compile(rf"({'|'.join(LETTERS)})(\d*)")
DERIVATIVE = re.compile(r"d(L|ell)/d(x|a|z|W|b)")
NAME = re.compile(r"[^\W\d_]{1,8}")
GREEK = {"delta": "δ", "eta": "η", "theta": "θ", "lambda": "λ", "ell": "ℓ"}
"""The signs under which sentences name a quantity that a course calls otherwise."""
SUMMED = ("z", "a", "delta", "b")
"""The quantities that every unit has one of."""


@dataclass(frozen=True)
class Names:
    """What quantities are called, and whether their entries are numbered through.

    Attributes
    ----------
    given : tuple of (str, str)
        Pairs such as ``("a", "h")``, ``("a2", "p")`` for one layer alone, ``("dL/dW", "dW")``.
    sizes : tuple of int
        n₀ … n_L where weights and units are numbered through, neuron by neuron; else empty.
    """

    given: tuple[tuple[str, str], ...] = ()
    sizes: tuple[int, ...] = ()

    @staticmethod
    def of(given: Mapping[str, str] | None, sizes: Sequence[int] = ()) -> "Names":
        """Return checked names.

        Raises
        ------
        InputError
            If a quantity is not known, a name is no word, or two quantities have the same name.

        Examples
        --------
        >>> Names.of({"a": "h", "delta": "dZ"}).called("a", 1)
        'h'
        """
        pairs = dict(given or {})
        example = "names={'a': 'h', 'delta': 'dZ', 'L': 'E', 'dL/dW': 'dW'}."
        for key, name in pairs.items():
            if not (KEY.fullmatch(key) or DERIVATIVE.fullmatch(key)):
                why = f"the letters are {', '.join(LETTERS)}, and dL/dW, dL/db …"
                raise invalid_argument("names", key, why, example)
            if not isinstance(name, str) or not NAME.fullmatch(name):
                why = "a name has one to eight letters."
                raise invalid_argument("names", f"{key}={name}", why, example)
        taken = {letter: letter for letter in LETTERS if letter not in pairs} | pairs
        for (one, name), (other, same) in itertools.combinations(taken.items(), 2):
            if name == same:
                why = f"{one} and {other} would both be called {name}."
                raise invalid_argument("names", f"{name}", why, example)
        return Names(tuple(pairs.items()), tuple(sizes))

    def called(self, letter: str, layer: int | str | None) -> str:
        """Return the name of a quantity; one that is given for its layer goes before another."""
        names = dict(self.given)
        return names.get(f"{letter}{layer}", names.get(letter, letter))

    def is_of_layer(self, letter: str, layer: int | str | None) -> bool:
        """Return whether a quantity has a name of its own in this layer, which then says it all."""
        return layer is not None and f"{letter}{layer}" in dict(self.given)

    def derivative(self, part: Derivative) -> Symbol | None:
        """Return the symbol that stands for a derivative, dW for ∂L/∂W; None if it has no name."""
        name = dict(self.given).get(f"d{part.of.letter}/d{part.by.letter}")
        return None if name is None else replace(part.by, letter=name)

    def in_words(self, sentence: str) -> str:
        """Return a sentence with the course's names in the place of Greek letters."""
        for key, name in self.given:
            if key in GREEK:
                sentence = sentence.replace(GREEK[key], name)
        return sentence

    def number(self, symbol: Symbol, by_column: bool) -> int | None:
        """Return the number of a weight, unit or input, counted from 1; None where it has none.

        Weights are numbered neuron by neuron, and within a neuron input by input, as in hand-drawn
        figures.
        """
        if not self.sizes or any(not isinstance(one, int) for one in symbol.index):
            return None
        index = tuple(one for one in symbol.index if isinstance(one, int))
        if symbol.letter in ("x", "y"):
            return index[0] + 1 if len(index) == 1 else None
        layer = symbol.layer
        if not isinstance(layer, int) or layer == 0:
            return None
        if symbol.letter == "W" and len(index) == 2:
            i, j = index[::-1] if by_column else index
            before = sum(a * b for a, b in itertools.pairwise(self.sizes[:layer]))
            return before + j * self.sizes[layer - 1] + i + 1
        if symbol.letter not in SUMMED:
            return None
        if not index and self.sizes[layer] == 1:
            index = (0,)
        if len(index) != 1:
            return None
        alone = self.is_of_layer(symbol.letter, layer)
        return (0 if alone else sum(self.sizes[1:layer])) + index[0] + 1
