"""Error terms that shrink or grow from layer to layer."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop.diagnostics.finding import Evidence, Finding

TOO_MUCH = 1e3
"""The factor between two hidden layers' error terms from which learning suffers."""


def ratio_of_error_terms(evidence: Evidence) -> float:
    """Return the size of δ in the first hidden layer over that in the last; 1 if unknown."""
    hidden = evidence.trace.layers[:-1]
    if len(hidden) < 2:
        return 1.0
    first, last = (float(np.sqrt(np.mean(layer.delta**2))) for layer in (hidden[0], hidden[-1]))
    return first / last if last > 0 and np.isfinite(first) else 1.0


def vanishing_error_terms(evidence: Evidence) -> Iterator[Finding]:
    """Find a first layer that hardly learns because δ shrinks on the way to it."""
    ratio = ratio_of_error_terms(evidence)
    if ratio < 1 / TOO_MUCH:
        yield Finding(
            "vanishing_error_terms",
            Text(
                f"The error terms vanish: in the first layer they are {ratio:.1e} of those in the "
                "last hidden one.",
                f"误差项消失：第一层的误差项只有最后一个隐藏层的 {ratio:.1e}。",
            ),
            Text(
                "fewer layers, activation='relu', or initializer='he'.",
                "减少层数，activation='relu'，或 initializer='he'。",
            ),
        )


def exploding_error_terms(evidence: Evidence) -> Iterator[Finding]:
    """Find a first layer that jumps because δ grows on the way to it."""
    ratio = ratio_of_error_terms(evidence)
    if ratio > TOO_MUCH:
        yield Finding(
            "exploding_error_terms",
            Text(
                f"The error terms explode: in the first layer they are {ratio:.1e} times those in "
                "the last hidden one.",
                f"误差项爆炸：第一层的误差项是最后一个隐藏层的 {ratio:.1e} 倍。",
            ),
            Text(
                "clip_norm=1.0, a smaller learning rate, or a stronger penalty (alpha).",
                "clip_norm=1.0，减小学习率，或增大惩罚 alpha。",
            ),
        )
