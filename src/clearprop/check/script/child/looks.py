"""One look at a program: it runs for a moment, recorded, and what it did is put together."""

import ast
import contextlib
import dataclasses
import itertools
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
from clearprop.check.script.child.arrays.steps import MAX_STEPS, Steps
from clearprop.check.script.child.graphs.descents import descents
from clearprop.check.script.child.left_behind import Before
from clearprop.check.script.child.missing.datasets import SAMPLES
from clearprop.check.script.child.missing.fitting import BESIDE_CLASSES
from clearprop.check.script.child.missing.madeup import MadeUp
from clearprop.check.script.child.missing.stubs import Stub
from clearprop.check.script.child.missing.supplied import supplied
from clearprop.check.script.child.record.patience import EnoughError
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.child.record.running import (
    forget_own_modules,
    of_python_2,
    own_globals,
    own_modules,
    run,
)
from clearprop.check.script.child.record.trace import Trace
from clearprop.check.script.child.scalars.descents import descents as scalar_descents
from clearprop.check.script.child.scalars.steps import ScalarSteps
from clearprop.check.script.child.shorter.shortening import long_files, shortened
from clearprop.check.script.observed import Descent, ObservedStep, Trouble, Watched
from clearprop.check.script.schema import MAX_NUMBERS
from clearprop.check.script.source.blocks import are_in_one_block
from clearprop.check.script.source.syntax import is_python_2, read_tree

PATIENCE_WITH_VECTORS = 3
"""Looks after which products of vectors alone are taken for those of single numbers."""
PATIENCE = 4
"""Looks after which gradients are enough, although no weights have changed yet."""
MAX_SHAPES = 4
"""Shapes of made-up data that are tried after the first."""
MAX_STEP_NUMBERS = 2_000_000
"""Numbers of all steps that are told of: a message has bounds."""
FOR_IMPORTS, IMPORTED_BEFORE = 3.0, 0.5
"""Of processor time, beyond these, for the libraries that are imported: at first, and again."""
FEWER = Text(
    "It computes more than can be followed: its numbers from {many} on were lowered to {few}.",
    "计算量太大，无法逐一跟踪：把程序中不小于 {many} 的数改成了 {few}。",
)
SMALLER = Text(
    "Larger batches than of {batch} samples were made as small: a step had too many numbers.",
    "超过 {batch} 个样本的批量改成了 {batch}：一步里的数太多。",
)
SHORTEST = 0.5
"""Of processor time, for what is looked at last."""


