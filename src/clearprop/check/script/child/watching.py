"""Run a program as it stands for a moment, and watch what it computes."""

import ast
import contextlib
import dataclasses
import functools
import itertools
import os
import random
import re
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child import arguments
from clearprop.check.script.child.arrays.steps import MAX_STEPS, Steps
from clearprop.check.script.child.datasets import ROWS
from clearprop.check.script.child.driving import Driver
from clearprop.check.script.child.engines import engines
from clearprop.check.script.child.graphs.descents import descents
from clearprop.check.script.child.madeup import ANSWERS, MadeUp
from clearprop.check.script.child.own_data import has_no_rows
from clearprop.check.script.child.pairs.looking import pairs_in
from clearprop.check.script.child.patience import EnoughError
from clearprop.check.script.child.recording import Recorder
from clearprop.check.script.child.running import (
    define,
    expects_lists,
    forget_own_modules,
    of_python_2,
    own_modules,
    run,
)
from clearprop.check.script.child.scalars.descents import descents as scalar_descents
from clearprop.check.script.child.scalars.recording import ScalarRecorder
from clearprop.check.script.child.scalars.steps import ScalarSteps
from clearprop.check.script.child.stubs import Stub
from clearprop.check.script.child.trace import Trace
from clearprop.check.script.child.trouble import trouble_of
from clearprop.check.script.child.users import USED_BY, users
from clearprop.check.script.messages import MAX_NUMBERS, Descent, ObservedStep, Trouble, Watched
from clearprop.check.script.source.fewer import has_many
from clearprop.check.script.source.syntax import is_python_2, read_tree

PATIENCE = 4
"""Looks after which gradients are enough, although no weights have changed yet."""
MAX_SHAPES = 4
"""Shapes of made-up data that are tried after the first."""
MAX_STEP_NUMBERS = 2_000_000
"""Numbers of all steps that are told of: a message has bounds."""
ARRAYS, NUMBERS, DRIVEN_SECONDS = 3.0, 2.0, 2.0
"""Of processor time: for the program itself, again for its single numbers, and for its parts."""
FOR_IMPORTS, IMPORTED_BEFORE = 3.0, 0.5
"""Of processor time, beyond these, for the libraries that are imported: at first, and again."""
LEFT_OUT = Text(
    "What failed before the training was left out: {why}.", "训练之前失败的语句已略去：{why}。"
)
STOPS = Text("Run by itself, the program stops: {why}.", "程序自行运行时会停止：{why}。")
FEWER = Text(
    "Its time ran out before it trained: its numbers from 5000 on were lowered to 300.",
    "训练开始前时间已用完：把程序中不小于 5000 的数改成了 300。",
)
UNREACHABLE = (
    "FileNotFoundError", "PermissionError", "NotAllowedError", "NotADirectoryError", "URLError",
    "ConnectionError", "ModuleNotFoundError", "ImportError",
)  # fmt: skip
"""Failures for want of what only the author has."""
BEYOND = re.compile(r"out of|boolean index did not match")
"""What Python says of a place that is not there."""
PAIRS_SECONDS = 2.0
"""Of processor time, in which ways back are called beside ways forward."""
TOTAL, SHORTEST = 6.5, 0.5
"""Of processor time, for all of that, and for what is looked at last."""


