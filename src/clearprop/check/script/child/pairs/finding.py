"""Find the functions of a program that go back beside others that go forward."""

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from clearprop.check.script.observed import FILE
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.reading import Signature, signature
from clearprop.check.script.source.syntax import Function, read_tree, targets

BACK = re.compile(
    r"_?(backwards?|back_?prop(agation)?|backpropagate|back|bwd|bprop)(?![a-z])", re.I
)
FORTH = ("_forward", "forward", "_fwd", "_forwards", "_fprop", "_forward_propagation", "")
"""What stands in the name of the way forward where the way back has `BACK`; or nothing."""
NUMERIC = re.compile(r"numer|check|approx|test", re.IGNORECASE)


class Own(NamedTuple):
    """A function of the program: what it is called by, and how it is written."""

    call: Callable[..., Any]
    found: Signature
    node: Function
    tree: ast.AST
    namespace: Mapping[str, Any]
    file: int
    """The number of its module; 0 for the program itself."""
    held: Mapping[str, tuple[int, ...]] = MappingProxyType({})
    """The shapes of arrays that its object holds once it is made."""
    takes_steps: bool = False
    """True if it is a way back that changes the parameters itself, by a learning rate."""

    def line_of(self, name: str) -> int:
        """Return the last line that gives this name a value in it, else that of its last return.

        A layer that takes its own step has no ``dW``, but changes its ``W``.
        """
        lines = self.lines_giving(name) or self.lines_giving(name.removeprefix("d"))
        returns = [part.lineno for part in ast.walk(self.node) if isinstance(part, ast.Return)]
        return self.file * FILE + max(lines or returns or [self.node.lineno])

    def lines_giving(self, name: str) -> list[int]:
        """Return the lines that give a name, or a key of a dict, a value."""
        lines = [
            part.lineno
            for part in ast.walk(self.node)
            if isinstance(part, ast.Assign | ast.AugAssign | ast.AnnAssign)
            if name in targets(part)
        ]
        lines += [
            key.lineno
            for part in ast.walk(self.node)
            if isinstance(part, ast.Dict)
            for key in part.keys
            if isinstance(key, ast.Constant) and key.value == name
        ]
        return lines

    def line_using(self, names: Iterable[str]) -> int:
        """Return the first line in it that reads one of these variables."""
        lines = [
            part.lineno
            for part in ast.walk(self.node)
            if isinstance(part, ast.Name) and part.id in set(names)
        ]
        return self.file * FILE + min(lines, default=self.node.lineno)


def own_functions(namespace: Mapping[str, Any], recorder: Any, folder: str) -> dict[str, Own]:
    """Return the functions of a program and of its modules, by their names."""
    trees: dict[str, ast.Module] = {}
    found: dict[str, Own] = {}
    for name, value in namespace.items():
        code, home = getattr(value, "__code__", None), getattr(value, "__globals__", {})
        if code is None or RECORDER not in home or name != code.co_name:
            continue
        path = code.co_filename
        if os.path.relpath(path, folder).startswith(os.pardir):  # a helper that is made up
            continue
        if path not in trees:
            trees[path] = read_tree(Path(path))
        nodes = [n for n in trees[path].body if isinstance(n, Function) and n.name == name]
        if nodes:
            inside = os.path.relpath(path, folder)
            is_module = home is not namespace and inside in recorder.files
            file = recorder.files.index(inside) + 1 if is_module else 0
            node = nodes[-1]
            found[name] = Own(value, signature(node), node, trees[path], home, file)
    return found


def pairs_of(functions: Mapping[str, Own], tree: ast.AST) -> Iterator[tuple[Own | None, Own]]:
    """Yield the ways forward and back of a program; None for a way forward that is not found.

    Those of its modules belong to it where it names them. What only says that it is to be written
    is none, nor is what takes differences.
    """
    used = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    for name, back in functions.items():
        if back.file and name not in used:
            continue
        if not BACK.search(name) or NUMERIC.search(name) or is_empty(back.node):
            continue
        others = (BACK.sub(forth, name, count=1) for forth in FORTH)
        wanted = [other.strip("_") for other in others]
        by_name = {other.lower().strip("_"): own for other, own in functions.items()}
        forth = next((by_name[w.lower()] for w in wanted if w.lower() in by_name), None)
        if forth is None:  # one way forward with two ways back: batchnorm_backward_alt
            starts = BACK.split(name, maxsplit=1)[0]
            forth = by_name.get(f"{starts}_forward".lower().strip("_")) if starts else None
        yield (None if forth is back else forth), back


def is_empty(node: Function) -> bool:
    """Return whether a function is still to be written: it does nothing, or a name is None."""
    does = (ast.Return, ast.Assign, ast.AugAssign)
    acts = any(isinstance(part, does) for part in ast.walk(node))
    waiting: set[str] = set()
    given: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and is_nothing(part.value):
            waiting.update(targets(part))
        elif isinstance(part, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For):
            given.update(targets(part))
    return not acts or bool(waiting - given)


def is_nothing(node: ast.expr) -> bool:
    """Return whether a value is None, or a tuple of it."""
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return all(isinstance(part, ast.Constant) and part.value is None for part in parts)
