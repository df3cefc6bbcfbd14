"""Guess the arguments of a program's functions: by their use, their names, and its calls."""

import ast
import itertools
import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.attempts.binding import ROLES_OF_CONSTRUCTORS, bound
from clearprop.check.script.child.defined.by_use import UNKNOWN, by_use, widths
from clearprop.check.script.child.defined.choices import own_function, word_for
from clearprop.check.script.child.defined.one_layer import ALONE, alone, has_softmax
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.source.reading import signature
from clearprop.check.script.source.syntax import Function
from clearprop.check.script.source.uses import uses_of
from clearprop.check.script.source.vocabulary import ROLES, role_of

PAIRS = frozenset(
    [
        "training_data", "train_data", "data", "dataset", "training_set", "examples", "trainset",
        "mini_batch", "minibatch", "batch",
    ]
)  # fmt: skip
FORWARD = re.compile(r"forward|feed|predict", re.IGNORECASE)
"""Names of functions that go forward: they take no targets."""
COUNTS = re.compile(r"size|num|count|^n_|batch|interval|every|freq|iter", re.IGNORECASE)
SETTINGS = re.compile(
    r"eps|std|scale|sigma|momentum|beta|gamma|tol|rate|alpha|lambda|lmbda|decay|drop|prob|init",
    re.IGNORECASE,
)
"""Parts of names of numbers that a network is made with."""
RATE = re.compile(r"(^|_)lr($|_)|learn\w*rate|step_?size|^rate$|(^|_)eta($|_)", re.IGNORECASE)
"""Names of learning rates, where no whole name is known."""
NUMBERED = re.compile(r"(theta|w|weights?|b|bias(?:es)?)_?(\d)", re.IGNORECASE)
"""Names of the weights and biases of one layer."""
WIDTHS = (
    (re.compile(r"hid|hdim|^n_?h\d?$", re.IGNORECASE), "hidden"),
    (re.compile(r"input|features|^n?_?in(_|$)|_in$|in_?dim", re.IGNORECASE), "inputs"),
    (re.compile(r"output|class|^n?_?out(_|$)|_out$|out_?dim", re.IGNORECASE), "outputs"),
    (re.compile(r"layer|layout|^sizes?$|dims|^shape$|topology|neurons", re.IGNORECASE), "sizes"),
)
"""Parts of names of a network's widths, where no whole name is known."""
OUT_OF_LAYER = re.compile(r"out|units|neurons|size|nodes|dim", re.IGNORECASE)
INTO_LAYER = re.compile(r"^n?_?in|prev", re.IGNORECASE)
ACTIVATION = re.compile(r"activ|func", re.IGNORECASE)
"""Parts of the keys of a layer that is described by a dict."""
BESIDE = re.compile(r"^(train\w*|val\w*|dev\w*|tests?)$|_(set|data)$", re.IGNORECASE)
"""Names of both samples and targets."""


def arguments(
    node: Function,
    data: dict[str, Any],
    roles: tuple[str, ...],
    namespace: dict[str, Any],
    tree: ast.AST | None = None,
    known: Mapping[str, Any] = types.MappingProxyType({}),
) -> dict[str, Any]:
    """Return the arguments of a call: by their use, by what their names mean, else by their order.

    Parameters
    ----------
    node : FunctionDef
    data : dict
        Samples, targets and settings by their roles.
    roles : tuple of str
        Those that an argument of such a function may have.
    namespace : dict
        The program's globals.
    tree : ast.AST, optional
        The program, of which words are looked up that an argument may be.
    known : mapping, optional
        Arguments that are known already.

    Raises
    ------
    CannotCallError
        If that does not tell them.
    """
    declared = signature(node).as_data()
    names = signature(node).parameters
    has_targets = any(role_of(name, among=("Y",)) for name in names)
    is_of_samples = has_targets or FORWARD.search(node.name) is not None
    paired = data["X"] if is_of_samples else data["pairs"]
    owner = owner_of(node, tree or node)
    by_name = {
        name: paired
        for name in names
        if name.lower() in PAIRS and not is_number(uses_of(name, node, tree or node, owner))
    }
    by_name |= side_by_side(node, data)
    by_name |= {
        name: (data["X"], data["Y"])
        for name in taken_apart(node)
        if name in names and (BESIDE.search(name) or name in by_name)
    }
    by_name |= known
    left = [name for name in names if name not in by_name and name not in signature(node).optional]
    by_name |= guessed(node, left, data, roles, namespace, tree or node)
    return bound(declared, by_name, data, roles)


