"""Mistakes behind published numbers: training, replayed with every mistake in it.

A worked example or a log prints losses and outputs, not gradients. Descent is replayed with the
right gradient and with every mistake of the catalogue; a printed number carries its own precision,
half a unit of its last digit, and a replay either reproduces all of them or it does not. Where the
learning rate is not known, the first total gives it: only a mistake for which that rate is a round
number is plausible, and the later totals decide.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.check.backward import RIGHT, forward, gradient
from clearprop.check.case import Case
from clearprop.check.mistakes import MISTAKES, Mistake
from clearprop.check.mistakes.mistake import Suspicion
from clearprop.check.problem import Problem
from clearprop.network.network import Network

Printed = str | float
Totals = Mapping[int, Printed | Sequence[Printed]]
MAX_RATE = 100.0
MAX_DIGITS = 3
"""A learning rate of more significant digits is not one that a person chose."""


@dataclass(frozen=True)
class Reproduction:
    """A way of descending that gives all of the published numbers."""

    mistake: Mistake | None
    """None where the right gradient gives them."""
    evidence: Text | None
    learning_rate: float
    interval: tuple[float, float]
    """The learning rates that give the first number to its last digit."""

    def text(self, language: Language = "en") -> str:
        """Return one sentence."""
        rate = f"η = {self.learning_rate:.10g}"
        if self.mistake is None:
            said = Text(
                f"The right gradient gives these numbers; {rate}.",
                f"正确的梯度给出这些数；{rate}。",
            )
        else:
            title = self.mistake.title
            said = Text(
                f"These numbers come from a mistake: {title.en}; {rate}.",
                f"这些数来自一个错误：{title.zh}；{rate}。",
            )
        return said.translate(language)

    def __str__(self) -> str:
        return self.text()


def diagnose_totals(
    totals: Totals,
    net: Network,
    params: Parameters,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    learning_rate: float | None = None,
    *,
    outputs: Totals | None = None,
    frozen: Iterable[str] = (),
) -> list[Reproduction]:
    """Return the ways of descending, right or mistaken, that give published training totals.

    Parameters
    ----------
    totals : mapping of int to number or str
        The loss after so many full-batch updates. As text, ``"0.290"``, a number keeps its zeros.
    net, params, X, Y
        The network, where it started, and the batch; X (m, n₀), Y (m, K).
    learning_rate : float, optional
        η; recovered from the first total if not given.
    outputs : mapping of int to a sequence of numbers, optional
        All m · K outputs after so many updates, sample by sample.
    frozen : iterable of str
        Parameters that were not updated, ``"b1"`` ….

    Returns
    -------
    list of Reproduction
        Empty where nothing reproduces all of the numbers.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(1, [cp.Layer(1)], "half_squared_error", reduction="sum")
    >>> params = net.parameters([2.0, 0.0])
    >>> [found] = diagnose_totals({1: "0.5", 2: "0.125"}, net, params, [[1.0]], [[0.0]],
    ...                           frozen=["b1"])
    >>> print(found)
    The right gradient gives these numbers; η = 0.5.
    """
    targets = [Target.of(step, number, is_loss=True) for step, number in totals.items()]
    targets += [Target.of(step, number, is_loss=False) for step, number in (outputs or {}).items()]
    targets.sort(key=lambda target: target.step)
    if not targets or targets[0].step < 1:
        raise invalid_argument("totals", dict(totals), "steps count from 1.", "{1: 0.29}.")
    if learning_rate is None and not targets[0].is_loss:
        raise invalid_argument(
            "totals", dict(totals), "a loss must come first to tell η.", "an early loss."
        )
    problem = Problem(net, params, np.atleast_2d(X), np.atleast_2d(Y), learning_rate)
    for target in targets:
        target.refuse_other_count(problem)
    still = frozenset(frozen)
    right = Replay(problem, still, None, 0)
    replays = (right, *(Replay(problem, still, mistake, way) for mistake, way in ways(problem)))
    implausible: list[tuple[Replay, Rates]] = []
    found: list[Reproduction] = []
    for replay in replays:
        rates = replay.rates(targets[0])
        if rates is not None and digits(rates.rate) > MAX_DIGITS:
            implausible.append((replay, rates))
        elif rates is not None and replay.reproduces(targets, rates.rate):
            found.append(replay.reproduction(rates))
            if replay is right:
                return found  # who did it right is not suspected
    if not found:
        found = [
            r.reproduction(rates) for r, rates in implausible if r.reproduces(targets, rates.rate)
        ]
    return distinct(found)


class Rates(NamedTuple):
    """The learning rates that give a printed number to its last digit."""

    rate: float
    """The one among them with the fewest digits."""
    interval: tuple[float, float]


@dataclass(frozen=True)
class Target:
    """Published numbers: the loss or the outputs after some updates, and how exact they are."""

    step: int
    values: FloatArray
    half_units: FloatArray
    """Half a unit of the last printed digit of each."""
    is_loss: bool

    @staticmethod
    def of(step: int, numbers: Printed | Sequence[Printed], *, is_loss: bool) -> "Target":
        """Return numbers as they were printed."""
        listed = [numbers] if isinstance(numbers, str | float | int) else list(numbers)
        decimals = [Decimal(str(number)) for number in listed]
        units = [10.0 ** int(decimal.as_tuple().exponent) for decimal in decimals]
        values = np.array([float(decimal) for decimal in decimals])
        return Target(step, values, np.array(units) / 2, is_loss)

    def refuse_other_count(self, problem: Problem) -> None:
        """Refuse outputs that are not as many as the network has for these samples."""
        count = problem.m * problem.outputs
        if not self.is_loss and self.values.size != count:
            why = f"there are {count} outputs."
            raise invalid_argument("outputs", self.values, why, f"{count} numbers.")

    def is_met_by(self, problem: Problem) -> bool:
        """Return whether a network at this point of its training prints these numbers."""
        if self.is_loss:
            computed = np.array([problem.loss(problem.params.vector)])
        else:
            computed = forward(problem).a[problem.depth].ravel()
        return bool((np.abs(computed - self.values) <= 1.001 * self.half_units).all())


@dataclass(frozen=True)
class Replay:
    """Gradient descent with one mistake in every gradient."""

    problem: Problem
    frozen: frozenset[str]
    mistake: Mistake | None
    way: int
    """The number of the mistake's suspicion."""

    def suspicion(self, rate: float) -> Suspicion | None:
        """Return the mistake as it is made with this learning rate."""
        if self.mistake is None:
            return None
        return self.suspicion_at(rate) if self.mistake.depends_on_rate else self.usual_suspicion

    @cached_property
    def usual_suspicion(self) -> Suspicion:
        """The mistake as it is made with any learning rate."""
        return self.suspicion_at(1.0)

    def suspicion_at(self, rate: float) -> Suspicion:
        """Return the suspicion that arises with this learning rate."""
        case = Case(replace(self.problem, learning_rate=rate), {})
        suspicions = self.mistake.suspicions(case, RIGHT) if self.mistake is not None else iter(())
        return next(itertools.islice(suspicions, self.way, None))

    def reproduction(self, rates: Rates) -> Reproduction:
        """Return this descent as one that gives the published numbers."""
        suspicion = self.suspicion(rates.rate)
        evidence = None if suspicion is None else suspicion.evidence
        return Reproduction(self.mistake, evidence, *rates)

    def states(self, rate: float) -> Iterator[Problem]:
        """Yield the problem after the first, the second … update."""
        suspicion, problem = self.suspicion(rate), self.problem
        change = suspicion.change if suspicion is not None else None
        steps = RIGHT if change is None else change(RIGHT)
        while True:
            moved = problem.params.copy()
            for name, slope in gradient(problem, steps).items():
                if name not in self.frozen:
                    moved[name] = moved[name] - rate * slope
            problem = replace(problem, params=moved)
            yield problem

    def reproduces(self, targets: Sequence[Target], rate: float) -> bool:
        """Return whether this descent gives every published number."""
        waiting = list(targets)
        with np.errstate(all="ignore"):
            try:
                for step, problem in enumerate(self.states(rate), start=1):
                    while waiting[0].step == step:
                        if not waiting.pop(0).is_met_by(problem):
                            return False
                        if not waiting:
                            return True
            except ValueError:  # shapes that do not fit
                return False
        return False

    def loss_after(self, steps: int, rate: float) -> float:
        """Return the loss after so many updates; NaN where they cannot be made."""
        with np.errstate(all="ignore"):
            try:
                problem = next(itertools.islice(self.states(rate), steps - 1, None))
            except ValueError:
                return float("nan")
            return problem.loss(problem.params.vector)

    def rates(self, target: Target) -> Rates | None:
        """Return the learning rates that give this loss, or the one that is known."""
        known = self.problem.learning_rate
        if known is not None:
            return Rates(known, (known, known))

        def excess(rate: float) -> float:
            return self.loss_after(target.step, rate) - float(target.values[0])

        low, high = 0.0, 1e-4
        before = excess(low)
        while not before * excess(high) < 0:
            low, high = high, 1.5 * high
            if high > MAX_RATE or np.isnan(excess(high)):
                return None
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if before * excess(middle) > 0 else (low, middle)
        nearby = 1e-6 * high
        change = abs(excess(high + nearby) - excess(high - nearby)) / (2 * nearby)
        spread = 1.001 * float(target.half_units[0]) / change if change else 0.0
        interval = high - spread, high + spread
        return Rates(shortest_between(*interval), interval)


def ways(problem: Problem) -> Iterator[tuple[Mistake, int]]:
    """Yield every way to make a mistake in this network."""
    case = Case(replace(problem, learning_rate=problem.learning_rate or 1.0), {})
    for name in MISTAKES:
        mistake = MISTAKES[name]()
        for way, suspicion in enumerate(mistake.suspicions(case, RIGHT)):
            if suspicion.change is not None:
                yield mistake, way


def shortest_between(low: float, high: float) -> float:
    """Return the number with the fewest digits in an interval, its middle where that is short."""
    middle = (low + high) / 2
    for count in range(1, 17):
        rounded = float(f"{middle:.{count - 1}e}")
        if low <= rounded <= high:
            return rounded
    return middle


def digits(number: float) -> int:
    """Return how many significant digits a number has."""
    return len(Decimal(repr(number)).normalize().as_tuple().digits)


def distinct(found: list[Reproduction]) -> list[Reproduction]:
    """Return one reproduction for each mistake, the more plausible first; the right way alone."""
    right = [each for each in found if each.mistake is None]
    ranked = sorted(found, key=lambda each: each.mistake.rank if each.mistake else 0)
    first = {each.mistake.name: each for each in reversed(ranked) if each.mistake}
    return right or list(reversed(first.values()))
