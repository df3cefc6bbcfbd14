"""A worksheet: a student's numbers with its questions."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clearprop._errors import unknown_name
from clearprop._text import Text
from clearprop.teach.asked import Asked
from clearprop.teach.questions import QUESTIONS, Blank, Question
from clearprop.teach.secret import code_of, seed_of
from clearprop.teach.sheet import Sheet, draw


@dataclass(frozen=True)
class Part:
    """The blanks of one kind, under its heading.

    Attributes
    ----------
    question : Question
        The kind.
    blanks : tuple of Blank
        What is asked.
    """

    question: Question
    blanks: tuple[Blank, ...]


@dataclass(frozen=True)
class Worksheet:
    """A sheet with its questions, ready to be written in any form.

    Attributes
    ----------
    sheet : Sheet
        The student's numbers.
    parts : tuple of Part
        The questions, in the order in which they were asked for.
    """

    sheet: Sheet
    parts: tuple[Part, ...]

    @property
    def blanks(self) -> Iterator[tuple[Question, Blank]]:
        """Every blank with its kind, in order."""
        for part in self.parts:
            for blank in part.blanks:
                yield part.question, blank

    @property
    def title(self) -> Text:
        """The heading of the sheet."""
        asked = self.sheet.asked
        sizes = "-".join(map(str, asked.sizes))
        activations = ", ".join(asked.activations)
        return TITLE.filled(sizes=sizes, activations=activations)


TITLE = Text(
    "Backpropagation by hand: {sizes} network ({activations})",
    "手算反向传播：{sizes} 网络（{activations}）",
)


def checked(asked: Asked) -> Asked:
    """Return what is asked if every kind of question is known.

    Raises
    ------
    InputError
        If one is not.
    """
    for name in asked.blanks:
        if name not in QUESTIONS:
            raise unknown_name("blanks", name, QUESTIONS)
    return asked


def worksheet(asked: Asked, secret: bytes, student: str) -> Worksheet:
    """Return the worksheet of a student: always the same for the same secret."""
    return worksheet_of_code(asked, secret, code_of(secret, student, asked.text()), student)


def worksheet_of_code(asked: Asked, secret: bytes, code: str, student: str = "") -> Worksheet:
    """Return the worksheet with a code, which is all that is needed to make it again."""
    kinds = [QUESTIONS[name]() for name in checked(asked).blanks]
    seed = seed_of(secret, code, asked.text())
    dead = any(kind.needs_dead_unit for kind in kinds)
    sheet = draw(asked, student, code, seed, dead)
    random = np.random.default_rng([seed, 1])
    parts = ((kind, tuple(kind.blanks(sheet, random))) for kind in kinds)
    return Worksheet(sheet, tuple(Part(kind, blanks) for kind, blanks in parts if blanks))
