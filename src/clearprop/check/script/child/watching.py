"""Run a program as it stands for a moment, and watch what it computes."""

import ast
import contextlib
import dataclasses
import itertools
import os
import re
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from clearprop._text import Text
from clearprop.check.script.child.arrays.steps import Steps
from clearprop.check.script.child.defined.driving import drivers, functions_of, is_source
from clearprop.check.script.child.defined.engines import engines
from clearprop.check.script.child.defined.layers import JOINED, are_joined
from clearprop.check.script.child.defined.standing_alone import Alone, is_alone
from clearprop.check.script.child.defined.users import USED_BY, users
from clearprop.check.script.child.looks import SHORTEST
from clearprop.check.script.child.missing.madeup import MadeUp
from clearprop.check.script.child.pairs.alone import compared_alone
from clearprop.check.script.child.pairs.looking import (
    Quiet,
    pairs_in,
    pairs_of_modules,
    quietly,
)
from clearprop.check.script.child.record.patience import EnoughError
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.child.record.running import define
from clearprop.check.script.child.record.trouble import line_in, trouble_of
from clearprop.check.script.child.remedies import UNREACHABLE
from clearprop.check.script.child.scalars.recording import ScalarRecorder
from clearprop.check.script.child.scalars.steps import ScalarSteps
from clearprop.check.script.child.trainings import Trainings
from clearprop.check.script.observed import FILE, Pair, Trouble, Watched
from clearprop.check.script.source.syntax import read_tree

Pairs = tuple[tuple[Pair, ...], tuple[str, ...]]
"""What goes back and could be called, and the names of what could not."""
ARRAYS, NUMBERS, DRIVEN_SECONDS = 3.0, 2.0, 2.0
"""Of processor time: for the program itself, again for its single numbers, and for its parts."""
LEFT_OUT = Text(
    "What failed before the training, or beside it, was left out: {why}.",
    "训练之前或训练之外失败的语句已略去：{why}。",
)
STOPS = Text("Run by itself, the program stops: {why}.", "程序自行运行时会停止：{why}。")
PAIRS_SECONDS = 2.0
"""Of processor time, in which ways back are called beside ways forward."""
OF_ARGUMENTS = re.compile(
    r"'(int|float|list|tuple|str|dict|function|NoneType|numpy\.\w+)' object"
    r"|too many values|not enough"
)
"""What Python says of arguments that are none such as the program wants."""
PRODUCT = re.compile(
    r"\.(dot|matmul|mm)\(|[\w)\]] ?@ ?\(*(?!\w+\.(com|edu|org|net|cn|io|ac|de)\b)[A-Za-z_]"
)
"""Signs of a product of matrices, in the text of a program: addresses of people are none."""
TOTAL, BRIEFLY = 6.5, 4.0
"""Of processor time, for all of that; and for the arrays of the program itself alone."""


def watch(
    path: str, tree: ast.Module, folder: str, seconds: float = TOTAL, *, briefly: bool = False
) -> Watched:
    """Run a program until it has trained for a few steps, and return what was seen.

    Its arrays are watched first, and its single numbers where no array learns.

    Parameters
    ----------
    path : str
        Named in tracebacks; modules beside it are rewritten and watched as well.
    tree : ast.Module
        The program.
    folder : str
        Modules in it are the program's own.
    seconds : float
        Of processor time, if that is less than is taken anyway.
    briefly : bool
        Only what its arrays do as it stands, and no parts of it.
    """
    until = time.process_time() + min(seconds, BRIEFLY if briefly else TOTAL)
    made_up = MadeUp(folder, path)
    made_up.arrange()
    recorder, scalars = Recorder(ARRAYS), ScalarRecorder(NUMBERS)
    arrays = Watching(path, folder, made_up, recorder, lambda: Steps(recorder.trace), until)
    single = Watching(path, folder, made_up, scalars, lambda: ScalarSteps(scalars), until)
    if briefly:
        return arrays.all_of_it(tree, ARRAYS)
    seen = of_program(arrays, single, tree)
    has_told = seen.meets_targets or seen.pairs or seen.uncalled
    return seen if has_told else arrays.with_pairs_of_modules(seen)