class Looks:
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
        self.modules: list[dict[str, Any]] = []
        self.is_old = is_python_2(Path(path))
        self.finished = self.has_run = self.spared = self.is_shorter = False
        self.has_long_files: bool | None = None
        self.is_lost = False
        """True if it was stopped while it went through very many rows of a file."""
        self.supplied: set[str] = set()
        """Names that nothing in the program binds, and that are given to it."""
        self.folder_before = Before(Path(folder))
        self.looks = 0
        self.took = 0.0
        """Seconds for which what was recorded was looked through last."""
        recorder.has_seen_enough, recorder.fits_better = self.has_seen_enough, self.fits_better
        self.shapes = MAX_SHAPES
        self.known: tuple[tuple[int, ...], Steps | ScalarSteps, list[ObservedStep]] | None
        self.known = None

    def fits_better(self, trouble: Trouble) -> bool:
        """Return whether made-up data have another shape now, which a failure spoke of."""
        if not self.shapes or len(self.steps()) > 1:
            return False
        if not self.shortens_targets(trouble) and not self.made_up.adapts(trouble.message.en):
            return False
        self.shapes -= 1
        return True

    def shortens_targets(self, trouble: Trouble) -> bool:
        """Return whether a long file of targets has as many rows now as samples were made up."""
        sizes = map(int, re.findall(r"\d+", trouble.message.en))
        made_up = self.made_up.rows
        if self.is_shorter or made_up != SAMPLES or not self.made_up.widths:
            return False
        if BESIDE_CLASSES.search(trouble.message.en) is None or made_up not in sizes:
            return False
        said = shortened(Path(self.folder), made_up)
        self.is_shorter = said is not None
        if said is not None:
            self.made_up.say(*said)
        return self.is_shorter

    def steps(self) -> list[ObservedStep]:
        """Return the steps in what was recorded so far: without products, arrays make none."""
        if not self.recorder.numbers and not self.recorder.products:
            return []
        return self.found()[1]

    def found(self) -> tuple[Steps | ScalarSteps, list[ObservedStep]]:
        """Return what was recorded so far as steps; looked through once, until there is more."""
        size = self.recorder.size()
        if self.known is None or self.known[0] != size:
            began = time.process_time()
            steps = self.reader()
            self.known = size, steps, list(steps.find())
            self.took = time.process_time() - began
        return self.known[1:]

    def has_seen_enough(self) -> bool:
        """Return whether the training was seen, or nothing but gradients for a long time."""
        self.looks += 1
        if 2 * self.took > self.recorder.until - time.process_time():  # there is more by now
            known = [] if self.known is None else self.known[2]
            self.is_lost = self.goes_through_rows(known)
            return self.is_lost or self.is_shorter
        steps = self.steps()
        only_gradients = bool(steps) and steps[0].by_hand and self.looks >= PATIENCE
        only_gradients &= self.is_shorter or not self.recorder.fewer  # a step comes after all
        whole = [step for step in steps if step.by_hand or is_whole(step)]
        is_tired = len(steps) >= MAX_STEPS and self.looks >= PATIENCE
        self.is_lost = self.looks >= PATIENCE and self.goes_through_rows(steps)
        if self.is_lost:
            return True
        return len(whole) >= MAX_STEPS or only_gradients or is_tired or self.is_of_numbers(steps)

    def has_stepped(self) -> bool:
        """Return whether a step was seen that the program took."""
        return not all(step.by_hand for step in self.steps())

    def lacks_samples(self) -> bool:
        """Return whether samples were made up, and no step was seen."""
        return bool(self.made_up.widths) and self.made_up.rows == SAMPLES and not self.steps()

    def goes_through_rows(self, steps: Sequence[ObservedStep]) -> bool:
        """Return whether no weights have changed yet, and data may be why: a file has many rows."""
        trains = any(not step.by_hand and is_whole(step) for step in steps)
        return self.recorder.products > 0 and not trains and self.reads_many

    @property
    def reads_many(self) -> bool:
        """True if a file in the program's folder has very many rows, and they are there still."""
        if self.has_long_files is None:
            self.has_long_files = any(long_files(Path(self.folder)))
        return self.has_long_files and not self.is_shorter

    def is_of_numbers(self, steps: Sequence[ObservedStep]) -> bool:
        """Return whether arrays show no step, and are lists of numbers that learn, perhaps.

        Every product is of two vectors; what time is left belongs to the single numbers.
        """
        recorder = self.recorder
        of_vectors = not recorder.numbers and recorder.vectors == recorder.products > 0
        no_arrays = of_vectors and not recorder.trace.has_matrices
        return no_arrays and not steps and self.looks >= PATIENCE_WITH_VECTORS

    @contextlib.contextmanager
    def quietly(self, seconds: float) -> Iterator[None]:
        """Let the program run for so long, without warnings, and watch its modules too."""
        seconds = min(seconds, max(SHORTEST, self.until - time.process_time()))
        self.recorder.start_again(seconds)
        self.looks, self.took, self.is_lost = 0, 0.0, False
        self.recorder.loaders, self.recorder.stub = self.made_up.loaders(), Stub
        self.recorder.data_for = self.made_up.data_for
        self.recorder.has_few_rows = lambda: bool(self.made_up.widths) or self.is_shorter
        self.recorder.lacks_samples, self.recorder.has_stepped = (
            self.lacks_samples,
            self.has_stepped,
        )
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

    def looked_at(self, tree: ast.Module, seconds: float) -> Trouble | None:
        """Run the program once, and return what failed first; None where it was stopped."""
        with self.quietly(seconds):
            return self.run(tree)
        return None

    def run(self, tree: ast.Module) -> Trouble | None:
        """Run the program, rewritten, and return what failed first."""
        forget_own_modules()
        self.folder_before.restore()
        self.namespace = {}
        self.recorder.divides_whole = is_python_2(Path(self.path))
        self.namespace.update(of_python_2() if self.is_old else {})
        if self.supplied:
            self.namespace.update(supplied(read_tree(Path(self.path)), self.made_up))
        try:
            return run(tree, self.path, self.folder, self.recorder, self.namespace)
        finally:
            self.modules = own_globals(self.recorder)  # another look imports them anew

    def tell_globals(self) -> None:
        """Report what the program's own names hold: ``global W`` and a step may come next."""
        for name, value in list(self.namespace.items()):
            if isinstance(value, np.ndarray) and not name.startswith("_"):
                self.recorder.stored(0, name, value)

    def computes(self, seen: Sequence[ObservedStep]) -> bool:
        """Return whether there may be something to differentiate."""
        return bool(seen) or self.recorder.numbers or self.recorder.products > 0

    def lowered(self) -> list[Text]:
        """Say that counts of the program were lowered."""
        counts = self.recorder.counts
        if not self.recorder.fewer:
            return []
        smaller = [] if counts.batch is None else [SMALLER.filled(batch=counts.batch)]
        return [FEWER.filled(many=counts.many, few=counts.few), *smaller]

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
            made_up=(*made_up, *self.lowered()),
            files=tuple(self.recorder.files),
            finished=self.finished,
            large=len(found) < len(seen),
            lacking=self.recorder.lacking,
            breaks_off=self.breaks_off(found, trouble),
        )

    def breaks_off(self, steps: Sequence[ObservedStep], trouble: Trouble | None) -> bool:
        """Return whether the program came no further than into its first step."""
        if trouble is None or not self.finished or len(steps) != 1 or steps[0].by_hand:
            return False
        lines = {layer.weights.line for layer in steps[0].layers}
        return are_in_one_block(read_tree(Path(self.path)), {trouble.line, *lines})


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
    """Return whether a step changed the weights of every layer, be it by zeros."""
    weights = [layer.weights for layer in step.layers]
    return all(
        each.after is None or bool(each.made_of) or (each.after != each.before).any()
        for each in weights
    )


def may_be_half_done(step: ObservedStep) -> bool:
    """Return whether nothing is known that the step was made of: it went element by element."""
    return not any(layer.weights.made_of for layer in step.layers)


def that_fit(steps: Sequence[ObservedStep], left: int = MAX_STEP_NUMBERS) -> Sequence[ObservedStep]:
    """Return as many of the steps as a message holds."""
    kept: list[ObservedStep] = []
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
    set_alarm(seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def set_alarm(seconds: float) -> None:
    """Let the alarm ring after so many seconds from now, again and again, where there is one."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.2)
