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
from clearprop.derivation.graphs.idioms import Idioms

LONGEST_WORD = 8
"""Letters of a word that may stand for a product, ``wx``."""
CONSTANTS: Mapping[str, float] = {"e": math.e, "pi": math.pi, "π": math.pi}
"""Names that have a value without being given one."""
SIGNS = str.maketrans({"÷": "/", "∕": "/", "⁄": "/", "−": "-", "–": "-", "^": "**", "⊙": "*"})
TIMES = re.compile("[×·⋅∙∗]")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
EXPONENT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
FRACTION = re.compile(r"(\d*)([¼½¾⅐-⅞])")
RESULT = re.compile(r"^\s*\w+\s*=(?!=)")
SUBSCRIPT = re.compile(r"([₀-₉])(?=[^\W\d])")
TRANSPOSED = re.compile(r"\s*\^\s*(?:\{T\}|T|⊤)|ᵀ|⊤")
NORM = re.compile(r"\|\|(.+?)\|\||‖(.+?)‖")
BETWEEN_BARS = re.compile(r"\|([^|]+)\|")
ROOT = re.compile(r"√\s*(\w+|(?=\())")
SIGMA = re.compile(r"σ(?=\s*\()")
PIECE = re.compile(r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\d_]))|(?P<name>\w+)|\S")


def parsed(text: str, values: Collection[str], example: str, *, product: str = "*") -> ast.expr:
    """Return the tree of an expression in which these names have values.

    ``e`` to a power is ``exp``, and ``e`` and ``π`` are numbers, where they are no names of values.

    Raises
    ------
    InputError
        If it is no expression.
    """
    try:
        with warnings.catch_warnings():  # Python warns of what readers refuse
            warnings.simplefilter("ignore")
            tree = ast.parse(for_python(text, values, product=product), mode="eval")
            return Idioms(values).visit(_Constants(values).visit(tree)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise invalid_argument("expression", text, "it cannot be read.", example) from None


def for_python(text: str, names: Collection[str] = (), *, product: str = "*") -> str:
    """Return an expression in Python's signs.

    Parameters
    ----------
    text : str
    names : collection of str
        What has a value: ``a(1 − a)`` is a product if ``a`` is among them, a call if not, and
        ``wx`` one if ``w`` and ``x`` are, and it is not.
    product : {"*", "@"}, default="*"
        What ``·``, ``×`` and names side by side mean: with matrices their product, ``"@"``.

    Examples
    --------
    >>> for_python("L = ½(a − y)²", {"a", "y"})
    '0.5*(a - y)**2'
    >>> for_python("2x + a(1 − a)", {"a", "x"}), for_python("e^(−|w·x|)", {"w", "x"})
    ('2*x + a*(1 - a)', 'e**(-abs(w*x))')
    >>> for_python("2 W₁ᵀx ⊙ y + ‖Wx‖²", {"W", "W1", "x", "y"}, product="@")
    '2*W1.T@x * y + norm(W@x)**2'
    """
    text = FRACTION.sub(_mixed, RESULT.sub("", text).strip())
    text = EXPONENT.sub(lambda found: f"**{_in_brackets(found[0].translate(RAISED))}", text)
    text = text if "T" in names else TRANSPOSED.sub(".T ", text)
    text = SUBSCRIPT.sub(rf"\1{product}", text.replace("ᵀ", ".T "))
    text = as_identifier(text).translate(SIGNS)
    text = NORM.sub(lambda found: f"norm({found[1] or found[2]})", text)
    text = ROOT.sub(_root, BETWEEN_BARS.sub(r"abs(\1)", text))
    return _with_products(TIMES.sub(product, SIGMA.sub("sigmoid", text)), names, product)


def as_identifier(name: str) -> str:
    """Return a name as Python's parser reads it: ``W₁`` is ``W1``, fullwidth ``ａ`` is ``a``."""
    return unicodedata.normalize("NFKC", name)


def _in_brackets(number: str) -> str:
    return number if number.isdecimal() else f"({number})"


def _mixed(found: re.Match[str]) -> str:
    """Return a fraction with the whole number before it, if there is one: 2½ is 2.5."""
    value = int(found[1] or 0) + unicodedata.numeric(found[2])
    if value * 8 == int(value * 8):
        return f"{value:g}"
    return f"({found[1]}+{found[2]})" if found[1] else f"({found[2]})"


def _root(found: re.Match[str]) -> str:
    return f"sqrt({found[1]})" if found[1] else "sqrt"


def _with_products(text: str, names: Collection[str], product: str) -> str:
    """Return the text with the sign of a product wherever two factors stand side by side."""
    factors, whole, end, before = {*names, *CONSTANTS}, [], 0, ""
    for piece in PIECE.finditer(text):
        begins = piece["name"] is not None or piece[0] == "("
        called = text[piece.end() :].lstrip().startswith("(")
        letters = [] if called else _letters(piece["name"] or "", factors)
        shown = product.join(letters) or piece[0]
        whole += [before if before and begins else text[end : piece.start()], shown]
        end = piece.end()
        transposed = piece[0] == "T" and text[piece.start() - 1 : piece.start()] == "."
        ends = piece[0] == ")" or piece["name"] in factors or transposed or bool(letters)
        before = "*" if piece["number"] is not None else product if ends else ""
    return "".join(whole)


def _letters(word: str, factors: Collection[str]) -> list[str]:
    """Return the names that a word which is none itself is put together from, ``wx`` of w and x."""
    if word in factors:
        return [word]
    for length in range(len(word) - 1, 0, -1) if len(word) <= LONGEST_WORD else ():
        rest = _letters(word[length:], factors)
        if word[:length] in factors and rest:
            return [word[:length], *rest]
    return []


class _Constants(ast.NodeTransformer):
    """Replaces e to a power, e and π, where they are no names of values."""

    def __init__(self, values: Collection[str]) -> None:
        self.values = values

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        base = node.left
        is_e = isinstance(base, ast.Name) and base.id == "e" and "e" not in self.values
        self.generic_visit(node)
        if not (is_e and isinstance(node.op, ast.Pow)):
            return node
        called = ast.Call(ast.Name("exp", ast.Load()), [node.right], [])
        return ast.copy_location(called, node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.values or node.id not in CONSTANTS:
            return node
        return ast.copy_location(ast.Constant(CONSTANTS[node.id]), node)