def of_program(arrays: "Watching", single: "Watching", tree: ast.Module) -> Watched:
    """Return what is seen of a program's arrays, its pairs, its single numbers and its parts."""
    seen = arrays.with_pairs(arrays.all_of_it(tree, ARRAYS))
    if seen.trains and not has_single_units(seen):
        return seen
    if is_of_pairs(seen) and not has_gradients_alone(arrays):
        return with_failure_of(seen, seen)
    found = what_trains(arrays, single, seen)
    fails = None if found.trains else furthest(arrays.failures)
    return dataclasses.replace(
        found, pairs=(*found.pairs, *seen.pairs), uncalled=seen.uncalled, fails=fails
    )


def furthest(failures: Sequence[Trouble]) -> Trouble | None:
    """Return the failure that lies furthest down in the program, if several calls stop there.

    Before it may fail what is handed samples in a form that it does not take, or a number where it
    wants an object.
    """
    own = [each for each in failures if each.line and not OF_ARGUMENTS.match(each.message.en)]
    lines = Counter(each.line for each in own)
    last = max(lines, default=0)
    return next(each for each in own if each.line == last) if lines[last] > 1 else None


def is_full(trouble: Trouble | None) -> bool:
    """Return whether a program was stopped for want of memory."""
    return trouble is not None and trouble.kind == "MemoryError"


def is_of_pairs(seen: Watched) -> bool:
    """Return whether most of what goes back in a program could be called; it does not train.

    Slopes of activations alone are not all of a program that had no time to train.
    """
    is_all = seen.finished or not all(pair.is_slope for pair in seen.pairs)
    return not seen.trains and len(seen.pairs) > len(seen.uncalled) and is_all


def what_trains(arrays: "Watching", single: "Watching", seen: Watched) -> Watched:
    """Return what is seen of a program's single numbers, or of its parts, where that trains."""
    path, folder, made_up, until = arrays.path, arrays.folder, arrays.made_up, arrays.until
    recorder = arrays.recorder
    looks = [lambda: arrays.parts_of_it()]
    moves = any(step.moves for step in seen.steps)
    if seen.steps and (moves or not has_gradients_alone(arrays)):
        found = single.all_of_it(read_tree(Path(path)), NUMBERS)
        larger = weights_in(found) > weights_in(seen)
        return dataclasses.replace(found, later=seen.later) if larger else seen
    if not recorder.products:
        looks.insert(0, lambda: used(Path(path), folder, made_up, until))
    if recorder.gave_up:
        looks.insert(0, lambda: patiently(arrays, path))
    if not recorder.trace.has_matrices or recorder.vectors:
        waits = recorder.gave_up and writes_products(Path(folder), [path, *recorder.files])
        looks.insert(int(waits), lambda: single.all_of_it(read_tree(Path(path)), NUMBERS))
        looks.append(lambda: single.parts_of_it())
        looks.append(lambda: used(Path(path), folder, made_up, until, numbers=True))
    if engines(arrays.namespace) or has_gradients_alone(arrays):
        looks.insert(0, lambda: arrays.parts_of_it())
    for look in looks:
        if time.process_time() > until:
            break
        found = look()
        if found is not None and (found.trains or found.descents):
            return with_failure_of(seen, found)
    return seen


def writes_products(folder: Path, files: Sequence[str]) -> bool:
    """Return whether a program's text multiplies matrices: its data may be many single numbers."""
    return any(PRODUCT.search((folder / name).read_text("utf-8", "replace")) for name in files)


def has_gradients_alone(arrays: "Watching") -> bool:
    """Return whether a program, or a module of it, has a gradient by a vector of parameters."""
    modules = [own for own in arrays.modules if is_source(own.get("__file__"))]
    held = [
        (arrays.namespace, Path(arrays.path)),
        *((own, Path(own["__file__"])) for own in modules),
    ]
    return any(
        name in names and is_alone(found)
        for names, path in held
        for name, found in functions_of(read_tree(path)).items()
    )


