"""The parts of a division as pictures show them: name, rows, colour, line and marker."""

from dataclasses import dataclass

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.training.split import Division, Rows


@dataclass(frozen=True)
class Look:
    """The look of one part of the data, told apart by colour, by line and by marker.

    Attributes
    ----------
    name : Text
        The name in the legend.
    colour : str
        Matplotlib's colour.
    line : str
        Matplotlib's line style.
    marker : str
        Matplotlib's marker.
    """

    name: Text
    colour: str
    line: str
    marker: str


TRAINING = Look(Text("Training", "训练"), "#1f4e79", "-", "o")
VALIDATION = Look(Text("Validation", "验证"), "#d1642a", "--", "s")
TEST = Look(Text("Test", "测试"), "#5aa17f", "-.", "^")
ALL = Look(Text("All", "全部"), "#4a4f55", "-", "o")


def parts_of(division: Division | None, m: int) -> list[tuple[Look, Rows]]:
    """Return look and rows of every part that is not empty; without a division all `m` rows.

    Raises
    ------
    InputError
        If the division names a row beyond `m`.
    """
    if division is None:
        return [(ALL, np.arange(m))]
    every = np.concatenate([division.train, division.validation, division.test])
    if every.max(initial=-1) >= m:
        why = f"it names row {every.max()} and there are {m} rows."
        raise invalid_argument("division", f"{len(every)} rows", why, "the division of these data.")
    looks = (TRAINING, VALIDATION, TEST)
    rows = (division.train, division.validation, division.test)
    return [(look, part) for look, part in zip(looks, rows, strict=True) if len(part)]
