"""Values and functions that stand behind their first use, as where a paste has its parts mixed up.

As it stands such a program would stop at once. Lines keep their numbers.
"""

import ast
import builtins
from collections.abc import Iterator

from clearprop.check.script.source.unimported import USUAL, binds, is_of_all

Definition = ast.FunctionDef | ast.ClassDef


def in_order(tree: ast.Module) -> ast.Module:
    r"""Return a program in which what stands by itself comes before the statement that reads it.

    Examples
    --------
    >>> print(ast.unparse(in_order(ast.parse("n = len(x)\nx = [1, 2]"))))
    x = [1, 2]
    n = len(x)
    """
    if any(is_of_all(node) for node in tree.body):
        return tree
    bound = set(dir(builtins))
    for node in list(tree.body):
        of_node = {name for part in ast.walk(node) for name in binds(part)}
        for name in dict.fromkeys(read_at_once(node)):
            if name not in bound | of_node:
                first, later = tree.body.index(node), None
                later = next((each for each in tree.body[first:] if sets(each, name)), None)
                if later is not None and later is not node:
                    tree.body.remove(later)
                    tree.body.insert(first, later)
                    bound.add(name)
        bound |= of_node
    return tree


def read_at_once(node: ast.AST) -> Iterator[str]:
    """Yield the variables that a statement reads at once; what a function reads comes later."""
    if isinstance(node, Definition | ast.AsyncFunctionDef | ast.Lambda):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    for part in ast.iter_child_nodes(node):
        yield from read_at_once(part)


def sets(node: ast.stmt, name: str) -> bool:
    """Return whether a statement sets a variable, of nothing but numbers and usual modules."""
    if isinstance(node, Definition):
        return node.name == name and all(read in USUAL for read in needs(node))
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    [target] = node.targets
    is_it = isinstance(target, ast.Name) and target.id == name
    return is_it and all(read in USUAL for read in read_at_once(node.value))


def needs(node: Definition) -> Iterator[str]:
    """Yield the variables without which a function or class cannot be defined."""
    parts = [*node.decorator_list, *(node.bases if isinstance(node, ast.ClassDef) else [])]
    if isinstance(node, ast.FunctionDef):
        parts += node.args.defaults
    for part in parts:
        yield from read_at_once(part)
