"""Expressions that report: operators, calls of libraries, elements and slices that are read."""

import ast

from clearprop.check.script.source.instrument.reports import at, recorded, sliced

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
}
EQUAL: dict[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!="}


class ReportedExpressions(ast.NodeTransformer):
    """Puts calls of the recorder into expressions."""

    owner: str | None = None
    """The class whose methods are being rewritten."""

    def __init__(self, *, numbers: bool = False) -> None:
        self.numbers = numbers
        """True if numbers that stand in the program are reported, and single elements."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Return ``recorder.binary("@", line, left, right)`` for ``left @ right``."""
        if is_written_out(node):
            return node
        left, right = self.visit(node.left), self.visit(node.right)
        symbol = OPERATORS.get(type(node.op))
        if isinstance(node.op, ast.Mod) and is_text(node.left):
            return recorded("formatted", node, left, right)
        if symbol is None or is_text(node.left):
            return at(ast.BinOp(left, node.op, right), node)
        return recorded("binary", node, ast.Constant(symbol), left, right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Return a reported −x."""
        operand = self.visit(node.operand)
        whole = at(ast.UnaryOp(node.op, operand), node)
        if not isinstance(node.op, ast.USub) or isinstance(node.operand, ast.Constant):
            return whole
        return recorded("negative", node, operand)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Return ``recorder.compared("==", line, left, right)`` for ``left == right``."""
        self.generic_visit(node)
        symbol = EQUAL.get(type(node.ops[0]))
        both = [node.left, *node.comparators]
        if symbol is None or len(both) > 2 or any(isinstance(one, ast.Constant) for one in both):
            return node
        return recorded("compared", node, ast.Constant(symbol), *both)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Return a call whose function reports, where it is one of a library's."""
        arguments = [self.visit(part) for part in node.args]
        keywords = [self.visit(part) for part in node.keywords]
        if isinstance(node.func, ast.Attribute):
            owner = self.visit(node.func.value)
            name = mangled(node.func.attr, self.owner)
            function = recorded("method", node, owner, ast.Constant(name))
            if is_super(node.func.value):  # super() must stay as it is written
                function = at(ast.Attribute(node.func.value, node.func.attr, ast.Load()), node)
        elif isinstance(node.func, ast.Name):
            function = recorded("function", node, node.func)
            if node.func.id in ("super", "locals", "globals", "vars", "eval", "exec", "print"):
                function = node.func
        else:
            function = self.visit(node.func)
        return at(ast.Call(function, arguments, keywords), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Return an element or a slice, reported where it is read."""
        text = ast.unparse(node)
        value = self.visit(node.value)
        index = self.index(node.slice)
        if not isinstance(node.ctx, ast.Load):
            return at(ast.Subscript(value, index, node.ctx), node)
        if isinstance(node.value, ast.Attribute) and node.value.attr in ("c_", "r_"):
            return recorded("joined", node, value, index)
        if any(isinstance(part, ast.Slice | ast.Starred) for part in ast.walk(node.slice)):
            return recorded("part", node, value, sliced(index, node))
        if self.numbers:
            return recorded("item", node, ast.Constant(text), value, index)
        return recorded("part", node, value, index)

    def index(self, node: ast.expr) -> ast.expr:
        """Return an index, whose parts are reported: ``p[range(m), labels]``."""
        if isinstance(node, ast.Tuple):
            parts = [
                recorded("index", node, self.visit(part))
                if isinstance(part, ast.Name | ast.Attribute | ast.Call)
                else self.visit(part)
                for part in node.elts
            ]
            return at(ast.Tuple(parts, ast.Load()), node)
        return self.visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Return a number, reported if it is a fraction and all numbers are."""
        if not self.numbers or not isinstance(node.value, float):
            return node
        return recorded("literal", node, ast.Constant(node.col_offset), node)

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.MatchValue:
        """Return a pattern as it is."""
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        """Return a formatted text as it is."""
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Return a small function whose operations report."""
        node.body = self.visit(node.body)
        return node


def is_written_out(node: ast.expr) -> bool:
    """Return whether a value is made of written numbers alone: ``1 / (2.0 * math.pi)``.

    Whole numbers are not, where they are divided: that depends on the version of Python.
    """
    match node:
        case ast.Constant(int() | float()) | ast.Attribute(ast.Name(), "pi" | "e"):
            return True
        case ast.BinOp(left, op, right) if is_written_out(left) and is_written_out(right):
            values = [getattr(part, "value", None) for part in ast.walk(node)]
            has_point = any(isinstance(value, float | ast.Name) for value in values)
            return has_point or not isinstance(op, ast.Div)
    return False


def is_text(node: ast.expr) -> bool:
    """Return whether an expression is a text, as in ``"%d" % n``."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_super(node: ast.expr) -> bool:
    """Return whether this is ``super()``."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def mangled(name: str, owner: str | None) -> str:
    """Return an attribute's name as Python keeps it: ``__W`` of a class is ``_Net__W``."""
    if owner is None or not name.startswith("__") or name.endswith("__"):
        return name
    return f"_{owner.lstrip('_')}{name}"
