"""What stopped a script: its own mistake, our question, or the want of what only its author has."""

import re

from clearprop._text import Text
from clearprop.check.script.lines import with_line
from clearprop.check.script.messages import ANSWERED, NO_GRADIENT, Reading
from clearprop.check.script.observed import Trouble, Watched
from clearprop.check.script.report import SubmissionReport

NOTHING_TO_CALL = Text(
    "no gradient was found: there is no function such as backward_propagation(parameters, cache, X,"
    " Y) or loss_and_grad(parameters, X, Y), no class with a backward method, and no training loop"
    " that assigns dW1 or W1. Name the function with --function.",
    "没有找到梯度代码：没有 backward_propagation(parameters, cache, X, Y)、"
    "loss_and_grad(parameters, X, Y) 之类的函数，没有带 backward 方法的类，"
    "也没有给 dW1 或 W1 赋值的训练循环。可用 --function 指定函数。",
)
WANTS_AN_ARRAY = re.compile(r"'dict' object has no attribute '(shape|size|ndim|T|dot|reshape)'")
OTHER_AXES = re.compile(r"\.shape`: ValueError: (not enough|too many) values to unpack")
"""How code fails that takes the shape of our samples apart, and wants more axes, or fewer."""
OF_NAMES = ("NameError", "UnboundLocalError")
SHAPES = re.compile(r"not aligned|broadcast|mismatch in its core dimension")
"""What Python and NumPy say of mistakes that are a program's own, whatever it was run with."""
OF_OTHERS = (
    "NotAllowedError", "URLError", "SystemExit", "AutogradError",
    "FileNotFoundError", "PermissionError", "OSError", "ModuleNotFoundError",
)  # fmt: skip
"""Failures for want of what only the author has."""


STOPPED_HERE = ("", "time", "memory", "exit")
"""Ends of a watched program that its author need not have seen: too long, too much, or by us."""


def stopped_by(report: SubmissionReport, trouble: Trouble, reading: Reading) -> Text:
    """Return what stops a script: what fails while it runs by itself, as its author sees it.

    Where that is in the line in which our call of it failed, what was called is said as well.
    """
    own, called = with_line(trouble, reading), report.failure
    place = own.en.partition(":")[0]
    if called is None or is_of_the_question(called) or f"{place}:" not in called.en:
        return own
    return called


def breaks_off(seen: Watched) -> bool:
    """Return whether a program stops in its first step, by a mistake of its own: it trains nothing.

    What it changed by then may be right; whoever runs it never comes to a second step.
    """
    is_own = seen.trouble is not None and (
        seen.trouble.kind in OF_NAMES or SHAPES.search(seen.trouble.message.en) is not None
    )
    return is_own and seen.breaks_off and not seen.made_up


def is_of_the_question(failure: Text | None) -> bool:
    """Return whether nothing failed but our own way to ask the code for a gradient.

    Parameters were handed to it in a dict where it wants one array, for one.
    """
    return failure is not None and (
        failure == NOTHING_TO_CALL
        or failure.en.startswith(NO_GRADIENT.en)
        or WANTS_AN_ARRAY.search(failure.en) is not None
        or OTHER_AXES.search(failure.en) is not None
    )


def wants_more(seen: Watched, reading: Reading) -> bool:
    """Return whether a script may have stopped for want of something that only its author has.

    Python 2 compares anything with anything, for one.
    """
    assert seen.trouble is not None
    kind, said = seen.trouble.kind, seen.trouble.message.en
    if reading.is_python_2 and kind == "TypeError":
        return True
    if kind == "NameError" and any(f"'{name}'" in said for name in reading.left_out):
        return True  # it was pasted without what defines them
    if kind in ("SyntaxError", "TabError", "IndentationError"):
        return False
    of_others = kind in OF_OTHERS
    of_others = of_others or "unexpected keyword argument" in said  # of another version
    of_others = of_others or re.match(r"module '.*' has no attribute", said) is not None
    of_others = of_others or said.startswith("attempted relative import")  # of another folder
    made_up = [note for note in seen.made_up if note != ANSWERED or not seen.products]
    is_own = seen.stops and (kind in OF_NAMES or SHAPES.search(said) is not None)
    return of_others or (bool(made_up) and not is_own)
