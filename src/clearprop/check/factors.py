"""Name the one number by which a whole gradient is too large."""

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from clearprop._errors import unknown_name
from clearprop._text import Text
from clearprop.check.mistakes import MISTAKES, Mistake


class Factor(NamedTuple):
    """A number that a mistake multiplies a gradient by."""

    mistake: str
    value: float
    said: str


def known_factors(counts: Mapping[str, float]) -> list[Factor]:
    """Return the factors that mistakes make, for the numbers of samples and outputs that are known.

    Parameters
    ----------
    counts : mapping
        ``"m"`` the number of samples, ``"K"`` of outputs, ``"learning_rate"`` η; each optional.
    """
    for name in counts:
        if name not in ("m", "K", "learning_rate"):
            raise unknown_name("counts", name, ("m", "K", "learning_rate"))
    m, K, rate = (float(counts.get(name, 1)) for name in ("m", "K", "learning_rate"))
    mistakes = sorted((MISTAKES[name]() for name in MISTAKES), key=lambda mistake: mistake.rank)
    found = [
        Factor(mistake.name, value, said)
        for mistake in mistakes
        for value, said in mistake.of_whole(m, K, rate)
    ]
    return [factor for factor in found if factor.value != 1]


def factors_of(ratio: float, counts: Mapping[str, float], error: float) -> tuple[Factor, ...]:
    """Return the fewest known factors whose product is the ratio; none where none fit.

    `error` is the relative error of the ratio. Of as many factors the nearest product wins.
    """
    known = known_factors(counts)
    for count in (1, 2, 3):
        fitting = {
            chosen: abs(float(np.prod([factor.value for factor in chosen])) / ratio - 1)
            for chosen in itertools.combinations(known, count)
            if len({factor.mistake for factor in chosen}) == count
        }
        nearest = min(fitting, key=lambda chosen: fitting[chosen], default=())
        if nearest and fitting[nearest] <= error:
            return nearest
    return ()


def ratio_in_words(ratio: float, named: tuple[Factor, ...]) -> Text:
    """Say how many times too large a gradient is, and what that points to."""
    many = f"{ratio:.6g}" if abs(ratio) >= 1 or ratio < 0 else f"1/{1 / ratio:.6g}"
    if named:
        listed = " · ".join(factor.said for factor in named)
        en = "; ".join(mistake_of(factor).title.en for factor in named)
        zh = "；".join(mistake_of(factor).title.zh for factor in named)
        return Text(
            f"The gradient is {many} times too large = {listed}: {en}.",
            f"梯度大了 {many} 倍 = {listed}：{zh}。",
        )
    return Text(
        f"The gradient is {many} times too large throughout. If that is the number of samples or of"
        " outputs, an average is in the function or in the gradient, but not in both.",
        f"梯度整体大了 {many} 倍。若它等于样本数或输出数，则平均只出现在函数或梯度之一。",
    )


def mistake_of(factor: Factor) -> Mistake:
    """Return the mistake that makes a factor."""
    return MISTAKES[factor.mistake]()
