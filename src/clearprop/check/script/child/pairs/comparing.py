"""Call a way forward and its way back, and compare what comes back with differences."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.pairs.finding import Own
from clearprop.check.script.child.pairs.forms import Arguments, arguments
from clearprop.check.script.child.pairs.meant import (
    at_own_rates,
    downhill,
    is_meant,
    takes_steps_up,
)
from clearprop.check.script.child.record.trouble import line_in, trouble_of
from clearprop.check.script.observed import FILE, Pair, Share, Trouble
from clearprop.check.script.source.vocabulary import role_of

SEEDS = 11, 12
"""Of the numbers that are drawn; what is wrong has to be so for both."""
OF_SLOPES = 29
"""The same for what is handed back: a slope that equals x would hide a mistake."""
STEP, SMALL = 1e-5, 1e-6
"""The step of differences; and the relative difference of what is equal but for them."""
MAX_ENTRIES = 40
"""Entries of an array that are looked at."""
CACHE = re.compile(r"cache|memory|^mem$|ctx|saved|tape|stored|context", re.IGNORECASE)
MARK = re.compile(r"^(d|grad|delta)_?(?=.)|_?(grad|gradient|bar)s?$", re.IGNORECASE)
GENERAL = ("", "out", "output", "outputs", "grad", "gradient", "upstream", "values", "outgrad")
"""Names of a slope by whatever goes out."""
PARAMETER = re.compile(r"[wu](eights?)?_?[a-z]{0,2}\d?|b(ias(es)?)?_?[a-z]?\d?", re.IGNORECASE)


def compared(forward: Own, back: Own) -> Pair | None:
    """Return a pair of functions with what comes back and what should; None of others.

    The arguments are the first for which everything that comes back has the shape of what it is
    the gradient by.
    """
    trouble: Trouble | None = None
    for given in of(forward, SEEDS[0]):
        both = Both(forward, back, given)
        shares = both.shares()
        trouble = trouble or both.trouble
        if not shares or not all(share.given.size for share in shares):
            continue
        if not all(map(is_equal, shares)):
            if not both.may_accuse(shares):
                return None
            again = next((each for each in of(forward, SEEDS[1]) if is_alike(each, given)), given)
            others = Both(forward, back, again).shares()
            if len(others) != len(shares) or any(
                is_equal(one) != is_equal(other) for one, other in zip(shares, others, strict=True)
            ):
                return None  # a kink, perhaps
        names = forward.found.name, back.found.name
        return Pair(*names, given.samples, tuple(shares), line=back.line_using(both.handed))
    if trouble is None:
        return None
    return Pair(forward.found.name, back.found.name, 0, (), trouble)


def of(forward: Own, seed: int) -> Iterator[Arguments]:
    """Yield made-up arguments of a way forward."""
    return arguments(forward.found, forward.tree, forward.namespace, seed, forward.held)


def is_alike(one: Arguments, other: Arguments) -> bool:
    """Return whether arguments have the same arrays of the same shapes."""
    return list(one.places) == list(other.places) and all(
        np.shape(one.array(name)) == np.shape(other.array(name)) for name in one.places
    )


def is_equal(share: Share) -> bool:
    """Return whether what came back is what should."""
    size = max(float(np.abs(share.right).max(initial=0)), 1e-3)
    return bool(np.abs(share.given - share.right).max(initial=0) <= SMALL * size * 10)


class Both:
    """A way forward and its way back, on the same arguments.

    Parameters
    ----------
    forward, back : Own
    given : Arguments
    """

    def __init__(self, forward: Own, back: Own, given: Arguments) -> None:
        self.forward, self.back, self.given = forward, back, given
        self.slopes: dict[str, FloatArray] = {}
        self.random = np.random.default_rng(OF_SLOPES)
        self.handed: dict[str, FloatArray] = {}
        """The slopes, by the names of the arguments of the way back."""
        self.is_sure = True
        """True if these names say which outputs they are slopes by."""
        self.trouble: Trouble | None = None
        """A name in the way back that nothing defines."""

    def shares(self) -> list[Share]:
        """Return what comes back for each array; nothing where the two do not fit together."""
        try:
            outputs, caches = self.went_forward(self.given)
            wanted, self.slopes = self.arguments_back(outputs, caches)
            if not self.slopes or not self.is_steady():
                return []
            again = copy.deepcopy(wanted)
            np.random.seed(SEEDS[0])
            found = self.came_back(wanted)
            twice = {name: 2 * slope for name, slope in self.handed.items()}
            np.random.seed(SEEDS[0])
            doubled = self.came_back({**again, **twice})
            of_loss = all(slope.ndim == 0 for slope in self.slopes.values())
            if not of_loss and not all(
                np.allclose(2 * found[n][1], doubled[n][1], atol=1e-9) for n in found
            ):
                return []  # what goes back is linear
        except NameError as error:
            path = self.back.call.__code__.co_filename
            if self.slopes and error.__traceback__ is not None:
                line = self.back.file * FILE + line_in(error, path)
                self.trouble = trouble_of(error, line)
            return []
        except Exception:
            return []
        shares = [self.share(name, mine, value) for name, (mine, value) in found.items()]
        shares = at_own_rates(shares) if self.back.takes_steps else shares
        return downhill(shares) if takes_steps_up(self.back.tree) else shares

    def may_accuse(self, shares: Sequence[Share]) -> bool:
        """Return whether what is wrong is a mistake, as far as the outputs and names tell.

        Where names leave open by what the slopes are, what is right shows it: a gradient by
        parameters that is wrong beside it is a mistake.

        The way back of shares, and of a loss, is often written for both together; shares by which
        no slopes are handed in are beside the matter.
        """
        outputs, _ = self.went_forward(self.given)
        sloped = [np.asarray(outputs[name]) for name in self.slopes]
        sums_to_one = any(
            np.allclose(value.sum(axis=axis), 1) for value in sloped for axis in range(value.ndim)
        )
        wrong = [share for share in shares if not is_equal(share)]
        is_shown = len(wrong) < len(shares) and all(share.parameter for share in wrong)
        is_plain = not sums_to_one and all(slope.ndim for slope in self.slopes.values())
        is_told = is_plain and (self.is_sure or is_shown)
        return is_told and not is_meant(self.forward.found.name, outputs, self.given, shares)

    def came_back(self, wanted: dict[str, Any]) -> dict[str, tuple[str, FloatArray]]:
        """Return what comes back for each array, and what that is called."""
        returned = self.back.call(**wanted)
        return by_array(returned, self.back.found.returned, self.given)

    def went_forward(self, given: Arguments) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the outputs of a way forward, and what it keeps for the way back."""
        np.random.seed(SEEDS[0])
        returned = self.forward.call(**copy.deepcopy(given.given))
        if not isinstance(returned, tuple | list):
            return {"out": returned}, {}
        names = list(self.forward.found.returned)
        usual = [*(f"out{n}" for n in range(len(returned) - 1)), "cache"]
        if len(names) != len(returned):
            names = usual
        names = [
            name if name and name not in names[:place] else usual[place]
            for place, name in enumerate(names)
        ]
        kept = {name for name in names if CACHE.search(name)} or {names[-1]}
        pairs = list(zip(names, returned, strict=True))
        return (
            {name: value for name, value in pairs if name not in kept},
            {name: value for name, value in pairs if name in kept},
        )

    def arguments_back(
        self, outputs: Mapping[str, Any], caches: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, FloatArray]]:
        """Return the arguments of the way back, and the slopes by each output that are handed in.

        Raises
        ------
        LookupError
            If an argument is none of those.
        """
        wanted: dict[str, Any] = {}
        slopes: dict[str, FloatArray] = {}
        for name in self.back.found.parameters:
            rest = [each for each in outputs if each not in slopes]
            if CACHE.search(name) and caches:
                wanted[name] = next(iter(caches.values())) if name not in caches else caches[name]
            elif name in self.given.given:
                wanted[name] = copy.deepcopy(self.given.given[name])
            elif name in outputs and not MARK.search(name):
                wanted[name] = outputs[name]
            elif name in self.back.found.optional:
                continue
            elif rest and role_of(name, among=("Y",)) is None:
                bare = plain(name)
                output = next((each for each in rest if plain(each) == bare), rest[0])
                slopes[output] = self.slope(outputs[output])
                wanted[name] = np.array(slopes[output])[()]
                self.handed[name] = slopes[output]
                self.is_sure = self.is_sure and (bare == plain(output) or bare in GENERAL)
            elif len(caches) == 1:
                wanted[name] = next(iter(caches.values()))
            else:
                raise LookupError(name)
        return wanted, slopes

    def slope(self, output: Any) -> FloatArray:
        """Return random slopes by an output.

        Raises
        ------
        TypeError
            If it is no array of double precision.
        """
        if not isinstance(output, np.ndarray | np.float64) or output.dtype != np.float64:
            raise TypeError
        if np.ndim(output) == 0:  # a loss
            return np.ones(())
        return self.random.normal(size=output.shape)

    def value(self, given: Arguments) -> float:
        """Return E: the outputs, weighted with the slopes."""
        outputs, _ = self.went_forward(given)
        return float(sum(np.vdot(slope, outputs[name]) for name, slope in self.slopes.items()))

    def is_steady(self) -> bool:
        """Return whether the same arguments give the same E."""
        return self.value(self.given) == self.value(self.given)

    def share(self, name: str, mine: str, value: FloatArray) -> Share:
        """Return what came back for an array beside differences of E."""
        array, line = self.given.array(name), self.back.line_of(mine)
        mine = mine or f"d{name}"
        if value.ndim == 0 and is_parameter(name):  # one number for all
            value = np.full(array.shape, value)
        if np.squeeze(array).shape == np.squeeze(value).shape:  # a bias (1, n), its gradient (n,)
            value = value.reshape(array.shape)
        if array.shape != value.shape:
            return Share(mine, np.zeros(0), np.zeros(0), line)
        chosen = np.unique(np.linspace(0, array.size - 1, MAX_ENTRIES).astype(int))
        right = differences(self.value, self.given, name, chosen)
        handed = next((s for s in self.handed.values() if s.shape == array.shape), np.zeros(0))
        return Share(
            mine,
            value.ravel()[chosen],
            right,
            line,
            is_parameter(name),
            handed.ravel()[chosen] if handed.size else handed,
            array.ravel()[chosen] if handed.size and not is_parameter(name) else np.zeros(0),
        )


