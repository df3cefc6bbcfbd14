"""A person's function and gradient, called at flat vectors."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.check.points import Point, is_foreign
from clearprop.check.views import as_numpy

BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def of_one_argument(function: Callable[..., Any], point: Point) -> Callable[[Any], Any]:
    """Return a function of the whole point: one of several arguments gets its parts as such."""
    structure = point.structure
    try:
        declared = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # a function written in C
        return function
    required = [p.name for p in declared if p.default is p.empty and p.kind in BY_PLACE]
    if isinstance(structure, tuple) and 1 < len(required) <= len(structure):
        return lambda parts: function(*parts)
    if isinstance(structure, Mapping) and len(required) > 1 and set(required) <= set(structure):
        return lambda parts: function(**parts)
    return function


class FunctionUnderTest:
    """A function under test, seen as f(θ) and ∂f/∂θ of a flat vector θ.

    Parameters
    ----------
    function, gradient
        As `check_gradients` takes them.
    point : Point
        Where the check is made; says how θ becomes the person's structure.
    """

    def __init__(self, function: Any, gradient: Any, point: Point) -> None:
        if isinstance(function, tuple) and len(function) == 2:
            function, gradient = function
        if not callable(function):
            raise invalid_argument(
                "function", function, "it cannot be called.", "a function of the point."
            )
        self.function: Callable[[Any], Any] = of_one_argument(function, point)
        self.point = point
        self.given_gradient = gradient
        self.is_single = True
        """True if every value so far was a number of float32, though θ is float64."""
        self.calls = 0
        self.takes_complex = not any(is_foreign(leaf.original) for leaf in point.leaves)

    def __call__(self, theta: FloatArray) -> float:
        """Return f(θ)."""
        value = self._value(self.function(self.point.at(theta)))
        if value.dtype.kind == "c":
            raise invalid_argument("function", value, "its value is complex.", "a real number.")
        number = float(value)
        self.calls += 1
        self.is_single = self.is_single and float(np.float32(number)) == number
        return number

    def complex_value(self, theta: FloatArray) -> Any:
        """Return f(θ) for complex θ, whatever the function makes of it."""
        return self._value(self.function(self.point.at(theta)))[()]

    def gradient(self) -> list[FloatArray]:
        """Return ∂f/∂θ at the point, an array for each of its leaves.

        Raises
        ------
        InputError
            If there is none.
        """
        given = self.given_gradient
        theta = self.point.vector
        if callable(given):
            given = of_one_argument(given, self.point)(self.point.at(theta))
        elif given is None:
            returned = self.function(self.point.at(theta))
            if not isinstance(returned, tuple | list) or len(returned) != 2:
                why = "it does not return (value, gradient)."
                hint = "a pair of functions, or `gradient=`."
                raise invalid_argument("function", type(returned).__name__, why, hint)
            given = returned[1]
        return self.point.gradient_arrays(given)

    def _value(self, returned: Any) -> np.ndarray[Any, Any]:
        """Return the number in what the function returned, without its axes."""
        if self.given_gradient is None and isinstance(returned, tuple | list):
            returned = returned[0]
        try:
            value = as_numpy(returned)
        except (TypeError, ValueError):
            value = np.empty(0)
        if value.size != 1:
            why = "it does not return one number."
            raise invalid_argument("function", type(returned).__name__, why, "(value, gradient).")
        return value.reshape(())
