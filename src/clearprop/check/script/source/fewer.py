"""Fewer of what a program makes before it trains, where its time runs out over that."""

import ast

MANY, FEW = 5000, 300
"""Whole numbers from which a count is lowered, and what it becomes."""
SHAPES = ("reshape", "resize", "zeros", "ones", "empty", "seed")
"""Functions whose numbers have to fit others, or count nothing."""


def with_fewer(tree: ast.Module) -> ast.Module:
    r"""Return a program whose large counts are small: those handed to functions, or given a name.

    Examples
    --------
    >>> print(ast.unparse(with_fewer(ast.parse("n = 60000\nx = draw(n, 100_000)[:9000]"))))
    n = 300
    x = draw(n, 300)[:9000]
    """
    return Fewer().visit(tree)


def has_many(tree: ast.Module) -> bool:
    """Return whether there is a count to be lowered."""
    return ast.dump(tree) != ast.dump(with_fewer(ast.parse(ast.unparse(tree))))


class Fewer(ast.NodeTransformer):
    """Lowers counts."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Lower what is handed to a function."""
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name not in SHAPES:
            node.args = [lowered(each) for each in node.args]
            for keyword in node.keywords:
                keyword.value = lowered(keyword.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Lower what is given a name."""
        self.generic_visit(node)
        node.value = lowered(node.value)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        """Lower what stands in for an argument."""
        self.generic_visit(node)
        node.defaults = [lowered(each) for each in node.defaults]
        return node


def lowered(node: ast.expr) -> ast.expr:
    """Return a large whole number as a small one, and anything else as it is."""
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= MANY:
        return ast.copy_location(ast.Constant(FEW), node)
    return node
