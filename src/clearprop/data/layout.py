"""The layout of a text as a table: its comments, its separator, and whether names come first.

Programs write tables in more ways than spreadsheets do: R separates by spaces and gives the names
of the rows no header, NumPy writes the header as a comment, Weka one line a column (ARFF), and most
tables of the UCI repository begin with their first row.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import dropwhile, islice
from typing import NamedTuple

from clearprop._text import Text
from clearprop.data.numerals import MISSING_WORDS

SEPARATORS = (",", ";", "\t", "|")
COMMENTS = ("#", "%")
MAX_ROWS = 1_000
MAX_SAMPLE = 2**20
"""Lines and characters by which the layout is judged."""
MIN_KNOWN = 0.5
"""Part of the words of a first line that must occur below it, if they are values and not names."""
FRACTION = re.compile(r"[+-]?(\d+[.,]\d*|[.,]\d+)([eE][+-]?\d+)?")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
ARFF = re.compile(
    r"(?:[ \t]*(?:%[^\n]*)?\r?\n)*[ \t]*@relation\s.*?^[ \t]*@data[^\n]*\n",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
ATTRIBUTE = re.compile(r"(?im)^[ \t]*@attribute[ \t]+('[^']*'|\"[^\"]*\"|\S+)")
NO_NAMES = Text(
    "the first line holds values, not names: the columns are called {first} to {last}.",
    "首行是数据而非列名：各列命名为 {first} 至 {last}。",
)


class Layout(NamedTuple):
    """How to cut a text into records.

    Parameters
    ----------
    names : list of str
        The columns; "" for one without a name.
    separator : str
    line : int
        The line of the header; the first row's, if there is none.
    start : int
        The place in the text where the rows begin.
    by_space : bool
        Fields stand apart by any number of spaces: `with_tabs` puts one tab there.
    comment : str
        What a line of comment begins with; "" if there are none.
    notes : tuple of Text
    """

    names: list[str]
    separator: str
    line: int
    start: int
    by_space: bool = False
    comment: str = ""
    notes: tuple[Text, ...] = ()

    def rows(self, text: str) -> str:
        """Return the rows of a text without comments, with one separator between two fields."""
        body = text[self.start :]
        if self.comment:
            body = re.sub(rf"(?m)^[ \t]*{re.escape(self.comment)}[^\r\n]*", "", body)
        return with_tabs(body) if self.by_space else body


def layout_of(text: str) -> Layout:
    r"""Return the layout of a text that is not blank.

    Examples
    --------
    >>> layout_of("5.1,3.5,setosa\n4.9,3.0,setosa\n6.0,3.0,virginica\n").names
    ['column1', 'column2', 'column3']
    >>> layout_of("# x y\n1.5 2.5\n").names
    ['x', 'y']
    """
    arff = ARFF.match(text)
    if arff:
        names = [name.strip("'\"") for name in ATTRIBUTE.findall(arff[0])]
        return Layout(names, ",", 1 + arff[0].count("\n"), arff.end(), comment="%")
    named, start = _named_separator(text)
    comments, start = ([], start) if named else _comments(text, start)
    lines = [*islice(_lines(text[start : start + MAX_SAMPLE]), MAX_ROWS)]
    separator, by_space = (named, False) if named else _separator(lines)
    sample = with_tabs("".join(lines)) if by_space else "".join(lines)
    line = 1 + text.count("\n", 0, start)
    records = _sample_of(sample, separator, line)
    if not records:
        return Layout([""], separator, line, start, by_space)
    (line, first, length), below = records[0], [record for _, record, _ in records[1:]]
    mark = comments[0].strip()[0] if comments else ""
    above = _names_in(comments[-1], separator, by_space) if comments else []
    if len(above) == len(first) > 1 and any(map(NUMBER.fullmatch, first)):
        return Layout(above, separator, line, start, by_space, mark)
    if _are_values(first, below):
        names = [f"column{place}" for place in range(1, len(first) + 1)]
        note = NO_NAMES.filled(first=names[0], last=names[-1])
        return Layout(names, separator, line, start, by_space, mark, (note,))
    if below and {len(record) - 1 for record in below} == {len(first)} and _are_row_names(below):
        first = ["", *first]
    after = start + (len(lines[0]) if by_space else length)
    return Layout([name.strip() for name in first], separator, line, after, by_space, mark)


def _sample_of(text: str, separator: str, line: int) -> list[tuple[int, list[str], int]]:
    """Return the first records, up to where a quote is not closed or the sample cuts one."""
    records: list[tuple[int, list[str], int]] = []
    with suppress(csv.Error):  # whoever reads all rows says where
        records.extend(records_of(io.StringIO(text, newline=""), separator, line))
    return records


def records_of(
    stream: io.StringIO, separator: str, line: int
) -> Iterator[tuple[int, list[str], int]]:
    """Yield each record that is not blank: the line on which it begins, its fields, where it ends.

    Raises
    ------
    csv.Error
        If a quote is never closed.
    """
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=True, strict=True)
    first = line
    for record in reader:
        if len(record) > 1 or (record and record[0].strip()):
            yield line, record, stream.tell()
        line = reader.line_num + first


def with_tabs(text: str) -> str:
    r"""Return lines with one tab where they have spaces between fields, outside of quotes.

    Examples
    --------
    >>> with_tabs('  1.0   "New York"  3\n')
    '1.0\t"New York"\t3\n'
    """
    lines = text.splitlines(keepends=True)
    return "".join("\t".join(_cut(line)) + "\n" * line.endswith(("\n", "\r")) for line in lines)


def _cut(line: str) -> list[str]:
    return re.findall(r'"[^"]*"|[^\s"]\S*', line)


def _named_separator(text: str) -> tuple[str, int]:
    """Return the separator that spreadsheets may name in a first line, and where that ends."""
    named = re.match(r"\s*sep=(.)[ \t]*\r?\n", text, flags=re.IGNORECASE)
    return (named[1], named.end()) if named else ("", 0)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines that are not blank, and the blank ones behind the first of these."""
    return dropwhile(str.isspace, io.StringIO(text, newline=""))


