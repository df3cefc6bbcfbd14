"""Fill in the arguments of a person's function by what their names mean."""

from collections.abc import Mapping
from typing import Any

from clearprop.check.submission.vocabulary import role_of

ROLES_OF_FUNCTIONS = (
    "X",
    "Y",
    "parameters",
    "cache",
    "output",
    "learning_rate",
    "penalty",
    "keep",
    "samples",
    "depth",
    "sizes",
)
ROLES_OF_CONSTRUCTORS = (
    "sizes",
    "inputs",
    "hidden",
    "outputs",
    "learning_rate",
    "penalty",
    "keep",
    "seed",
    "X",
    "Y",
    "depth",
)

ROLES_OF_TRAINING = ("epochs", "X", "Y", "samples", *ROLES_OF_CONSTRUCTORS, "parameters")


class CannotCallError(Exception):
    """A parameter of a function has a name that says nothing to us."""


def bound(
    signature: Mapping[str, Any],
    by_name: Mapping[str, Any],
    by_role: Mapping[str, Any],
    roles: tuple[str, ...],
) -> dict[str, Any]:
    """Return the arguments for a call.

    Parameters
    ----------
    signature : mapping
        A `Signature` as data.
    by_name : mapping
        Values for parameters of exactly these names, before all else.
    by_role : mapping
        Values for the roles of `clearprop.check.submission.vocabulary.ROLES`.
    roles : tuple of str
        The roles that a parameter can have in such a function, the likelier first.

    Raises
    ------
    CannotCallError
        If a parameter without default has a name that is not known.
    """
    arguments = {}
    has_lists = any(role_of(name, among=("biases",)) for name in signature["parameters"])
    roles = ("weights", "biases", *roles) if has_lists else roles
    for name in signature["parameters"]:
        if name in by_name:
            arguments[name] = by_name[name]
            continue
        role = role_of(name, among=roles)
        optional = name in signature["optional"]
        if role in by_role and not (optional and role in ("learning_rate", "depth", "sizes")):
            arguments[name] = by_role[role]
        elif not optional:
            raise CannotCallError(f"{signature['name']}: what is the argument {name!r}?")
    return arguments
