"""Arguments of a command line, for a program that wants some and was given none."""

import argparse
import ast
import getopt
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HIDDEN, CLASSES = 6, 10
"""Units of a hidden layer, and of the last."""
COUNTS = (
    (re.compile(r"batch", re.IGNORECASE), 8),
    (re.compile(r"(^n|n_|num\w*|number\w*)layers", re.IGNORECASE), 2),
    (re.compile(r"hidden|unit|neuron|layer|nodes", re.IGNORECASE), HIDDEN),
)
"""Whole numbers by what their names speak of."""
COUNTED = re.compile(r"epoch|iter|steps|(^|_)n(um)?_|size$|dim$", re.IGNORECASE)
"""Names of other whole numbers."""
FEW, RATE = 3, 0.1
TABLES = (".csv", ".data", ".txt", ".json")
"""Endings of files that a program may want to be told of, the likeliest first."""
TRAINS = re.compile(r"train|fit|learn", re.IGNORECASE)
OTHERS = re.compile(r"test|predict|eval|infer|load|help|debug|demo|none|quit", re.IGNORECASE)
"""Words of a command line that lead past the training."""
NETWORKS = re.compile(r"train|fit|learn|mlp|net|\bnn|backprop", re.IGNORECASE)
MAX_ARGUMENTS = 20
STEM = 6
"""Letters that tell a word."""
OPTIONS: list[str] = []
"""What parses the options that were made up; nothing as long as none were."""
PASSED_OVER: set[str] = set()
"""Tables beside the program that it could not read."""


class Given(str):
    """An argument that nobody gave: the name of a file, or a number where one is wanted.

    A program that compares it with a word is told that it is this word; it has its letters then.
    """

    name: str
    word: str | None

    def __new__(cls, name: str = "") -> "Given":
        """Return one for what is called so."""
        made = super().__new__(cls, a_file(name))
        made.name, made.word = name, None
        return made

    def __eq__(self, other: object) -> bool:
        if self.word is None and isinstance(other, str) and is_a_choice(other):
            self.word = other
        return other == self.word if self.word is not None else super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return super().__hash__()

    def __str__(self) -> str:
        return super().__str__() if self.word is None else self.word

    def __getitem__(self, index: Any) -> str:
        return str.__getitem__(str(self), index)

    def __int__(self) -> int:
        return next((number for words, number in COUNTS if words.search(self.name)), FEW)

    def __float__(self) -> float:
        return RATE


def is_a_choice(word: str) -> bool:
    """Return whether a word may be one that a program wants to train with.

    Examples
    --------
    >>> is_a_choice("relu"), is_a_choice("predict"), is_a_choice("--verbose"), is_a_choice("x.csv")
    (True, False, False, False)
    """
    return word.isidentifier() and not OTHERS.search(word)


def a_file(name: str = "") -> str:
    """Return the name of a table beside the program; of one that is not there, if there is none.

    Parameters
    ----------
    name : str
        What the program calls it: the file's name has most of these words, or their beginnings.
    """
    words = [word.lower()[:STEM] for word in re.split(r"[\W_]+", name) if word]

    def unlikeliness(file: Path) -> tuple[int, int, bool]:
        letters = re.sub(r"[\W_]", "", file.name.lower())
        said = sum(word in letters for word in words)
        return -said, TABLES.index(file.suffix.lower()), not TRAINS.search(file.name)

    files = tables()
    return str(min(files, key=unlikeliness)) if files else "data.csv"


def tables() -> list[Path]:
    """Return the tables beside the program, but for those that it could not read."""
    found = (file for file in sorted(Path().rglob("*.*")) if file.suffix.lower() in TABLES)
    return [file for file in found if str(file) not in PASSED_OVER]


def passes_over() -> bool:
    """Pass over the tables that were given as arguments; return whether there are others."""
    given = {str.__str__(each) for each in sys.argv if isinstance(each, Given)}
    if not given or {str(file) for file in tables()} <= given:
        return False
    PASSED_OVER.update(given)
    return True


def wanted(tree: ast.AST) -> list[str]:
    """Return as many arguments as a program looks for in ``sys.argv``; none, if it never does.

    An argument that it compares with a word is that word.

    Examples
    --------
    >>> wanted(ast.parse("if sys.argv[1] == 'train': fit(sys.argv[2])"))[0]
    'train'
    """
    words: dict[int, str] = {}
    count = 0
    for node in ast.walk(tree):
        if (place := place_of(node)) is not None:
            count = max(count, place)
        elif isinstance(node, ast.Compare) and len(node.comparators) == 1:
            place, other = place_of(node.left), constant_of(node.comparators[0])
            if place and isinstance(other, str) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                likely = place not in words or TRAINS.search(other)
                words[place] = other if likely else words[place]
            if place and isinstance(node.ops[0], ast.In | ast.NotIn):
                allowed = [constant_of(part) for part in ast.walk(node.comparators[0])]
                named = [word for word in allowed if isinstance(word, str)]
                named.sort(key=lambda word: not NETWORKS.search(word))
                words[place] = next(iter(named), words.get(place, ""))
            if is_count(node.left) and isinstance(other, int):
                exact = isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.Lt)
                count = max(count, other - exact)
    return [words.get(place) or Given() for place in range(1, min(count, MAX_ARGUMENTS) + 1)]


