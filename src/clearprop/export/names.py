"""Names and texts of a table inside the source code of other languages."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable


def identifiers(
    texts: Iterable[str], otherwise: str, reserved: Collection[str] = (), *, upper: bool = False
) -> list[str]:
    """Return an identifier for each text: ASCII letters, digits, "_"; no two are the same.

    Parameters
    ----------
    texts : iterable of str
    otherwise : str
        The identifier of a text without Latin letters, before its number.
    reserved : collection of str
        Words that cannot be identifiers.
    upper : bool, default=False
        Whether letters become capitals.

    Examples
    --------
    >>> identifiers(["Größe", "avg price", "avg-price", "北京", "int", "2x"], "column", ["int"])
    ['Grosse', 'avg_price', 'avg_price_2', 'column_4', 'int_', '_2x']
    """
    found: list[str] = []
    taken = set(reserved)
    for number, text in enumerate(texts, 1):
        name = identifier(text)
        if not name.strip("_"):
            name = f"{otherwise}_{number}"
        if upper:
            name = name.upper()
        if name in reserved:
            name += "_"
        unique, count = name, 1
        while unique in taken:
            count += 1
            unique = f"{name}_{count}"
        taken.add(unique)
        found.append(unique)
    return found


def identifier(text: str) -> str:
    """Return the letters and digits of a text that every language takes in a name."""
    plain = text.replace("ß", "ss").replace("ẞ", "SS")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    name = re.sub(r"_+", "_", re.sub(r"\W+", "_", plain.strip()))
    name = name if name == plain.strip() else name.strip("_")
    return f"_{name}" if name[:1].isdigit() else name


def comment(text: str) -> str:
    r"""Return a text for a comment: one line, with nothing in it that could end the comment.

    Examples
    --------
    >>> comment("a */ b\nc ??/ \\")
    'a * / b c ? ?/ /'
    """
    seen = "".join(letter if is_plain(letter) else " " for letter in text)
    for mark, instead in (("\\", "/"), ("*/", "* /"), ("/*", "/ *"), ("??", "? ?"), ("--", "- -")):
        while mark in seen:
            seen = seen.replace(mark, instead)
    return " ".join(seen.split())


def indented(text: str) -> str:
    """Return a line for a comment, with its indentation."""
    return text[: len(text) - len(text.lstrip(" "))] + comment(text)


def literal(value: object) -> str:
    r"""Return a text, number or truth value of JavaScript; what cannot be seen is escaped.

    Examples
    --------
    >>> print(literal('a"b'), literal("北\u2028"), literal(True), literal(2.5))
    "a\"b" "北\u2028" true 2.5
    """
    if not isinstance(value, str):
        return json.dumps(value)
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\!--")
    return "".join(letter if is_plain(letter) else json.dumps(letter)[1:-1] for letter in text)


def c_literal(text: str) -> str:
    r"""Return a text as a string of C: UTF-8 bytes, in octal where they are no plain ASCII.

    Examples
    --------
    >>> print(c_literal('a"b'), c_literal("é1"))
    "a\"b" "\303\2511"
    """
    plain = "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in text.encode()
    )
    return (
        '"' + plain.replace("\\042", '\\"').replace("\\134", "\\\\").replace("\\077", "\\?") + '"'
    )


def is_plain(letter: str) -> bool:
    """Return whether a character shows what it is: no control, no line end, no direction mark."""
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