def differences(
    value: Callable[[Arguments], float], given: Arguments, name: str, chosen: FloatArray
) -> FloatArray:
    """Return ∂E of the chosen entries of an array, by differences to both sides."""
    found = np.empty(len(chosen))
    for place, entry in enumerate(chosen):
        changed = given._replace(given=copy.deepcopy(given.given))
        array = changed.array(name).reshape(-1)
        kept = array[entry]
        sides = []
        for h in (STEP, -STEP):
            array[entry] = kept + h
            sides.append(value(changed))
        found[place] = (sides[0] - sides[1]) / (2 * STEP)
    return found


def is_parameter(name: str) -> bool:
    """Return whether an array holds weights or biases, by its name."""
    return PARAMETER.fullmatch(name) is not None


def plain(name: str) -> str:
    """Return a name without what marks a gradient, and without how it is written."""
    return MARK.sub("", name).replace("_", "").lower()


def by_array(
    returned: Any, names: Sequence[str], given: Arguments
) -> dict[str, tuple[str, FloatArray]]:
    """Return for each array of the arguments what came back for it, and what that is called."""
    parts: list[tuple[str, Any]]
    if isinstance(returned, dict):
        parts = list(returned.items())
    elif isinstance(returned, tuple | list):
        matched = len(names) == len(returned)
        known = list(names) if matched else [""] * len(returned)
        parts = list(zip(known, returned, strict=True))
    else:
        parts = [(names[0] if len(names) == 1 else "", returned)]
    arrays = [(str(n), np.asarray(v, float)) for n, v in parts if isinstance(v, np.ndarray)]
    single = [(str(n), np.asarray(v, float)) for n, v in parts if isinstance(v, np.floating)]
    found = {
        name: (mine, value)
        for mine, value in (*arrays, *single)
        for name in given.places
        if plain(mine) == name.replace("_", "").lower()
    }
    if len(found) < len(arrays) and len(arrays) == len(given.places):
        return dict(zip(given.places, arrays, strict=True))
    if not found and len(arrays) == 1:
        return {next(iter(given.places)): arrays[0]}
    return found
