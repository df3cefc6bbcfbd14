"""Fewer lines of a text that holds a sample a line."""

from clearprop.check.script.child.shorter.rows import MANY

TEXTS = (".txt", ".csv", ".tsv", ".data", ".dat", ".tra", ".tes", "")
"""Endings of their names."""


def with_few_lines(content: bytes, kept: int) -> bytes | None:
    r"""Return a text with about so many of its lines; None if it has not many, or is no text.

    The first line may name the columns, and stays.

    Examples
    --------
    >>> with_few_lines(b"x,y" + b"\n1,2" * 5000, 2).split()
    [b'x,y', b'1,2', b'1,2']
    """
    lines = content.splitlines(keepends=True)
    if len(lines) < MANY or b"\0" in content:
        return None
    return b"".join([lines[0], *lines[1 :: len(lines) // kept]])