def guessed(
    node: Function,
    left: list[str],
    data: dict[str, Any],
    roles: tuple[str, ...],
    namespace: dict[str, Any],
    tree: ast.AST,
) -> dict[str, Any]:
    """Return the arguments whose whole names do not say what they are."""
    found: dict[str, Any] = {}
    is_constructor = roles == ROLES_OF_CONSTRUCTORS
    is_descent = not is_constructor and all(
        any(role_of(each, among=(role,)) for each in left) for role in "XY"
    )
    owner = owner_of(node, tree)
    uses = {name: uses_of(name, node, tree, owner) for name in left}
    by_width = widths_by_use(left, uses, data) if is_constructor else {}
    missing = iter(untold(signature(node).parameters))
    for name in left:
        if keys := keys_of(name, tree):
            found[name] = layers_described(keys, data["sizes"], tree, namespace)
            continue
        role = next((role for words, role in WIDTHS if words.search(name)), None)
        if is_constructor and role and role_of(name, among=("X", "Y", "output")):
            found[name] = data[role]
        if is_constructor and is_no_list(uses[name]) and role == "sizes":
            found[name] = by_use(name, uses[name], data, namespace, tree)
            continue
        if any(name.lower().strip("_") in ROLES[known] for known in roles if known in data):
            continue
        if not is_constructor and role_of(name, among=("Y",)):
            continue
        if not is_constructor and (array := numbered(name, data)) is not None:
            found[name] = array
            continue
        of_several = uses[name] & {"dict", "each array"}  # weights of several layers
        if is_descent and not of_several and ALONE.fullmatch(name):
            found[name] = alone(name, data, several=has_softmax(tree))
            continue
        if RATE.search(name) and "learning_rate" in data and not is_constructor:
            found[name] = data["learning_rate"]
            continue
        function, word = own_function(name, namespace), word_for(name, tree, namespace)
        if role is not None and is_constructor:
            found[name] = data[role]
        elif word is not None:
            found[name] = word
        elif name in by_width:
            found[name] = by_width[name]
        elif COUNTS.search(name):
            found[name] = 3
        elif is_constructor and SETTINGS.search(name):
            found[name] = 0.1
        elif function is not None:
            found[name] = function
        elif BESIDE.search(name):
            found[name] = (data["X"], data["Y"])
        elif (value := by_use(name, uses[name], data, namespace, tree)) is not UNKNOWN:
            found[name] = value
        elif (role := next(missing, None)) is not None:
            found[name] = data[role]
        else:
            raise CannotCallError(Text(f"what is {name}?", f"{name} 是什么？"))
    return found


def untold(names: Sequence[str]) -> list[str]:
    """Return samples and targets in the order in which two unknown arguments are taken for them.

    Examples
    --------
    >>> untold(["input_data", "wanted_ones"]), untold(["these", "those"])
    (['Y', 'X'], ['X', 'Y'])
    """
    return sorted("XY", key=lambda role: any(role_of(n, among=(role,)) for n in names))


def numbered(name: str, data: Mapping[str, Any]) -> Any:
    """Return the weights or biases of one layer, for samples as they lie; None of other names.

    Octave's ``Theta1`` has a row a unit, and a column more for the bias.

    Examples
    --------
    >>> data = {"X": np.ones((7, 4)), "sizes": [4, 6, 3]}
    >>> [numbered(name, data).shape for name in ("W1", "b2", "theta2")]
    [(4, 6), (1, 3), (3, 7)]
    """
    said = NUMBERED.fullmatch(name)
    layer = int(said[2]) if said is not None else 0
    if said is None or not 0 < layer < len(data["sizes"]):
        return None
    before, units = data["sizes"][layer - 1 : layer + 1]
    random = np.random.default_rng(layer)
    if said[1].lower() == "theta":
        return random.normal(size=(units, before + 1)) / 2
    is_bias = said[1].lower().startswith("b")
    shape = (1, units) if is_bias else (before, units)
    are_rows = np.shape(data["X"])[-1] == data["sizes"][0]
    return random.normal(size=shape if are_rows else shape[::-1]) / 2


def owner_of(method: Function, tree: ast.AST) -> ast.ClassDef | None:
    """Return the class that defines a method; None of a function."""
    kinds = (part for part in ast.walk(tree) if isinstance(part, ast.ClassDef))
    return next((kind for kind in kinds if method in kind.body), None)


