"""Names that a program reads, and nothing in it binds: it was pasted without what came before."""

import ast
import builtins
import symtable
from collections.abc import Iterator
from difflib import get_close_matches

from clearprop.check.script.source.unimported import binds

ALIKE = 0.7
"""From here on two names are taken for one, written once with a slip."""
GIVEN = frozenset([*dir(builtins), "__file__", "get_ipython"])
"""Names that are there without being bound."""


def unbound(tree: ast.Module) -> tuple[str, ...]:
    r"""Return the globals that are read and never bound before, in the order of the text.

    Examples
    --------
    >>> unbound(ast.parse("def step(y): return y - rate\nfor i in range(9): w = w - step(X)"))
    ('rate', 'X')
    >>> unbound(ast.parse("y = y.reshape(-1, 1)\nn = 1\nn = n + 1"))
    ('y',)
    """
    scopes = list(scopes_of(symtable.symtable(ast.unparse(tree), "script", "exec")))
    bound = bound_in(scopes) - set(bound_of_themselves(tree))
    read = {
        symbol.get_name()
        for scope in scopes
        for symbol in scope.get_symbols()
        if symbol.is_referenced() and (symbol.is_global() or scope is scopes[0])
    }
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    return tuple(dict.fromkeys(node.id for node in names if node.id in read - bound - GIVEN))


def bound_of_themselves(tree: ast.Module) -> Iterator[str]:
    """Yield the globals that are bound first by a statement that reads them: ``X = scaled(X)``."""
    known: set[str] = set()
    for statement in tree.body:
        of_it = {name for part in ast.walk(statement) for name in binds(part)}
        if isinstance(statement, ast.Assign):
            parts = ast.walk(statement.value)
            read = {part.id for part in parts if isinstance(part, ast.Name)}
            yield from sorted((read & of_it) - known)
        known |= of_it


def scopes_of(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """Yield a scope, and those in it: the module's first."""
    yield table
    for inner in table.get_children():
        yield from scopes_of(inner)


def bound_in(scopes: list[symtable.SymbolTable]) -> set[str]:
    """Return the names that the module binds, or a function that declares them global."""
    return {
        symbol.get_name()
        for scope in scopes
        for symbol in scope.get_symbols()
        if scope is scopes[0] or symbol.is_declared_global()
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    }


def left_out(tree: ast.Module) -> tuple[str, ...]:
    """Return the unbound names outside of functions that are no slips: none like them is bound.

    Examples
    --------
    >>> left_out(ast.parse("dZ2 = A2 - Y; dW2 = dz_2 @ A1"))
    ('A2', 'Y', 'A1')
    """
    top = symtable.symtable(ast.unparse(tree), "script", "exec")
    outside = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    bound = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    plain = {bare(name) for name in bound}
    return tuple(
        name
        for name in unbound(tree)
        if name in outside
        if bare(name) not in plain and not get_close_matches(name, bound, 1, ALIKE)
    )


def bare(name: str) -> str:
    """Return a name without what is easily written otherwise."""
    return name.replace("_", "").lower()


def only_shown(name: str, tree: ast.Module) -> bool:
    """Return whether what a function of this name returns is printed, or used for nothing.

    Examples
    --------
    >>> tree = ast.parse("print(i, cost(a)); plot(a); loss = loss_of(a)")
    >>> [name for name in ("cost", "plot", "loss_of") if only_shown(name, tree)]
    ['cost', 'plot']
    """
    calls = {
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
    }
    return bool(calls) and calls <= set(shown(tree))


def shown(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what statements compute and use for nothing, and what they print."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
            if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "print":
                yield from (part for part in ast.walk(node.value) if isinstance(part, ast.expr))
