"""Expressions as people write them, ½(a − y)², read by Python's parser.

Signs of mathematics become those of Python, products without a sign get one, and the name in
front, as in ``L = …``, is left out. Nothing is ever executed.
"""

import ast
import math
import re
import unicodedata
import warnings
from collections.abc import Collection, Mapping

from clearprop._errors import invalid_argument

LONGEST = 10_000
"""Characters of an expression; Python's parser would run out of memory on a hostile one."""
SIGNS = str.maketrans(
    {**dict.fromkeys("×·⋅∙∗", "*"), "÷": "/", "−": "-", "–": "-", "^": "**", "√": "sqrt"}
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
EXPONENT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
FRACTION = re.compile("[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]")
ROOT = re.compile(r"√\s*(\w+)")
RESULT = re.compile(r"^\s*\w+\s*=(?!=)")
SUBSCRIPT = re.compile(r"([₀-₉])(?=[^\W\d])")
NUMBER = r"(?<![\w.])(?>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
BESIDE = re.compile(rf"({NUMBER})\s*(?=[^\W\d]|\()|(\))\s*(?=\(|\w)|\b([^\W\d]\w*)\s*(?=\()")
"""What a product without a sign begins with: a number, a bracket's end, or a name before a ( ."""


def parsed(text: str, values: Collection[str], example: str) -> ast.expr:
    """Return the tree of an expression in which these names have values.

    ``e`` to a power is ``exp``, and ``π`` a number, where they are no names of values.

    Raises
    ------
    InputError
        If it is no expression.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        why = f"it is no text of at most {LONGEST} signs."
        raise invalid_argument("expression", text, why, example)
    try:
        with warnings.catch_warnings():  # Python warns of what readers refuse
            warnings.simplefilter("ignore")
            tree = ast.parse(for_python(text, values), mode="eval")
            return _Constants(values).visit(tree).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise invalid_argument("expression", text, "it cannot be read.", example) from None


def for_python(text: str, names: Collection[str] = ()) -> str:
    """Return an expression in Python's signs; a name in `names` before a bracket is a factor.

    Examples
    --------
    >>> for_python("L = ½(a − y)²")
    '(1/2)*(a - y)**(2)'
    >>> for_python("2x + a(1 − a)", {"a", "x"})
    '2*x + a*(1 - a)'
    """
    text = RESULT.sub("", text)
    text = FRACTION.sub(lambda found: f"({_quotient(found[0])})", text)
    text = EXPONENT.sub(lambda found: f"**({found[0].translate(RAISED)})", text)
    text = SUBSCRIPT.sub(r"\1*", text)
    text = ROOT.sub(r"sqrt(\1)", text).translate(SIGNS)
    text = unicodedata.normalize("NFKC", text).replace("σ(", "sigmoid(").strip()

    def product(found: re.Match[str]) -> str:
        number, end, name = found.groups()
        return f"{found[0]}*" if number or end or name in names else found[0]

    return BESIDE.sub(product, text)


def _quotient(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign).replace("\N{FRACTION SLASH}", "/")


class _Constants(ast.NodeTransformer):
    """Replaces e to a power, and π, where they are no names of values."""

    CONSTANTS: Mapping[str, float] = {"π": math.pi, "pi": math.pi}

    def __init__(self, values: Collection[str]) -> None:
        self.values = values

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        base = node.left
        is_e = isinstance(base, ast.Name) and base.id == "e" and "e" not in self.values
        if not (is_e and isinstance(node.op, ast.Pow)):
            return node
        called = ast.Call(ast.Name("exp", ast.Load()), [node.right], [])
        return ast.copy_location(called, node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.values or node.id not in self.CONSTANTS:
            return node
        return ast.copy_location(ast.Constant(self.CONSTANTS[node.id]), node)
