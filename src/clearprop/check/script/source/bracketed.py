"""Weighted sums that are taken off a target term by term: y − w x − b is y − (w x + b)."""

import ast

PRODUCTS = frozenset(["dot", "matmul", "sum", "inner", "multiply"])
"""Functions that multiply, or add up products."""


def with_brackets(tree: ast.Module) -> ast.Module:
    r"""Return a program whose weighted sums are computed before they are taken off a target.

    A parameter that steps are taken off, ``w = w - rate * dw - moved``, is no target.

    Examples
    --------
    >>> text = "error = y - w * x - b\nw = w - rate * dw - moved"
    >>> print(ast.unparse(with_brackets(ast.parse(text))))
    error = y - (w * x + b)
    w = w - rate * dw - moved
    """
    return Brackets().visit(tree)


class Brackets(ast.NodeTransformer):
    """Puts brackets around what is taken off a target in two parts."""

    def __init__(self) -> None:
        self.assigned: set[str] = set()
        """What the statement that is looked at assigns to."""

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Return an assignment, which knows its targets meanwhile."""
        self.assigned = set(map(ast.unparse, node.targets))
        self.generic_visit(node)
        self.assigned = set()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        """Return A − (B + C) for A − B − C, one of both a product, and the other a name."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.BinOp(target, ast.Sub(), first), ast.Sub(), second):
                one_of_each = {holds_product(first), holds_product(second)} == {True, False}
                plain = [part for part in (target, first, second) if is_place(part)]
                if one_of_each and len(plain) == 2 and target in plain and self.is_free(target):
                    both = ast.copy_location(ast.BinOp(first, ast.Add(), second), node)
                    return ast.copy_location(ast.BinOp(target, ast.Sub(), both), node)
        return node

    def is_free(self, target: ast.expr) -> bool:
        """Return whether this is not what the statement assigns to."""
        return ast.unparse(target) not in self.assigned


def is_place(node: ast.expr) -> bool:
    """Return whether this is a variable, an attribute or an element."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def holds_product(node: ast.expr) -> bool:
    """Return whether a part of an expression multiplies."""
    return any(
        (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult | ast.MatMult))
        or (isinstance(part, ast.Call) and name_of(part.func) in PRODUCTS)
        for part in ast.walk(node)
    )


def name_of(function: ast.expr) -> str:
    """Return the last part of a function's name."""
    return getattr(function, "attr", getattr(function, "id", ""))
