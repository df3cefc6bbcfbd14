"""Markup of results in notebooks: a title, a table, lines of text; nothing around it is touched."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = (
    ".clearprop-result table{border-collapse:collapse;margin:.4em 0}"
    ".clearprop-result td,.clearprop-result th{padding:.2em .8em;text-align:left!important}"
    ".clearprop-result th{border-bottom:1px solid currentColor}"
    ".clearprop-result pre{white-space:pre-wrap;line-height:1.4;font-family:monospace!important}"
)


def result(title: str, *blocks: str) -> str:
    """Return blocks of markup under a title."""
    inner = "".join(blocks)
    return (
        f'<div class="clearprop-result"><style>{STYLE}</style>'
        f"<strong>{escape(title)}</strong>{inner}</div>"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; without a header it is a list of names and values.

    Examples
    --------
    >>> table(["name"], [["<b>"]])
    '<table><tr><th>name</th></tr><tr><td>&lt;b&gt;</td></tr></table>'
    """
    head = "".join(f"<th>{escape(one)}</th>" for one in header)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table>{f'<tr>{head}</tr>' if header else ''}{body}</table>"


def lines(text: str) -> str:
    """Return lines of text that keep their form."""
    return f"<pre>{escape(text)}</pre>"


def shown(value: object) -> str:
    """Return a number with four significant digits, None as a dash, all else as it is written."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
