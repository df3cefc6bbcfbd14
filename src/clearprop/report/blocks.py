"""What a report is made of, before anybody prints it."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop.report.formatting import Markup


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table with a caption; its first column names the rows."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    """Said in small letters below."""
    wide_from: int | None = None
    """The column from which cells hold words, which are set to the left; None: all are numbers."""


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
    """Something that needs attention, and what to do about it."""

    what: str
    advice: str


Block = Paragraph | Grid | Facts | Picture | Listing | Notice


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    name: str
    """What links call it."""
    heading: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    byline: str
    abstract: str
    key_figures: Sequence[tuple[str, str]]
    """The few numbers to read first: value and meaning."""
    sections: Sequence[Section]
