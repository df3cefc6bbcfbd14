"""Which breaks of a source's lines are none on a Chinese page."""

import re

MARKS, LETTERS = "\u3000-\u303f\uff00-\uffef", "\u3400-\u9fff"
BREAK = re.compile(rf"(?<=[{MARKS}])\n|\n(?=[{MARKS}])|(?<=[{LETTERS}])\n(?=[{LETTERS}])")
"""A line's end beside a mark that is wide itself, or between two Chinese letters."""


def joined(before: str, text: str, after: str) -> str:
    r"""Return a text without the breaks that Chinese has no space for.

    >>> joined("", "一行，\n又一行", ""), joined("由", "\n", "clearprop")
    ('一行，又一行', '\n')
    """
    whole = BREAK.sub("\0", before + text + after)
    return whole[len(before) : len(whole) - len(after)].replace("\0", "")
