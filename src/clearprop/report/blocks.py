"""The blocks of a report, before anybody prints it."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop.report.formatting import Markup


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table with a caption; its first column names the rows.

    Attributes
    ----------
    caption : str
        The sentence above the table.
    head : sequence of str
        The names of the columns.
    rows : sequence of sequences of str
        The cells, row by row.
    note : str
        A remark in small letters below.
    wide_from : int or None
        The column from which cells hold words, which are set to the left; None: all are
        numbers.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    wide_from: int | None = None


@dataclass(frozen=True)
class Facts:
    """Names and values, one pair a line."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Picture:
    """A drawing with a caption; it stands on a row of its own unless it is narrow."""

    caption: str
    svg: Markup
    narrow: bool = False


@dataclass(frozen=True)
class Listing:
    """Code or a command, set as typed, with the sentence that leads to it."""

    lead: str
    code: str


@dataclass(frozen=True)
class Notice:
    """Something that needs attention, and advice.

    Attributes
    ----------
    what : str
        The observation.
    advice : str
        The advice.
    """

    what: str
    advice: str


@dataclass(frozen=True)
class Field:
    """A value to fill in.

    Attributes
    ----------
    label : str
    place : int
        The number of its column, by which the script finds it.
    kind : {"number", "date", "choice"}
    value : str
        What stands in it at first.
    hint : str
        What stands beside it.
    options : sequence of str
        What a choice is made from.
    """

    label: str
    place: int
    kind: str
    value: str
    hint: str = ""
    options: Sequence[str] = ()


@dataclass(frozen=True)
class Form:
    """Fields, and a script of this page that answers whenever one is changed.

    Attributes
    ----------
    fields : sequence of Field
    script : str
        Writes into the elements called ``answer`` and ``remark``.
    """

    fields: Sequence[Field]
    script: str


Block = Paragraph | Grid | Facts | Picture | Listing | Notice | Form


@dataclass(frozen=True)
class Section:
    """A heading and the blocks under it.

    Attributes
    ----------
    name : str
        The anchor of links.
    heading : str
        The heading.
    blocks : sequence of Block
        The contents in their order.
    """

    name: str
    heading: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title : str
        The title of the page.
    subtitle : str
        The line below the title.
    byline : str
        The line on origin and date.
    abstract : str
        The summary.
    key_figures : sequence of (str, str)
        The few numbers to read first: value and meaning.
    sections : sequence of Section
        The sections in their order.
    """

    title: str
    subtitle: str
    byline: str
    abstract: str
    key_figures: Sequence[tuple[str, str]]
    sections: Sequence[Section]
