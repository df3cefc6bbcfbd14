"""Marking as a careful person does it: one slip costs one step.

The rule. A number is right if it is within its last digit of the true one. It is also right, "from
your own numbers", if it follows from the numbers that the student wrote before it, moved within
their digits: a slip is paid for where it was made, and nowhere else. A step that is wrong either
way is wrong here; the known mistakes are tried on it, and the one that gives the student's number
is named. A blank is worth one point, each of its fields an equal part of it. What was left empty
earns nothing, and later steps are then marked from the true number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.teach.intervals import reach, tolerance, written
from clearprop.teach.mistakes import Possible, possible, slips
from clearprop.teach.questions import Blank, Question
from clearprop.teach.questions.numbers import decimal
from clearprop.teach.steps import Quantity, Working
from clearprop.teach.worksheets import Worksheet

Verdict = Literal["right", "follows", "wrong", "missing"]
VERDICTS: Mapping[Verdict, Text] = {
    "right": Text("right", "正确"),
    "follows": Text("right from your own numbers", "按你前面的数计算正确"),
    "wrong": Text("wrong here", "此处出错"),
    "missing": Text("missing", "未作答"),
}


@dataclass(frozen=True)
class Mark:
    """What a blank earned.

    Attributes
    ----------
    question : Question
        The kind.
    blank : Blank
        What was asked.
    given : tuple of str
        What was handed in, field by field.
    verdicts : tuple of Verdict
        Of each field.
    own : tuple of str
        What follows from the student's own numbers, where that is not the key.
    mistake : str
        The name of the mistake that gives the student's numbers; empty where none is known.
    explained : Text or None
        What the mistake is, in words.
    """

    question: Question
    blank: Blank
    given: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    own: tuple[str, ...] = ()
    mistake: str = ""
    explained: Text | None = None

    @property
    def points(self) -> float:
        """The part of the point that was earned."""
        earned = sum(verdict in ("right", "follows") for verdict in self.verdicts)
        return earned / len(self.verdicts)

    @property
    def is_wrong(self) -> bool:
        """True if a field is wrong here."""
        return "wrong" in self.verdicts


@dataclass(frozen=True)
class Marked:
    """A marked sheet.

    Attributes
    ----------
    worksheet : Worksheet
        The sheet.
    marks : tuple of Mark
        Of every blank, in order.
    """

    worksheet: Worksheet
    marks: tuple[Mark, ...]

    @property
    def points(self) -> float:
        """The points that were earned."""
        return sum(mark.points for mark in self.marks)

    @property
    def most(self) -> int:
        """The points that could be earned."""
        return len(self.marks)

    @property
    def first_wrong(self) -> Mark | None:
        """The first step that is wrong in itself, in the order of the pass."""
        return next((mark for mark in self.marks if mark.is_wrong), None)


def mark(worksheet: Worksheet, answers: Mapping[str, Sequence[object]]) -> Marked:
    """Return the marks of a student's answers, by the names of the blanks."""
    marker = Marker(worksheet, answers)
    marks = tuple(marker.mark(question, blank) for question, blank in worksheet.blanks)
    return Marked(worksheet, marks)


