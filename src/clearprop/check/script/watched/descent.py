"""Compare what a step took off the parameters with right gradients; η is whatever they share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from clearprop._errors import InputError
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Layer
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.factors import by_line, differ_on_a_line, shared
from clearprop.check.script.watched.given_error import GivenError
from clearprop.check.script.watched.reading import SAME, Net, Reading
from clearprop.check.script.watched.sources import sources_of
from clearprop.losses import LOSSES, Loss
from clearprop.network.network import check_pair

ROUNDING = {
    8: 64 * float(np.finfo("f8").eps),
    4: 64 * float(np.finfo("f4").eps),
    2: 4 * float(np.finfo("f2").eps),
}
"""Relative error of a difference of parameters, by the bytes of their numbers."""
MANY = 20_000
"""Numbers beyond which only the usual penalty is looked for."""
SAME_SIZE = 1e-6
"""Relative difference of entries that an optimizer treats alike."""
EQUAL = 1e-9
"""Relative difference of numbers that a program wrote alike."""
CHOSEN = (*range(2, 13), *(each * 10**power for each in (1, 2, 5) for power in (1, 2, 3)))
"""By how much faster people let some arrays learn."""
MOST = 100_000
"""Samples that a program may count; near larger numbers everything is whole."""
CUT = 1e-4
"""Relative difference of rates from which they are not one."""
TELLING = 2
"""Numbers from which an array can show that it is a multiple of the right one."""


class Stepped(Protocol):
    """Parameters before a step, and the bytes of their numbers."""

    @property
    def params(self) -> Mapping[str, FloatArray]:
        """The parameters, by name; those that are matrices are called W."""
        ...

    @property
    def itemsize(self) -> int:
        """The bytes of a number: 8, 4 or 2."""
        ...


class Beside(NamedTuple):
    """An array that is rate · ∂L/∂θ + decay · θ + lasso · sgn θ."""

    rate: float
    decay: float = 0.0
    lasso: float = 0.0


@dataclass(frozen=True)
class Agreement:
    """A step that goes down a right gradient: before − after = η ∂L/∂θ."""

    reading: Reading
    step: ObservedStep
    form: LossForm
    """The loss, summed over the samples."""
    rate: float
    """η for the sum."""
    penalty: float = 0.0
    """λ of an L2 penalty ½ λ Σ W² beside the sum."""
    lasso: float = 0.0
    """λ of an L1 penalty λ Σ |W| beside the sum."""
    momentum: float = 0.0
    rates: tuple[float, ...] = ()
    """The arrays' own rates where they differ."""
    optimizer: tuple[float, ...] = ()
    """By how much gradients are too large from which a step of another kind was made; else none."""


def directions(reading: Reading) -> Iterator[LossForm]:
    """Yield losses that exist for the outputs, one of each direction, the usual ones first."""
    if reading.error_given:
        yield LossForm(GivenError(), "sum")
        return
    output = reading.activations[-1]
    canonical = [name for name, rule in LOSSES.items() if rule.canonical == output.name]
    squared = [name for name, rule in LOSSES.items() if rule.constant_curvature == 1]
    doubled = {name for name, rule in LOSSES.items() if rule.constant_curvature == 2}
    for name in dict.fromkeys([*canonical, *squared, *LOSSES]):
        if name in doubled:
            continue
        rule = LOSSES.make(name)
        if is_of_counts(rule) and np.isfinite(output.range[1]):  # (a − y)(1 − a) is a slip
            continue
        try:
            check_pair(rule, Layer(1, output))
            reading.network(rule)
        except InputError:
            continue
        with np.errstate(all="ignore"):
            loss = rule.value(reading.output, reading.Y)
        is_canonical = rule.canonical == output.name  # a − y is its gradient for any targets
        if np.isfinite(loss).all() and (is_canonical or targets_fit(rule, reading.Y)):
            yield LossForm(rule, "sum")


