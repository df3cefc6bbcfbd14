"""Arrays that learn at rates of their own, or are cut to a length: meant so, and no mistake."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.watched.multiples import (
    EQUAL,
    SAME_SIZE,
    TELLING,
    is_times,
    ratio,
    size,
)
from clearprop.check.script.watched.nets import Net
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.sources import sources_of

CHOSEN = (*range(2, 13), *(each * 10**power for each in (1, 2, 5) for power in (1, 2, 3)))
"""By how much faster people let some arrays learn."""
MOST = 100_000
"""Samples that a program may count; near larger numbers everything is whole."""
DIGITS = 6
"""Decimals of a learning rate that is written down."""
CUT = 1e-4
"""Relative difference of rates from which they are not one."""


def own_rates(
    net: Net, given: dict[str, FloatArray], right: dict[str, FloatArray], step: ObservedStep
) -> tuple[float, ...] | None:
    """Return the arrays' own rates: different numbers that multiply right gradients."""
    options = [dict(written_rates(net, step, name, given[name], right[name])) for name in given]
    for factor in options[0] if options else ():
        alike = [
            [rate for other, rate in each.items() if abs(other - factor) <= 1e-9 * factor]
            for each in options
        ]
        if all(alike):
            return tuple(rates[0] * factor for rates in alike)
    return None


def written_rates(
    net: Net, step: ObservedStep, name: str, given: FloatArray, right: FloatArray
) -> Iterator[tuple[float, float]]:
    """Yield c and η of arrays c · right that the step is η times: written numbers, one or more.

    Of several, all stand in the step itself, or are η once more: any other number in a gradient
    that has a name is none of η.
    """
    whole, etas, is_step = 0.0 if step.by_hand else 1.0, set[float](), True
    for source in sources_of(net, step, name):
        if source.rate:
            rate = abs(source.rate)
            if source.in_product and etas:
                return  # a number stands beside the product too
            if is_step and not is_mean(rate, net.m):
                etas.add(rate)
            whole *= rate if rate in etas else 0.0
            factor = ratio(source.array, right)
            if factor and is_times(net, name, source.array, factor, right):
                for eta in filter(None, (rate, whole)):
                    if is_times(net, name, given, abs(eta * factor), right):
                        yield abs(factor), eta
                        break
        is_step = is_step and not source.place


def is_mean(rate: float, m: int) -> bool:
    """Return whether a factor is that of a mean, 1/m, and no number that people write as η."""
    return rate == 1 / m and rate != round(rate, DIGITS)


def several_rates(
    reading: Reading,
    given: dict[str, FloatArray],
    right: dict[str, FloatArray],
    step: ObservedStep,
) -> tuple[float, ...] | None:
    """Return the arrays' rates where each is η of its own times the right one, and η no mistake.

    Layers, or biases, may have learning rates of their own, and long gradients may be shortened.
    A factor of m, K or 2 in some of the arrays is what a mistake makes, save for 2 in all biases,
    and so is one that lengthens a single array whose written rate is that of the others.
    """
    net = reading.net
    rates = {name: ratio(given[name], right[name]) for name in given}
    positive = {name: rate for name, rate in rates.items() if rate is not None and rate > 0}
    one_error = net.m * net.sizes[-1] == 1  # whatever goes wrong above multiplies all below
    if len(positive) < len(given) or reading.dropout is not None or one_error or step.by_hand:
        return None
    if not all(is_times(net, n, given[n], rate, right[n]) for n, rate in positive.items()):
        return None
    if are_cut_to_a_length(given, positive):
        return tuple(positive.values())
    usual = positive[min(given, key=lambda name: (name[0] == "b", -int(name[1:])))]
    other = {n: r / usual for n, r in positive.items() if abs(r / usual - 1) > 1e-4}
    if any(given[name].size < TELLING for name in other) and not same_in_all_biases(other, given):
        return None
    is_meant = not is_of_a_mistake(net, step, given, positive, other)
    return tuple(positive.values()) if is_meant else None