def watch(path: str, tree: ast.Module, folder: str, seconds: float = TOTAL) -> Watched:
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
    """
    until = time.process_time() + min(seconds, TOTAL)
    made_up = MadeUp(folder, path)
    made_up.arrange()
    recorder, scalars = Recorder(ARRAYS), ScalarRecorder(NUMBERS)
    arrays = Watching(path, folder, made_up, recorder, lambda: Steps(recorder.trace), until)
    single = Watching(path, folder, made_up, scalars, lambda: ScalarSteps(scalars), until)
    seen = arrays.with_pairs(arrays.all_of_it(tree, ARRAYS))
    if seen.trains and not has_single_units(seen):
        return seen
    if is_of_pairs(seen):
        return with_failure_of(seen, seen)
    found = what_trains(arrays, single, seen)
    return dataclasses.replace(found, pairs=seen.pairs, uncalled=seen.uncalled)


def is_of_pairs(seen: Watched) -> bool:
    """Return whether most of what goes back in a program could be called; it does not train."""
    return not seen.trains and len(seen.pairs) > len(seen.uncalled)


def what_trains(arrays: "Watching", single: "Watching", seen: Watched) -> Watched:
    """Return what is seen of a program's single numbers, or of its parts, where that trains."""
    path, folder, made_up, until = arrays.path, arrays.folder, arrays.made_up, arrays.until
    recorder = arrays.recorder
    looks = [lambda: arrays.parts_of_it()]
    if seen.steps:
        found = single.all_of_it(read_tree(Path(path)), NUMBERS)
        return found if weights_in(found) > weights_in(seen) else seen
    if not recorder.products:
        looks.insert(0, lambda: used(Path(path), folder, made_up, until))
    if recorder.gave_up:
        looks.insert(0, lambda: patiently(arrays, path))
    if not recorder.trace.has_matrices or recorder.vectors:
        looks.insert(0, lambda: single.all_of_it(read_tree(Path(path)), NUMBERS))
        looks.append(lambda: single.parts_of_it())
    if engines(arrays.namespace):
        looks.insert(0, lambda: arrays.parts_of_it())
    for look in looks:
        if time.process_time() > until:
            break
        found = look()
        if found is not None and (found.trains or found.descents):
            return with_failure_of(seen, found)
    return seen


def with_failure_of(itself: Watched, part: Watched) -> Watched:
    """Return what is seen of a part of a program, with what stops the whole where that is its own.

    What stops it may also be what was made up.
    """
    trouble = itself.trouble
    if trouble is None or itself.made_up or trouble.kind in UNREACHABLE:
        return part
    why = Text(*(f"{trouble.kind}: {said}" for said in trouble.message))
    return dataclasses.replace(part, made_up=(*part.made_up, STOPS.filled(why=why)))


def patiently(arrays: "Watching", path: str) -> Watched:
    """Return what is seen of arrays that come after very many single numbers: of data, perhaps."""
    arrays.recorder.waits = True
    return arrays.all_of_it(read_tree(Path(path)), ARRAYS)


def has_single_units(seen: Watched) -> bool:
    """Return whether all weights are vectors, each perhaps of one neuron of several."""
    weights = [layer.weights for step in seen.steps for layer in step.layers]
    return bool(weights) and all(each.before.ndim == 1 for each in weights)


def weights_in(seen: Watched) -> int:
    """Return how many weights the largest step that was seen has."""
    sizes = [sum(layer.weights.before.size for layer in step.layers) for step in seen.steps]
    return max(sizes, default=0)


def used(module: Path, folder: str, made_up: MadeUp, until: float) -> Watched | None:
    """Return what is seen of a program that imports a module; None where none of them trains."""
    until = min(until, time.process_time() + ARRAYS)
    for path in users(module, Path(folder)):
        left = until - time.process_time()
        if left < 0:
            break
        recorder = Recorder(left)
        recorder.files.append(os.path.relpath(path, folder))
        reader = functools.partial(steps_of, recorder)
        watching = Watching(str(path), folder, made_up, recorder, reader, until)
        try:
            seen = watching.all_of_it(read_tree(path), left)
        except (SyntaxError, ValueError):  # that program is none
            continue
        if seen.steps and str(module.relative_to(folder)) in seen.files:
            note = USED_BY.filled(name=path.name)
            return dataclasses.replace(seen, made_up=(*seen.made_up, note))
    return None


def steps_of(recorder: Recorder) -> Steps:
    """Return the steps in what was recorded so far."""
    return Steps(recorder.trace)


