"""Two functions of a script that compute one loss: the gradients of both are to be that of it."""

import numpy as np

from clearprop._text import Text
from clearprop.check.script.computed import Computed
from clearprop.check.script.report import OwnLossCheck

LOSS = Text("loss", "损失函数")
SAME = 1e-9
"""Relative difference of losses that are one, computed in another order."""


def wrong_twin(first: Computed, other: Computed) -> OwnLossCheck | None:
    """Return what is wrong of the second of two functions that compute one loss, or None.

    Of a loss by itself it is not told whether a gradient is meant to be that of it, or the loss is
    only shown. That the first gradient is, and of the same loss, tells it.

    Parameters
    ----------
    first, other : Computed
        What both computed, each with its loss around the parameters.
    """
    if not is_one_loss(first, other):
        return None
    own = first.against_own_loss(LOSS)
    if own is None or not own.ok:
        return None
    compared = other.against_own_loss(LOSS, goes_down=True)
    return None if compared is None or compared.ok else compared


def is_one_loss(first: Computed, other: Computed) -> bool:
    """Return whether the losses around the same parameters are the same, and some differ."""
    one, two = first.losses, other.losses
    if one is None or two is None or one.keys() != two.keys() or not one:
        return False
    pairs = [(one[name], two[name]) for name in one]
    if any(np.shape(a) != np.shape(b) for a, b in pairs):
        return False
    return all(np.allclose(a, b, rtol=SAME, atol=0) for a, b in pairs) and any(
        np.ptp(a) > 0 for a, _ in pairs
    )
