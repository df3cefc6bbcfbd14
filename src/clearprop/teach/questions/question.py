"""The base class of questions: what is asked, and how an answer is marked."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from clearprop._text import Text

if TYPE_CHECKING:
    from clearprop.teach.sheet import Sheet


@dataclass(frozen=True)
class Blank:
    """A place on the sheet where an answer goes.

    Attributes
    ----------
    name : str
        The name under which it is handed in: ``"dW1"`` for numbers, ``"shape_W1"`` …
    prompt : Text
        What is asked, in a sentence.
    symbol : str
        The quantity's sign, which stands before the fields; empty where there is none.
    shape : tuple of int
        Rows and columns of fields; (1, 1) for a single one.
    key : tuple of str
        The right answers, field by field.
    lines : tuple of Text
        What is shown below the question: a derivation to look through, steps to order.
    """

    name: str
    prompt: Text
    symbol: str
    shape: tuple[int, int]
    key: tuple[str, ...]
    lines: tuple[Text, ...] = field(default=())

    @property
    def is_number(self) -> bool:
        """True if fields hold numbers of a quantity of the pass."""
        return bool(self.symbol)


class Question(ABC):
    """A kind of question.

    Attributes
    ----------
    name : str
        The name by which it is asked for.
    title : Text
        The heading of its part of the sheet.
    needs_dead_unit : bool
        True if the numbers must be drawn so that one hidden unit is dead.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    needs_dead_unit: ClassVar[bool] = False

    @abstractmethod
    def blanks(self, sheet: "Sheet", random: np.random.Generator) -> list[Blank]:
        """Return the blanks of this kind on a student's sheet."""

    def marks(self, sheet: "Sheet", blank: Blank, answers: Sequence[str]) -> list[bool]:
        """Return which fields are right; numbers are marked elsewhere, with what they follow."""
        return [said(given) == said(right) for given, right in zip(answers, blank.key, strict=True)]


def said(text: str) -> list[str]:
    """Return the whole numbers of an answer, or the letters that stand alone in it.

    Examples
    --------
    >>> said("2×3") == said("（２, 3)") == said("2 by 3"), said("第 2 个"), said("line d)")
    (True, ['2'], ['D'])
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.findall(r"\d+", plain) or re.findall(r"(?<![^\W_])[A-Z](?![^\W_])", plain, re.ASCII)
