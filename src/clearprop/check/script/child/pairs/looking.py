"""Look for the pairs of a program, while nothing that it computes is recorded."""

import ast
import contextlib
import os
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.check.script.child.pairs.comparing import compared, is_equal
from clearprop.check.script.child.pairs.finding import Own, own_functions, pairs_of
from clearprop.check.script.child.pairs.loss_slopes import loss_slopes_in
from clearprop.check.script.child.pairs.losses import compared_loss, is_loss, of_objects
from clearprop.check.script.child.pairs.objects import layer_pairs
from clearprop.check.script.child.pairs.slopes import slopes_in
from clearprop.check.script.child.record.patience import EnoughError
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.observed import Pair
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.syntax import Function, read_tree

TRAINS = re.compile(
    r"train|fit|learn|back|updat|step(?!_?(func|fn|act))|descen|optimi", re.IGNORECASE
)
MAX_PAIRS = 60
SECONDS = 0.7
"""Of processor time, for one pair."""


class Quiet(Recorder):
    """A recorder that records nothing: the same function is called very often."""

    def tick(self) -> int:
        """Return no time, and end what takes too long."""
        self.now += 1
        if self.now % 64 == 0 and time.process_time() > self.until:
            raise EnoughError
        return 0

    def content(self, value: Any) -> int | None:
        """Return no number."""
        return None

    def operation(
        self, name: str, line: int, operands: tuple[Any, ...], result: Any, call: Any = None
    ) -> Any:
        """Return the result of an operation."""
        self.tick()
        return result

    def look(self, line: int, place: str, value: Any) -> None:
        """Leave what is held alone."""

    def differences(self, line: int, lines: int) -> bool:
        """Return that no loop is to be left."""
        return False


def pairs_of_modules(
    tree: ast.Module, folder: str, files: Sequence[str], seconds: float
) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Return the pairs of classes of a program's modules that it names, and those not called.

    Parameters
    ----------
    tree : ast.Module
        The program, as it is written.
    folder : str
        Modules in it are the program's own.
    files : sequence of str
        Its modules.
    seconds : float
        Of processor time.
    """
    named = {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(tree)}
    quiet = Quiet(seconds)
    quiet.files = list(files)
    homes = {name: home for home in own_modules() if (name := inside(home, folder)) is not None}
    found: list[tuple[Own | None, Own]] = []
    for number, name in enumerate(files, start=1):
        if name in homes:
            of_module = read_tree(Path(folder, name))
            found += layer_pairs(homes.pop(name), of_module, number, named)
    with quietly({}, {}, quiet), np.errstate(all="ignore"):
        return called(found, quiet, time.process_time() + seconds)


def own_modules() -> Iterator[dict[str, Any]]:
    """Yield the globals of the modules that were rewritten."""
    yield from (vars(m) for m in list(sys.modules.values()) if RECORDER in vars(m))


def inside(home: Mapping[str, Any], folder: str) -> str | None:
    """Return where a module lies in a folder; None of one that has no file."""
    path = home.get("__file__")
    return None if path is None else os.path.relpath(path, folder)


def called(
    found: list[tuple[Own | None, Own]], quiet: Quiet, until: float
) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Return the pairs that could be called until then, and the names of those that could not."""
    pairs: list[Pair] = []
    uncalled: list[str] = []
    for forward, back in found[:MAX_PAIRS]:
        pair = None
        quiet.until = min(until, time.process_time() + SECONDS)
        if forward is not None and time.process_time() < until:
            with contextlib.suppress(EnoughError):
                pair = compared(forward, back)
        if pair is None:
            uncalled.append(back.found.name)
        else:
            pairs.append(pair)
    return tuple(pairs), tuple(uncalled)


