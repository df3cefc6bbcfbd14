"""Compare a gradient that stands alone with differences of the loss of the same arguments.

``costReg(theta, X, y, lambda_)`` and ``gradientReg(theta, X, y, lambda_)`` are handed to an
optimizer together: the one is to be the gradient of the other.
"""

from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.defined.standing_alone import Alone, arguments
from clearprop.check.script.observed import Pair, Share
from clearprop.check.script.source.reading import Signature

STEP, SMALL = 1e-5, 1e-5
MAX_ENTRIES = 40
"""Entries of the parameters that are looked at."""


def compared_alone(call: Alone) -> Pair | None:
    """Return a gradient with what differences of its loss give; None where there is no one loss.

    A number above 0 times these is right: losses are averaged and halved as people like. What is
    wrong is so for other parameters as well.
    """
    found = call.gradient
    losses = [each for each in call.functions if set(each.parameters) == set(found.parameters)]
    losses = losses[:-1] or losses
    if len(losses) != 1:
        return None
    try:
        shares = [share_at(call, losses[0], theta) for theta in (1.0, 0.6)]
    except Exception:
        return None
    wrong = [share for share in shares if not is_multiple(share.given, share.right)]
    share = shares[0] if len(wrong) == len(shares) else replaced(shares[0])
    samples = len(call.given.X)
    return Pair(losses[0].name, found.name, samples, (share,))


def share_at(call: Alone, loss: Signature, times: float) -> Share:
    """Return the gradient beside differences, at the parameters of a call, so many times.

    Raises
    ------
    ValueError
        If the loss is no number, or the gradient has not as many as there are parameters.
    """
    theta = times * np.asarray(call.given.theta, dtype=float)

    def returned(function: Signature, at: FloatArray) -> Any:
        given = arguments(function, call.given._replace(theta=at))
        return call.namespace[function.name](**given)

    def value(at: FloatArray) -> float:
        answer = returned(loss, at)
        return np.asarray(answer[0] if isinstance(answer, tuple) else answer, dtype=float).item()

    answer = returned(call.gradient, theta)
    parts = answer if isinstance(answer, tuple) else (answer,)
    gradient = next(np.asarray(p, float) for p in parts if np.size(p) == theta.size > 1).ravel()
    chosen = np.unique(np.linspace(0, theta.size - 1, MAX_ENTRIES).astype(int))
    right = np.empty(len(chosen))
    for place, entry in enumerate(chosen):
        h = np.zeros(theta.size)
        h[entry] = STEP
        h = h.reshape(theta.shape)
        right[place] = (value(theta + h) - value(theta - h)) / (2 * STEP)
    if not np.isfinite(right).all() or not right.any():
        raise ValueError
    return Share("∂J/∂θ", gradient[chosen], right, call.gradient.line, parameter=True)


def is_multiple(given: FloatArray, right: FloatArray) -> bool:
    """Return whether an array is another one times a number above 0."""
    rate = float(np.vdot(given, right) / np.vdot(right, right))
    return rate > 0 and bool(np.allclose(given, rate * right, rtol=SMALL, atol=SMALL * rate))


def replaced(share: Share) -> Share:
    """Return what came back as what should."""
    return Share(share.name, share.right, share.right, share.line, parameter=True)
