"""Record what a rewritten program computes: the contents of its arrays, and what came from what.

Arrays are told apart by their contents and by nothing else. Whether a program keeps its weights in
a dict, in an object, or under three names at once, a product is a product of the same numbers.
"""

import contextlib
import operator
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from clearprop.check.script.child.calls import Call
from clearprop.check.script.child.einsum import as_product
from clearprop.check.script.child.older import (
    OLD_KEYWORDS,
    in_place,
    is_of_pandas,
    of_single,
    older_keywords,
    older_method,
    once_more,
    single,
    tables_as_before,
)
from clearprop.check.script.child.rows import Rows
from clearprop.check.script.child.standing_in import StandIns
from clearprop.check.script.child.trace import ADDED, SET, Operation, Seen, Trace
from clearprop.check.script.child.values import (
    COMPUTE,
    MAX_PARTS,
    array_of,
    arrays_of,
    element,
    parts,
)
from clearprop.check.script.messages import Trouble

MAX_NUMBERS = 4_000_000
"""Numbers of one array; a larger one is not looked at."""
MAX_OWNER = 20_000
"""Numbers of an array whose slices are told from those of others."""
MAX_BYTES = 400 * 2**20
MAX_OPERATIONS = 60_000
LOOKS = (300, 1000, 3000, 8000, 20_000, 40_000)
"""Operations after which it is asked whether the training has been seen already."""
MAX_SINGLE = 4000
"""Operations on single numbers, before any product of arrays."""
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
NOISE = 1e-12
"""Differences of numbers that rounding makes."""
TOO_MANY_DIFFERENCES = 400
"""Passes of such a loop after which the program is run again, to leave it early."""
MAX_JOINT = 2000
"""Single numbers in a list of which an array is made."""
TARGETS = (-1, 0, 1)
"""Whole numbers that a single output may be meant to be."""
ARITHMETIC = {
    "dot": "@",
    "matmul": "@",
    "inner": "inner",
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "mm": "@",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "pow": "**",
    "t": "transpose",
    "clamp": "clip",
    "float": "astype",
    "long": "astype",
    "double": "astype",
    "type": "astype",
    "clone": "copy",
    "detach": "copy",
    "to": "copy",
    "cpu": "copy",
}
"""Functions and methods of array libraries that are others, or operators, under another name."""


NO_OPERANDS = ("out", "where", "dtype", "axis", "shape", "size")
"""Settings of NumPy's functions that are none of the numbers which they compute with."""
CHANGED = ("pandas", "sklearn", "matplotlib")
"""Libraries that have lost names which old programs use, mostly to show something."""


class EnoughError(BaseException):
    """The program has been watched for long enough."""