class Watching:
    """One way to watch a program: by its arrays, or by its single numbers.

    Parameters
    ----------
    path, folder : str
        As for `watch`.
    made_up : MadeUp
        What stands in for things that are missing.
    recorder : Recorder
    reader : callable
        Returns the steps of what was recorded so far.
    until : float
        The processor time at which all of it should be over.
    """

    def __init__(
        self,
        path: str,
        folder: str,
        made_up: MadeUp,
        recorder: Recorder,
        reader: Callable[[], Steps | ScalarSteps],
        until: float,
    ) -> None:
        self.path, self.folder, self.made_up = path, folder, made_up
        self.recorder, self.reader, self.until = recorder, reader, until
        self.namespace: dict[str, Any] = {}
        self.is_old = is_python_2(Path(path))
        self.finished = self.has_run = False
        self.looks = 0
        recorder.has_seen_enough, recorder.fits_better = self.has_seen_enough, self.fits_better
        self.shapes = MAX_SHAPES
        self.known: tuple[tuple[int, ...], Steps | ScalarSteps, list[ObservedStep]] | None
        self.known = None

    def fits_better(self, trouble: Trouble) -> bool:
        """Return whether made-up data have another shape now, which a failure spoke of."""
        has_trained = len(self.steps()) > 1
        if not self.shapes or has_trained or not self.made_up.adapts(trouble.message.en):
            return False
        self.shapes -= 1
        return True

    def steps(self) -> list[ObservedStep]:
        """Return the steps in what was recorded so far: without products, arrays make none."""
        if not self.recorder.numbers and not self.recorder.products:
            return []
        return self.found()[1]

    def found(self) -> tuple[Steps | ScalarSteps, list[ObservedStep]]:
        """Return what was recorded so far as steps; looked through once, until there is more."""
        size = self.recorder.size()
        if self.known is None or self.known[0] != size:
            steps = self.reader()
            self.known = size, steps, list(steps.find())
        return self.known[1:]

    def has_seen_enough(self) -> bool:
        """Return whether the training was seen, or nothing but gradients for a long time."""
        self.looks += 1
        steps = self.steps()
        only_gradients = bool(steps) and steps[0].by_hand and self.looks >= PATIENCE
        whole = [step for step in steps if step.by_hand or is_whole(step)]
        is_tired = len(steps) >= MAX_STEPS and self.looks >= PATIENCE
        return len(whole) >= MAX_STEPS or only_gradients or is_tired

    @contextlib.contextmanager
    def quietly(self, seconds: float) -> Iterator[None]:
        """Let the program run for so long, without warnings, and watch its modules too."""
        seconds = min(seconds, max(SHORTEST, self.until - time.process_time()))
        self.recorder.start_again(seconds)
        self.looks = 0
        self.recorder.loaders, self.recorder.stub = self.made_up.loaders(), Stub
        self.recorder.data_for = self.made_up.data_for
        self.recorder.has_few_rows = lambda: bool(self.made_up.widths)
        own = own_modules(self.path, self.folder, self.recorder)
        with warnings.catch_warnings(), np.errstate(all="ignore"), own:
            warnings.simplefilter("ignore")
            np.random.seed(1)
            random.seed(1)
            self.finished = False
            beyond = IMPORTED_BEFORE if self.has_run else FOR_IMPORTS
            with contextlib.suppress(EnoughError), interrupted_after(seconds + beyond):
                self.has_run = True
                yield
                self.finished = True

    def all_of_it(self, tree: ast.Module, seconds: float) -> Watched:
        """Run the program as it stands; again, with more of what it lacks, where it learns nothing.

        What stopped it last, before anything was left out, is told unless it learns.
        """
        trouble = first = self.looked_at(tree, seconds)
        until = min(self.until, time.process_time() + 2 * seconds)
        while self.helps(trouble) and time.process_time() < until:
            trouble = self.looked_at(read_tree(Path(self.path)), seconds)
            first = first if self.recorder.lenient else trouble
        seen = self.watched(trouble, self.made_up.notes)
        if not self.recorder.lenient or first is None:
            return seen
        if not seen.trains:
            return dataclasses.replace(seen, trouble=trouble or first)
        note = LEFT_OUT.filled(why=Text(*(f"{first.kind}: {said}" for said in first.message)))
        return dataclasses.replace(seen, made_up=(*seen.made_up, note))

    def helps(self, trouble: Trouble | None) -> bool:
        """Change what the program finds, and return whether that may take it further."""
        if self.recorder.again:  # its data have another shape now
            return True
        if self.leaves_differences():
            return True
        if self.steps():  # a first step of few rows may show little
            return len(self.steps()) == 1 and self.makes_more(trouble)
        return (
            self.turns_old(trouble)
            or ((trouble is not None or self.finished) and self.gives())
            or self.replaces(trouble)
            or self.pretends(trouble)
            or self.answers(trouble)
            or self.makes_more(trouble)
            or self.lets_go(trouble)
            or self.makes_fewer()
        )

    def leaves_differences(self) -> bool:
        """Leave loops early that compute differences of a loss, where nothing else was reached."""
        if self.recorder.leaves_differences or self.finished or not self.recorder.measured:
            return False
        self.recorder.leaves_differences = all(step.by_hand for step in self.steps())
        return self.recorder.leaves_differences

    def turns_old(self, trouble: Trouble | None) -> bool:
        """Hand lists back, as Python 2 did, where the program counts on that."""
        if self.is_old or trouble is None or not expects_lists(trouble):
            return False
        self.is_old = True
        return True

    def looked_at(self, tree: ast.Module, seconds: float) -> Trouble | None:
        """Run the program once, and return what failed first; None where it was stopped."""
        with self.quietly(seconds):
            return self.run(tree)
        return None

    def gives(self) -> bool:
        """Give the program the arguments that it looks for."""
        return arguments.give(read_tree(Path(self.path)))

    def pretends(self, trouble: Trouble | None) -> bool:
        """Say that every file is there, where the program ended for want of one, perhaps."""
        ended = trouble is not None and trouble.kind == "SystemExit"
        ended = ended or (self.finished and self.made_up.was_asked)
        if self.made_up.pretends or not ended or self.recorder.products:
            return False
        self.made_up.pretends = True
        return True

    def replaces(self, trouble: Trouble | None) -> bool:
        """Make the data up which could not be had, for want of something of its author's."""
        if self.recorder.replaces or trouble is None or not self.recorder.lacks_data:
            return False
        self.recorder.replaces = bool(self.made_up.notes) or trouble.kind in UNREACHABLE
        return self.recorder.replaces

    def makes_more(self, trouble: Trouble | None) -> bool:
        """Make more rows up: what the program holds back leaves it nothing to train with."""
        kind = "" if trouble is None else trouble.kind
        beyond = trouble is not None and BEYOND.search(trouble.message.en) is not None
        stopped = kind in ("ValueError", "ZeroDivisionError") or (kind == "IndexError" and beyond)
        # it has fewer rows than a batch, or than it holds back
        left_out = self.finished and (self.recorder.products > 0 or has_no_rows(self.namespace))
        if not (stopped or left_out) or not self.made_up.notes or self.made_up.rows not in ROWS:
            return False
        more = ROWS[ROWS.index(self.made_up.rows) + 1 :]
        self.made_up.rows = next(iter(more), self.made_up.rows)
        return bool(more)

    def makes_fewer(self) -> bool:
        """Let the program make fewer samples where its time ran out before it multiplied any."""
        is_late = not self.finished and not self.recorder.products
        if self.recorder.fewer or not is_late or not has_many(read_tree(Path(self.path))):
            return False
        self.recorder.fewer = True
        return True

    def answers(self, trouble: Trouble | None) -> bool:
        """Answer something else to what the program asks."""
        more = ANSWERS[ANSWERS.index(self.made_up.answer) + 1 :]
        if trouble is None or not self.made_up.has_answered or not more:
            return False
        self.made_up.answer = more[0]
        return True

    def lets_go(self, trouble: Trouble | None) -> bool:
        """Leave out what fails before the training."""
        if self.recorder.lenient or trouble is None or not self.finished:
            return False
        self.recorder.lenient = True
        return True

    def parts_of_it(self) -> Watched | None:
        """Let the program's own functions train; None where nothing trains."""
        until = min(self.until, time.process_time() + DRIVEN_SECONDS)
        as_written = read_tree(Path(self.path))
        for note, call in Driver(self.namespace, as_written).calls():
            left = until - time.process_time()
            if left < 0:
                return None
            trouble = None
            with self.quietly(min(left, DRIVEN_SECONDS / 2)):
                self.tell_globals()
                try:
                    call()
                except Exception as error:
                    trouble = trouble_of(error, 0)
            seen = self.watched(trouble, (*self.made_up.notes, note))
            if seen.trains:
                return seen
        return None

    def with_pairs(self, seen: Watched) -> Watched:
        """Return what is seen of a program, and of its functions that go forward and back."""
        left = max(SHORTEST, min(PAIRS_SECONDS, self.until - time.process_time()))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = read_tree(Path(self.path))
                define(read_tree(Path(self.path)), self.path, self.recorder, self.namespace)
                found = pairs_in(self.namespace, tree, self.folder, self.recorder, left)
        except (EnoughError, Exception):  # it calls functions of the program
            return seen
        return dataclasses.replace(seen, pairs=found[0], uncalled=found[1])

    def tell_globals(self) -> None:
        """Report what the program's own names hold: ``global W`` and a step may come next."""
        for name, value in list(self.namespace.items()):
            if isinstance(value, np.ndarray) and not name.startswith("_"):
                self.recorder.stored(0, name, value)

    def run(self, tree: ast.Module) -> Trouble | None:
        """Run the program, rewritten, and return what failed first."""
        forget_own_modules()
        self.namespace = {}
        self.recorder.divides_whole = is_python_2(Path(self.path))
        self.namespace.update(of_python_2() if self.is_old else {})
        return run(tree, self.path, self.folder, self.recorder, self.namespace)

    def computes(self, seen: Sequence[ObservedStep]) -> bool:
        """Return whether there may be something to differentiate."""
        return bool(seen) or self.recorder.numbers or self.recorder.products > 0

    def watched(self, trouble: Trouble | None, made_up: Sequence[Text]) -> Watched:
        """Return what the recorder holds, cut down to a few steps of training."""
        steps: Steps | ScalarSteps = Steps(Trace())
        seen: list[ObservedStep] = []
        if self.recorder.numbers or self.recorder.products:
            steps, seen = self.found()
        if not self.finished:  # it was stopped, perhaps in the middle of a step
            seen = [step for step in seen if step.by_hand or is_whole(step)]
            seen = seen[:-1] if len(seen) > 1 and may_be_half_done(seen[-1]) else seen
        found = tuple(that_fit(seen))
        if not seen and self.finished and not self.recorder.products and self.made_up.absent:
            trouble = trouble or self.made_up.absent[0]
        return Watched(
            steps=found,
            descents=derived(steps, self.until) if self.computes(seen) else (),
            changes=len(steps.updates),
            products=sum(each.name == "@" for each in self.recorder.trace.operations),
            trouble=trouble,
            made_up=(*made_up, *([FEWER] if self.recorder.fewer else [])),
            files=tuple(self.recorder.files),
            finished=self.finished,
            large=len(found) < len(seen),
        )


