"""Read Python 2 as Python 3 reads it: ``print x``, ``except E, e``, ``raise E, "why"``."""

import io
import re
import tokenize
from collections.abc import Sequence

METHODS = {
    "iteritems": "items",
    "itervalues": "values",
    "iterkeys": "keys",
    "has_key": "__contains__",
}
"""Methods of dicts that have another name now."""


def as_python3(text: str) -> str:
    """Return Python 2 with its statements as Python 3 has them; the lines stay where they are.

    Examples
    --------
    >>> as_python3('print "loss", x')
    'print("loss", x)'
    """
    text = text.expandtabs(8)
    lines = text.splitlines(keepends=True)
    for start, end in reversed(logical_lines(text)):
        whole = "".join(lines[start:end])
        lines[start:end] = [statement(whole), *[""] * (end - start - 1)]
    changed = re.sub(r"\bdtype\s*=\s*([\"'])(?:string|unicode)\1", "dtype=str", "".join(lines))
    for old, new in METHODS.items():
        changed = re.sub(rf"\.{old}\(", f".{new}(", changed)
    return re.sub(r"(?<![\w.])(\d+)[lL]\b", r"\1", changed.replace("<>", "!="))


def logical_lines(text: str) -> list[tuple[int, int]]:
    """Return where each statement starts and ends, in lines counted from 0."""
    found = []
    start = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NEWLINE:
                if start is not None:
                    found.append((start, token.end[0]))
                start = None
            elif start is None and token.type in (tokenize.NAME, tokenize.OP, tokenize.STRING):
                start = token.start[0] - 1
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def statement(line: str) -> str:
    """Return one statement as Python 3 has it."""
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    for pattern, change in (
        (r"^(.*?(?:^|[:;]|\s))print(?=[\s\"'(])(.*)$", printed),
        (r"^(\s*except\s+)([\w., ()]+),\s*(\w+)\s*:(.*)$", caught),
        (r"^(.*?(?:^|:)\s*raise\s+[\w.]+)\s*,\s*(.+)$", raised),
        (r"^(\s*exec)\s+([^(\s].*)$", executed),
    ):
        found = re.match(pattern, body, re.DOTALL)
        if found is not None and not inside_text(found.group(1)):
            return change(found.groups()) + end
    return line


def inside_text(before: str) -> bool:
    """Return whether what follows stands in a text or a comment."""
    plain = re.sub(r"\"[^\"]*\"|'[^']*'", "", before)
    return any(mark in plain for mark in "\"'#")


def printed(parts: Sequence[str]) -> str:
    """Return ``print(…)``."""
    before, given = parts
    values, comment = without_comment(given.strip())
    file = ""
    if values.startswith(">>"):
        name, _, values = values[2:].partition(",")
        file = f"file={name.strip()}"
    values = values.strip()
    if values.endswith(","):
        values = values[:-1]
        file = f'{file}, end=" "'.lstrip(", ")
    listed = ", ".join(part for part in (values.strip(), file) if part)
    return f"{before}print({listed}){comment}"


def without_comment(given: str) -> tuple[str, str]:
    """Return the part before a comment, and the comment with two spaces."""
    quote = ""
    for place, letter in enumerate(given):
        if quote:
            if letter == quote and given[place - 1] != "\\":
                quote = ""
        elif letter in "\"'":
            quote = letter
        elif letter == "#":
            return given[:place], f"  {given[place:]}"
    return given, ""


def caught(parts: Sequence[str]) -> str:
    """Return ``except E as e:``."""
    before, kinds, name, rest = parts
    return f"{before}{kinds} as {name}:{rest}"


def raised(parts: Sequence[str]) -> str:
    """Return ``raise E(why)``."""
    before, why = parts
    return f"{before}({why})"


def executed(parts: Sequence[str]) -> str:
    """Return ``exec(code)``."""
    before, code = parts
    return f"{before}({code})"