class Recorder(StandIns):
    """What a program that `clearprop.check.script.source.instrument` rewrote reports to.

    Parameters
    ----------
    seconds : float
        Of processor time; then `EnoughError` ends the program.
    """

    numbers = False
    """True if the program reports its single numbers as well."""
    slices = np.s_
    """Makes an index of what stands between brackets."""

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
        self.files: list[str] = []
        """The program's own modules, in the order of their import."""
        self.divides_whole = False
        """True if 1 / 2 is 0, as in Python 2."""
        self.single = 0
        self.waits = self.gave_up = False
        """True if so many single numbers are no reason to give up, and once they were one."""
        self.multiplies = False
        """True once a product of arrays was seen."""
        self.products = 0
        """Products of arrays, also of such as have no entries."""
        self.vectors = 0
        """Those of two vectors: one unit, perhaps, and what enters it."""
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
        """True once samples were made up: fewer than the program may count on."""
        self.column: tuple[Any, Any, str] | None = None
        """The column of a table that was read last, its table, and its name."""
        self.measured: Counter[int] = Counter()
        """Passes of the loop in each line that computes differences of a loss."""
        self.leaves_differences = False
        """True if such loops are left early."""
        self.lenient = False
        """True if calls that fail before anything is multiplied are left out."""
        self.fewer = False
        """True if the program is run with fewer of what it makes."""

    def start_again(self, seconds: float) -> None:
        """Forget everything, and record for so many more seconds."""
        self.trace = Trace()
        self.bytes, self.enough, self.looks = 0, False, list(LOOKS)
        self.single, self.multiplies, self.products, self.vectors = 0, False, 0, 0
        self.latest, self.touches, self.measured = {}, {}, Counter()
        self.piled_up = Counter()
        self.until = time.process_time() + seconds

    def size(self) -> tuple[int, ...]:
        """Return how much was recorded: the same while there is nothing more."""
        return len(self.trace.operations), len(self.trace.seen), id(self.trace)

    def content(self, value: Any) -> int | None:
        """Return the number of an array's content, or of a number's; None for anything else."""
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in "fiub" or value.size > MAX_NUMBERS or value.size == 0:
                return None
            array = np.asarray(value, dtype=float)
            whole = value.dtype.kind != "f"
        elif isinstance(value, float | int | np.number) and not isinstance(value, bool):
            array, whole = np.asarray(value, dtype=float), not isinstance(value, float)
        else:
            return None
        known = len(self.trace.contents)
        found = self.trace.number(array, whole=whole, copies=True)
        self.bytes += array.nbytes if found == known else 0
        return found

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
                self.enough = True
                raise EnoughError
        return self.now

    def operation(
        self,
        name: str,
        line: int,
        operands: tuple[Any, ...],
        result: Any,
        call: Call | None = None,
    ) -> Any:
        """Record an operation on arrays, with the call that made it, and return its result."""
        if not any(isinstance(part, np.ndarray) for part in (*operands, result)):
            self.single += 1
            if self.single > MAX_SINGLE and not self.multiplies and not self.waits:
                self.enough = self.gave_up = True  # what it learns with are single numbers
            if not any(isinstance(part, np.generic) for part in (*operands, result)):
                return result
        if self.piles_up(line, result):
            return result
        time, made = self.tick(), self.content(result)
        numbers = {id(part): self.content(part) for part in operands}
        given = [found for part in operands if (found := numbers[id(part)]) is not None]
        is_product = name in ("@", "outer")
        if is_product and any(is_too_large(part) for part in (*operands, result)):
            self.trace.unseen += [Seen(time, line, "", found) for found in given]
        self.multiplies, self.products = self.multiplies or is_product, self.products + is_product
        self.vectors += name == "@" and all(np.ndim(part) == 1 for part in operands)
        if made is not None and given:
            again = None if call is None else call.placed(numbers)
            self.trace.operations.append(Operation(time, line, name, tuple(given), made, again))
        return result

    def piles_up(self, line: int, value: Any) -> bool:
        """Return whether a line goes on to add rows to large data, before anything is multiplied.

        What came of it is recorded where it is used.
        """
        if self.multiplies or not isinstance(value, np.ndarray) or value.size <= LARGE:
            return False
        self.piled_up[line] += value.nbytes
        return self.piled_up[line] > MOST_PILED_UP

    def binary(self, line: int, symbol: str, left: Any, right: Any) -> Any:
        """Compute and record ``left symbol right``."""
        if (
            self.divides_whole
            and symbol == "/"
            and isinstance(left, int)
            and isinstance(right, int)
        ):
            return left // right
        try:
            result = COMPUTE[symbol](left, right)
        except OverflowError:  # whole numbers beyond those of small ones, as before NumPy 2
            left, right = (
                part.astype(np.int64) if isinstance(part, np.ndarray | np.integer) else part
                for part in (left, right)
            )
            result = COMPUTE[symbol](left, right)
        if symbol == "*" and isinstance(left, np.matrix) | isinstance(right, np.matrix):
            symbol = "@" if np.ndim(left) and np.ndim(right) else "*"
        return self.operation(symbol, line, (array_of(left), array_of(right)), result)

    def formatted(self, line: int, text: str, value: Any) -> Any:
        """Return ``text % value``, also of an array of one number; what it says stops nothing."""
        for given in (value, single(value)):
            with contextlib.suppress(TypeError):
                return text % given
        return text

    def put(self, line: int, owner: Any, value: Any) -> Any:
        """Return what is to be put into an element of an array: of an array of one, its number."""
        return single(value) if isinstance(owner, np.ndarray) else value

    def left_out(self, line: int, failure: Exception, shows: bool) -> None:
        """Leave a call out that failed and only shows something, or came before the training.

        Raises
        ------
        Exception
            The failure, if it may have left a step half done.
        """
        if self.products and not shows:
            raise failure

    def negative(self, line: int, value: Any) -> Any:
        """Compute and record −value."""
        return self.operation("negative", line, (value,), -value)

    def method(self, line: int, owner: Any, name: str) -> Any:
        """Return a method; one of an array, or a function of NumPy, records its calls."""
        found = older_method(owner, name) or self.attribute(line, owner, name)
        if self.column is not None and owner is self.column[0] and callable(found):
            return in_place(found, *self.column)
        if isinstance(owner, np.ndarray):
            return self.recording(found, ARITHMETIC.get(name, name), line, (owner,), name)
        return self.function(line, found)

    def attribute(self, line: int, owner: Any, name: str) -> Any:
        """Return an attribute; of a library, what stands in for a name that it no longer has."""
        try:
            return getattr(owner, name)
        except AttributeError:
            root = getattr(owner, "__name__", "").partition(".")[0]
            if not isinstance(owner, types.ModuleType) or root not in CHANGED:
                raise
            return self.missing(line, owner.__name__, name)

    def function(self, line: int, found: Any) -> Any:
        """Return a function; one of NumPy records its calls."""
        if found is float or found is int:
            return self.converting(found)
        if found is setattr:
            return self.setting(line)
        if found is round or found is range or found is complex:
            return of_single(found)
        name = getattr(found, "__name__", "")
        if name in self.loaders and not isinstance(found, np.ufunc):
            tables_as_before()
            return self.loading(found, self.loaders[name])
        if name in OLD_KEYWORDS:
            return older_keywords(found)
        home = getattr(found, "__module__", None) or ""
        if home == "math":
            return of_single(found)
        is_numpy = isinstance(found, np.ufunc) or home.partition(".")[0] in ("numpy", "scipy")
        if not is_numpy or isinstance(found, type):
            return found
        return self.recording(found, ARITHMETIC.get(name, name), line, ())

    def setting(self, line: int) -> Callable[[Any, str, Any], None]:
        """Return ``setattr`` that records what the attribute holds, as ``self.W1 = W`` does."""

        def set_attribute(owner: Any, name: str, value: Any) -> None:
            setattr(owner, name, value)
            self.stored(line, f"self.{name}", value)

        return set_attribute

    def recording(
        self,
        function: Callable[..., Any],
        name: str,
        line: int,
        before: tuple[Any, ...],
        method: str = "",
    ) -> Callable[..., Any]:
        """Return a function that records its calls; a method records what it is a method of."""

        def recorded(*arguments: Any, **settings: Any) -> Any:
            if "out" in settings and "where" not in settings:  # it changes one of its arrays
                into = settings.pop("out")
                holders = self.holders(into)
                result = written_into(into, recorded(*arguments, **settings))
                for place in holders:
                    self.look(line, place, result)
                return result
            joint = tuple(self.joint(line, argument) for argument in arguments)
            given = [part for argument in joint for part in self.arrays_in(argument)]
            given += [
                part
                for name, setting in settings.items()
                if name not in NO_OPERANDS and isinstance(setting, np.ndarray | list | tuple)
                for part in self.arrays_in(setting)
                if isinstance(part, np.ndarray)
            ]
            try:
                result = function(*arguments, **settings)
            except (TypeError, ValueError) as error:
                result = once_more(function, arguments, settings, error)
            operands = (*before, *given)
            if name == "einsum" and (product := as_product(arguments, result)) is not None:
                self.operation("@", line, *product)
                return result
            scales = name == "@" and any(np.ndim(part) == 0 for part in operands)
            call = Call(method or function, (*before, *joint), settings)
            return self.operation("*" if scales else name, line, operands, result, call)

        return recorded

    def holders(self, value: Any) -> list[str]:
        """Return the places that hold an array, which is about to be changed where it is."""
        content = self.content(value) if isinstance(value, np.ndarray) else None
        if content is None:
            return []
        return [place for place, held in self.latest.items() if place and held == content]

    def joint(self, line: int, value: Any) -> Any:
        """Return an argument; single numbers in a list as the array that is made of them."""
        if not isinstance(value, list) or not 1 < len(value) <= MAX_JOINT:
            return value
        if not all(isinstance(part, np.floating) for part in value):
            return value
        call = Call(np.array, (list(value),))
        return self.operation("array", line, tuple(value), np.array(value), call)

    def arrays_in(self, value: Any) -> list[Any]:
        """Return the arrays in an argument."""
        return arrays_of(value)

    def converting(self, kind: type[float] | type[int]) -> Callable[..., Any]:
        """Return ``float`` or ``int`` as older versions of NumPy allow it: of any single number."""

        def convert(*given: Any) -> Any:
            if len(given) == 1 and isinstance(given[0], np.ndarray) and given[0].size == 1:
                return kind(given[0].item())
            return kind(*given)

        return convert

    def joined(self, line: int, owner: Any, index: Any) -> Any:
        """Compute and record ``np.c_[…]``, and its like."""
        parts = index if isinstance(index, tuple) else (index,)
        call = Call(operator.getitem, (owner, index))
        return self.operation("concatenate", line, parts, owner[index], call)

    def passes(self, line: int, over: Any) -> Iterator[Any]:
        """Yield what a loop goes through, until it only repeats what it computed before.

        A notebook whose training stands in another cell than its loop goes forward 10,000 times.
        """
        same = 0
        last: list[np.ndarray] = []
        for each in over:
            trace, contents, products = self.trace, len(self.trace.contents), self.products
            yield each
            new = trace.contents[contents : contents + MAX_PARTS]
            repeats = self.products > products and all_near(new, last)
            same, last = (same + 1 if repeats else 0), new
            if same == SAME_PASSES:
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

    def part(self, line: int, owner: Any, index: Any) -> Any:
        """Read and record a part of something; of data that are made up, one that is there."""
        if type(owner) is np.ndarray and self.has_few_rows():
            value = element(owner.view(Rows), index)
            value = value.view(np.ndarray) if isinstance(value, Rows) else value
        else:
            value = element(owner, index)
        if isinstance(index, str) and is_of_pandas(owner):
            self.column = value, owner, index
        if self.only_prepares(line, value):
            return value
        is_part = isinstance(owner, np.ndarray) and isinstance(value, np.ndarray | np.floating)
        if is_part and owner.size <= MAX_OWNER and not self.numbers:
            self.operation("getitem", line, (owner,), value, Call(operator.getitem, (owner, index)))
        return self.read(line, value)

    def only_prepares(self, line: int, value: Any) -> bool:
        """Return whether a line goes through the rows of data, before anything is multiplied."""
        if self.multiplies or self.numbers or not isinstance(value, np.ndarray):
            return False
        self.rows_read[line] = self.rows_read.get(line, 0) + 1
        return self.rows_read[line] > MAX_PREPARED

    def read(self, line: int, value: Any) -> Any:
        """Record what was read, or returned."""
        self.tick()
        self.look(line, "", value)
        return value

    def look(self, line: int, place: str, value: Any) -> None:
        """Record the arrays in a value."""
        for name, part in parts(place, value):
            found = self.content(part)
            if found is not None:
                self.trace.seen.append(Seen(self.now, line, name, found))
                self.latest[name] = found

    def index(self, line: int, value: Any) -> Any:
        """Record an index, which may be class numbers."""
        found = self.content(value) if isinstance(value, np.ndarray) else None
        if found is not None:
            self.trace.indices.append(Seen(self.now, line, "", found))
        return value

    def stored(self, line: int, place: str, value: Any) -> None:
        """Record what a place holds from now on."""
        if self.piles_up(line, value):
            return
        is_told = isinstance(value, np.ndarray | np.generic | float | list | dict | tuple)
        if is_told or (type(value) is int and value in TARGETS):
            self.tick()
            self.look(line, place, value)

    def touching(self, line: int, place: str, value: Any) -> None:
        """Record a list or array to an element of which something is about to be added."""
        if not self.is_tired_of(line, value):
            self.look(line, place, value)

    def touched(self, line: int, place: str, value: Any, adds: bool = False) -> None:
        """Record a list or array of which an element was replaced, or added to.

        A loop that fills a large one element by element is not looked at for ever.
        """
        self.touches[line] = self.touches.get(line, 0) + 1
        if self.is_tired_of(line, value):
            return
        before = {name: self.latest.get(name) for name, _ in parts(place, value)}
        self.stored(line, place, value)
        inside = before if adds else [place] if isinstance(value, np.ndarray) else []
        for name in inside:
            old, now = before[name], self.latest.get(name)
            if old is None or now is None or now == old or not self.same_shape(old, now):
                continue
            how = ADDED if adds else SET
            self.trace.operations.append(Operation(self.now, line, how, (old,), now))

    def is_tired_of(self, line: int, value: Any) -> bool:
        """Return whether a large array, or a long list, was touched often enough in this line."""
        times = self.touches.get(line, 0)
        if isinstance(value, np.ndarray) and value.size > LARGE:
            return times >= MAX_TOUCHES or times * value.size > MAX_TOUCHED
        return isinstance(value, list) and len(value) > MAX_PARTS and times >= MAX_TOUCHES

    def same_shape(self, one: int, other: int) -> bool:
        """Return whether two contents have the same shape."""
        return self.trace.contents[one].shape == self.trace.contents[other].shape

    def step(self, line: int, symbol: str, place: str, before: Any, value: Any) -> Any:
        """Record what a place holds, and what is about to be added to it or taken off."""
        self.before = self.step_by = None
        value = single(value) if isinstance(before, np.generic) else value
        if isinstance(before, np.ndarray | np.generic | float):
            time, self.before, by = self.tick(), self.content(before), self.content(value)
            if self.before is not None:
                self.trace.seen.append(Seen(time, line, place, self.before))
                self.step_by = None if by is None else (symbol, by)
        return value

    def changed(self, line: int, place: str, value: Any) -> None:
        """Record what the place holds now."""
        before, by, self.before = self.before, self.step_by, None
        found = self.content(value) if before is not None else None
        if found is None or before is None:
            return
        time = self.tick()
        if by is not None:
            operands = (before, by[1])
            self.trace.operations.append(Operation(time, line, by[0], operands, found))
        self.trace.seen.append(Seen(time, line, place, found))


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


def written_into(into: Any, result: Any) -> Any:
    """Return the array of ``out=into``, with a result written into it."""
    target = into[0] if isinstance(into, tuple) else into
    if target is None:
        return result
    np.copyto(target, result, casting="same_kind")
    return target


def is_too_large(value: Any) -> bool:
    """Return whether this is an array that is not looked at."""
    return isinstance(value, np.ndarray) and value.size > MAX_NUMBERS
