"""What both kinds of exported Python modules have in common: docstrings, and calls that read."""

from collections.abc import Sequence

from clearprop.data import CategoricalColumn, Column, DateColumn, NumericColumn

Readers = tuple[str, str, str, str]
"""What is read from, and the functions that read a category, a date and a number."""


def feature_call(column: Column, readers: Readers) -> str:
    """Return the call that gives the features of a column."""
    given, category, day, number = readers
    if isinstance(column, CategoricalColumn):
        return f"{category}({given}, {column.name!r}, {list(column.categories)!r})"
    assert isinstance(column, NumericColumn)
    gap = "" if column.fill is None else f", fill={column.fill!r}"
    gap += ", says_missing=True" if column.says_missing else ""
    reader = day if isinstance(column, DateColumn) else number
    return f"{reader}({given}, {column.name!r}{gap})"


def docstring(lines: Sequence[str]) -> str:
    """Return lines as they stand within three quotes."""
    return "\n".join(map(inside, lines))


def inside(text: str) -> str:
    """Return a text as it stands within three quotes."""
    return text.replace("\\", "\\\\").replace('"', "'")
