"""What values a parameter takes: each constraint knows which ones, and says so in words."""

import math
import os
from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass, field, fields
from inspect import cleandoc
from numbers import Integral, Real
from typing import Any, Protocol

import numpy as np

from clearprop._arrays import is_device
from clearprop._errors import InputError, invalid_argument, unknown_name


class Constraint(Protocol):
    """A kind of value that a parameter may have."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is of this kind; `InputError` if it nearly is."""
        ...


@dataclass(frozen=True)
class Number:
    """A real number between bounds, of which those in `open_ends` are left out."""

    low: float
    high: float = math.inf
    open_ends: str = ""
    """Any of ``"low"`` and ``"high"``, separated by a blank."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is a number within the bounds; NaN is in none."""
        if not isinstance(value, Real) or isinstance(value, bool | np.bool_):
            return False
        number = float(value)
        above = number > self.low if "low" in self.open_ends else number >= self.low
        below = number < self.high if "high" in self.open_ends else number <= self.high
        return above and below

    def __str__(self) -> str:
        left, right = (
            "(" if "low" in self.open_ends else "[",
            ")" if "high" in self.open_ends else "]",
        )
        if self.high < math.inf:
            return f"a number in {left}{self.low:g}, {self.high:g}{right}"
        return f"a number {'above' if left == '(' else 'of at least'} {self.low:g}"


@dataclass(frozen=True)
class Whole:
    """A whole number of at least `low` and at most `high`."""

    low: int
    high: float = math.inf

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is a whole number within the bounds."""
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return whole and self.low <= int(value) <= self.high

    def __str__(self) -> str:
        limit = "" if self.high == math.inf else f" and at most {self.high}"
        return f"a whole number of at least {self.low}{limit}"


@dataclass(frozen=True)
class Infinity:
    """The number ∞."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is ∞."""
        return isinstance(value, Real) and float(value) == math.inf

    def __str__(self) -> str:
        return "inf"


@dataclass(frozen=True)
class Choice:
    """One of some names."""

    names: tuple[str, ...]

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is one of the names."""
        return isinstance(value, str) and value in self.names

    def __str__(self) -> str:
        return " or ".join(map(repr, self.names))


@dataclass(frozen=True)
class Flag:
    """True or False."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is a truth value."""
        return isinstance(value, bool | np.bool_)

    def __str__(self) -> str:
        return "True or False"


@dataclass(frozen=True)
class Nothing:
    """None."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is None."""
        return value is None

    def __str__(self) -> str:
        return "None"


@dataclass(frozen=True)
class Rule:
    """A name or an object from which `make` makes a rule of the field."""

    make: Callable[[Any], object]
    noun: str

    def accepts(self, value: Any) -> bool:
        """Return True; an `InputError` of `make` says what is wrong with another value."""
        self.make(value)
        return True

    def __str__(self) -> str:
        return f"{self.noun}"


@dataclass(frozen=True)
class Each:
    """A sequence of values of one kind; it may be empty."""

    of: Any

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is a sequence, no text, and each of its items fits."""
        if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
            return False
        return isinstance(value, Sized) and all(self.of.accepts(item) for item in value)

    def __str__(self) -> str:
        return f"a sequence of {self.of}"


@dataclass(frozen=True)
class Instance:
    """An object of some type."""

    types: tuple[type, ...]
    noun: str

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is of one of the types."""
        return isinstance(value, self.types)

    def __str__(self) -> str:
        return self.noun


@dataclass(frozen=True)
class Function:
    """Something that can be called."""

    noun: str = "a function"

    def accepts(self, value: Any) -> bool:
        """Return whether `value` can be called."""
        return callable(value)

    def __str__(self) -> str:
        return self.noun


@dataclass(frozen=True)
class Device:
    """Something that arrays can lie on."""

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is a device, or the name of one."""
        return is_device(value)

    def __str__(self) -> str:
        return 'a device, such as "cuda"'


PATH = Instance((str, os.PathLike), "the name of a file")


def parameter(default: Any, text: str, *kinds: Any, keyword: bool = True) -> Any:
    """Return the field of an estimator's parameter: its default, its meaning and its values."""
    return field(default=default, kw_only=keyword, metadata={"text": text, "kinds": kinds})


def check_changed_parameters(estimator: Any) -> None:
    """Do as `check_parameters`, unless every parameter is what it was at the last check."""
    values = [getattr(estimator, each.name) for each in fields(estimator)]
    known = vars(estimator).get("_checked")
    if known is None or any(now is not then for now, then in zip(values, known, strict=True)):
        check_parameters(estimator)
        estimator._checked = values


def check_parameters(estimator: Any) -> None:
    """Refuse the first parameter of `estimator` whose value is of none of its kinds.

    Raises
    ------
    InputError
        It names the parameter, its value, what it may be, and its default as an example.
    """
    for each in fields(estimator):
        kinds, value = each.metadata["kinds"], getattr(estimator, each.name)
        if value is not each.default and not _accepted(kinds, value):
            names = [name for kind in kinds if isinstance(kind, Choice) for name in kind.names]
            if isinstance(value, str) and names and len(kinds) == 1:
                raise unknown_name(each.name, value, names)
            why = f"it must be {' or '.join(map(str, kinds))}."
            raise invalid_argument(each.name, value, why, f"{each.name}={each.default!r}.")


def _accepted(kinds: Iterable[Any], value: Any) -> bool:
    """Return whether one of the kinds takes the value; else raise a rule's own error."""
    others = [kind for kind in kinds if not isinstance(kind, Rule)]
    if any(kind.accepts(value) for kind in others):
        return True
    rules = [kind for kind in kinds if isinstance(kind, Rule)]
    refused: InputError | None = None
    for rule in rules:
        try:
            return rule.accepts(value)
        except InputError as error:
            refused = error
    if refused is not None and (isinstance(value, str) or not others):
        raise refused
    return False


def documented(estimator: type) -> type:
    """Return the class with a section "Parameters" in its docstring, from its fields."""
    lines = ["Parameters", "----------"]
    for each in fields(estimator):
        kinds = " or ".join(map(str, each.metadata["kinds"]))
        lines.append(f"{each.name} : {kinds}, default={each.default!r}")
        lines += [f"    {line}".rstrip() for line in each.metadata["text"].splitlines()]
    written = cleandoc(estimator.__doc__ or "")  # from Python 3.13 on it is not indented anyway
    estimator.__doc__ = written.replace("<parameters>", "\n".join(lines))
    return estimator
