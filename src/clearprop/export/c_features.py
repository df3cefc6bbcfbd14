"""The row of an exported C header as features: each column read, and refused if it cannot be."""

from collections.abc import Iterator
from typing import Protocol

from clearprop.data import CategoricalColumn, NumericColumn
from clearprop.export.program import Program
from clearprop.export.spelling import Spelling

LIMITS = {"float64": "1e150", "float32": "3.4e38f"}
"""Numbers beyond it are refused."""


class Named(Protocol):
    """The names of a header.

    Attributes
    ----------
    program : Program
    name : str
        What names begin with.
    number, f : str
        The type of numbers, and what ends its functions.
    spelling : Spelling
    fields : list of str
        The name of each column in a row.
    """

    program: Program
    name: str
    number: str
    f: str
    spelling: Spelling
    fields: list[str]


class Features:
    """The part of a header that reads a row."""

    def __init__(self, header: Named) -> None:
        self.header, self.program, self.name = header, header.program, header.name
        self.number, self.f, self.spelling = header.number, header.f, header.spelling

    def parts(self) -> Iterator[str]:
        """Yield its functions."""
        if any(isinstance(column, NumericColumn) for column in self.program.columns):
            yield self.is_usable()
        yield self.function()

    def is_usable(self) -> str:
        """Return the function that says whether a number is finite, and no sum overflows."""
        limit = LIMITS[self.program.dtype]
        return (
            f"static inline int {self.name}_is_usable({self.number} x)\n{{\n"
            f"    return fabs{self.f}(x) <= {limit};\n}}"
        )

    def function(self) -> str:
        """Return the function from a row to features."""
        program = self.program
        return (
            "/* Fill x with the features of a row, and return 0. Of a row with a value that\n"
            " * cannot be used (no finite number, no known text) return the column's number, from\n"
            " * 1. */\n"
            f"static inline int {self.name}_features(const struct {self.name}_row *row, "
            f"{self.number} x[{program.inputs}])\n{{\n"
            + "\n".join(self.lines())
            + "\n    return 0;\n}"
        )

    def lines(self) -> list[str]:
        """Return the lines that turn the columns of a row into features."""
        lines: list[str] = []
        unchecked = 0
        placed = zip(self.header.fields, self.program.places, strict=True)
        for place, (field, (column, first)) in enumerate(placed, 1):
            plain = isinstance(column, NumericColumn) and not column.says_missing
            if not plain:
                lines += self.check(place - unchecked, first - unchecked, unchecked)
                unchecked = 0
            if isinstance(column, CategoricalColumn):
                lines += self.text_features(place, field, len(column.categories), first)
            elif isinstance(column, NumericColumn):
                lines += self.number_features(field, column, first)
                unchecked += 1
            if not plain and isinstance(column, NumericColumn):
                lines += self.check(place, first, unchecked)
                unchecked = 0
        count = len(self.program.columns)
        return lines + self.check(count - unchecked + 1, self.program.inputs - unchecked, unchecked)

    def check(self, place: int, first: int, count: int) -> list[str]:
        """Return the lines that refuse what is no finite number in neighbouring columns."""
        if not count:
            return []
        refuse = f"if (!{self.name}_is_usable(x[%s]))\n{{}}    return %s;"
        if count == 1:
            return ["    " + (refuse % (first, place)).format("    ")]
        at, number = (f"{start} + i" if start else "i" for start in (first, place))
        return [
            f"    for (int i = 0; i < {count}; ++i)",
            "        " + (refuse % (at, number)).format("        "),
        ]

    def text_features(self, place: int, field: str, count: int, first: int) -> list[str]:
        """Return the lines for a column of text."""
        zero, one = self.spelling.number(0.0), self.spelling.number(1.0)
        return [
            f"    if (row->{field} < 0 || row->{field} >= {count})",
            f"        return {place};",
            f"    for (int i = 0; i < {count}; ++i)",
            f"        x[{first} + i] = row->{field} == i ? {one} : {zero};",
        ]

    def number_features(self, field: str, column: NumericColumn, first: int) -> list[str]:
        """Return the lines for a column of numbers."""
        zero, one = self.spelling.number(0.0), self.spelling.number(1.0)
        lines = [f"    x[{first}] = row->{field};"]
        if column.fill is not None:
            fill = self.spelling.number(column.fill)
            lines = [f"    x[{first}] = isnan(row->{field}) ? {fill} : row->{field};"]
        if column.says_missing:
            lines.append(f"    x[{first + 1}] = isnan(row->{field}) ? {one} : {zero};")
        return lines