def is_of_counts(rule: Loss) -> bool:
    """Return whether outputs of a loss have a lowest value and no highest one: nobody bounds them.

    The derivative of some of them is that of the usual losses with a factor of f′ forgotten.
    """
    low, high = rule.output_range
    return bool(np.isfinite(low) and not np.isfinite(high))


def targets_fit(rule: object, Y: FloatArray) -> bool:
    """Return whether a loss exists for these targets."""
    low, high = getattr(rule, "target_range", (-np.inf, np.inf))
    return bool((low <= Y).all() and (high >= Y).all())


def tolerance(net: Stepped, name: str, expected: FloatArray) -> float:
    """Return by how much a difference of parameters may miss a right one."""
    return SAME[net.itemsize] * size(expected) + ROUNDING[net.itemsize] * size(net.params[name])


def size(array: FloatArray) -> float:
    """Return the largest absolute entry."""
    return float(np.abs(array).max(initial=0.0))


def ratio(given: FloatArray, right: FloatArray) -> float | None:
    """Return c of given ≈ c · right, by least squares; None where right is 0 or too large."""
    scale = size(right)
    if given.size != right.size or not 0 < scale < np.inf or not np.isfinite(given).all():
        return None
    unit = right / scale
    return float(np.vdot(given, unit) / np.vdot(unit, unit)) / scale


def taken(net: Net) -> dict[str, FloatArray]:
    """Return before − after of every parameter that the step changed."""
    return {w.name: w.taken for w in net.weights if w.taken is not None}


def agreements(
    reading: Reading, step: ObservedStep, previous: dict[str, FloatArray] | None
) -> Iterator[Agreement]:
    """Yield how a step follows right gradients: of every loss of which that is so."""
    net, given = reading.net, taken(reading.net)
    grew = any(array.shape != net.params[name].shape for name, array in given.items())
    if grew or not any(array.any() for array in given.values()):
        return
    for form in directions(reading):
        right = reading.right(form)
        if not all(np.isfinite(array).all() for array in right.values()):
            continue
        rate = common_rate(net, given, right)
        if rate is not None:
            yield Agreement(reading, step, form, rate)
            continue
        found = with_penalty(net, given, right)
        if found is not None:
            rate, decay, lasso = found
            yield Agreement(reading, step, form, rate, decay / rate, lasso / rate)
            continue
        kept = None if previous is None else with_momentum(net, given, right, previous)
        if kept is not None:
            yield Agreement(reading, step, form, kept[0], momentum=kept[1])
            continue
        if previous is not None and is_added_up(net, given, right, previous):
            continue
        rates = own_rates(net, given, right, step) or several_rates(reading, given, right, step)
        if rates is not None:
            yield Agreement(reading, step, form, rates[0], rates=rates)
            continue
        factors = in_an_optimizer(net, given, right, step, previous)
        if factors:
            yield Agreement(reading, step, form, factors[0], optimizer=factors)


def common_rate(
    net: Stepped, given: dict[str, FloatArray], right: dict[str, FloatArray]
) -> float | None:
    """Return η where every array is η times the right one, and some of them is not 0."""
    rate = ratio(joined(given, given), joined(right, given))
    if rate is None or rate <= 0:
        return None
    noise = ROUNDING[net.itemsize] * rate * max(size(right[name]) for name in given)
    if all(is_times(net, name, given[name], rate, right[name], noise) for name in given):
        return rate
    return None


def is_times(
    net: Stepped,
    name: str,
    given: FloatArray,
    rate: float,
    right: FloatArray,
    noise: float = 0.0,
) -> bool:
    """Return whether an array is `rate` times another; `noise` is what rounding may add."""
    if given.shape != right.shape:
        return False
    expected = rate * right
    return size(given - expected) <= tolerance(net, name, expected) + noise


