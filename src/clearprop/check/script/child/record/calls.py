"""Calls of library functions, kept so that they can be made again with other numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from clearprop._typing import FloatArray


class Placed(NamedTuple):
    """The place of an array among the arguments of a call: the number of its content."""

    content: int


@dataclass(frozen=True)
class Call:
    """A call of a function, or of a method of its first argument, by the method's name."""

    function: Callable[..., Any] | str
    arguments: tuple[Any, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def placed(self, numbers: Mapping[int, int | None]) -> "Call":
        """Return the call with `Placed` for arrays, of which the contents are given by identity."""

        def known(value: Any) -> Any:
            if isinstance(value, np.ndarray | np.floating):
                found = numbers.get(id(value))
                return np.array(value) if found is None else Placed(found)
            return value

        return replace(
            self,
            arguments=through(self.arguments, known),
            settings={k: through(v, known) for k, v in self.settings.items() if k != "out"},
        )

    def again(self, values: Mapping[int, FloatArray]) -> Any:
        """Return what the call gives with these arrays in the places of its own."""

        def filled(value: Any) -> Any:
            return values[value.content] if isinstance(value, Placed) else value

        arguments = through(self.arguments, filled)
        settings = {name: through(part, filled) for name, part in self.settings.items()}
        if isinstance(self.function, str):
            return getattr(arguments[0], self.function)(*arguments[1:], **settings)
        return self.function(*arguments, **settings)

    def setting(self, name: str, place: int, default: Any) -> Any:
        """Return an argument that may be given by its name or by its place."""
        if name in self.settings:
            return self.settings[name]
        return self.arguments[place] if len(self.arguments) > place else default


def through(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a value, or the parts of a list or tuple, changed."""
    if type(value) in (list, tuple):
        return type(value)(through(part, change) for part in value)
    return change(value)