def with_failure_of(itself: Watched, part: Watched) -> Watched:
    """Return what is seen of a part of a program, with what stops the whole.

    That may also be what was made up.
    """
    trouble = itself.trouble
    part = dataclasses.replace(part, trouble=trouble)
    if trouble is None or itself.made_up or trouble.kind in UNREACHABLE:
        return part
    why = Text(*(f"{trouble.kind}: {said}" for said in trouble.message))
    made_up = (*part.made_up, STOPS.filled(why=why))
    return dataclasses.replace(part, made_up=made_up, stops=True)


def patiently(arrays: "Watching", path: str) -> Watched:
    """Return what is seen of arrays that come after very many single numbers: of data, perhaps."""
    arrays.recorder.waits = True
    return arrays.all_of_it(read_tree(Path(path)), ARRAYS)


def has_single_units(seen: Watched) -> bool:
    """Return whether all weights are vectors, each perhaps of one neuron of several."""
    weights = [layer.weights for step in seen.steps for layer in step.layers]
    return bool(weights) and all(each.before.ndim == 1 for each in weights)


def shapes_in(seen: Watched) -> set[tuple[int, ...]]:
    """Return the shapes of the weights of all steps that were seen."""
    return {layer.weights.before.shape for step in seen.steps for layer in step.layers}


def weights_in(seen: Watched) -> int:
    """Return how many weights the largest step that was seen has."""
    sizes = [sum(layer.weights.before.size for layer in step.layers) for step in seen.steps]
    return max(sizes, default=0)


def used(
    module: Path, folder: str, made_up: MadeUp, until: float, *, numbers: bool = False
) -> Watched | None:
    """Return what is seen of a program that imports a module; None where none of them trains.

    Of its arrays, or, with `numbers`, of its single numbers.
    """
    until = min(until, time.process_time() + ARRAYS)
    for path in users(module, Path(folder)):
        left = until - time.process_time()
        if left < 0:
            break
        recorder, reader = recorder_of(left, numbers=numbers)
        recorder.files.append(os.path.relpath(path, folder))
        watching = Watching(str(path), folder, made_up, recorder, reader, until)
        try:
            seen = watching.all_of_it(read_tree(path), left)
        except (SyntaxError, ValueError):  # that program is none
            continue
        if str(module.relative_to(folder)) in seen.files and rests_on_modules(seen):
            note = USED_BY.filled(name=path.name)
            return dataclasses.replace(seen, made_up=(*seen.made_up, note))
    return None


def rests_on_modules(seen: Watched) -> bool:
    """Return whether a step was made of anything in a module, and not by the first file alone.

    A program may import a module whose network it then writes anew.
    """
    pieces = [
        piece
        for step in seen.steps
        for layer in step.layers
        for piece in (layer.weights, layer.bias)
        if piece is not None
    ]
    lines = {line for each in pieces for line in (each.line, *(m.line for m in each.made_of))}
    return any(line >= 2 * FILE for line in lines)


def recorder_of(
    seconds: float, *, numbers: bool
) -> tuple[Recorder, Callable[[], Steps | ScalarSteps]]:
    """Return what records arrays, or single numbers, and what reads the steps in them."""
    if numbers:
        scalars = ScalarRecorder(seconds)
        return scalars, lambda: ScalarSteps(scalars)
    arrays = Recorder(seconds)
    return arrays, lambda: Steps(arrays.trace)


