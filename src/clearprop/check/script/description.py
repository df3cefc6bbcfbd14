"""Read what network a person intended: ``"tanh,sigmoid binary_cross_entropy mean"``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from clearprop._errors import invalid_argument, unknown_name
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.backprop.descent import Reduction
from clearprop.backprop.structure import Layer
from clearprop.losses import LOSSES, Loss
from clearprop.network.network import check_pair

REDUCTIONS: tuple[Reduction, ...] = get_args(Reduction)


@dataclass(frozen=True)
class Description:
    """The intended network, as far as it is known; None stands for whatever fits."""

    sizes: tuple[int, ...] | None = None
    """n₀ … n_L."""
    activations: tuple[Activation, ...] | None = None
    """From the first hidden layer to the output; a single hidden one stands for all of them."""
    loss: Loss | None = None
    reduction: Reduction | None = None

    def activations_of(self, depth: int) -> tuple[Activation, ...] | None:
        """Return the activation of every layer of a network of this depth.

        Raises
        ------
        InputError
            If there are not as many as layers.
        """
        given = self.activations
        if given is None:
            return None
        if len(given) == 2 and depth != 2:
            return (*[given[0]] * (depth - 1), given[1])
        if len(given) != depth:
            names = ",".join(rule.name for rule in given)
            why = f"the code has {depth} layers."
            raise invalid_argument(
                "network", names, why, f"{depth} activations, the last of the output."
            )
        return given


def described(text: str | None) -> Description:
    """Return the description that a text gives: words in any order.

    Words are sizes (``4-6-3``), activations from the first hidden layer to the output
    (``relu,softmax``), a loss, and ``sum`` or ``mean``.

    Raises
    ------
    InputError
        If a word is none of these, or the loss does not fit the output.

    Examples
    --------
    >>> described("tanh,sigmoid binary_cross_entropy mean").reduction
    'mean'
    """
    sizes, activations, loss, reduction = None, None, None, None
    for word in (text or "").split():
        if word in REDUCTIONS:
            reduction = word
        elif word in LOSSES or word.partition("(")[0] in LOSSES:
            loss = LOSSES.make(word)
        elif word.replace("-", "").isdecimal():
            sizes = tuple(int(part) for part in word.split("-") if part)
        elif all(part.partition("(")[0] in ACTIVATIONS for part in split(word)):
            activations = tuple(ACTIVATIONS.make(part) for part in split(word))
        else:
            raise unknown_name("network", word, [*ACTIVATIONS, *LOSSES, *REDUCTIONS])
    if loss is not None and activations is not None:
        check_pair(loss, Layer(1, activations[-1]))
    return Description(sizes, activations, loss, reduction)


def split(word: str) -> Sequence[str]:
    """Return the parts of a list with commas, but not those inside brackets."""
    parts, depth = [""], 0
    for letter in word:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
