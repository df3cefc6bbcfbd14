"""Expressions as people write them on paper or type them in a chat, for Python's parser.

``2x²``, ``σ(w·x + b)``, ``|a − y|``, ``√(x)``, ``（a＋b）``, ``W₁ᵀ`` become ``2*x**2``,
``sigmoid(w*x + b)``, ``abs(a - y)``, ``sqrt(x)``, ``(a+b)``, ``W1.T``.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping

CONSTANTS: Mapping[str, float] = {"e": math.e, "pi": math.pi, "π": math.pi}
"""Names that have a value without being given one."""
SIGNS = str.maketrans({"−": "-", "–": "-", "÷": "/", "∕": "/", "⁄": "/", "⊙": "*", "^": "**"})
TIMES = str.maketrans("·⋅∙×", "****")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
POWER = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
FRACTION = re.compile("(\\d*)([¼½¾⅐-⅞])")
BETWEEN_BARS = re.compile(r"\|([^|]+)\|")
ROOT = re.compile(r"√\s*(\w+|(?=\())")
SIGMA = re.compile(r"σ(?=\s*\()")
PIECE = re.compile(r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\d_]))|(?P<name>\w+)|\S")


def for_python(text: str, names: Collection[str], *, matrices: bool = False) -> str:
    """Return an expression in the signs that Python's parser reads.

    Parameters
    ----------
    text : str
    names : collection of str
        What has a value: ``x(y + 1)`` is a product if ``x`` is among them, a call if not.
    matrices : bool, default=False
        Whether the names are matrices. Then ``·``, ``×`` and letters side by side stay as they are,
        which is refused: they might mean either product.

    Examples
    --------
    >>> for_python("2x² − |w·x|", {"x", "w"}), for_python("(a+b)(a−b)", {"a", "b"})
    ('2*x**2 - abs(w*x)', '(a+b)*(a-b)')
    >>> for_python("e^(−z)/(1+e^(−z))^2", {"z"}), for_python("3 tanh(z)", {"z"})
    ('e**(-z)/(1+e**(-z))**2', '3*tanh(z)')
    """
    text = text.strip().replace("ᵀ", ".T")
    text = POWER.sub(lambda found: f"**{_in_brackets(found[0].translate(RAISED))}", text)
    text = FRACTION.sub(lambda found: f"({found[1] or 0}+{found[2]})", text)
    text = as_identifier(text).translate(SIGNS)
    text = BETWEEN_BARS.sub(r"abs(\1)", text)
    text = SIGMA.sub("sigmoid", ROOT.sub(_root, text))
    return text if matrices else _with_every_product(text.translate(TIMES), {*names, *CONSTANTS})


def as_identifier(name: str) -> str:
    """Return a name as Python's parser reads it: ``W₁`` is ``W1``, fullwidth ``ａ`` is ``a``."""
    return unicodedata.normalize("NFKC", name)


def _in_brackets(number: str) -> str:
    return number if number.isdecimal() else f"({number})"


def _root(found: re.Match[str]) -> str:
    return f"sqrt({found[1]})" if found[1] else "sqrt"


def _with_every_product(text: str, names: Collection[str]) -> str:
    """Return the text with a ``*`` wherever two factors stand side by side."""
    whole, end, value_before = [], 0, False
    for piece in PIECE.finditer(text):
        begins = piece["name"] is not None or piece[0] == "("
        if value_before and begins:
            whole.append("*")
        else:
            whole.append(text[end : piece.start()])
        whole.append(piece[0])
        end = piece.end()
        value_before = piece["number"] is not None or piece[0] == ")" or piece["name"] in names
    return "".join(whole)