def is_of_a_mistake(
    net: Net,
    step: ObservedStep,
    given: dict[str, FloatArray],
    rates: dict[str, float],
    other: dict[str, float],
) -> bool:
    """Return whether arrays have rates that a mistake makes; `other` are those that differ."""
    m, K = net.m, net.sizes[-1]
    longer = [name for name, r in other.items() if r > 1]
    if len(other) == len(longer) == 1 and shares_rate(net, step, longer[0], given):
        return True
    rate = commonest(list(rates.values()))
    is_exact = net.itemsize == 8 and not step.made_up
    counted = [name for name, each in rates.items() if is_exact and is_count(each, rate, m)]
    if any(shares_rate(net, step, name, given) for name in counted):
        return True
    top = [s.rate for s in sources_of(net, step, f"W{net.depth}") if s.rate]
    below = [r for name, r in other.items() if int(name[1:]) < net.depth]
    if any(abs(r / eta - 1) < EQUAL for r in below for eta in top if abs(eta - 1) > EQUAL):
        return True  # η is in δ too
    if m > 1 and any(
        abs(r * (m - 1) / m - 1) < EQUAL for each in other.values() for r in (each, 1 / each)
    ):
        return True  # a mean over m − 1
    of_mistakes = [m, 1 / m, max(m - 1, 1), 1 / max(m - 1, 1), K, 1 / K, 2, 0.5]
    if not any(abs(r / each - 1) < 1e-4 for r in other.values() for each in of_mistakes):
        return False
    doubled = all(abs(r - 2) < 1e-3 for r in other.values())
    return not (doubled and same_in_all_biases(other, given))


def commonest(rates: Sequence[float]) -> float:
    """Return the rate that most arrays have."""
    return max(rates, key=lambda rate: sum(abs(each / rate - 1) <= EQUAL for each in rates))


def is_count(rate: float, usual: float, m: int) -> bool:
    """Return whether a rate is that of a mean over another whole number than m, in a single array.

    What a gradient is cut by is no such number.
    """
    count, times = m * usual / rate, max(rate / usual, usual / rate)
    is_whole = abs(count - round(count)) < EQUAL * count
    is_chosen = any(abs(times / each - 1) < EQUAL for each in CHOSEN)
    return is_whole and 1.5 < count < MOST and times > 1 + EQUAL and not is_chosen


def are_cut_to_a_length(given: dict[str, FloatArray], rates: dict[str, float]) -> bool:
    """Return whether all steps are equally long, or those that were cut: others are no longer.

    Of single numbers this says nothing: without x, the step of w is that of b.
    """
    if all(array.size == 1 for array in given.values()):
        return False
    most = max(rates.values())
    cut = [name for name, rate in rates.items() if rate < (1 - CUT) * most]
    for length in (np.linalg.norm, size, spectral):
        lengths = {name: float(length(array)) for name, array in given.items()}
        for some in (list(given), cut):
            longest = max((lengths[name] for name in some), default=0.0)
            equal = all(longest - lengths[name] <= SAME_SIZE * longest for name in some)
            if len(some) > 1 and equal and max(lengths.values()) <= (1 + SAME_SIZE) * longest:
                return True
    return False


def spectral(array: FloatArray) -> float:
    """Return the largest singular value of a matrix; of a vector its length."""
    return float(np.linalg.norm(array, 2))


def shares_rate(net: Net, step: ObservedStep, name: str, names: Iterable[str]) -> bool:
    """Return whether one number multiplies what this array and another were made of."""
    written = {
        each: {s.rate for s in sources_of(net, step, each) if s.rate and not s.in_product}
        for each in names
    }
    return any(written[name] & rates for each, rates in written.items() if each != name)


def same_in_all_biases(other: dict[str, float], given: dict[str, FloatArray]) -> bool:
    """Return whether these factors are one, in all biases of several layers and nothing else."""
    biases = [name for name in given if name[0] == "b"]
    alike = max(other.values()) - min(other.values()) <= 1e-4 * max(other.values())
    return len(biases) > 1 and sorted(other) == sorted(biases) and alike
