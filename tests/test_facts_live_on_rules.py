"""Facts about a rule are attributes of it: no code compares the name of a rule with a text.

The rules are activations, losses, update rules and solvers. What the files of `src` hold is read
as syntax trees, so that nothing needs to run.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from clearprop import ACTIVATIONS, LOSSES
from clearprop.training.solvers import SOLVERS
from clearprop.updates import UPDATES

SOURCE = Path(__file__).parents[1] / "src" / "clearprop"
RULES = {*ACTIVATIONS, *LOSSES, *SOLVERS, *UPDATES}
FOLDERS = ("activations", "losses", "training/solvers", "updates")
"""Where a rule's own file stands; it may say its name."""
ALLOWED = {
    # scikit-learn's own names at its own door
    "estimators/rules.py": {"squared_error"},
}
"""The names, or collections of names, that a file still compares with."""
OTHER_MEANINGS = {("scaling", "identity")}
"""Attributes whose values are no rules, and their words: Marquardt's scaling of the damping."""


class Comparison(NamedTuple):
    """A place where code branches on the name of a rule."""

    line: int
    name: str


def names_in(node: ast.AST) -> set[str]:
    """Return the names of rules among the texts of a literal: a text, a collection, a dict."""
    texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {text for text in texts if isinstance(text, str) and text in RULES}


def is_literal(node: ast.AST) -> bool:
    """Return whether a node is a text, or a collection or dict written out."""
    if isinstance(node, ast.Call):  # frozenset({…})
        return getattr(node.func, "id", "") in ("set", "frozenset", "tuple", "dict")
    return isinstance(node, (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict))


def holds_names(literal: ast.AST) -> bool:
    """Return whether most texts in a collection, or keys of a dict, are names of rules."""
    keys = literal.keys if isinstance(literal, ast.Dict) else ast.walk(literal)
    texts = [one.value for one in keys if isinstance(one, ast.Constant)]
    return 2 * sum(text in RULES for text in texts) > len(texts)


def collections_in(tree: ast.Module) -> dict[str, bool]:
    """Return the constants of a file that are collections: whether they hold names of rules."""
    found = {}
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else []
        targets = node.targets if isinstance(node, ast.Assign) else targets
        value = getattr(node, "value", None)
        if value is not None and is_literal(value):
            names = [one.id for one in targets if isinstance(one, ast.Name)]
            found |= dict.fromkeys(names, holds_names(value))
    return found


@cache
def tree_of(file: Path) -> ast.Module:
    """Return a file's statements; an empty tree of one that is not there."""
    return ast.parse(file.read_text(encoding="utf-8") if file.exists() else "")


@cache
def collections_of_names() -> set[str]:
    """Return the constants of all files that hold names of rules, mostly: ``FIRST_ORDER``."""
    trees = map(tree_of, SOURCE.rglob("*.py"))
    return {name for tree in trees for name, holds in collections_in(tree).items() if holds}


def is_name(node: ast.AST) -> bool:
    """Return whether a node is ``something.name``."""
    return isinstance(node, ast.Attribute) and node.attr == "name"


def named_by(node: ast.AST) -> set[str]:
    """Return the names of rules that a literal holds, or the constant that holds such names."""
    if is_literal(node):
        return names_in(node)
    label = getattr(node, "id", getattr(node, "attr", ""))
    return {label} & collections_of_names()


def comparisons(tree: ast.AST) -> Iterator[Comparison]:
    """Yield where names of rules are compared, looked up, or taken apart."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            about = {getattr(side, "attr", "") for side in sides}
            for side in sides:
                for name in named_by(side):
                    if not any((attribute, name) in OTHER_MEANINGS for attribute in about):
                        yield Comparison(node.lineno, name)
            if any(map(is_name, sides)) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                part = getattr(node.left, "value", None)  # "half" in rule.name
                if isinstance(part, str) and any(part in rule for rule in RULES):
                    yield Comparison(node.lineno, part)
        elif isinstance(node, ast.Subscript) and is_name(node.slice):  # FORMULAS[rule.name]
            yield from (Comparison(node.lineno, name) for name in named_by(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "get" and node.args and is_name(node.args[0]):
                yield from (Comparison(node.lineno, name) for name in named_by(node.func.value))
            if node.func.attr in ("startswith", "endswith") and is_name(node.func.value):
                part = getattr(node.args[0], "value", "")
                if part and any(part in rule for rule in RULES):
                    yield Comparison(node.lineno, part)


def files() -> dict[str, Path]:
    """Return every file that is not a rule's own, by its path below the package."""
    found = {file.relative_to(SOURCE).as_posix(): file for file in sorted(SOURCE.rglob("*.py"))}
    return {path: file for path, file in found.items() if not path.startswith(FOLDERS)}


def test_no_file_compares_the_name_of_a_rule():
    trees = {path: tree_of(file) for path, file in files().items()}
    found = [
        f"{path}:{comparison.line} compares with {comparison.name!r}"
        for path, tree in trees.items()
        for comparison in comparisons(tree)
        if comparison.name not in ALLOWED.get(path, ())
        and collections_in(tree).get(comparison.name, True)  # else its own, of something else
    ]
    assert not found


def test_nothing_is_allowed_that_no_longer_stands_there():
    for path, names in ALLOWED.items():
        found = {comparison.name for comparison in comparisons(tree_of(SOURCE / path))}
        assert names <= found, path


@pytest.mark.parametrize(
    "code",
    [
        'layer.activation.name == "identity"',
        'rule.name in ("adam", "sgd")',
        'loss == "poisson"',
        '"half" in loss.name',
        'loss.name.endswith("cross_entropy")',
        '{"sigmoid": 2, "tanh": 6}.get(rule.name, 6)',
        '{"sigmoid": 2}[rule.name]',
        'rule.name in frozenset({"adam"})',
    ],
)
def test_a_comparison_is_found(code):
    assert list(comparisons(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "layer.activation.is_identity",
        'self.scaling == "identity"',
        'ACTIVATIONS.make("softmax")',
        "loss.canonical == output.name",
        'stop_reason.name == "divergence"',
    ],
)
def test_other_code_is_left_alone(code):
    assert not list(comparisons(ast.parse(code)))
