"""Numbers as a reader wants them, and HTML in which data cannot become markup.

Whatever is not `Markup` already is escaped.
"""

import html
import math
from collections.abc import Iterable

VOID = frozenset({"br", "col", "input", "link", "meta"})
"""Elements without content and without an end."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with `digits` significant digits, a whole one without decimals.

    None and NaN are –.

    Examples
    --------
    >>> number(0.012345), number(123456.0), number(-2.5), number(6.02e23), number(None)
    ('0.01235', '123,456', '−2.500', '6.02×10²³', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else "∞" if value > 0 else "−∞"
    power = math.floor(math.log10(abs(value)))
    if not -4 <= power < 9:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa}×10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")
    decimals = 0 if value == round(value) else max(0, digits - 1 - power)
    return f"{value:,.{decimals}f}".replace("-", "−")


def fixed(value: float | None, decimals: int = 3) -> str:
    """Return a number with so many decimals, a large one as `number` does; – for None and NaN.

    Examples
    --------
    >>> fixed(1.0), fixed(-0.25)
    ('1.000', '−0.250')
    """
    if value is None or math.isnan(value):
        return "–"
    if abs(value) >= 1000:
        return number(value)
    return f"{value:.{decimals}f}".replace("-", "−")


def percent(part: float | None) -> str:
    """Return a part of the whole in percent; – for None and NaN.

    Examples
    --------
    >>> percent(0.7014)
    '70.1 %'
    """
    return "–" if part is None or math.isnan(part) else f"{100 * part:.1f} %"


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
