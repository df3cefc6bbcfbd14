"""Record what a rewritten program computes: the contents of its arrays, and what came from what.

Arrays are told apart by their contents and by nothing else. Whether a program keeps its weights in
a dict, in an object, or under three names at once, a product is a product of the same numbers.
"""

import contextlib
import functools
import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.check.script.child.missing.older import (
    OLD_KEYWORDS,
    compared,
    in_place,
    is_of_pandas,
    of_single,
    older_keywords,
    older_method,
    once_more,
    single,
    tables_as_before,
)
from clearprop.check.script.child.missing.rows import Rows, with_fewer_rows
from clearprop.check.script.child.record.calls import Call
from clearprop.check.script.child.record.einsum import as_product
from clearprop.check.script.child.record.places import MAX_NUMBERS, Filling, Places
from clearprop.check.script.child.record.trace import Operation, Seen
from clearprop.check.script.child.record.values import (
    COMPUTE,
    array_of,
    arrays_of,
    element,
    factor_of,
    numbers_of,
)

MAX_OWNER = 20_000
"""Numbers of an array whose slices are told from those of others."""
MAX_SINGLE = 4000
"""Operations on single numbers, before any product of arrays."""
MAX_SUMMED = 16
"""Arrays, or numbers of NumPy, whose sum is recorded one after the other."""
MAX_JOINT = 2000
"""Single numbers in a list of which an array is made."""
NOWHERE = object()
"""The place of what is put somewhere that cannot be told again."""
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


class Recorder(Places):
    """What a program that `clearprop.check.script.source.instrument` rewrote reports to.

    Parameters
    ----------
    seconds : float
        Of processor time; then `EnoughError` ends the program.
    """

    slices = np.s_
    """Makes an index of what stands between brackets."""

    def operation(
        self,
        name: str,
        line: int,
        operands: tuple[Any, ...],
        result: Any,
        call: Call | None = None,
    ) -> Any:
        """Record an operation on arrays, with the call that made it, and return its result."""
        array = result
        if type(result) not in (float, int):  # of Python itself: made of nothing but such numbers
            operands, array = tuple(map(numbers_of, operands)), numbers_of(result)
        if not any(isinstance(part, np.ndarray) for part in (*operands, array)):
            self.single += 1
            if self.single > MAX_SINGLE and not self.multiplies and not self.waits:
                self.enough = self.gave_up = True  # what it learns with are single numbers
            if not any(isinstance(part, np.generic) for part in (*operands, array)):
                return result
        if self.piles_up(line, array):
            return result
        self.used(operands)
        time, known = self.tick(), len(self.trace.contents)
        made = self.content(array)
        numbers = {id(part): self.content(part) for part in operands}
        given = [found for part in operands if (found := numbers[id(part)]) is not None]
        is_product = name in ("@", "outer")
        if is_product and any(is_too_large(part) for part in (*operands, array)):
            self.trace.unseen += [Seen(time, line, "", found) for found in given]
        self.multiplies, self.products = self.multiplies or is_product, self.products + is_product
        self.nonzero += is_product and bool(np.any(array))
        self.new_products += is_product and made is not None and made >= known
        self.vectors += name == "@" and all(np.ndim(part) == 1 for part in operands)
        if made is not None and given:
            again = None if call is None else call.placed(numbers)
            self.trace.operations.append(Operation(time, line, name, tuple(given), made, again))
        return result

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
        as_array = factor_of if symbol == "@" else array_of
        return self.operation(symbol, line, (as_array(left), as_array(right)), result)

    def compared(self, line: int, symbol: str, left: Any, right: Any) -> Any:
        """Return ``left == right``, or whether they differ."""
        return compared(operator.eq if symbol == "==" else operator.ne, left, right)

    def formatted(self, line: int, text: str, value: Any) -> Any:
        """Return ``text % value``, also of an array of one number; what it says stops nothing."""
        for given in (value, single(value)):
            with contextlib.suppress(TypeError):
                return text % given
        return text

    def put(self, line: int, owner: Any, value: Any, index: Any = NOWHERE) -> Any:
        """Return what is to be put into an element of an array: of an array of one, its number."""
        if not isinstance(owner, np.ndarray):
            return value
        value = single(value)
        self.filling = None
        is_told = isinstance(value, np.ndarray) and index is not NOWHERE
        if is_told and owner.size <= MAX_OWNER and not self.is_tired_of(line, owner):
            old, given = self.content(owner), self.content(value)
            if old is not None and given is not None:
                call = Call(filled, (owner, index, value)).placed(
                    {id(owner): old, id(value): given}
                )
                self.filling = Filling(owner, (old, given), call)
        return value

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
            if name.endswith("_") and not hasattr(type(owner), name):  # sub_ of PyTorch's tensors
                return functools.partial(self.method(line, owner, name[:-1]), out=owner)
            return self.recording(found, ARITHMETIC.get(name, name), line, (owner,), name)
        if name == "dot" and is_of_pandas(owner):
            return self.recording(found, "@", line, (numbers_of(owner),), name)
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
        if found is sum:
            return self.summing(line)
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

    def summing(self, line: int) -> Callable[..., Any]:
        """Return ``sum`` that records what it adds up: the penalties of all layers, perhaps."""

        def summed(parts: Any, *start: Any, **settings: Any) -> Any:
            if isinstance(parts, np.ndarray) or settings:
                return sum(parts, *start, **settings)
            every = [*start, *parts]
            is_told = all(isinstance(part, np.ndarray | np.floating) for part in every)
            if not is_told or not 1 < len(every) <= MAX_SUMMED:
                return sum(every[len(start) :], *start)
            return functools.reduce(functools.partial(self.binary, line, "+"), every)

        return summed

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
            if name == "@":  # a tuple is a sample there, elsewhere a shape
                arguments = tuple(list(a) if isinstance(a, tuple) else a for a in arguments)
            joint = tuple(numbers_of(self.joint(line, argument)) for argument in arguments)
            factors = map(factor_of, joint) if name == "@" else joint
            given = [part for factor in factors for part in self.arrays_in(factor)]
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
                shape = with_fewer_rows(str(error)) if self.has_few_rows() else None
                if shape is None:
                    result = once_more(function, arguments, settings, error)
                else:
                    result = np.reshape((*before, *arguments)[0], shape, settings.get("order", "C"))
            if settings.get("dtype") is object:
                result = of_numbers(result)
            operands = (*before, *given)
            if name == "einsum" and (product := as_product(arguments, result)) is not None:
                self.operation("@", line, *product)
                return result
            scales = name == "@" and any(np.ndim(part) == 0 for part in operands)
            call = Call(method or function, (*before, *joint), settings)
            return self.operation("*" if scales else name, line, operands, result, call)

        return recorded

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


def of_numbers(made: Any) -> Any:
    """Return an array of objects as one of numbers, where they are all such with a point."""
    is_plain = isinstance(made, np.ndarray) and all(isinstance(x, float) for x in made.flat)
    return made.astype(float) if is_plain else made


def written_into(into: Any, result: Any) -> Any:
    """Return the array of ``out=into``, with a result written into it."""
    target = into[0] if isinstance(into, tuple) else into
    if target is None:
        return result
    np.copyto(target, result, casting="same_kind")
    return target


def filled(array: Any, index: Any, value: Any) -> Any:
    """Return a copy of an array with a value put into it."""
    copied = np.array(array)
    copied[index] = value
    return copied


def is_too_large(value: Any) -> bool:
    """Return whether this is an array that is not looked at."""
    return isinstance(value, np.ndarray) and value.size > MAX_NUMBERS