def place_of(node: ast.AST) -> int | None:
    """Return n of ``argv[n]``; None of anything else."""
    if not isinstance(node, ast.Subscript) or not is_argv(node.value):
        return None
    place = constant_of(node.slice)
    return place if isinstance(place, int) else None


def is_argv(node: ast.AST) -> bool:
    """Return whether this is ``sys.argv``."""
    return (isinstance(node, ast.Name) and node.id == "argv") or (
        isinstance(node, ast.Attribute) and node.attr == "argv"
    )


def is_count(node: ast.AST) -> bool:
    """Return whether this is ``len(sys.argv)``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "len"
        and len(node.args) == 1
        and is_argv(node.args[0])
    )


def constant_of(node: ast.AST) -> Any:
    """Return the value of a constant; None of anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def give(tree: ast.AST, *, anew: bool = False) -> bool:
    """Give a program the arguments that it looks for; return whether that changes anything.

    If they are given `anew`, the tables among them may be others now.
    """
    found = wanted(tree)
    has_options = not OPTIONS and any(map(is_getopt, ast.walk(tree)))
    OPTIONS.extend(["getopt"] * has_options)
    if len(found) < len(sys.argv) - anew:
        return has_options
    sys.argv[1:] = found
    return True


def is_getopt(node: ast.AST) -> bool:
    """Return whether this is ``getopt.getopt``, or ``gnu_getopt``."""
    return getattr(node, "attr", getattr(node, "id", "")) in ("getopt", "gnu_getopt")


def opted(real: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``getopt.getopt``, which makes up every option that has a value, if none is given.

    It does so once a program has been seen to do nothing without.
    """

    def parse(args: Any, shortopts: str, longopts: Any = ()) -> Any:
        if args or not OPTIONS:
            return real(args, shortopts, longopts)
        long = [longopts] if isinstance(longopts, str) else longopts
        names = [f"-{letter}" for letter in re.findall(r"(\w):", shortopts)]
        names += [f"--{name[:-1]}" for name in long if name.endswith("=")]
        return [(name, Given(name.strip("-"))) for name in names], []

    return parse


def filled(real: Callable[..., Any]) -> Callable[..., Any]:
    """Return a parser's ``parse_known_args`` that makes up what it must be given and was not."""

    def parse(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        given = [] if args is None and any(isinstance(a, Given) for a in sys.argv) else args
        found, rest = real(self, given, namespace)
        for action in missing(self, found):
            if isinstance(action, argparse._SubParsersAction):
                names = sorted(action.choices, key=lambda name: not TRAINS.search(name))
                setattr(found, action.dest, names[0])
                found, _ = action.choices[names[0]].parse_known_args([], found)
            else:
                setattr(found, action.dest, value_for(action))
        return found, rest

    return parse


def missing(parser: argparse.ArgumentParser, found: Any) -> Iterator[argparse.Action]:
    """Yield what has no value and must have one; a choice of commands always must."""
    for action in parser._actions:
        is_command = isinstance(action, argparse._SubParsersAction) and bool(action.choices)
        if (action.required or is_command) and getattr(found, action.dest, None) is None:
            yield action


def value_for(action: argparse.Action) -> Any:
    """Return a made-up value for an argument, of its type."""
    if action.choices:
        value: Any = next(iter(action.choices))
    else:
        given = Given(action.dest)
        try:
            value = given if action.type is str else as_type(action.type, given)
        except (ValueError, TypeError, argparse.ArgumentTypeError):
            value = given
    if action.nargs in ("+", "*") and value == HIDDEN:
        return [HIDDEN, CLASSES]
    if isinstance(action.nargs, int):
        return [value] * action.nargs
    return [value] if action.nargs in ("+", "*") else value


def as_type(kind: Any, given: Given) -> Any:
    """Return an argument as its parser wants it."""
    return kind(given) if callable(kind) else given


def no_error(self: argparse.ArgumentParser, message: str) -> None:
    """Stand in for the end of a program whose arguments are missing."""


def arrange() -> None:
    """Let parsers of arguments make up what is missing."""
    argparse.ArgumentParser.error = no_error  # type: ignore[method-assign]
    real = argparse.ArgumentParser.parse_known_args
    argparse.ArgumentParser.parse_known_args = filled(real)  # type: ignore[method-assign]
    getopt.getopt = opted(getopt.getopt)
    getopt.gnu_getopt = opted(getopt.gnu_getopt)


def fire(component: Any = None, *_: Any, **__: Any) -> Any:
    """Stand in for ``fire.Fire``: call a function with what it must be given made up."""
    return component(**needed(component)) if callable(component) else None


def needed(function: Any) -> dict[str, Any]:
    """Return made-up values of the arguments that a function must be given, by their names."""
    import inspect

    parameters = inspect.signature(function).parameters.values()
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        each.name: kind_of(each)(Given(each.name))
        for each in parameters
        if each.kind in kinds and each.default is inspect.Parameter.empty
    }


def kind_of(parameter: Any) -> Callable[[Given], Any]:
    """Return what an argument is made of: its type, or a number where its name counts something."""
    if parameter.annotation in (int, float):
        return parameter.annotation
    if parameter.annotation is str:
        return lambda given: given
    counts = COUNTED.search(parameter.name) or any(w.search(parameter.name) for w, _ in COUNTS)
    return int if counts else lambda given: given