def _comments(text: str, start: int) -> tuple[list[str], int]:
    """Return the lines of comment on top of a text, and the place behind them and blank lines."""
    comments = []
    for line in io.StringIO(text[:MAX_SAMPLE], newline=""):
        if line.strip() and not line.lstrip().startswith(COMMENTS):
            break
        if line.strip():
            comments.append(line)
        start += len(line)
    return comments, start


def _separator(lines: list[str]) -> tuple[str, bool]:
    """Return the separator most frequent in the first line, and whether it stands for spaces."""
    bare = re.sub('"[^"]*"', "", "".join(lines[:1]))
    if ";" in bare:
        bare = re.sub(r"(?<=\d),(?=\d)", "", bare)  # decimal commas
    best = max(SEPARATORS, key=bare.count)
    has_gaps = best == "\t" and re.search(r"\S {2,}\S", bare)
    if (best not in bare or has_gaps) and _are_cut_by_spaces(lines):
        return "\t", True
    return best, False


def _are_cut_by_spaces(lines: list[str]) -> bool:
    """Return whether the lines, cut at spaces, have as many fields as the first, or one more."""
    first, *others = [len(_cut(line)) for line in lines if line.strip()] or [0]
    if not others:
        return first > 1 and all(map(NUMBER.fullmatch, _cut(lines[0])))
    return len(set(others)) == 1 and others[0] > 1 and first in (others[0], others[0] - 1)


def _names_in(comment: str, separator: str, by_space: bool) -> list[str]:
    """Return the fields of a line of comment."""
    words = comment.strip().lstrip("".join(COMMENTS)).strip()
    return _cut(words) if by_space else [word.strip() for word in words.split(separator)]


def _are_values(first: list[str], below: list[list[str]]) -> bool:
    """Return whether a first record is a row like those below it.

    No word of it stands above numbers, and half of its words occur below it, or most of it are
    fractions in no order; a record of numbers alone has a fraction, or a number that occurs below.
    A first column without a name holds the names of rows: there is a header.
    """
    columns = [
        [row[place].strip() for row in below if len(row) > place] for place in range(len(first))
    ]
    pairs = [(field.strip(), column) for field, column in zip(first, columns, strict=True)]
    pairs = [(field, column) for field, column in pairs if field not in {"", *MISSING_WORDS}]
    words = [(field, column) for field, column in pairs if not NUMBER.fullmatch(field)]
    fractions = [field for field, _ in pairs if FRACTION.fullmatch(field)]
    known = sum(field in column for field, column in words)
    is_repeated = first in below  # as a header is where files were put one behind the other
    above_numbers = any(
        _are_numbers(column) for field, column in words if is_repeated or field not in column
    )
    has_row_names = not first[0].strip() and any(columns[0])
    if not pairs or not below or above_numbers or has_row_names:
        return False
    if words:
        in_order = fractions == sorted(fractions, key=_number)
        mostly = 2 * len(fractions) > len(pairs) and not in_order
        return mostly or known >= MIN_KNOWN * len(words)
    return bool(fractions) or any(field in column for field, column in pairs)


def _number(field: str) -> float:
    return float(field.replace(",", "."))


def _are_row_names(rows: list[list[str]]) -> bool:
    """Return whether rows begin with names of their own: different words, or 1, 2, 3 and so on."""
    names = [row[0].strip() for row in rows]
    if names == [str(row) for row in range(1, len(rows) + 1)]:
        return True
    return len({*names}) == len(names) and not any(map(NUMBER.fullmatch, names))


def _are_numbers(column: list[str]) -> bool:
    """Return whether most values are numbers."""
    return sum(bool(NUMBER.fullmatch(value)) for value in column) * 2 > len(column)
