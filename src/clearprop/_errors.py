"""What clearprop raises when it is asked for something that it cannot do."""

from collections.abc import Iterable
from difflib import get_close_matches


class ClearpropError(Exception):
    """Base of every error that clearprop raises on purpose."""


class InputError(ClearpropError, ValueError):
    """An argument cannot be used: names it, gives its value, says why and what to try."""


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


def unknown_name(argument: str, value: object, known: Iterable[str]) -> InputError:
    """Return the error for a name that is not known, with the nearest known name.

    Examples
    --------
    >>> print(unknown_name("activation", "sigmiod", ["relu", "sigmoid"]))
    `activation` (='sigmiod') cannot be used: it is not one of relu, sigmoid. try: 'sigmoid'.
    """
    names = sorted(known)
    near = get_close_matches(str(value), names, n=1, cutoff=0.5)
    return invalid_argument(
        argument, value, f"it is not one of {', '.join(names)}.", f"{(near or names)[0]!r}."
    )
