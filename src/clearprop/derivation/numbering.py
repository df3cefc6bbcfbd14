"""Unit and sample numbers inside sentences, counted from 0 or from 1 as the formulas are.

A sentence is made before the reader says from where to count; `counted` marks the number in it, and
`numbered_from` puts the right one in the mark's place when the sentence is printed.
"""

import re

from clearprop._text import Text

OPEN, CLOSE = "\ue000", "\ue001"  # of the private use area, so that no sentence holds them
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")


def counted(position: int) -> str:
    """Return the number of a unit or sample, counted from 0, as a mark in a sentence."""
    return f"{OPEN}{position}{CLOSE}"


def numbered_from(text: Text, first: int) -> Text:
    """Return the sentence with its marked numbers counted from `first`.

    Examples
    --------
    >>> numbered_from(Text("unit {j}", "神经元 {j}").filled(j=counted(2)), 1).en
    'unit 3'
    """

    def number(found: re.Match[str]) -> str:
        return str(int(found[1]) + first)

    return Text(*(MARK.sub(number, sentence) for sentence in text))
