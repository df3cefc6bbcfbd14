"""Text in two dimensions: boxes of characters that stand beside and above each other.

A fraction is three lines, a matrix as many as it has rows. A box knows its baseline, the line at
which it is set beside others. Widths count Chinese characters twice, as terminals do.
"""

import re
from dataclasses import dataclass

from clearprop._aligned import padded, width_of


def wrapped_text(text: str, width: int) -> list[str]:
    """Return a sentence as lines of at most a width, broken at spaces or between Chinese signs.

    No line begins with a stop: the sign before it goes with it.
    """
    lines = [""]
    for piece in re.findall(r"[^\s\u3000-\uffef]+\s*|[\u3000-\uffef]\s*", text):
        if width_of(lines[-1] + piece.rstrip()) > width:
            kept, sign = lines[-1][:-1], lines[-1][-1:]
            takes_sign = kept and piece.strip() in "，。；：、）" and width_of(sign) == 2
            if takes_sign:
                lines[-1] = kept
            lines.append(sign if takes_sign else "")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


@dataclass(frozen=True)
class Box:
    """Lines of equal width, with a baseline.

    Attributes
    ----------
    lines : tuple of str
        The lines.
    baseline : int
        The line, counted from 0, at which the box is set beside others.
    """

    lines: tuple[str, ...]
    baseline: int = 0

    @property
    def width(self) -> int:
        """Columns that the box takes."""
        return max(map(width_of, self.lines), default=0)

    @property
    def height(self) -> int:
        """Lines that the box takes."""
        return len(self.lines)

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)


def text_box(text: str) -> Box:
    """Return one line as a box."""
    return Box((text,))


def beside(*boxes: Box) -> Box:
    """Return boxes side by side, their baselines on one line."""
    above = max(box.baseline for box in boxes)
    below = max(box.height - box.baseline for box in boxes)
    rows = ["" for _ in range(above + below)]
    for box in boxes:
        top, width = above - box.baseline, box.width
        for row in range(above + below):
            inside = 0 <= row - top < box.height
            rows[row] += padded(box.lines[row - top] if inside else "", width)
    return Box(tuple(rows), above)


def stacked(*boxes: Box, baseline: int = 0, align: str = "left") -> Box:
    """Return boxes one below the other; `baseline` is the line of the result that is one."""
    width = max(box.width for box in boxes)
    lines = tuple(padded(line, width, align) for box in boxes for line in box.lines)
    return Box(lines, baseline)


def fraction(top: Box, bottom: Box) -> Box:
    """Return a fraction with a bar."""
    bar = text_box("─" * max(top.width, bottom.width))
    return stacked(top, bar, bottom, baseline=top.height, align="center")


def raised(base: Box, exponent: Box) -> Box:
    """Return the base with a box above its right end."""
    lifted = Box((*exponent.lines, *[" " * exponent.width] * base.height), exponent.height)
    grown = Box((*[" " * base.width] * exponent.height, *base.lines), exponent.height)
    result = beside(grown, lifted)
    return Box(result.lines, exponent.height + base.baseline)


BRACKETS = {
    "(": ("( )", "⎛⎜⎝", "⎞⎟⎠"),
    "[": ("[ ]", "⎡⎢⎣", "⎤⎥⎦"),
    "|": ("| |", "│││", "│││"),
}


def bracketed(box: Box, kind: str = "(", left: bool = True, right: bool = True) -> Box:
    """Return the box between brackets as tall as it is, or with one of the two."""
    small, *tall = BRACKETS[kind]
    if box.height == 1:
        return Box((small[0] * left + box.lines[0] + small[2] * right,))
    before, after = (_tall(pieces, box) for pieces in tall)
    return beside(*[before] * left, box, *[after] * right)


def braced(box: Box) -> Box:
    """Return the box after a brace, as cases are written."""
    if box.height == 1:
        return beside(text_box("{ "), box)
    lines = ["⎪"] * box.height
    lines[0], lines[-1] = "⎧", "⎩"
    lines[box.height // 2 - (box.height == 2)] = "⎨" if box.height > 2 else "⎧"
    return beside(Box(tuple(line + " " for line in lines), box.baseline), box)


def _tall(pieces: str, box: Box) -> Box:
    middle = pieces[1] * (box.height - 2)
    return Box(tuple(pieces[0] + middle + pieces[2]), box.baseline)