def with_penalty(
    net: Stepped, given: dict[str, FloatArray], right: dict[str, FloatArray]
) -> Beside | None:
    """Return η, λ η where a step holds λ W or λ sgn W as well: penalties, or weight decay.

    They may be in some layers alone; λ is the largest.
    """
    together = beside_one_penalty(net, given, right)
    if together is not None:
        return together
    parts: list[Beside] = []
    is_shown = False
    for name, array in given.items():
        found = beside_penalty(net, name, array, right[name])
        if found is None:
            return None
        is_shown = is_shown or shows(net, name, array, found.rate * right[name])
        parts.append(found)
    rates = [part.rate for part in parts if part.rate]
    if not is_shown or min(rates) <= 0 or max(rates) - min(rates) > 1e-4 * max(rates):
        return None
    if min(min(part.decay, part.lasso) for part in parts) < 0:
        return None
    decay, lasso = max(part.decay for part in parts), max(part.lasso for part in parts)
    return Beside(rates[0], decay, lasso) if decay or lasso else None


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


def joined(arrays: dict[str, FloatArray], names: Iterable[str]) -> FloatArray:
    """Return arrays one after the other, flat."""
    return np.concatenate([arrays[name].ravel() for name in names])


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


def shows(net: Stepped, name: str, array: FloatArray, share: FloatArray) -> bool:
    """Return whether a share of a step is more than what the step may miss: no mere rounding."""
    return size(share) > tolerance(net, name, array)


def with_momentum(
    net: Stepped,
    given: dict[str, FloatArray],
    right: dict[str, FloatArray],
    previous: dict[str, FloatArray],
    most: float = 0.9999,
) -> tuple[float, float] | None:
    """Return η and μ where every step is η ∂L/∂θ + μ times the step before, 0 < μ < `most`.

    An array of which the step before was not seen says nothing: a bias and its velocity, both 0 at
    first, are not told apart.
    """
    names = [name for name in given if name in previous]
    if not all(given[n].shape == right[n].shape for n in given):
        return None
    if not names or any(previous[n].shape != right[n].shape for n in names):
        return None
    gradients = np.concatenate([right[name].ravel() for name in names])
    before = np.concatenate([previous[name].ravel() for name in names])
    wanted = np.concatenate([given[name].ravel() for name in names])
    scales = size(gradients), size(before)
    if len(wanted) < 4 or 0 in scales:
        return None
    columns = np.column_stack([gradients / scales[0], before / scales[1]])
    (first, second), *_ = np.linalg.lstsq(columns, wanted, rcond=None)
    rate, momentum = first / scales[0], second / scales[1]
    if rate <= 0 or not 0 < momentum < most:
        return None
    for name in names:
        expected = rate * right[name] + momentum * previous[name]
        if size(given[name] - expected) > tolerance(net, name, expected):
            return None
    return float(rate), float(momentum)


def is_never_set_to_0(reading: Reading, previous: dict[str, FloatArray] | None) -> bool:
    """Return whether a step holds all of the one before, beside the gradient of some loss.

    Not where the step before is a multiple of that gradient too, as with one sample.
    """
    given = taken(reading.net)
    if previous is None or set(given) != set(previous):
        return False
    rights = map(reading.right, directions(reading))
    return any(
        is_added_up(reading.net, given, right, previous)
        and common_rate(reading.net, previous, right) is None
        for right in rights
    )


def is_added_up(
    net: Stepped,
    given: dict[str, FloatArray],
    right: dict[str, FloatArray],
    previous: dict[str, FloatArray],
) -> bool:
    """Return whether every step is η ∂L/∂θ and all of the step before: gradients never set to 0."""
    if any(n not in previous or previous[n].shape != right[n].shape for n in given):
        return False
    if any(given[n].shape != right[n].shape or not previous[n].any() for n in given):
        return False
    added = {name: array - previous[name] for name, array in given.items()}
    return common_rate(net, added, right) is not None


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
            if is_step:
                etas.add(rate)
            whole *= rate if rate in etas else 0.0
            factor = ratio(source.array, right)
            if factor and is_times(net, name, source.array, factor, right):
                for eta in filter(None, (rate, whole)):
                    if is_times(net, name, given, abs(eta * factor), right):
                        yield abs(factor), eta
                        break
        is_step = is_step and not source.place


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
    written = {each: {s.rate for s in sources_of(net, step, each) if s.rate} for each in names}
    return any(written[name] & rates for each, rates in written.items() if each != name)


