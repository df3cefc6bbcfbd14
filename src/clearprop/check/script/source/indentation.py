"""Mend the indentation of pasted code, where nothing else keeps it from being Python."""

import ast
import re

MAX_REPAIRS = 40
"""Places that are mended; a text without any indentation is left as it is."""
ONE_LEVEL = 4


def indented_anew(text: str) -> str:
    r"""Return a text with its wrong indentation mended; as it is where that does not help.

    Blocks that stand too far in are moved out, lines between two levels to the nearer one, and
    the methods of a class that stand as far out as the class itself are moved in; the first line of
    one alone where what follows stands inside.

    Examples
    --------
    >>> print(indented_anew("x = 1\n  y = 2\nz = 3"))
    x = 1
    y = 2
    z = 3
    """
    lines = text.expandtabs(ONE_LEVEL).splitlines()
    for _ in range(MAX_REPAIRS):
        try:
            ast.parse("\n".join(lines))
        except IndentationError as error:
            if not error.lineno or error.lineno > len(lines):
                return text
            repair(lines, error.lineno - 1, str(error.msg))
        except SyntaxError:
            return text
        else:
            return "\n".join(lines)
    return text


def repair(lines: list[str], number: int, message: str) -> None:
    """Move the lines of which Python says that they stand in the wrong column."""
    column = column_of(lines[number])
    if "after class definition" in message:
        shift(lines, number, members_end(lines, number, column), ONE_LEVEL)
    elif message.startswith("unexpected indent"):
        before = next((column_of(line) for line in reversed(lines[:number]) if is_code(line)), 0)
        shift(lines, number, block_end(lines, number, column), before - column)
    elif message.startswith("unindent"):
        header = opening(lines, number)
        if column in open_levels(lines[:header]):
            shift(lines, header, header + 1, column - column_of(lines[header]))
            return
        levels = {column_of(line) for line in lines[:number] if is_code(line)}
        nearest = min(levels, key=lambda level: abs(level - column))
        shift(lines, number, block_end(lines, number, column), nearest - column)


def column_of(line: str) -> int:
    """Return the column in which a line begins."""
    return len(line) - len(line.lstrip())


def is_code(line: str) -> bool:
    """Return whether a line is neither empty nor a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def opening(lines: list[str], number: int) -> int:
    """Return which line before this one stands further out, and opens the block that it ends."""
    column = column_of(lines[number])
    before = range(number - 1, -1, -1)
    return next((n for n in before if is_code(lines[n]) and column_of(lines[n]) < column), 0)


def open_levels(lines: list[str]) -> set[int]:
    """Return the columns in which another line may begin: those of the blocks that are open."""
    levels: set[int] = set()
    for line in filter(is_code, reversed(lines)):
        if column_of(line) < min(levels, default=len(line)):
            levels.add(column_of(line))
    return levels


def block_end(lines: list[str], first: int, column: int) -> int:
    """Return where the lines end that stand at least as far in as this one."""
    for number in range(first, len(lines)):
        if is_code(lines[number]) and column_of(lines[number]) < column:
            return number
    return len(lines)


def members_end(lines: list[str], first: int, column: int) -> int:
    """Return where the methods of a class end that stand in this column, one after the other."""
    for number in range(first, len(lines)):
        is_outer = is_code(lines[number]) and column_of(lines[number]) <= column
        if is_outer and not is_member(lines, number):
            return number
    return len(lines)


def is_member(lines: list[str], number: int) -> bool:
    """Return whether a line decorates or begins a method: it takes ``self``, or is decorated."""
    if re.match(r"\s*(@|(async\s+)?def\s+\w+\(\s*(self|cls)\b)", lines[number]):
        return True
    is_decorated = number > 0 and lines[number - 1].lstrip().startswith("@")
    return is_decorated and lines[number].lstrip().startswith(("def ", "async "))


def shift(lines: list[str], first: int, end: int, columns: int) -> None:
    """Move lines to the right, or to the left."""
    for number in range(first, end):
        if lines[number].strip():
            column = max(0, column_of(lines[number]) + columns)
            lines[number] = " " * column + lines[number].lstrip()
