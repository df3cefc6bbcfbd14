"""How long a program is watched: limits on time and memory, and loops that are left early."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from clearprop.check.script.child.missing.standing_in import StandIns
from clearprop.check.script.child.record.going_forward import GoingForward
from clearprop.check.script.child.record.trace import Trace
from clearprop.check.script.child.record.values import MAX_PARTS
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.fewer import OF_ARRAYS

MAX_BYTES = 400 * 2**20
MAX_OPERATIONS = 60_000
LOOKS = (300, 1000, 3000, 8000, 20_000, 40_000)
"""Operations after which it is asked whether the training has been seen already."""
LARGE, MAX_TOUCHES, MAX_TOUCHED = 2000, 50, 2_000_000
"""Numbers of a large array; how often one is looked at that a line fills, and how many in all."""
MAX_PREPARED = 500
"""Rows of data that one line reads before any product of arrays."""
MOST_PILED_UP = 30 * 2**20
"""Bytes of the large arrays that one line makes before any product: data that it adds a row to."""
SAME_PASSES = 100
"""Passes of a loop that multiply arrays and give nothing new, after which it is left."""
FEW_DIFFERENCES, MANY_DIFFERENCES = 12, 60
"""Passes of a loop that computes differences, where such are left early: at once, and in all."""
IDLE_PASSES = 10
"""Passes of an outermost loop after which too few samples may be why all its products are known."""
NOISE = 1e-12
"""Differences of numbers that rounding makes."""
TOO_MANY_DIFFERENCES = 400
"""Passes of such a loop after which the program is run again, to leave it early."""


class EnoughError(BaseException):
    """The program has been watched for long enough."""


class Patience(StandIns):
    """What was recorded of a program, and whether there is to be more.

    Parameters
    ----------
    seconds : float
        Of processor time; then `EnoughError` ends the program.
    """

    numbers = False
    """True if the program reports its single numbers as well."""
    counts = OF_ARRAYS
    """Counts of the program that may be lowered."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.trace = Trace()
        self.now = 0
        self.bytes = 0
        self.until = time.process_time() + seconds
        self.before: int | None = None
        self.step_by: tuple[str, int] | None = None
        self.enough = False
        self.fits_better: Callable[[Trouble], bool] = lambda trouble: False
        """True for a failure after which the program has to be run again on other data."""
        self.again = False
        self.inside: list[Trouble] = []
        """What failed in the program, and in its own modules, and was left out."""
        self.lacking: Trouble | None = None
        """What failed before anything was multiplied, and would have given a name its value."""
        self.files: list[str] = []
        """The program's own modules, in the order of their import."""
        self.divides_whole = False
        """True if 1 / 2 is 0, as in Python 2."""
        self.single = 0
        self.waits = self.gave_up = False
        """True if so many single numbers are no reason to give up, and once they were one."""
        self.products = 0
        """Products of arrays, also of such as have no entries."""
        self.vectors = 0
        """Those of two vectors: one unit, perhaps, and what enters it."""
        self.nonzero = 0
        """Those that are not zero everywhere."""
        self.new_products = 0
        """Those that were not known before."""
        self.loops = 0
        """Loops around what runs now."""
        self.idles = False
        """True once a loop only repeated its products, of samples that were made up."""
        self.touches: dict[int, int] = {}
        self.rows_read: dict[int, int] = {}
        """How often each line has read a row of something."""
        self.piled_up: Counter[int] = Counter()
        """Bytes of the large arrays that each line made before any product."""
        self.latest: dict[str, int] = {}
        """The content that each place held last."""
        self.looks = list(LOOKS)
        self.has_seen_enough: Callable[[], bool] = lambda: False
        self.has_few_rows: Callable[[], bool] = lambda: False
        """True once samples were made up, or left out: fewer than the program may count on."""
        self.lacks_samples: Callable[[], bool] = lambda: False
        """True if samples were made up, and no step was seen: too few for a batch, perhaps."""
        self.has_stepped: Callable[[], bool] = lambda: True
        """True if a step was seen that changed weights."""
        self.column: tuple[Any, Any, str] | None = None
        """The column of a table that was read last, its table, and its name."""
        self.measured: Counter[int] = Counter()
        """Passes of the loop in each line that computes differences of a loss."""
        self.leaves_differences = False
        """True if such loops are left early."""
        self.goes_forward = self.leaves_forward = False
        """True once a loop only went forward, and if such loops are left early."""
        self.lenient = False
        """True if calls that fail before anything is multiplied are left out."""
        self.fewer = False
        """True if the program is run with fewer of what it makes."""

    def start_again(self, seconds: float) -> None:
        """Forget everything, and record for so many more seconds."""
        self.forget()
        self.enough, self.loops, self.idles = False, 0, False
        self.goes_forward = False
        self.until = time.process_time() + seconds

    def forget(self) -> None:
        """Forget what was recorded."""
        self.trace = Trace()
        self.bytes, self.looks = 0, list(LOOKS)
        self.single, self.multiplies, self.products, self.vectors = 0, False, 0, 0
        self.nonzero = self.new_products = 0
        self.latest, self.touches, self.measured = {}, {}, Counter()
        self.piled_up = Counter()

    def has_enough(self) -> None:
        """End the program, of which enough was seen.

        Raises
        ------
        EnoughError
        """
        self.enough = True
        raise EnoughError

    def tick(self) -> int:
        """Return the time of an event, and end the program when that is late enough."""
        self.now += 1
        if self.enough or (
            self.now % 32 == 0
            and (
                time.process_time() > self.until
                or self.bytes > MAX_BYTES
                or len(self.trace.operations) > MAX_OPERATIONS
            )
        ):
            self.enough = True
            raise EnoughError
        if self.looks and len(self.trace.operations) > self.looks[0]:
            self.looks.pop(0)
            if self.has_seen_enough():
                self.has_enough()
        return self.now

    def piles_up(self, line: int, value: Any) -> bool:
        """Return whether a line goes on to add rows to large data, before anything is multiplied.

        What came of it is recorded where it is used.
        """
        if self.multiplies or not isinstance(value, np.ndarray) or value.size <= LARGE:
            return False
        self.piled_up[line] += value.nbytes
        return self.piled_up[line] > MOST_PILED_UP

    def only_prepares(self, line: int, value: Any) -> bool:
        """Return whether a line goes through the rows of data, before anything is multiplied."""
        if self.multiplies or self.numbers or not isinstance(value, np.ndarray | np.generic):
            return False
        self.rows_read[line] = self.rows_read.get(line, 0) + 1
        return self.rows_read[line] > MAX_PREPARED

    def goes_through(self, line: int, value: Any) -> bool:
        """Return whether a line holds one row of large data after the other, to prepare them."""
        data = value.base if isinstance(value, np.ndarray) else None
        is_row = isinstance(data, np.ndarray) and data.size > LARGE >= value.size
        return is_row and self.only_prepares(line, value)

    def is_tired_of(self, line: int, value: Any) -> bool:
        """Return whether a large array, or a long list, was touched often enough in this line."""
        times = self.touches.get(line, 0)
        if isinstance(value, np.ndarray) and value.size > LARGE:
            return times >= MAX_TOUCHES or times * value.size > MAX_TOUCHED
        return isinstance(value, list) and len(value) > MAX_PARTS and times >= MAX_TOUCHES

    def passes(self, line: int, over: Any) -> Iterator[Any]:
        """Yield what a loop goes through, until it only repeats what it computed before.

        A notebook whose training stands in another cell than its loop goes forward 10,000 times.
        Nor does it learn where all its products are 0: its weights were 0 at the start. One that
        makes batches of made-up samples may have too few of these for a single batch. One that
        goes forward through very many samples before the training is better left early.

        Raises
        ------
        EnoughError
            If it may have too few samples, or goes through too many, and no step was seen.
        """
        same = idle = again = 0
        last: list[np.ndarray] = []
        repeated: set[int] = set()
        forward = GoingForward(self.trace)
        for each in over:
            trace, contents = self.trace, len(self.trace.contents)
            operations = len(trace.operations)
            products, nonzero, known = self.products, self.nonzero, self.new_products
            self.loops += 1
            yield each
            self.loops -= 1
            multiplies = self.products > products
            new = trace.contents[contents : contents + MAX_PARTS]
            same, last = (same + 1 if multiplies and all_near(new, last) else 0), new
            idle = idle + 1 if multiplies and self.nonzero == nonzero and not self.loops else 0
            is_known = multiplies and self.new_products == known and not self.loops
            made = trace.operations[operations:] if is_known else []
            results = {operation.result for operation in made if operation.name == "@"}
            again = again + 1 if is_known and results == repeated else int(is_known)
            repeated = results
            if again == IDLE_PASSES and self.lacks_samples():
                self.idles = self.enough = True
                raise EnoughError
            if multiplies and forward.trace is trace and forward.is_told(contents, operations):
                self.goes_forward = True
                if self.leaves_forward:
                    return
            if forward.is_long and not self.has_stepped():
                self.enough = True
                raise EnoughError
            if SAME_PASSES in (same, idle):
                return

    def differences(self, line: int, lines: int) -> bool:
        """Return whether a loop that computes differences of a loss is to be left.

        Every entry of a large matrix would take longer than a program is watched.
        """
        self.trace.measuring.add(range(line, line + lines))
        self.measured[line] += 1
        passes = self.measured[line]
        if passes > TOO_MANY_DIFFERENCES and not self.leaves_differences:
            self.enough = True
            raise EnoughError
        return self.leaves_differences and (
            passes % FEW_DIFFERENCES == 0 or passes > MANY_DIFFERENCES
        )


def all_near(new: list[np.ndarray], last: list[np.ndarray]) -> bool:
    """Return whether a pass gave nothing, or what the last one gave but for rounding."""
    return not new or (
        len(new) == len(last)
        and all(
            one.shape == other.shape
            and one.size <= LARGE
            and np.allclose(one, other, rtol=NOISE, atol=NOISE)
            for one, other in zip(new, last, strict=True)
        )
    )
