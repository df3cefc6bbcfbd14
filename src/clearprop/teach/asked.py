"""What a worksheet asks: network, blanks, digits; nothing of it is secret."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from clearprop._errors import invalid_argument
from clearprop._text import Language
from clearprop.backprop.structure import Layer
from clearprop.network.network import Network

MAX_PARAMETERS = 60
"""Parameters of a network that can be worked out by hand."""
DIGITS = range(1, 7)


@dataclass(frozen=True)
class Asked:
    """What every sheet of a class has in common.

    Attributes
    ----------
    sizes : tuple of int
        n₀ … n_L.
    activations : tuple of str
        One a layer.
    loss, reduction : str
        As of a `Network`.
    samples : int
        m.
    learning_rate : float
        η of the update.
    blanks : tuple of str
        The kinds of questions, names from `clearprop.teach.QUESTIONS`.
    digits : int
        Decimals that are asked for.
    lang : {"en", "zh"}
        The language of the sheets.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str = "half_squared_error"
    reduction: str = "mean"
    samples: int = 1
    learning_rate: float = 0.5
    blanks: tuple[str, ...] = ("forward", "loss", "delta", "gradients", "update")
    digits: int = 3
    lang: Language = "en"
    version: int = field(default=1)

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        if not self.blanks:
            raise invalid_argument("blanks", self.blanks, "nothing would be asked.", "forward.")
        if self.digits not in DIGITS:
            why = "paper takes 1 to 6 decimals."
            raise invalid_argument("digits", self.digits, why, "3.")
        if not 1 <= self.samples <= 8:
            why = "by hand it is 1 to 8 samples."
            raise invalid_argument("samples", self.samples, why, "1.")
        if not 0 < self.learning_rate < float("inf"):
            raise invalid_argument("learning_rate", self.learning_rate, "it is positive.", "0.5.")
        if self.network.parameter_count > MAX_PARAMETERS:
            why = f"the network has {self.network.parameter_count} weights and biases."
            raise invalid_argument("layers", "-".join(map(str, self.sizes)), why, "2-2-1.")

    @property
    def network(self) -> Network:
        """The network that the sheets are about."""
        pairs = zip(self.sizes[1:], self.activations, strict=True)
        layers = [Layer(units, name) for units, name in pairs]
        return Network(self.sizes[0], layers, self.loss, self.reduction)  # type: ignore[arg-type]

    def text(self) -> str:
        """Return all of it as JSON: what a folder of sheets holds, and what codes depend on."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @staticmethod
    def read(text: str) -> "Asked":
        """Return what a JSON text asks.

        Raises
        ------
        InputError
            If it is no worksheet's.
        """
        try:
            given: Mapping[str, Any] = json.loads(text)
            known = {one.name for one in fields(Asked)}
            values: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in given.items()
                if name in known
            }
            return Asked(**values)
        except (json.JSONDecodeError, TypeError, AttributeError):
            why = "it does not describe a worksheet."
            raise invalid_argument("folder", text[:40], why, "clearprop worksheet.") from None
