"""Fewer of what a program makes before it trains, where its time runs out over that."""

import ast
from typing import NamedTuple


class Counts(NamedTuple):
    """Whole numbers from which a count is lowered, and what it becomes."""

    many: int
    few: int


OF_ARRAYS, OF_NUMBERS = Counts(5000, 300), Counts(400, 60)
"""Those of programs that compute with arrays, and with single numbers."""
SHAPES = ("reshape", "resize", "zeros", "ones", "empty", "seed")
"""Functions whose numbers have to fit others, or count nothing."""


def with_fewer(tree: ast.Module, counts: Counts = OF_ARRAYS) -> ast.Module:
    r"""Return a program whose large counts are small: those handed to functions, or given a name.

    What is divided by such a count, or multiplied, is so by the small one.

    Examples
    --------
    >>> text = "n = 60000\nx = draw(n, 100_000)[:9000]\nmean = sum(x) / 100_000"
    >>> print(ast.unparse(with_fewer(ast.parse(text))))
    n = 300
    x = draw(n, 300)[:9000]
    mean = sum(x) / 300
    """
    lowering = Fewer(counts)
    tree = lowering.visit(tree)
    return AlsoInFormulas(lowering.lowered, counts).visit(tree)


def has_many(tree: ast.Module, counts: Counts = OF_ARRAYS) -> bool:
    """Return whether there is a count to be lowered."""
    lowering = Fewer(counts)
    lowering.visit(ast.parse(ast.unparse(tree)))
    return bool(lowering.lowered)


class Fewer(ast.NodeTransformer):
    """Lowers counts that are handed to functions or given a name, and notes which."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.lowered: set[int] = set()

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Lower what is handed to a function."""
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name not in SHAPES:
            node.args = [self.less(each) for each in node.args]
            for keyword in node.keywords:
                keyword.value = self.less(keyword.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Lower what is given a name."""
        self.generic_visit(node)
        node.value = self.less(node.value)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        """Lower what stands in for an argument."""
        self.generic_visit(node)
        node.defaults = [self.less(each) for each in node.defaults]
        return node

    def less(self, node: ast.expr) -> ast.expr:
        """Return a large whole number as a small one, and anything else as it is."""
        if not isinstance(node, ast.Constant) or type(node.value) is not int:
            return node
        if node.value < self.counts.many:
            return node
        self.lowered.add(node.value)
        return ast.copy_location(ast.Constant(self.counts.few), node)


class AlsoInFormulas(ast.NodeTransformer):
    """Lowers, in products and quotients, the counts that were lowered elsewhere."""

    def __init__(self, lowered: set[int], counts: Counts) -> None:
        self.lowered, self.counts = lowered, counts

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        """Lower both sides."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult | ast.Div):
            node.left, node.right = self.less(node.left), self.less(node.right)
        return node

    def less(self, node: ast.expr) -> ast.expr:
        """Return a count that was lowered elsewhere as it is there, and anything else as it is."""
        if not isinstance(node, ast.Constant) or type(node.value) is not int:
            return node
        few = ast.copy_location(ast.Constant(self.counts.few), node)
        return few if node.value in self.lowered else node