@dataclass(frozen=True)
class Marker:
    """The student's numbers, as intervals, beside the sheet's key.

    Attributes
    ----------
    worksheet : Worksheet
        The sheet.
    answers : mapping of str to sequence
        What was handed in, by the name of the blank.
    """

    worksheet: Worksheet
    answers: Mapping[str, Sequence[object]]

    def given(self, blank: Blank) -> tuple[str, ...]:
        """Return the fields of a blank as texts, as many as it has."""
        fields = len(blank.key)
        answer = self.answers.get(blank.name, ())
        texts = [answer] if isinstance(answer, (str, int, float)) else list(answer)
        texts = ["" if one is None else str(one) for one in texts]
        texts = [" ".join(texts)] if fields == 1 else texts[:fields]
        return tuple(texts + [""] * (fields - len(texts)))

    @cached_property
    def numbers(self) -> dict[str, tuple[FloatArray, FloatArray]]:
        """The numbers handed in and the units of their last digits, by quantity."""
        found = {}
        key = self.worksheet.sheet.key
        for _, blank in self.worksheet.blanks:
            if blank.is_number:
                shape = np.shape(key.value(Quantity.of(blank.name)))
                pairs = [written(text) for text in self.given(blank)]
                values = np.array([one.value for one in pairs]).reshape(shape)
                found[blank.name] = values, np.array([one.unit for one in pairs]).reshape(shape)
        return found

    @cached_property
    def working(self) -> Working:
        """The pass with the student's own numbers in it."""
        own = {name: values for name, (values, _) in self.numbers.items()}
        return Working(self.worksheet.sheet.problem, own)

    @cached_property
    def units(self) -> dict[str, FloatArray]:
        """One unit of the last digit of every number handed in."""
        return {name: unit for name, (_, unit) in self.numbers.items()}

    @cached_property
    def known(self) -> list[Possible]:
        """The mistakes that could be made on this sheet."""
        return possible(self.worksheet.sheet.problem)

    def mark(self, question: Question, blank: Blank) -> Mark:
        """Return the mark of one blank."""
        given = self.given(blank)
        if blank.is_number:
            return self._of_numbers(question, blank, given)
        right = question.marks(self.worksheet.sheet, blank, list(given))
        verdicts = tuple(
            _verdict(not text.strip(), good, False) for text, good in zip(given, right, strict=True)
        )
        return Mark(question, blank, given, verdicts)

    def _of_numbers(self, question: Question, blank: Blank, given: tuple[str, ...]) -> Mark:
        quantity, digits = Quantity.of(blank.name), self.worksheet.sheet.asked.digits
        values, unit = self.numbers[blank.name]
        allowed = tolerance(unit, digits)
        true = self.worksheet.sheet.key.value(quantity)
        follows = self.working.follows(quantity)
        span = allowed + reach(self.working, quantity, self.units)
        with np.errstate(invalid="ignore"):
            right = np.abs(values - true) <= allowed * ROUNDED + COMPUTED * np.abs(true)
            own = np.abs(values - follows) <= span * ROUNDED + COMPUTED * np.abs(follows)
        triples = zip(given, right.ravel().tolist(), own.ravel().tolist(), strict=True)
        verdicts = tuple(_verdict(not text.strip(), good, well) for text, good, well in triples)
        shown = tuple(decimal(one, digits) for one in np.ravel(follows))
        if "wrong" not in verdicts:
            return Mark(question, blank, given, verdicts, shown)
        name, explained = self._named(quantity, values, span)
        return Mark(question, blank, given, verdicts, shown, name, explained)

    def _named(
        self, quantity: Quantity, values: FloatArray, span: FloatArray
    ) -> tuple[str, Text | None]:
        """Return the mistake that gives these numbers from the student's own before them."""
        follows = self.working.follows(quantity)
        written_down = ~np.isnan(values)
        span = span + COMPUTED * np.abs(follows)
        bad = written_down & (np.abs(values - follows) > span * ROUNDED)
        if not bad.any():
            return "", UNREADABLE

        def fits(found: FloatArray, in_one_entry: bool) -> bool:
            if np.shape(found) != np.shape(values):
                return False
            here = bad if in_one_entry else written_down
            scale = np.maximum(np.abs(found) / np.maximum(np.abs(follows), 1e-12), 1.0)
            off = np.abs(values - found)
            near = off <= span * np.minimum(scale, MOST_STRETCHED) * ROUNDED
            nearer = off <= np.abs(values - follows) / 2  # else digits are too few to tell
            return bool(near[here].all() and nearer[bad].all())

        with np.errstate(all="ignore"):
            for slip in slips():
                for found in slip.results(self.working, quantity):
                    if not slip.in_one_entry and fits(found, False):
                        return slip.name, slip.title
            for one in self.known:
                try:
                    found = Working(self.working.problem, self.working.own, one.steps).follows(
                        quantity
                    )
                except (ValueError, KeyError):
                    continue
                if found.shape != follows.shape:
                    continue
                if np.abs(found - follows).max(initial=0.0) > 1e-9 and fits(found, False):
                    return one.name, _sentence(one)
            for slip in slips():
                if slip.in_one_entry and any(
                    fits(found, True) for found in slip.results(self.working, quantity)
                ):
                    return slip.name, slip.title
        return "", None


UNREADABLE = Text("it cannot be read as a number", "无法读成数字")
ROUNDED = 1 + 1e-9
"""What floating point may add to an interval."""
COMPUTED = 1e-9
"""Relative difference of two computed numbers that are both right: handed in with all digits."""
MOST_STRETCHED = 10.0
"""A slip that enlarges a number enlarges what rounding did to it, up to so many times."""


def _verdict(empty: bool, right: bool, follows: bool) -> Verdict:
    if empty:
        return "missing"
    return "right" if right else "follows" if follows else "wrong"


def _sentence(one: Possible) -> Text:
    return Text(f"{one.title.en} ({one.evidence.en})", f"{one.title.zh}（{one.evidence.zh}）")
