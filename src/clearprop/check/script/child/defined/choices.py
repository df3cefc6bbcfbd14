"""Words and functions of a program that one of its arguments may be."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

WORDS = re.compile(r"name|title|path|file|folder|dir$", re.IGNORECASE)
"""Parts of names of what a text stands for."""
LIKELY_WORDS = ("sigmoid", "tanh", "relu", "mse", "sgd", "train")
"""Words that a program compares an argument with, the likeliest first."""


def word_for(name: str, tree: ast.AST, namespace: Mapping[str, Any]) -> str | None:
    """Return a word that an argument may be: one that the program compares it with, or a name."""
    own = namespace.get(name.upper())
    if isinstance(own, str):
        return own
    compared = list(words_beside(name, tree))
    likely = [word for known in LIKELY_WORDS for word in compared if known in word.lower()]
    found = next(iter([*likely, *compared, *(["model"] if WORDS.search(name) else [])]), None)
    return found and sys.intern(found)  # some programs ask ``kind is "relu"``


def words_beside(name: str, tree: ast.AST) -> Iterator[str]:
    """Yield the words that a name, or an attribute of that name, is compared with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:
            left = node.left
            called = getattr(left, "id", getattr(left, "attr", ""))
            if called.strip("_") == name.strip("_"):
                for part in ast.walk(node.comparators[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def own_function(name: str, namespace: dict[str, Any]) -> Any:
    """Return the function of the program that an argument may stand for: an activation, or f′."""
    derived = re.search(r"prime|deriv|grad|^d_|_d$", name, re.IGNORECASE)
    words = ("sigmoid", "tanh", "relu") if "activ" in name.lower() else ("mse", "loss", "cost")
    if "activ" not in name.lower() and not re.search(r"loss|cost", name, re.IGNORECASE):
        return None
    for word in words:
        for own, value in namespace.items():
            if word in own.lower() and callable(value) and not isinstance(value, type):
                is_derived = re.search(r"prime|deriv|grad|^d_|_d$", own, re.IGNORECASE)
                if bool(is_derived) == bool(derived):
                    return value
    return None
