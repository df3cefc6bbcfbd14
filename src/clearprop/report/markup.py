"""HTML from Python: whatever is not markup already is escaped, so data cannot become markup."""

import html
from collections.abc import Iterable

VOID = frozenset({"br", "col", "link", "meta"})
"""Elements without content and without an end."""


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


def element(name: str, /, *children: str | Iterable[str], **attributes: str | int | None) -> Markup:
    """Return an element; `children` that are no `Markup` are escaped, and so are attributes.

    An underscore at the end of an attribute's name is dropped and one within becomes a hyphen;
    an attribute that is None is left out.

    Examples
    --------
    >>> element("p", "1 < 2 ", element("b", "yes"), class_="note")
    '<p class="note">1 &lt; 2 <b>yes</b></p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: str | Iterable[str]) -> Markup:
    """Return several pieces as one, each escaped unless it is `Markup`."""
    pieces = []
    for child in children:
        if isinstance(child, Markup):
            pieces.append(child)
        elif isinstance(child, str):
            pieces.append(escaped(child))
        else:
            pieces.append(joined(*child))
    return Markup("".join(pieces))


def escaped(text: str) -> Markup:
    """Return `text` as HTML that shows it; characters that HTML forbids become �."""
    allowed = (c if c.isprintable() or c in "\n\t\u3000\u00a0" else "�" for c in text)
    return Markup(html.escape("".join(allowed), quote=True))
