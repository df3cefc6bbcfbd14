"""Read a script without running it: its functions, classes and training loop, and what they mean.

Only Python's own parser is used; nothing of the script is executed here.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from clearprop.check.naming import meaning
from clearprop.check.script.source.syntax import (
    Function,
    assigned,
    is_function,
    name_of_expression,
    names_in,
    own_statements,
    read_script,
    targets,
    tree_of,
)
from clearprop.check.script.source.vocabulary import is_parameter_name, loose_kind, role_of

GENERIC_DEPTH = 3
MAX_LAYERS = 6


@dataclass(frozen=True)
class Signature:
    """A function of the script: its parameters, and the names in its return statements."""

    name: str
    parameters: tuple[str, ...]
    """Without ``self``."""
    optional: frozenset[str]
    """Those that have a default."""
    returned: tuple[str, ...]
    """The names of a returned tuple, or the one name; empty where the return has another form."""
    line: int

    def as_data(self) -> dict[str, object]:
        """Return what the child process needs of it."""
        return {
            "name": self.name,
            "parameters": list(self.parameters),
            "optional": sorted(self.optional),
            "returned": list(self.returned),
        }


@dataclass(frozen=True)
class ClassSource:
    """A class of the script: how it is made and what it can do."""

    name: str
    constructor: Signature
    methods: tuple[Signature, ...]


@dataclass(frozen=True)
class Source:
    """A parsed script."""

    path: Path
    text: str
    tree: ast.Module

    @cached_property
    def functions(self) -> tuple[Signature, ...]:
        """The functions at the top level.

        What one returns without a name, as in ``return Z1, softmax(Z2)``, has the name that it is
        given where the function is called.
        """
        found = (signature(node) for node in self.tree.body if isinstance(node, Function))
        return tuple(replace(each, returned=self.named(each)) for each in found)

    def named(self, function: Signature) -> tuple[str, ...]:
        """Return the names of what a function returns, its callers' for what has none in it."""
        for taken in self.taken_apart.get(function.name, ()):
            if len(taken) == len(function.returned):
                pairs = zip(function.returned, taken, strict=True)
                return tuple(own or callers for own, callers in pairs)
        return function.returned

    @cached_property
    def taken_apart(self) -> dict[str, list[tuple[str, ...]]]:
        """The names that calls' results are given, by the names of the functions."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                for target in node.targets:
                    if isinstance(target, ast.Tuple):
                        names = tuple(map(name_of_expression, target.elts))
                        called = name_of_expression(node.value.func)
                        found.setdefault(called, []).append(names)
        return found

    @cached_property
    def classes(self) -> tuple[ClassSource, ...]:
        """The classes at the top level."""
        found = []
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef):
                methods = {
                    part.name: signature(part) for part in node.body if isinstance(part, Function)
                }
                nothing = Signature("__init__", (), frozenset(), (), node.lineno)
                constructor = methods.pop("__init__", nothing)
                found.append(ClassSource(node.name, constructor, tuple(methods.values())))
        return tuple(found)

    @cached_property
    def loops(self) -> tuple[int, ...]:
        """The places, among the top-level statements, of loops that assign weights' gradients."""
        return tuple(
            place
            for place, node in enumerate(self.tree.body)
            if isinstance(node, ast.For | ast.While) and trains(node)
        )

    @cached_property
    def function_loops(self) -> tuple[tuple[Signature, int], ...]:
        """Functions that train in a loop of their own, with the loop's place in their body."""
        return tuple(
            (signature(node), place)
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef)
            for place, part in enumerate(node.body)
            if isinstance(part, ast.For | ast.While) and trains(part)
        )

    def takes_samples_apart(self, interface: Mapping[str, Any]) -> bool:
        """Return whether code takes one sample at a time.

        A training loop goes through them, in itself or a loop inside; a backward pass makes columns
        of its vectors.
        """
        if not interface["kind"].startswith("loop"):
            return self.makes_columns(interface)
        body = self.tree.body
        if "signature" in interface:
            name = interface["signature"]["name"]
            body = next(node.body for node in reversed(body) if is_function(node, name))
        loops = (part for part in ast.walk(body[interface["place"]]) if isinstance(part, ast.For))
        named = {name for loop in loops for name in names_in(loop.iter)}
        return any(role_of(name, among=("X", "Y", "samples")) for name in named)

    def makes_columns(self, interface: Mapping[str, Any]) -> bool:
        """Return whether a backward pass joins vectors, ``x.reshape(-1, 1)`` or ``np.outer``."""
        return interface.get("backward", {}).get("name") in self.column_makers

    @cached_property
    def column_makers(self) -> frozenset[str]:
        """The names of functions that join vectors."""
        return frozenset(
            node.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef)
            if any(isinstance(part, ast.Call) and joins_vectors(part) for part in ast.walk(node))
        )

    def turns_targets(self, interface: Mapping[str, Any]) -> bool:
        """Return whether a backward function transposes its targets, ``loss_slope(y.T, A2)``."""
        if interface["kind"] != "functions":
            return False
        name = interface["backward"]["name"]
        node = next(node for node in reversed(self.tree.body) if is_function(node, name))
        return any(
            isinstance(part, ast.Attribute)
            and part.attr == "T"
            and isinstance(part.value, ast.Name)
            and role_of(part.value.id, among=("Y",)) == "Y"
            for part in ast.walk(node)
        )

    @cached_property
    def variables(self) -> frozenset[str]:
        """The variables that statements at the top level assign, also inside loops."""
        plain = [node for node in self.tree.body if not isinstance(node, Function | ast.ClassDef)]
        named = {name for node in plain for name in assigned(node)}
        loops = (part for node in plain for part in ast.walk(node) if isinstance(part, ast.For))
        return frozenset(named | {name for loop in loops for name in targets(loop)})

    @cached_property
    def strings(self) -> frozenset[str]:
        """Every string constant: keys of dicts, most of all."""
        nodes = ast.walk(self.tree)
        return frozenset(
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name, attribute, parameter and string of the script."""
        found = set(self.strings)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
        return frozenset(found)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The layer numbers that weights carry in the script, ``W1``, ``W2`` …."""
        meanings = (meaning(word) for word in self.words if len(word) <= 20)
        numbers = {found.number for found in meanings if found is not None}
        return frozenset(n for n in numbers if n is not None and n <= MAX_LAYERS)

    @property
    def depths(self) -> tuple[int, ...]:
        """The numbers of layers that the script may be written for, the likeliest first."""
        if not self.numbers:
            return (GENERIC_DEPTH, 2, 1)
        counted_from_0 = 0 in self.numbers
        named = max(self.numbers) + counted_from_0
        return (named,) if named > 1 else (1, GENERIC_DEPTH, 2)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of weights and biases that stand in the script with their number."""
        return tuple(sorted(string for string in self.indices if is_parameter_name(string)))

    @cached_property
    def indices(self) -> frozenset[str]:
        """The strings that something is indexed by, and the keys of dicts and lists of them."""
        found: set[ast.expr | None] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Subscript):
                found.add(node.slice)
            elif isinstance(node, ast.Dict):
                found.update(node.keys)
            elif isinstance(node, ast.Tuple | ast.List | ast.Set):
                found.update(node.elts)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                found.update(node.args[:1] if node.func.attr in ("get", "pop") else [])
        texts = (part.value for part in found if isinstance(part, ast.Constant))
        return frozenset(text for text in texts if isinstance(text, str))

    @property
    def has_biases(self) -> bool:
        """True if anything in the script is called a bias."""
        return any(
            re.fullmatch(r"d?b\w?\d?|.*bias.*|.*intercept.*", word.lower()) for word in self.words
        )

    def line(self, number: int) -> str:
        """Return one line of the text, counted from 1, without its indentation."""
        lines = self.text.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def line_of_error_term(self, layer: int) -> int | None:
        """Return the last line that assigns δ of a layer, ``dZ1`` or ``delta_1``; None without."""
        wanted = {f"dz{layer}", f"delta{layer}", f"d{layer}", f"ddz{layer}", f"dldz{layer}"}
        places = [
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
            and any(re.sub(r"[^a-z0-9]", "", name.lower()) in wanted for name in targets(node))
        ]
        return max(places, default=None) or self.line_before(f"db{layer}")

    def line_before(self, name: str) -> int | None:
        """Return the line that sets what this array is computed from; None if that is not told."""
        number = self.line_assigning(name)
        settings = [node for node in ast.walk(self.tree) if isinstance(node, ast.Assign)]
        made = next((node for node in settings if node.lineno == number), None)
        if number is None or made is None:
            return None
        used = names_in(made.value)
        places = [
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign | ast.AugAssign)
            and node.lineno < number
            and used & set(targets(node))
            and not any(is_parameter_name(found) for found in targets(node))
        ]
        return max(places, default=None)

    def line_assigning(self, name: str) -> int | None:
        """Return the last line that computes this variable or dict entry; None if there is none.

        A line such as ``dW1 = grads["dW1"]`` or ``dW1, dW2 = backward(X, Y)``, which hands it on,
        counts where no other is there.
        """
        found = [
            (computes(node.value) and not self.is_handed_on(node), node.lineno)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
            and any(same_array(target, name) for target in targets(node))
        ]
        return max(found, default=(False, None))[1]

    def line_stepping(self, name: str) -> int | None:
        """Return the last line that adds to an array, or takes off it, what it computes itself."""
        made_there = (ast.Call, ast.MatMult)
        return max(
            (
                node.lineno
                for node in ast.walk(self.tree)
                if isinstance(node, ast.AugAssign)
                and any(same_array(target, name) for target in targets(node))
                and any(isinstance(part, made_there) for part in ast.walk(node.value))
            ),
            default=None,
        )

    def is_handed_on(self, node: ast.stmt) -> bool:
        """Return whether a statement takes apart what a function of the script returns."""
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            return False
        name = name_of_expression(node.value.func)
        return isinstance(node.targets[0], ast.Tuple) and name in self.own_functions

    @cached_property
    def own_functions(self) -> frozenset[str]:
        """The names of all functions and methods of the script."""
        return frozenset(part.name for part in ast.walk(self.tree) if isinstance(part, Function))


def parse(path: Path) -> Source:
    """Return a parsed script.

    Raises
    ------
    SyntaxError, UnicodeDecodeError, ValueError
        As Python's parser raises them.
    """
    text = read_script(path)
    return Source(path, text, tree_of(text, path))


def signature(node: Function) -> Signature:
    """Return the signature of a function or method."""
    arguments = [*node.args.posonlyargs, *node.args.args]
    names = [argument.arg for argument in arguments]
    defaulted = names[len(names) - len(node.args.defaults) :] if node.args.defaults else []
    with_default = set(defaulted)
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        names.append(argument.arg)
        if default is not None:
            with_default.add(argument.arg)
    if names[:1] == ["self"]:
        names = names[1:]
    return Signature(
        node.name, tuple(names), frozenset(with_default), returned_names(node), node.lineno
    )


def returned_names(node: Function) -> tuple[str, ...]:
    """Return the names in the last return statement of a function itself."""
    returns = [part for part in own_statements(node) if isinstance(part, ast.Return)]
    if not returns or returns[-1].value is None:
        return ()
    value = returns[-1].value
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    return tuple(name_of_expression(part) for part in parts)


def joins_vectors(call: ast.Call) -> bool:
    """Return whether a call makes a column of a vector, or a matrix of two."""
    name = getattr(call.func, "attr", "")
    columns = (".reshape(-1, 1)", ".reshape((-1, 1))")
    return name == "outer" or (name == "reshape" and ast.unparse(call).endswith(columns))


def trains(node: ast.For | ast.While) -> bool:
    """Return whether a loop computes gradients or updates weights."""
    numbered = (meaning(name) for name in assigned(node))
    if any(found is not None and found.number is not None for found in numbered):
        return True
    return any(
        loose_kind(name) == "W"
        for part in ast.walk(node)
        if isinstance(part, ast.Assign | ast.AugAssign)
        for name in targets(part)
        if isinstance(part, ast.AugAssign) or name in names_in(part.value)
    )


def computes(value: ast.expr | None) -> bool:
    """Return whether an expression computes something, and is no name, entry or list of them."""
    if isinstance(value, ast.Tuple | ast.List):
        return any(computes(part) for part in value.elts)
    return not isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.Constant | None)


def same_array(name: str, wanted: str) -> bool:
    """Return whether both names mean the same gradient: ``dL_dW2`` and ``dW2``."""
    one, other = meaning(name), meaning(wanted)
    return one is not None and one == other
