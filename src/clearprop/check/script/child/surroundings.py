"""The surroundings of a script in the limited process: nobody answers, nothing waits."""

import builtins
import functools
import os
import pdb
import random
import re
import sys
import time
import unittest
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.missing.older import allow_old_names, of_objects
from clearprop.check.script.errors import NobodyAnswersError

OF_SCREENS = re.compile(r"\s*(cls|clear|title|color|pause|chcp)\b", re.IGNORECASE)
"""Commands that change what stands on the screen, or wait for a key."""
system = os.system


def arrange_surroundings() -> None:
    """Let `input` fail with a clear word, pauses last no time, and samples keep their order.

    There is no screen to clear, and tests that a program ends with do not end the process.

    Names that libraries no longer have are there again. Shuffled samples have the same gradient,
    but outputs that cannot be told from wrong ones.
    """
    builtins.input = nobody_answers
    os.system = cleared
    time.sleep = no_pause
    pdb.set_trace = sys.breakpointhook = no_break
    random.shuffle = no_shuffle
    np.random.shuffle = no_shuffle
    np.random.permutation = in_order
    unittest.main = functools.partial(unittest.TestProgram, exit=False)  # type: ignore[misc,assignment]
    allow_old_names()


def nobody_answers(prompt: object = "", /) -> str:
    """Stand in for `input`.

    Raises
    ------
    NobodyAnswersError
        Always.
    """
    raise NobodyAnswersError(
        Text(
            "nobody answers input() while code is checked: write a value in its place",
            "检查代码时没有人回答 input()：请把它换成一个具体的值",
        )
    )


def cleared(command: Any) -> int:
    """Stand in for `os.system`, by which programs clear the screen; other commands are its own."""
    return 0 if OF_SCREENS.match(str(command)) else system(command)


def no_pause(seconds: object, /) -> None:
    """Stand in for `time.sleep`."""


def no_break(*_: object, **__: object) -> None:
    """Stand in for `pdb.set_trace`, and for what `breakpoint` calls."""


def no_shuffle(x: Any) -> None:
    """Stand in for `random.shuffle` and its namesake in NumPy."""


def in_order(x: Any) -> Any:
    """Stand in for `np.random.permutation`: a number n gives 0 … n − 1, an array a copy."""
    if isinstance(x, int | np.integer):
        return np.arange(x)
    try:
        return np.array(x)
    except ValueError:  # pairs of unequal arrays
        return of_objects(x)
