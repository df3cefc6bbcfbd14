"""The style of a derivation: language, convention, detail, digits."""

from dataclasses import dataclass, field
from numbers import Integral
from typing import Literal, get_args

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Language
from clearprop.derivation.naming import Names
from clearprop.derivation.rewriting import Convention

Detail = Literal["symbols", "numbers", "everything"]
SMALLEST_FOLD = 5
"""A folded matrix shows three rows, dots and one row; it must be larger than that."""


@dataclass(frozen=True)
class Style:
    """The look of a derivation; none of it changes a value.

    Attributes
    ----------
    lang : {"en", "zh"}
        The language of the sentences.
    convention : {"row", "column"}
        One sample a row, or one a column.
    detail : {"symbols", "numbers", "everything"}
        Formulas and shapes; numbers too; every entry worked out by hand too.
    digits : int
        Significant digits; 17 show every bit of a float64.
    fold : int
        Matrices with more rows or columns than this show their corners; 0 unfolds all.
    first_index : {0, 1}
        The number of the first unit, input and sample in formulas.
    width : int
        Columns of a terminal that a line of text may take.
    batch : bool
        True if a, z, x and y are matrices of several samples, and written as capitals.
    names : Names
        What the course calls its quantities.
    """

    lang: Language = "en"
    convention: Convention = "row"
    detail: Detail = "numbers"
    digits: int = 4
    fold: int = 8
    first_index: Literal[0, 1] = 0
    width: int = 100
    batch: bool = False
    names: Names = field(default_factory=Names)

    def __post_init__(self) -> None:
        """Refuse what cannot be printed."""
        for name, known in (
            ("lang", get_args(Language)),
            ("convention", get_args(Convention)),
            ("detail", get_args(Detail)),
        ):
            if getattr(self, name) not in known:
                raise unknown_name(name, getattr(self, name), known)
        if not _is_whole(self.digits) or not 1 <= self.digits <= 17:
            why = "a float64 has 1 to 17 digits."
            raise invalid_argument("digits", self.digits, why, "4, or 17 for all.")
        if not _is_whole(self.fold) or self.fold < 0 or 0 < self.fold < SMALLEST_FOLD:
            why = "a folded matrix shows its corners, and 0 unfolds all."
            raise invalid_argument("fold", self.fold, why, f"0, or {SMALLEST_FOLD} and more.")
        if self.first_index not in (0, 1):
            raise invalid_argument(
                "first_index", self.first_index, "counting starts at 0 or 1.", "0."
            )


def _is_whole(number: object) -> bool:
    return isinstance(number, Integral) and not isinstance(number, bool)
