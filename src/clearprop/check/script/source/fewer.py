"""Fewer of what a program makes before it trains, where its time runs out over that."""

import ast
from collections.abc import Mapping
from typing import NamedTuple

BATCHES = 4
"""Batches into which few samples are parted, where a program names their size."""
BATCH = "batch"
"""Stands in the names of such sizes."""


class Counts(NamedTuple):
    """Whole numbers from which a count is lowered, and what it becomes."""

    many: int
    few: int
    batch: int | None = None
    """What the size of a larger batch becomes; None leaves batches as they are."""

    def with_batches(self) -> "Counts":
        """Return the counts with batches that are a part of so few samples."""
        return self._replace(batch=self.few // BATCHES)


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
    >>> print(ast.unparse(with_fewer(ast.parse("n = 2 ** bits"))))
    n = 300 if 2 ** bits >= 5000 else 2 ** bits
    >>> text = "def fit(X, batch_size=1000): pass"
    >>> print(ast.unparse(with_fewer(ast.parse(text), OF_ARRAYS.with_batches())))
    def fit(X, batch_size=75):
        pass
    """
    lowering = Fewer(counts)
    tree = lowering.visit(tree)
    return AlsoInFormulas(lowering.lowered).visit(tree)


def has_many(tree: ast.Module, counts: Counts = OF_ARRAYS) -> bool:
    """Return whether there is a count to be lowered."""
    lowering = Fewer(counts)
    lowering.visit(ast.parse(ast.unparse(tree)))
    return bool(lowering.lowered) or lowering.has_bounded


class Fewer(ast.NodeTransformer):
    """Lowers counts that are handed to functions or given a name, and notes which."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.lowered: dict[int, int] = {}
        """What became of each count."""
        self.has_bounded = False
        """True if a power, of which the text does not tell how large it is, was bounded."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Lower what is handed to a function."""
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name not in SHAPES:
            constants = [each.value for each in node.args if isinstance(each, ast.Constant)]
            words = [each for each in constants if isinstance(each, str)]  # --batch_size
            node.args = [self.less(each) for each in node.args]
            for keyword in node.keywords:
                keyword.value = self.less(keyword.value, *words, keyword.arg)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Lower what is given a name."""
        self.generic_visit(node)
        node.value = self.less(node.value, *map(ast.unparse, node.targets))
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        """Lower what stands in for an argument."""
        self.generic_visit(node)
        names = [each.arg for each in (*node.posonlyargs, *node.args)]
        last = names[len(names) - len(node.defaults) :]
        node.defaults = [
            self.less(each, name) for each, name in zip(node.defaults, last, strict=True)
        ]
        return node

    def less(self, node: ast.expr, *names: str | None) -> ast.expr:
        """Return a large whole number as a small one, and anything else as it is.

        Of a batch, which one of its names says, that is one larger than it may be.
        """
        if is_power(node):
            self.has_bounded = True
            power, (many, few, _) = ast.unparse(node), self.counts
            bound = ast.parse(f"{few} if {power} >= {many} else {power}", mode="eval").body
            return ast.fix_missing_locations(ast.copy_location(bound, node))
        if not isinstance(node, ast.Constant) or type(node.value) is not int:
            return node
        many, few, batch = self.counts
        if batch is not None and any(BATCH in (name or "").lower() for name in names):
            many = few = batch
        if node.value <= few or node.value < many:
            return node
        self.lowered[node.value] = few
        return ast.copy_location(ast.Constant(few), node)


def is_power(node: ast.expr) -> bool:
    """Return whether an expression is a power of a whole number: of 2, by a sum of numbers.

    Examples
    --------
    >>> [is_power(ast.parse(text, mode="eval").body) for text in ("2 ** (bits - 2)", "x ** 2")]
    [True, False]
    """
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Pow):
        return False
    base, exponent = node.left, node.right
    plain = (ast.Name, ast.Constant, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Load)
    is_whole = isinstance(base, ast.Constant) and type(base.value) is int and base.value > 1
    return is_whole and all(isinstance(part, plain) for part in ast.walk(exponent))


class AlsoInFormulas(ast.NodeTransformer):
    """Lowers, in products and quotients, the counts that were lowered elsewhere."""

    def __init__(self, lowered: Mapping[int, int]) -> None:
        self.lowered = lowered

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
        return ast.copy_location(ast.Constant(self.lowered.get(node.value, node.value)), node)