def derived(steps: Steps | ScalarSteps, until: float) -> tuple[Descent, ...]:
    """Return the steps that were differentiated as they stand; none where that fails.

    For what was seen there is always some time.
    """
    seconds = max(SHORTEST, until - time.process_time())
    try:
        if isinstance(steps, ScalarSteps):
            return tuple(scalar_descents(steps, seconds))
        return tuple(descents(steps, seconds))
    except (
        EnoughError,
        Exception,
    ):  # it calls functions of the program
        return ()


def is_whole(step: ObservedStep) -> bool:
    """Return whether a step changed the weights of every layer."""
    weights = [layer.weights for layer in step.layers]
    return all(each.after is None or (each.after != each.before).any() for each in weights)


def may_be_half_done(step: ObservedStep) -> bool:
    """Return whether nothing is known that the step was made of: it went element by element."""
    return not any(layer.weights.made_of for layer in step.layers)


def that_fit(steps: Sequence[ObservedStep]) -> Sequence[ObservedStep]:
    """Return as many of the steps as a message holds."""
    kept: list[ObservedStep] = []
    left = MAX_STEP_NUMBERS
    for step in steps:
        sizes = list(sizes_in(step))
        left -= sum(sizes)
        if (kept and left < 0) or max(sizes) > MAX_NUMBERS:
            break
        kept.append(step)
    return kept


def sizes_in(value: Any) -> Iterator[int]:
    """Yield how many numbers each of the arrays in a message holds."""
    if isinstance(value, np.ndarray):
        yield value.size
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from sizes_in(getattr(value, each.name))
    elif isinstance(value, tuple):
        yield from itertools.chain.from_iterable(map(sizes_in, value))


@contextlib.contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """End what computes for longer, where the system has an alarm clock."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def enough(*_: object) -> None:
        raise EnoughError

    before = signal.signal(signal.SIGVTALRM, enough)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
