"""What stands in for names that nothing in a program binds: it was pasted without its data."""

import ast
import importlib.util
import re
from collections.abc import Callable, Iterator
from typing import Any

from clearprop.check.script.child.missing.madeup import MadeUp
from clearprop.check.script.child.missing.stubs import SHUFFLES, Stub, in_order
from clearprop.check.script.child.missing.tables import made_up_table
from clearprop.check.script.source.unbound import only_shown, unbound
from clearprop.check.script.source.vocabulary import TRAINING, role_of

NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")
NUMBERS = {"learning_rate": 0.1, "epochs": 40, "penalty": 0.1, "hidden": 5, "seed": 0}
"""What numbers of these roles are, where a program was pasted without them."""
TABLES = re.compile(r"^(data|dataset|df|table)$", re.IGNORECASE)
"""Names of samples that have their targets with them."""


def supplied(tree: ast.Module, made_up: MadeUp) -> dict[str, Any]:
    """Return what stands in for the names that nothing in a program binds.

    Nothing does for functions whose values are computed with: what they are meant to be is the
    author's.
    """
    names = unbound(tree)
    called = {getattr(node.func, "id", "") for node in ast.walk(tree) if isinstance(node, ast.Call)}
    functions = {name: found for name in names for found in meant(name, tree, made_up)}
    values = of_roles([name for name in names if name not in called], made_up)
    has_pandas = importlib.util.find_spec("pandas") is not None
    asked = [name for name in names if has_pandas and has_columns(name, tree)]
    tables = {name: made_up_table(made_up.table(), None) for name in asked}
    found = {**functions, **values, **tables}
    for name in found:
        made_up.say(
            f"{name} is not defined: something made up stands in for it.",
            f"没有定义 {name}：用编造的内容代替。",
        )
    return found


def has_columns(name: str, tree: ast.Module) -> bool:
    """Return whether a name stands for a table whose columns have names, or is asked as one.

    Examples
    --------
    >>> asked = ast.parse("x = data['input'].values; y = rows[3]; df.iloc[:, 0]")
    >>> [has_columns(name, asked) for name in ("data", "rows", "df")]
    [True, False, True]
    """
    for node in ast.walk(tree):
        inner = getattr(node, "value", None)
        if not isinstance(inner, ast.Name) or inner.id != name:
            continue
        if isinstance(node, ast.Attribute) and node.attr in ("iloc", "loc", "drop", "columns"):
            return True
        key = node.slice if isinstance(node, ast.Subscript) else None
        if TABLES.match(name) and isinstance(key, ast.Constant) and isinstance(key.value, str):
            return True
    return False


def meant(name: str, tree: ast.Module, made_up: MadeUp) -> Iterator[Callable[..., Any]]:
    """Yield the function that a name stands for, where that is known or does not matter."""
    if name in made_up.loaders():
        yield made_up.loaders()[name]
    elif SHUFFLES.search(name):
        yield in_order
    elif only_shown(name, tree):
        yield Stub()


def of_roles(names: list[str], made_up: MadeUp) -> dict[str, Any]:
    """Return samples, targets and numbers for the names that say they are that."""
    table = made_up.table()
    X, y = made_up.samples(table[:, :-1]), table[:, -1]
    if made_up.shape.column:
        y = y[None] if made_up.shape.turned else y[:, None]
    else:
        y = made_up.targets(y)
    sizes = {"samples": len(table), "inputs": table.shape[1] - 1, "outputs": int(y.max()) + 1}
    known = {"X": X, "Y": y, **NUMBERS, **sizes}
    found = {}
    for name in names:
        role = role_of(TRAINING.sub("", name), among=tuple(known))
        if TABLES.match(name):
            found[name] = table
        elif role is not None:
            found[name] = known[role]
    return found
