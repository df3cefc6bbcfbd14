"""Guess the arguments of a program's functions: by their use, their names, and its calls."""

import ast
import itertools
import re
import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any

from clearprop._text import Text
from clearprop.check.script.child.binding import bound
from clearprop.check.script.errors import CannotCallError
from clearprop.check.script.source.reading import signature
from clearprop.check.script.source.syntax import Function
from clearprop.check.script.source.vocabulary import ROLES, role_of

PAIRS = frozenset(
    [
        "training_data", "train_data", "data", "dataset", "training_set", "examples", "trainset",
        "mini_batch", "minibatch", "batch",
    ]
)  # fmt: skip
COUNTS = re.compile(r"size|num|count|^n_|batch|interval|every|freq|iter", re.IGNORECASE)
SETTINGS = re.compile(
    r"eps|std|scale|sigma|momentum|beta|gamma|tol|rate|alpha|lambda|lmbda|decay|drop|prob|init",
    re.IGNORECASE,
)
"""Parts of names of numbers that a network is made with."""
RATE = re.compile(r"(^|_)lr($|_)|learn\w*rate|step_?size|^rate$|(^|_)eta($|_)", re.IGNORECASE)
"""Names of learning rates, where no whole name is known."""
WIDTHS = (
    (re.compile(r"hid|hdim|^n_?h\d?$", re.IGNORECASE), "hidden"),
    (re.compile(r"input|features|^n?_?in(_|$)|_in$|in_?dim", re.IGNORECASE), "inputs"),
    (re.compile(r"output|class|^n?_?out(_|$)|_out$|out_?dim", re.IGNORECASE), "outputs"),
    (re.compile(r"layer|^sizes?$|dims|^shape$|topology|neurons", re.IGNORECASE), "sizes"),
)
"""Parts of names of a network's widths, where no whole name is known."""
OUT_OF_LAYER = re.compile(r"out|units|neurons|size|nodes|dim", re.IGNORECASE)
INTO_LAYER = re.compile(r"^n?_?in|prev", re.IGNORECASE)
ACTIVATION = re.compile(r"activ|func", re.IGNORECASE)
"""Parts of the keys of a layer that is described by a dict."""
WORDS = re.compile(r"name|title|path|file|folder|dir$", re.IGNORECASE)
"""Parts of names of what a text stands for."""
LIKELY_WORDS = ("sigmoid", "tanh", "relu", "mse", "sgd", "train")
"""Words that a program compares an argument with, the likeliest first."""
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
    paired = data["X"] if has_targets else data["pairs"]
    by_name = {name: paired for name in names if name.lower() in PAIRS}
    by_name |= {
        name: (data["X"], data["Y"])
        for name in taken_apart(node)
        if name in names and (BESIDE.search(name) or name in by_name)
    }
    by_name |= known
    missing = itertools.count()
    is_constructor = node.name == "__init__"
    for name in names:
        if name in by_name or name in signature(node).optional:
            continue
        keys = keys_of(name, tree or node)
        if keys:
            by_name[name] = layers_described(keys, data["sizes"], tree or node, namespace)
            continue
        role = next((role for words, role in WIDTHS if words.search(name)), None)
        if is_constructor and role and role_of(name, among=("X", "Y", "output")):
            by_name[name] = data[role]
        if any(name.lower().strip("_") in ROLES[known] for known in roles if known in data):
            continue
        if RATE.search(name) and "learning_rate" in data and not is_constructor:
            by_name[name] = data["learning_rate"]
            continue
        function = own_function(name, namespace)
        word = word_for(name, tree or node, namespace)
        if role is not None and is_constructor:
            by_name[name] = data[role]
        elif word is not None:
            by_name[name] = word
        elif COUNTS.search(name):
            by_name[name] = 3
        elif is_constructor and SETTINGS.search(name):
            by_name[name] = 0.1
        elif function is not None:
            by_name[name] = function
        elif BESIDE.search(name):
            by_name[name] = (data["X"], data["Y"])
        elif (number := next(missing)) < 2:
            by_name[name] = data["XY"[number]]
        else:
            raise CannotCallError(Text(f"what is {name}?", f"{name} 是什么？"))
    return bound(declared, by_name, data, roles)


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


def word_for(name: str, tree: ast.AST, namespace: Mapping[str, Any]) -> str | None:
    """Return a word that an argument may be: one that the program compares it with, or a name."""
    own = namespace.get(name.upper())
    if isinstance(own, str):
        return own
    compared = list(words_beside(name, tree))
    likely = [word for known in LIKELY_WORDS for word in compared if known in word.lower()]
    found = next(iter([*likely, *compared, *(["model"] if WORDS.search(name) else [])]), None)
    return found and sys.intern(found)  # some programs ask ``kind is "relu"``


def words_beside(name: str, tree: ast.AST) -> Iterator[str]:
    """Yield the words that a name, or an attribute of that name, is compared with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:
            left = node.left
            called = getattr(left, "id", getattr(left, "attr", ""))
            if called.strip("_") == name.strip("_"):
                for part in ast.walk(node.comparators[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


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


def own_function(name: str, namespace: dict[str, Any]) -> Any:
    """Return the function of the program that an argument may stand for: an activation, or f′."""
    derived = re.search(r"prime|deriv|grad|^d_|_d$", name, re.IGNORECASE)
    words = ("sigmoid", "tanh", "relu") if "activ" in name.lower() else ("mse", "loss", "cost")
    if "activ" not in name.lower() and not re.search(r"loss|cost", name, re.IGNORECASE):
        return None
    for word in words:
        for own, value in namespace.items():
            if word in own.lower() and callable(value) and not isinstance(value, type):
                is_derived = re.search(r"prime|deriv|grad|^d_|_d$", own, re.IGNORECASE)
                if bool(is_derived) == bool(derived):
                    return value
    return None