def same_in_all_biases(other: dict[str, float], given: dict[str, FloatArray]) -> bool:
    """Return whether these factors are one, in all biases of several layers and nothing else."""
    biases = [name for name in given if name[0] == "b"]
    alike = max(other.values()) - min(other.values()) <= 1e-4 * max(other.values())
    return len(biases) > 1 and sorted(other) == sorted(biases) and alike


def spread(rates: Sequence[float]) -> float:
    """Return by how much rates differ, relative to the largest."""
    return (max(rates) - min(rates)) / max(map(abs, rates))


def in_an_optimizer(
    net: Net,
    given: dict[str, FloatArray],
    right: dict[str, FloatArray],
    step: ObservedStep,
    previous: dict[str, FloatArray] | None,
) -> tuple[float, ...]:
    """Return by how much gradients are too large from which a step of another kind was made.

    They are several: 0.1 g is on its way into a mean of gradients, as g is. None without any.
    """
    if not set(given) <= set(previous or {}) and goes_up_in_one(given, right):
        return ()
    common: list[float] | None = None
    on_lines: list[dict[int, list[float]]] = []
    plain: list[float] = []
    for name in given:
        if given[name].shape != right[name].shape:
            return ()
        made_of = sources_of(net, step, name)
        if size(right[name]) == 0:  # a step of what was before, beside a gradient that is 0
            if all(source.array.any() for source in made_of):
                return ()
            if previous is None and given[name].any():  # and nothing was before the first step
                return ()
            continue
        direct = beside_penalty(net, name, given[name], right[name])
        if direct is not None and varies(right[name]):
            if not direct.decay and not direct.lasso:
                return ()  # a plain step: its factor says what is wrong
            plain.append(direct.rate)
        fitting = [
            (source.line, factor)
            for source in made_of
            if (factor := factor_beside_penalty(net, name, source.array, right[name])) is not None
        ]
        common = shared([factor for _, factor in fitting], common, SAME[net.itemsize])
        if not common:
            return ()
        on_lines.append(by_line(fitting))
    if differ_on_a_line(on_lines, SAME[net.itemsize]):
        return ()
    many = [name for name in given if given[name].any() and varies(right[name])]
    if plain and len(plain) == len(many) and spread(plain) > EQUAL:
        return ()  # so are these, beside penalties
    goes_down = along(given, right) or (previous is not None and along(given, previous))
    return tuple(map(abs, common)) if common and goes_down else ()


def goes_up_in_one(given: dict[str, FloatArray], right: dict[str, FloatArray]) -> bool:
    """Return whether a first step of nothing but single numbers goes up in one of them.

    No optimizer begins so; and of single numbers anything is a multiple.
    """
    pairs = [(given[name], right[name]) for name in given]
    single = all(one.size == other.size == 1 for one, other in pairs)
    return single and any(one.item() * other.item() < 0 for one, other in pairs)


def along(given: dict[str, FloatArray], other: dict[str, FloatArray]) -> bool:
    """Return whether a step goes the way of another, all in all: momentum may outweigh ∂L/∂θ."""
    both = [name for name in given if name in other and given[name].shape == other[name].shape]
    return sum(float(np.vdot(given[name], other[name])) for name in both) > 0


def varies(array: FloatArray) -> bool:
    """Return whether entries differ in size: of (g, −g) an optimizer's step is a multiple too."""
    sizes = np.abs(array[array != 0])
    return sizes.size > 1 and float(np.ptp(sizes)) > SAME_SIZE * float(sizes.max())


def factor_beside_penalty(
    net: Stepped, name: str, array: FloatArray, right: FloatArray
) -> float | None:
    """Return c where an array is c · right, or c · right + d · W; None where it is neither."""
    found = beside_penalty(net, name, array, right) if array.any() else None
    if found is None or size(found.rate * right) <= SAME[net.itemsize] * size(array):
        return None
    return None if found.rate * min(found.decay, found.lasso) < 0 else found.rate
