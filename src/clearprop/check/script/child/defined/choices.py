"""Words and functions of a program that one of its arguments may be."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

WORDS = re.compile(r"name|title|path|file|folder|dir$", re.IGNORECASE)
"""Parts of names of what a text stands for."""
DERIVED = re.compile(r"prime|deriv|grad|^d_|_d$", re.IGNORECASE)
OF_ACTIVATION = re.compile(r"activ", re.IGNORECASE)
OF_LOSS = re.compile(r"loss|cost", re.IGNORECASE)
"""Parts of names of functions that are handed over."""
FIRST_WORDS = ("sigmoid", "tanh", "relu")
LOSS_WORDS = ("mse", "loss", "cost")
"""Parts of names of what they may stand for, the likeliest first."""
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
    if OF_ACTIVATION.search(name):
        words = FIRST_WORDS
    elif OF_LOSS.search(name):
        words = LOSS_WORDS
    else:
        return None
    is_derived = DERIVED.search(name) is not None
    own = [
        (called.lower(), value)
        for called, value in namespace.items()
        if callable(value) and not isinstance(value, type)
        if (DERIVED.search(called) is not None) == is_derived
    ]
    return next((value for word in words for called, value in own if word in called), None)
