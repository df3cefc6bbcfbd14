"""The part of each row as a column of the table says it: train, validation or test."""

import numpy as np

from clearprop.data import Table
from clearprop.training import Division

WORDS = {
    "train": ("train", "training", "t", "训练", "训练集"),
    "validation": ("validation", "valid", "val", "v", "验证", "验证集"),
    "test": ("test", "testing", "e", "测试", "测试集"),
}
"""The words for each part, in small or capital letters."""


def division_by_column(table: Table, name: str) -> Division:
    """Return the division whose parts a column names, by the rows of the table.

    Raises
    ------
    InputError
        If there is no such column, a row names no part, or none trains.
    """
    part_of = {word: part for part, words in WORDS.items() for word in words}
    column = table.column(name)
    named = [part_of.get(str(value).strip().casefold()) for value in column]
    if None in named:
        why, hint = "it names no part of the rows.", "train, validation or test."
        raise table.invalid_cell(named.index(None), name, why, hint)
    parts = np.array(named)
    if "train" not in parts:
        why, hint = "no row is named train, so none would train.", "train, validation or test."
        raise table.invalid_cell(0, name, why, hint)
    return Division(*(np.flatnonzero(parts == part) for part in WORDS))
