"""What clearprop raises when it is asked for something that it cannot do."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, TypeVar

from clearprop._text import Language
from clearprop._translation import translated

Described = TypeVar("Described", bound=type)
LEAST_ALIKE = 0.6
"""A name that resembles the one asked for less than this, in `difflib`'s ratio, is not offered."""
LEAST_ALIKE_IN_PART = 0.8
"""The same for the beginning of a name, where only that was written."""


class ClearpropError(Exception):
    """Base of every error that clearprop raises on purpose."""

    def translate(self, language: Language) -> str:
        """Return the message in ``"en"`` or ``"zh"``.

        Examples
        --------
        >>> invalid_argument("m", 0, "it is negative.", "32.").translate("zh")
        '`m`（=0）不可用：它是负数。 试试：32.'
        """
        return translated(str(self), language)


class InputError(ClearpropError, ValueError):
    """An argument cannot be used: names it, gives its value, says why and what to try.

    Examples
    --------
    >>> import clearprop as cp
    >>> try:
    ...     cp.Layer(0)
    ... except cp.InputError as error:
    ...     print(error)
    `units` (=0) cannot be used: a layer needs a whole number of units, at least one. ...
    """


def invalid_argument(argument: str, value: object, why: str, hint: str) -> InputError:
    """Return the error for an argument that cannot be used, in the tone of the house.

    Examples
    --------
    >>> print(invalid_argument("units", 0, "a layer needs at least one unit.", "remove the layer."))
    `units` (=0) cannot be used: a layer needs at least one unit. try: remove the layer.
    """
    return InputError(f"`{argument}` (={shown(value)}) cannot be used: {why} try: {hint}")


def shown(value: object) -> str:
    """Return a value as an error message shows it: one line; of a long one, both ends.

    Examples
    --------
    >>> print(shown("/" + 40 * "far/" + "data.csv"))
    '/far/far/far/far/far/far/far/far/far...ar/far/far/far/far/far/far/far/data.csv'
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:37]}...{text[-40:]}"


def unknown_name(
    argument: str, value: object, known: Iterable[str], stands_for: Mapping[str, str] | None = None
) -> InputError:
    """Return the error for a name that is not known, with the known name that it resembles.

    `stands_for` has other names, not listed, and the known one that each of them means.

    Examples
    --------
    >>> print(unknown_name("activation", "sigmiod", ["relu", "sigmoid"]))
    `activation` (='sigmiod') cannot be used: it is not one of relu, sigmoid. try: 'sigmoid'.
    >>> print(unknown_name("loss", "squar", ["huber", "squared_error"]))
    `loss` (='squar') cannot be used: it is not one of huber, squared_error. try: 'squared_error'.
    >>> print(unknown_name("activation", "hinge", ["relu", "sigmoid"]))
    `activation` (='hinge') cannot be used: it is not one of relu, sigmoid. try: one of these.
    """
    names, others = sorted(known), stands_for or {}
    why = f"it is not one of {', '.join(names)}."
    asked = str(value).lower()
    spelled = {name.lower(): name for name in [*others, *names]}
    begun = {name[: len(asked)]: full for name, full in reversed(spelled.items())}
    near = get_close_matches(asked, spelled, n=1, cutoff=LEAST_ALIKE)
    near = near or get_close_matches(asked, begun, n=1, cutoff=LEAST_ALIKE_IN_PART)
    if not near:
        return invalid_argument(argument, value, why, "one of these.")
    meant = {**begun, **spelled}[near[0]]
    return invalid_argument(argument, value, why, f"{others.get(meant, meant)!r}.")


def answering(elsewhere: Mapping[str, str]) -> Callable[[Described], Described]:
    """Return a decorator of a dataclass that answers settings which it does not have.

    `elsewhere` says what to try for a name that a setting has in other toolboxes; for another name
    the nearest setting is named.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @answering({"max_fail": "patience=6."})
    ... @dataclass
    ... class Rules:
    ...     patience: int = 6
    >>> try:
    ...     Rules(max_fail=3)
    ... except InputError as error:
    ...     print(error)
    `max_fail` (=3) cannot be used: Rules has no such setting. try: patience=6.
    """

    def decorated(described: Described) -> Described:
        own = described.__init__
        known = [field.name for field in fields(described) if field.init]

        @functools.wraps(own)
        def init(self: Any, *positional: Any, **named: Any) -> None:
            for name in named.keys() - {*known}:
                why = f"{described.__name__} has no such setting."
                near = get_close_matches(name, [*elsewhere, *known], n=1, cutoff=0.5)
                meant = near[0] if near else known[0]
                hint = elsewhere.get(meant, f"{meant}=.")
                raise invalid_argument(name, named[name], why, hint)
            own(self, *positional, **named)

        described.__init__ = init  # type: ignore[misc]
        return described

    return decorated
