"""Mistakes where a row or a column was repeated: what comes back to its entries must add up."""

from collections.abc import Callable

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.adding_up import added_to
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place

WHY = Text(
    "every entry of it acts on several entries of the result, and the effects add up",
    "它的每个元素影响结果的多个元素，这些影响应当相加",
)


def _instead(gathered: Callable[[FloatArray, FloatArray], FloatArray]) -> Callable[[Place], Passed]:
    """Return a pull-back that gathers what comes back to repeated entries in another way."""

    def pull_back(place: Place) -> Passed:
        repeated = [one.shape != place.w.shape for one in place.inputs]
        if not any(repeated):
            raise ValueError("nothing is repeated here")
        slopes = place.operation.slopes(place.inputs, place.w)
        whole = [np.broadcast_to(place.g * slope, place.w.shape) for slope in slopes]
        return tuple(
            gathered(share, one) if again else share
            for share, one, again in zip(whole, place.inputs, repeated, strict=True)
        )

    return pull_back


def _averaged(share: FloatArray, one: FloatArray) -> FloatArray:
    return added_to(share, one.shape) * (one.size / share.size)


def _first(share: FloatArray, one: FloatArray) -> FloatArray:
    return share[: one.shape[0], : one.shape[1]].copy()


MISTAKES = (
    OperationMistake(
        "averaged",
        Text(
            "the mean over the repeated rows or columns in place of their sum",
            "对被重复的行或列取平均，而不是求和",
        ),
        Text("the mean of {g} over what was repeated", "对被重复的部分取 {g} 的平均"),
        WHY,
        _instead(_averaged),
    ),
    OperationMistake(
        "not_added_up",
        Text(
            "what comes back is not added up over the repeated rows or columns",
            "没有对被重复的行或列求和",
        ),
        Text("{g} as it is, of the larger shape", "形状较大的 {g} 原样"),
        WHY,
        _instead(lambda share, one: share.copy()),
    ),
    OperationMistake(
        "first_only",
        Text(
            "only the first of the repeated rows or columns counts",
            "只取被重复的行或列中的第一个",
        ),
        "{g}[0]",
        WHY,
        _instead(_first),
    ),
)
