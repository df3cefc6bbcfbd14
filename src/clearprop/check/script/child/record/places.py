"""What the places of a program hold: variables, attributes, elements, and how they change."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.missing.older import single
from clearprop.check.script.child.record.calls import Call
from clearprop.check.script.child.record.leaving import Leaving
from clearprop.check.script.child.record.trace import ADDED, SET, Operation, Seen
from clearprop.check.script.child.record.values import numbers_of, parts

MAX_NUMBERS = 4_000_000
"""Numbers of one array; a larger one is not looked at."""
TARGETS = (-1, 0, 1)
"""Whole numbers that a single output may be meant to be."""


class Filling(NamedTuple):
    """An array into which something is about to be put: contents of both, and how."""

    owner: np.ndarray
    operands: tuple[int, int]
    call: Call


class Touch(NamedTuple):
    """A line that replaces elements of an array, or adds to them."""

    line: int
    place: str
    value: Any
    adds: bool


class Places(Leaving):
    """The contents that a program's places hold, in the order of time.

    Arrays are told apart by their contents and by nothing else.
    """

    filling: Filling | None = None

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.put_off: dict[int, Touch] = {}
        """Large arrays that are looked at once they are used, by the memory that they stand in."""

    def forget(self) -> None:
        """Forget what was recorded."""
        super().forget()
        self.put_off = {}

    def size(self) -> tuple[int, ...]:
        """Return how much was recorded: the same while there is nothing more."""
        return len(self.trace.operations), len(self.trace.seen), id(self.trace)

    def content(self, value: Any) -> int | None:
        """Return the number of an array's content, or of a number's; None for anything else."""
        value = numbers_of(value)
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
        if self.piles_up(line, value) or self.goes_through(line, value):
            return
        value = numbers_of(value)
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

        A loop that fills a large one element by element is not looked at for ever: then it is
        seen when it is used.
        """
        if self.goes_through(line, value):
            return
        self.touches[line] = self.touches.get(line, 0) + 1
        if not self.is_tired_of(line, value):
            self.look_inside(Touch(line, place, value, adds))
        elif isinstance(value, np.ndarray):
            self.put_off[id(memory(value))] = Touch(line, place, value, adds)

    def used(self, operands: Iterable[Any]) -> None:
        """Record what was put off of the arrays in an operation."""
        for part in operands if self.put_off else ():
            if not isinstance(part, np.ndarray):  # a list may hold arrays of unequal shapes
                continue
            touch = self.put_off.pop(id(memory(part)), None)
            if touch is not None:
                self.filling = None
                self.look_inside(touch)

    def look_inside(self, touch: Touch) -> None:
        """Record a list or array of which an element was replaced, or added to."""
        line, place, value, adds = touch
        before = {name: self.latest.get(name) for name, _ in parts(place, value)}
        self.stored(line, place, value)
        filling, self.filling = None if adds else self.filling, None
        if filling is not None:
            self.filled(line, filling)
        is_filled = filling is not None and filling.owner is value
        is_part = isinstance(value, np.ndarray) and not is_filled
        inside = before if adds else [place] if is_part else []
        for name in inside:
            old, now = before[name], self.latest.get(name)
            if old is None or now is None or now == old or not self.same_shape(old, now):
                continue
            how = ADDED if adds else SET
            self.trace.operations.append(Operation(self.now, line, how, (old,), now))

    def filled(self, line: int, filling: Filling) -> None:
        """Record what an array holds now that something was put into it."""
        now = self.content(filling.owner)
        if now is not None and now not in filling.operands:
            self.trace.operations.append(
                Operation(self.now, line, SET, filling.operands, now, filling.call)
            )

    def same_shape(self, one: int, other: int) -> bool:
        """Return whether two contents have the same shape."""
        return self.trace.contents[one].shape == self.trace.contents[other].shape

    def step(self, line: int, symbol: str, place: str, before: Any, value: Any) -> Any:
        """Record what a place holds, and what is about to be added to it or taken off."""
        self.before = self.step_by = None
        value = single(value) if isinstance(before, np.generic) else value
        if isinstance(numbers_of(before), np.ndarray | np.generic | float):
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

    def holders(self, value: Any) -> list[str]:
        """Return the places that hold an array, which is about to be changed where it is."""
        content = self.content(value) if isinstance(value, np.ndarray) else None
        if content is None:
            return []
        return [place for place, held in self.latest.items() if place and held == content]


def memory(array: Any) -> Any:
    """Return the array in whose memory an array stands."""
    while isinstance(base := getattr(array, "base", None), np.ndarray):
        array = base
    return array
