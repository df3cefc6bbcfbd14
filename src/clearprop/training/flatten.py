"""Dataclasses of arrays and numbers as named arrays and JSON, and back: what a checkpoint saves."""

from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

DERIVED = {"derived": True}
"""Metadata of a dataclass field that follows from the others: it is not saved."""


@dataclass
class Parts:
    """The named leaves of dataclasses.

    Attributes
    ----------
    arrays : dict of str to array
        Arrays, and floats as arrays without dimensions: JSON has no infinity.
    notes : dict
        All else, as JSON can say it: integers, texts, None, dicts of them.
    """

    arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, value: Any) -> None:
        """Add a value; the fields of a dataclass become ``"name.field"``."""
        if is_dataclass(value):
            for each in _saved_fields(value):
                self.add(f"{name}.{each.name}", getattr(value, each.name))
        elif isinstance(value, np.ndarray):
            self.arrays[name] = value
        elif isinstance(value, float | np.floating):
            self.arrays[name] = np.array(value)
        else:
            self.notes[name] = value.item() if isinstance(value, np.generic) else value

    def get(self, name: str, kind: Any) -> Any:
        """Return the value that was added under this name, of the type or annotation `kind`.

        Raises
        ------
        KeyError, TypeError
            If no such value was added.
        """
        if name in self.arrays:
            array = self.arrays[name]
            return array if array.ndim else array.item()
        if name in self.notes:
            return self.notes[name]
        made = _dataclass_in(kind)
        if made is None:
            raise KeyError(name)
        hints = get_type_hints(made)
        names = [each.name for each in _saved_fields(made)]
        return made(**{each: self.get(f"{name}.{each}", hints[each]) for each in names})


def _saved_fields(value: Any) -> Iterator[Field[Any]]:
    return (each for each in fields(value) if "derived" not in each.metadata)


def _dataclass_in(kind: Any) -> Any:
    """Return the dataclass that `kind` is, or the one that it allows besides None."""
    options = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return next((option for option in options if is_dataclass(option)), None)