def is_number(uses: frozenset[str]) -> bool:
    """Return whether an argument is a number of something, by what is done with it."""
    whole = uses & {"several", "array", "dict", "called"}
    return bool(uses & {"count", "size"}) and not whole


def is_no_list(uses: frozenset[str]) -> bool:
    """Return whether an argument is a number of layers, not a list of their widths."""
    return "count" in uses and not any(use == "several" or use[:5] == "each " for use in uses)


def widths_by_use(
    left: list[str], uses: Mapping[str, frozenset[str]], data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the widths of arrays that a constructor makes, for names that do not say which."""
    roles = {
        name: role_of(name, among=("inputs", "hidden", "outputs"))
        or next((role for words, role in WIDTHS if words.search(name)), None)
        for name in left
    }
    unknown = [name for name in left if roles[name] is None and "size" in uses[name]]
    known = frozenset(role for role in roles.values() if role is not None)
    return widths(unknown, known, data)


def keys_of(name: str, tree: ast.AST) -> list[str]:
    """Return the words by which a loop over an argument asks each of its layers for something.

    Examples
    --------
    >>> keys_of("plan", ast.parse("for n, layer in enumerate(plan): size = layer['units']"))
    ['units']
    """
    keys: dict[str, None] = {}
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and name in names_in(loop.iter):
            layers = names_in(loop.target)
            for node in ast.walk(loop):
                if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                    of_layer = isinstance(node.value, ast.Name) and node.value.id in layers
                    if of_layer and isinstance(node.slice.value, str):
                        keys.setdefault(node.slice.value)
    return list(keys) if any(OUT_OF_LAYER.search(key) for key in keys) else []


def names_in(node: ast.AST) -> set[str]:
    """Return the variables that an expression names."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def layers_described(
    keys: list[str], sizes: list[int], tree: ast.AST, namespace: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return a dict a layer, with the widths and the activation that its keys speak of."""
    layers = []
    for n_in, n_out in itertools.pairwise(sizes):
        layer: dict[str, Any] = {}
        for key in keys:
            if ACTIVATION.search(key):
                layer[key] = word_for(key, tree, namespace) or "sigmoid"
            else:
                layer[key] = n_in if INTO_LAYER.search(key) else n_out
        layers.append(layer)
    return layers


def taken_apart(node: Function) -> set[str]:
    """Return the arguments that a function takes apart into two: ``X, Y = data``."""
    return {
        part.value.id
        for part in ast.walk(node)
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Name)
        if isinstance(part.targets[0], ast.Tuple) and len(part.targets[0].elts) == 2
    }


def side_by_side(node: Function, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return two arguments that a function goes through together, as samples and their targets.

    Examples
    --------
    >>> node = ast.parse("def train(self, data, v): [x * t for x, t in zip(data, v)]").body[0]
    >>> side_by_side(node, {"X": [1.0, 2.0], "Y": [0, 1]})
    {'data': [1.0, 2.0], 'v': [0, 1]}
    """
    found: dict[str, Any] = {}
    for call in calls_of("zip", node):
        names = [part.id for part in call.args if isinstance(part, ast.Name)]
        if len(names) == len(call.args) == 2 and set(names) <= set(signature(node).parameters):
            first, second = names
            are_samples = first.lower() in PAIRS or role_of(first, among=("X",)) is not None
            if are_samples and role_of(second, among=tuple(ROLES)) in (None, "Y"):
                found |= {first: data["X"], second: data["Y"]}
    return found


def calls_of(name: str, tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a function or class in a program."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
            yield node


def as_called(name: str, tree: ast.AST, namespace: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the arguments with which a program calls a function or class, where these are known."""
    for call in calls_of(name, tree):
        try:
            given = [ast.literal_eval(part) for part in call.args]
            named = {str(part.arg): ast.literal_eval(part.value) for part in call.keywords}
        except (ValueError, TypeError):
            try:
                given = [valued(part, namespace) for part in call.args]
                named = {str(part.arg): valued(part.value, namespace) for part in call.keywords}
            except Exception:  # it names what is there only while the program runs
                continue
        yield given, named


def valued(node: ast.expr, namespace: dict[str, Any]) -> Any:
    """Return the value of an expression that names globals."""
    return eval(compile(ast.Expression(node), "argument", "eval"), namespace)
