"""What is changed for a program that stops, or learns nothing, before it is run again."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from clearprop.check.script.child.defined.own_data import has_no_rows
from clearprop.check.script.child.looks import Looks, that_fit
from clearprop.check.script.child.missing import arguments
from clearprop.check.script.child.missing.datasets import ROWS, SAMPLES
from clearprop.check.script.child.missing.questions import ANSWERS
from clearprop.check.script.child.missing.supplied import NOT_DEFINED, supplied
from clearprop.check.script.child.record.running import expects_lists
from clearprop.check.script.child.shorter.shortening import shortened
from clearprop.check.script.messages import ARGUED
from clearprop.check.script.observed import ObservedLayer, ObservedStep, Trouble
from clearprop.check.script.source.fewer import OF_NUMBERS, has_many
from clearprop.check.script.source.syntax import read_tree

UNREACHABLE = (
    "FileNotFoundError", "PermissionError", "NotAllowedError", "NotADirectoryError", "URLError",
    "ConnectionError", "ModuleNotFoundError", "ImportError",
)  # fmt: skip
"""Failures for want of what only the author has."""
SOME, FEW = 1000, SAMPLES
"""Rows that are left where it had no time to read all of them, and where it goes through them."""
TWO = 2
"""Classes that one output tells from each other."""
NO_NUMBER = re.compile(r"^(invalid literal for int)|^could not convert string to float")
"""What Python says of a word that is no number, or no whole one."""
BEYOND = re.compile(r"out of|boolean index did not match")
"""What Python says of a place that is not there."""
BEYOND_ROWS = re.compile(r"index (\d+) is out of bounds for axis \d+ with size (\d+)")
"""What NumPy says of the first row after the last one."""


def has_one_unit(layer: ObservedLayer) -> bool:
    """Return whether a layer has one unit, a column of its weights or, for W V, a row.

    A vector may belong to one unit of several.
    """
    shape = layer.weights.before.shape
    return len(shape) > 1 and shape[0 if layer.first != layer.turned else -1] == 1


def has_two_targets(step: ObservedStep) -> bool:
    """Return whether a program makes two classes of more by itself: y == 2."""
    targets = (each for run in step.runs for each in run.targets)
    return any(each.size > TWO and len(np.unique(each)) <= TWO for each in targets)


class Remedies(Looks):
    """Looks at a program, and what can be done so that the next one shows more."""

    def helps(self, trouble: Trouble | None) -> bool:
        """Change what the program finds, and return whether that may take it further."""
        if self.recorder.again or self.stands_up():  # its data have another shape now
            return True
        if self.supplies(self.recorder.lacking):  # it trains on what it had before
            return True
        is_full = self.fills_memory(trouble)
        has_fewer = (is_full or self.is_lost) and self.makes_fewer(is_full=is_full)
        if self.leaves_differences() or self.leaves_forward() or has_fewer:
            return True
        if self.sums_up() or self.is_large():
            return self.makes_fewer()
        if self.has_two_classes():
            return True
        if self.steps():  # a first step of few rows may show little; a gradient check has no more
            if trouble is None and self.recorder.leaves_differences:
                return False
            return len(self.steps()) == 1 and (
                self.makes_more(trouble)
                or (self.breaks_off(self.steps(), trouble) and self.lets_go(trouble))
            )
        return (
            self.supplies(trouble)
            or self.turns_old(trouble)
            or ((trouble is not None or self.finished) and self.gives())
            or self.reads_otherwise(trouble)
            or self.replaces(trouble)
            or self.pretends(trouble)
            or self.answers(trouble)
            or self.spares(trouble)
            or self.counts_rows(trouble)
            or self.makes_more(trouble)
            or self.lets_go(trouble)
            or self.makes_fewer()
        )

    def supplies(self, trouble: Trouble | None) -> bool:
        """Let the program find what it names and nothing in it binds, as far as that is known."""
        name = NOT_DEFINED.search("" if trouble is None else trouble.message.en)
        if name is None or self.supplied:
            return False
        self.supplied = set(supplied(read_tree(Path(self.path)), self.made_up))
        return name[1] in self.supplied

    def stands_up(self) -> bool:
        """Make targets a column, where samples met each other in an array (m, m) for want of it."""
        m, shape = self.made_up.rows, self.made_up.shape
        if not self.supplied or shape.column or (m, m) not in self.recorder.trace.shapes:
            return False
        self.made_up.shape = replace(shape, column=True, hot=False)
        return True

    def has_two_classes(self) -> bool:
        """Make classes 0 and 1 up, where the program has a single output for 0 … 9."""
        steps, shape = self.steps(), self.made_up.shape
        if shape.classes is not None or max(self.made_up.classes, default=0) <= TWO:
            return False
        if not steps or not all(has_one_unit(step.layers[-1]) for step in steps):
            return False
        if any(map(has_two_targets, steps)):
            return False
        self.made_up.shape = replace(shape, classes=TWO)
        return True

    def leaves_differences(self) -> bool:
        """Leave loops early that compute differences of a loss, where nothing else was reached."""
        if self.recorder.leaves_differences or self.finished or not self.recorder.measured:
            return False
        self.recorder.leaves_differences = all(step.by_hand for step in self.steps())
        return self.recorder.leaves_differences

    def leaves_forward(self) -> bool:
        """Leave loops early that only go forward, where the program came no further than these."""
        recorder = self.recorder
        if recorder.leaves_forward or self.finished or not recorder.goes_forward:
            return False
        recorder.leaves_forward = not self.has_stepped()
        return recorder.leaves_forward

    def turns_old(self, trouble: Trouble | None) -> bool:
        """Hand lists back, as Python 2 did, where the program counts on that."""
        if self.is_old or trouble is None or not expects_lists(trouble):
            return False
        self.is_old = True
        return True

    def gives(self) -> bool:
        """Give the program the arguments that it looks for."""
        if not arguments.give(read_tree(Path(self.path))):
            return False
        self.made_up.say(*ARGUED)
        return True

    def reads_otherwise(self, trouble: Trouble | None) -> bool:
        """Let a program that takes no word for a number read another file, or whole numbers."""
        found = None if trouble is None else NO_NUMBER.search(trouble.message.en)
        if found is None or self.recorder.products:
            return False
        if arguments.passes_over():
            return arguments.give(read_tree(Path(self.path)), anew=True)
        if self.made_up.is_whole or not self.made_up.notes or found[1] is None:
            return False
        self.made_up.is_whole = True
        return True

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
        left_out |= self.recorder.idles
        if not (stopped or left_out) or not self.made_up.notes or self.made_up.rows not in ROWS:
            return False
        if self.spared:
            return False
        more = ROWS[ROWS.index(self.made_up.rows) + 1 :]
        self.made_up.rows = next(iter(more), self.made_up.rows)
        return bool(more)

    def counts_rows(self, trouble: Trouble | None) -> bool:
        """Let the program count the rows that were made up, where it writes how many there are."""
        end = None if trouble is None else BEYOND_ROWS.search(trouble.message.en)
        rows = self.made_up.rows
        if self.recorder.fewer or end is None or {int(end[1]), int(end[2])} != {rows}:
            return False
        self.recorder.counts = self.recorder.counts._replace(few=rows)
        self.recorder.fewer = has_many(read_tree(Path(self.path)), self.recorder.counts)
        return self.recorder.fewer

    def spares(self, trouble: Trouble | None) -> bool:
        """Make fewer rows up again, where the most of them fill the memory."""
        is_full = trouble is not None and trouble.kind == "MemoryError"
        if not is_full or self.spared or self.made_up.rows != ROWS[-1]:
            return False
        self.spared, self.made_up.rows = True, ROWS[-2]
        return True

    def sums_up(self) -> bool:
        """Return whether nothing but gradients of single samples was seen, all to be added."""
        steps = [] if self.finished else self.steps()
        return bool(steps) and all(step.by_hand and len(step.runs) > 1 for step in steps)

    def is_large(self) -> bool:
        """Return whether its first step has more numbers than are told of."""
        steps = self.steps()
        return bool(steps) and not that_fit(steps)

    def has_large_batches(self) -> bool:
        """Return whether it is the samples of a first step, not its weights, that are too many."""
        return self.is_large() and bool(that_fit([replace(self.steps()[0], runs=())]))

    def fills_memory(self, trouble: Trouble | None) -> bool:
        """Return whether data that the program makes by a written count fill the memory."""
        is_full = trouble is not None and trouble.kind == "MemoryError"
        return is_full and not self.made_up.notes and not self.steps()

    def makes_fewer(self, *, is_full: bool = False) -> bool:
        """Let the program make, or read, fewer samples where it had no time left to train.

        Or no memory, where that `is_full`.

        Of large arrays single numbers are not followed, however long it runs.
        """
        if self.recorder.fewer or self.is_shorter:
            return False
        is_late = is_full or self.is_lost or self.recorder.numbers or self.is_large()
        is_late |= not self.finished and self.goes_through_rows(self.steps())
        if not (is_late or (not self.finished and (not self.recorder.products or self.sums_up()))):
            return False
        if self.has_large_batches():
            self.recorder.counts = self.recorder.counts.with_batches()
        if self.sums_up():  # each sample is followed alone
            self.recorder.counts = self.recorder.counts._replace(few=OF_NUMBERS.few)
        self.recorder.fewer = has_many(read_tree(Path(self.path)), self.recorder.counts)
        kept = FEW if self.recorder.products else SOME
        said = shortened(Path(self.folder), kept)
        if said is not None:
            self.is_shorter = True
            self.made_up.say(*said)
            few = min(kept, self.recorder.counts.few)  # it may count the rows itself
            counts = self.recorder.counts._replace(few=few)
            self.recorder.counts = counts if counts.batch is None else counts.with_batches()
        return self.recorder.fewer or self.is_shorter

    def answers(self, trouble: Trouble | None) -> bool:
        """Answer something else to what the program asks."""
        questions = self.made_up.questions
        more = ANSWERS[ANSWERS.index(questions.answer) + 1 :]
        if not (trouble is not None or self.finished) or not questions.has_answered or not more:
            return False
        questions.answer = more[0]
        return True

    def lets_go(self, trouble: Trouble | None) -> bool:
        """Leave out what fails before the training."""
        if self.recorder.lenient or trouble is None or not self.finished:
            return False
        self.recorder.lenient = True
        return True