class Watching(Trainings):
    """Looks at a program until it learns, as it stands or in parts."""

    failures: Sequence[Trouble] = ()
    """What stopped its parts where they were called on made-up numbers, each in its line."""

    def all_of_it(self, tree: ast.Module, seconds: float) -> Watched:
        """Run the program as it stands; again, with more of what it lacks, where it learns nothing.

        What stopped it last, before anything was left out, is told unless it learns.
        """
        trouble = first = told = self.looked_at(tree, seconds)
        until = min(self.until, time.process_time() + 2 * seconds)
        while self.helps(trouble) and time.process_time() < until:
            if self.is_out_of_time and has_gradients_alone(self):
                break
            trouble = self.looked_at(read_tree(Path(self.path)), seconds)
            first = first if self.recorder.lenient else trouble
            told = told if is_full(trouble) or self.is_shorter else trouble
        trouble = (
            told  # what fails of data as large as were made up, or as few as were kept, is ours
        )
        seen = self.every_training(trouble)
        if not self.recorder.lenient or first is None or trouble == first:
            return seen
        if not seen.trains:
            return dataclasses.replace(seen, trouble=first)
        note = LEFT_OUT.filled(why=Text(*(f"{first.kind}: {said}" for said in first.message)))
        return dataclasses.replace(seen, made_up=(*seen.made_up, note))

    @property
    def is_out_of_time(self) -> bool:
        """True if the last look ended for want of time, and showed no step."""
        return time.process_time() > self.recorder.until and not self.finished and not self.steps()

    def parts_of_it(self) -> Watched | None:
        """Let the program's own functions train; None where nothing trains.

        A call that fails after it has trained may have been meant otherwise: another one is better.
        One that fails in its first step shows half of it. Of gradients that stand alone, each
        counts as a training.
        """
        until = min(self.until, time.process_time() + DRIVEN_SECONDS)
        as_written = read_tree(Path(self.path))
        failed: Watched | None = None
        alone: dict[str, Watched] = {}
        own = drivers(self.namespace, as_written, self.modules)
        parts = (driver.calls() for driver in own)
        for note, call in itertools.chain.from_iterable(parts):
            left = until - time.process_time()
            if left < 0 or (alone and not isinstance(call, Alone)):
                break
            if isinstance(call, Alone) and call.gradient.name in alone:
                continue
            trouble = None
            with self.quietly(min(left, DRIVEN_SECONDS / 2)):
                self.tell_globals()
                try:
                    call()
                except Exception as error:
                    trouble = trouble_of(error, line_in(error, self.path))
                    self.failures = [*self.failures, trouble]
            seen = self.watched(trouble, (*self.made_up.notes, note))
            if (
                not seen.trains
                or seen.breaks_off
                or (note is JOINED and not are_joined(shapes_in(seen)))
            ):
                continue
            if trouble is None and isinstance(call, Alone):
                alone[call.gradient.name] = self.with_loss(call, seen)
            elif trouble is None:
                return seen
            failed = failed or seen
        if alone:
            first, *others = alone.values()
            return dataclasses.replace(first, later=tuple(others))
        return failed

    def with_loss(self, call: Alone, seen: Watched) -> Watched:
        """Return what is seen of a gradient that stands alone, beside differences of its loss."""
        quiet = Quiet(SHORTEST)
        with quietly(self.namespace, {}, quiet), contextlib.suppress(EnoughError):
            pair = compared_alone(call)
            pairs = () if pair is None else (pair,)
            return dataclasses.replace(seen, lines=(call.gradient.line,), pairs=pairs)
        return seen

    def with_pairs(self, seen: Watched) -> Watched:
        """Return what is seen of a program, and of its functions that go forward and back."""

        def look(seconds: float) -> Pairs:
            tree = read_tree(Path(self.path))
            define(read_tree(Path(self.path)), self.path, self.recorder, self.namespace)
            return pairs_in(self.namespace, tree, self.folder, self.recorder, seconds)

        return self.with_found(look, seen)

    def with_pairs_of_modules(self, seen: Watched) -> Watched:
        """Return what is seen of a program, and of the layers of its modules that it names."""

        def look(seconds: float) -> Pairs:
            tree = read_tree(Path(self.path))
            return pairs_of_modules(tree, self.folder, seen.files, seconds)

        return self.with_found(look, seen)

    def with_found(self, look: Callable[[float], Pairs], seen: Watched) -> Watched:
        """Return what is seen of a program with pairs that are looked for, so long."""
        left = max(SHORTEST, min(PAIRS_SECONDS, self.until - time.process_time()))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                pairs, uncalled = look(left)
        except (EnoughError, Exception):  # it calls functions of the program
            return seen
        return dataclasses.replace(seen, pairs=pairs, uncalled=uncalled)
