"""Fill in the arguments of a person's function by what their names mean."""

from collections.abc import Mapping
from typing import Any

from clearprop._text import Text
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.source.vocabulary import role_of

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
        Values for the roles of `clearprop.check.script.source.vocabulary.ROLES`.
    roles : tuple of str
        The roles that a parameter can have in such a function, the likelier first.

    Raises
    ------
    CannotCallError
        If a parameter without default has a name that says nothing, or names what is not there.
    """
    arguments = {}
    has_lists = any(role_of(name, among=("biases",)) for name in signature["parameters"])
    roles = ("weights", "biases", *roles) if has_lists else roles
    by_role = by_role if names_targets(signature) else {**by_role, "output": by_role.get("Y")}
    for name in signature["parameters"]:
        if name in by_name:
            arguments[name] = by_name[name]
            continue
        role = role_of(name, among=roles)
        optional = name in signature["optional"]
        if role in by_role and not (optional and role in ("learning_rate", "depth", "sizes")):
            arguments[name] = by_role[role]
        elif not optional:
            raise CannotCallError(unfilled(signature["name"], name, role))
    return arguments


def names_targets(signature: Mapping[str, Any]) -> bool:
    """Return whether outputs are outputs: beside inputs alone, ``outputs`` are the targets."""
    roles = [role_of(name, among=("X", "Y", "output", "cache")) for name in signature["parameters"]]
    return "X" not in roles or "Y" in roles or "cache" in roles


def unfilled(function: str, name: str, role: str | None) -> Text:
    """Say which argument of a function could not be filled in, and what would help."""
    en, zh = f"{function} wants an argument {name!r}", f"{function} 需要参数 {name!r}"
    if role is not None:
        return Text(
            f"{en}, which no other function of the script returns. Is there a forward pass?",
            f"{zh}，但脚本里没有函数返回它。有前向传播函数吗？",
        )
    return Text(
        f"{en}, and the name does not say what that is. Names that do: X, Y, parameters, cache, A2,"
        " W1, b1, learning_rate.",
        f"{zh}，从名字看不出它是什么。能认出的名字有：X、Y、parameters、cache、A2、W1、b1、"
        "learning_rate。",
    )