def pairs_in(
    namespace: dict[str, Any], tree: ast.Module, folder: str, recorder: Recorder, seconds: float
) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Return the pairs of a program that could be called, and what goes back and could not.

    Parameters
    ----------
    namespace : dict
        The program's globals, after it ran.
    tree : ast.Module
        The program, as it is written.
    folder : str
        Modules in it are the program's own.
    recorder : Recorder
        That of the program.
    seconds : float
        Of processor time.
    """
    functions = own_functions(namespace, recorder, folder)
    until = time.process_time() + seconds
    quiet = Quiet(seconds)
    quiet.files, quiet.divides_whole = recorder.files, recorder.divides_whole
    with quietly(namespace, functions, quiet), np.errstate(all="ignore"):
        every = [*pairs_of(functions, tree), *layer_pairs(namespace, tree)]
        pairs, names = called(every, quiet, until)
        found, uncalled = list(pairs), list(names)
        for name, pair in losses_in(functions, namespace, tree, quiet, until):
            if pair is not None:
                found.append(pair)
            elif "." in name:
                uncalled.append(name)
        quiet.until = min(until, time.process_time() + SECONDS)
        with contextlib.suppress(EnoughError):
            more, uncalled = slopes_alone(functions, namespace, tree, uncalled)
            found += more
    return tuple(found), tuple(uncalled)


def slopes_alone(
    functions: Mapping[str, Own],
    namespace: Mapping[str, Any],
    tree: ast.Module,
    uncalled: list[str],
) -> tuple[list[Pair], list[str]]:
    """Return what is told of derivatives of activations and losses, and what stays uncalled.

    That they are right says enough of a program that holds nothing else.
    """
    of_losses = {pair.back: pair for pair in loss_slopes_in(functions, namespace, tree)}
    found = [of_losses[name] for name in uncalled if name in of_losses]
    left = [name for name in uncalled if name not in of_losses]
    others = [*slopes_in(functions, namespace, tree)]
    others += [pair for name, pair in of_losses.items() if name not in uncalled]
    told = {pair.back.rpartition(".")[2] for pair in (*found, *others)}
    is_all = not left and not trains(tree, told)
    return [*found, *(pair for pair in others if is_all or is_wrong(pair))], left


def is_wrong(pair: Pair) -> bool:
    """Return whether something of a pair is not what it should be."""
    return not all(map(is_equal, pair.shares))


def trains(tree: ast.Module, told: set[str]) -> bool:
    """Return whether a program has others than these functions or methods that train, by name."""
    names = {part.name for part in ast.walk(tree) if isinstance(part, Function)}
    return any(map(TRAINS.search, names - told))


def losses_in(
    functions: Mapping[str, Own],
    namespace: Mapping[str, Any],
    tree: ast.Module,
    quiet: Quiet,
    until: float,
) -> Iterator[tuple[str, Pair | None]]:
    """Yield what returns a loss and its gradient, functions and objects of the program itself."""
    used = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    for name, own in functions.items():
        if is_loss(own) and (not own.file or name in used) and time.process_time() < until:
            quiet.until = min(until, time.process_time() + SECONDS)
            with contextlib.suppress(EnoughError):
                yield name, compared_loss(own)
    lines = {node.name: line_of_loss(node) for node in tree.body if isinstance(node, ast.ClassDef)}
    classes = {name: namespace[name] for name in lines if isinstance(namespace.get(name), type)}
    quiet.until = until
    with contextlib.suppress(EnoughError):
        for name, pair in of_objects(classes, lambda name: lines[name]):
            yield f"{name}.loss", pair


def line_of_loss(node: ast.ClassDef) -> int:
    """Return the line of a class's method ``loss``, else its own."""
    lines = [part.lineno for part in node.body if getattr(part, "name", "") == "loss"]
    return next(iter(lines), node.lineno)


@contextlib.contextmanager
def quietly(
    namespace: dict[str, Any], functions: Mapping[str, Any], quiet: Recorder
) -> Iterator[None]:
    """Let a program's functions report to a recorder that records nothing."""
    homes = {id(namespace): namespace} if RECORDER in namespace else {}
    homes |= {id(own.namespace): own.namespace for own in functions.values()}
    homes |= {id(home): home for home in own_modules()}
    before = {key: home[RECORDER] for key, home in homes.items()}
    state = random.getstate(), np.random.get_state()
    for home in homes.values():
        home[RECORDER] = quiet
    try:
        yield
    finally:
        random.setstate(state[0])
        np.random.set_state(state[1])
        for key, home in homes.items():
            home[RECORDER] = before[key]
