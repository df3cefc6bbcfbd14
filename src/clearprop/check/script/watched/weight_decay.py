"""Steps that hold λ W or λ sgn W beside the gradient: a penalty, or weight decay."""

from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.watched.multiples import (
    ROUNDING,
    SAME,
    Stepped,
    is_times,
    joined,
    ratio,
    shows,
    size,
    tolerance,
)

MANY = 20_000
"""Numbers beyond which only the usual penalty is looked for."""


class Beside(NamedTuple):
    """An array that is rate · ∂L/∂θ + decay · θ + lasso · sgn θ."""

    rate: float
    decay: float = 0.0
    lasso: float = 0.0


def with_penalty(
    net: Stepped, given: dict[str, FloatArray], right: dict[str, FloatArray]
) -> Beside | None:
    """Return η, λ η where a step holds λ W or λ sgn W as well: penalties, or weight decay.

    They may be in some layers alone; λ is the largest.
    """
    together = beside_one_penalty(net, given, right)
    if together is not None:
        return together
    parts: dict[str, Beside] = {}
    for name, array in given.items():
        found = beside_penalty(net, name, array, right[name])
        if found is None:
            return None
        parts[name] = found
    rate = max(part.rate for part in parts.values())
    shown = [n for n, array in given.items() if shows(net, n, array, rate * right[n])]
    if rate <= 0 or not shown or any(parts[n].rate < (1 - 1e-4) * rate for n in shown):
        return None
    if min(min(part.decay, part.lasso) for part in parts.values()) < 0:
        return None
    decay = max(part.decay for part in parts.values())
    lasso = max(part.lasso for part in parts.values())
    return Beside(rate, decay, lasso) if decay or lasso else None


def beside_one_penalty(
    net: Stepped, given: dict[str, FloatArray], right: dict[str, FloatArray]
) -> Beside | None:
    """Return η, λ η that all arrays share; arrays of few numbers show it together alone."""
    if any(given[name].shape != right[name].shape for name in given):
        return None
    if sum(array.size for array in given.values()) > MANY:  # each array shows it by itself
        return None
    theta = {n: net.params[n] if n[0] == "W" else np.zeros_like(right[n]) for n in given}
    columns = {
        "rate": right,
        "decay": theta,
        "lasso": {name: np.sign(array) for name, array in theta.items()},
    }
    wanted = joined(given, given)
    for chosen in (("rate", "decay"), ("rate", "lasso"), tuple(columns)):
        flat = np.column_stack([joined(columns[term], given) for term in chosen])
        sizes = np.abs(flat).max(axis=0)
        if len(flat) < 2 + len(chosen) or not sizes.all() or not np.isfinite(sizes).all():
            continue
        solved, *_ = np.linalg.lstsq(flat / sizes, wanted, rcond=None)
        found = Beside(**dict(zip(chosen, (solved / sizes).tolist(), strict=True)))
        if found.rate <= 0 or min(found.decay, found.lasso) < 0:
            continue
        if not any(shows(net, n, given[n], found.rate * right[n]) for n in given):
            continue
        whole = {
            n: found.rate * right[n] + found.decay * theta[n] + found.lasso * np.sign(theta[n])
            for n in given
        }
        noise = ROUNDING[net.itemsize] * max(map(size, whole.values()))  # of sums that cancel
        if all(size(given[n] - whole[n]) <= tolerance(net, n, whole[n]) + noise for n in given):
            return found
    return None


def beside_penalty(net: Stepped, name: str, array: FloatArray, right: FloatArray) -> Beside | None:
    """Return what an array is beside c · right: c, and how much of θ or sgn θ; None of others."""
    if array.shape != right.shape or not np.isfinite(array).all():
        return None
    factor = ratio(array, right)
    if factor is not None and is_times(net, name, array, factor, right):
        return Beside(factor)
    theta = net.params[name]
    signs = {"lasso": np.sign(theta)}
    several = ({"decay": theta}, signs, {"decay": theta, **signs})
    for terms in several[: 1 if array.size > MANY else 3]:
        columns = {"rate": right, **terms}
        sizes = {term: size(column) for term, column in columns.items()}
        if array.size < 2 + len(columns) or 0 in sizes.values():
            continue
        units = np.column_stack([columns[term].ravel() / sizes[term] for term in columns])
        solved, *_ = np.linalg.lstsq(units, array.ravel(), rcond=None)
        found = {term: float(c) / sizes[term] for term, c in zip(columns, solved, strict=True)}
        expected = sum((found[term] * column for term, column in columns.items()), np.zeros(()))
        if size(array - expected) <= tolerance(net, name, expected):
            return Beside(**found)
    return None


def factor_beside_penalty(
    net: Stepped, name: str, array: FloatArray, right: FloatArray
) -> float | None:
    """Return c where an array is c · right, or c · right + d · W; None where it is neither."""
    found = beside_penalty(net, name, array, right) if array.any() else None
    if found is None or size(found.rate * right) <= SAME[net.itemsize] * size(array):
        return None
    return None if found.rate * min(found.decay, found.lasso) < 0 else found.rate
