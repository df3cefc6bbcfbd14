"""Functions of one known meaning that a program calls, and nothing in it defines.

People paste a part of a program: ``A = sigmoid(Z)`` is in it, ``def sigmoid`` is not.
"""

import ast
import re
from collections.abc import Iterator

from clearprop.check.script.source.unimported import binds, first_place, is_of_all

MEANT = (
    (r"sigmoid|sigm|sig|logistic|expit", "1 / (1 + np.exp(-z))"),
    (r"tanh", "np.tanh(z)"),
    (r"relu", "np.maximum(z, 0)"),
)
"""Names of activations, and what they compute."""
DERIVED = (
    (r"sigmoid|sigm|sig|logistic", "z * (1 - z)", "np.exp(-z) / (1 + np.exp(-z)) ** 2"),
    (r"tanh", "1 - z ** 2", "1 - np.tanh(z) ** 2"),
    (r"relu", "(z > 0) * 1.0", "(z > 0) * 1.0"),
)
"""Names of activations, with their derivatives of their outputs, and of their inputs."""
BEFORE = r"(?:d|d_|der_|deriv_|derivative_|derivative_of_|diff_|grad_)"
BEHIND = r"(?:_?d|_?der|_?deriv|_?derivative|_?prime|_?grad|_?gradient|_)"
INPUTS = re.compile(r"^(z|zs|net|s|pre\w*|\w*_z|z\w?\d+|net_?\w*)$", re.IGNORECASE)
OUTPUTS = re.compile(r"^(a\w?\d*|h\d*|o\d*|y_?\w*|out\w*|l\d+|activ\w*|\w*_out\w*)$", re.IGNORECASE)


def undefined(tree: ast.Module) -> dict[str, str]:
    """Return the functions that a program calls and never binds, with what they compute of z.

    A derivative is left out where the names of its arguments do not say whether it is meant of
    the activation's input or of its output.

    Examples
    --------
    >>> undefined(ast.parse("a = sigmoid(z); d = e * tanh_prime(h)"))
    {'sigmoid': '1 / (1 + np.exp(-z))', 'tanh_prime': '1 - z ** 2'}
    >>> undefined(ast.parse("from mine import sigmoid; a = sigmoid(z)"))
    {}
    """
    calls = list(calls_of_one_argument(tree))
    if not calls or any(is_of_all(node) for node in ast.walk(tree)):
        return {}
    bound = {name for node in ast.walk(tree) for name in binds(node)}
    found: dict[str, str] = {}
    for call in calls:
        name = getattr(call.func, "id", "")
        if name and name not in bound and name not in found:
            given = [each.args[0] for each in calls if getattr(each.func, "id", "") == name]
            found.update((name, computed) for computed in meant(name, given))
    return found


def calls_of_one_argument(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls with one argument."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            yield node


def meant(name: str, given: list[ast.expr]) -> Iterator[str]:
    """Yield what a function of this name computes of z, where that is certain."""
    for words, computed in MEANT:
        if re.fullmatch(words, name, re.IGNORECASE):
            yield computed
    for words, of_output, of_input in DERIVED:
        known = rf"{BEFORE}(?:{words})|(?:{words}){BEHIND}"
        if re.fullmatch(known, name, re.IGNORECASE):
            names = [called(each) for each in given]
            if of_output == of_input or all(map(INPUTS.match, names)):
                yield of_input
            elif all(map(OUTPUTS.match, names)):
                yield of_output


def called(node: ast.expr) -> str:
    """Return the name of a variable or an attribute; an empty one of anything else."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def with_usual_functions(tree: ast.Module) -> ast.Module:
    """Return a program that defines first what it calls without; lines stay where they are."""
    wanted = undefined(tree)
    if not wanted:
        return tree
    texts = (
        "def {}(z):\n    import numpy as np\n    return {}".format(*each) for each in wanted.items()
    )
    defined = [ast.parse(text).body[0] for text in texts]
    for function in defined:
        for node in ast.walk(function):
            if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.alias):
                node.lineno, node.end_lineno = 1, 1
    place = first_place(tree)
    tree.body[place:place] = defined
    return tree
