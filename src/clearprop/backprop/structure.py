"""Layers, and the parameters of a network as one flat vector with named views.

Index letters: l layer (from 1), i input of a layer, j unit of a layer.
"""

import functools
import itertools
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._arrays import Array, namespace
from clearprop._errors import invalid_argument, unknown_name
from clearprop._html import result, table
from clearprop._registry import spelled
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation


@dataclass(frozen=True, init=False)
class Layer:
    """A fully connected layer: z = a W + b, then the activation function.

    Parameters
    ----------
    units : int
        Number of units, at least 1.
    activation : str or Activation, default="identity"
        A name from `clearprop.ACTIVATIONS`, with settings if need be
        (``"leaky_relu(slope=0.1)"``), or a rule.

    Raises
    ------
    InputError
        If `units` is below 1 or the activation is not known.

    Examples
    --------
    >>> from clearprop import Layer, Network
    >>> Network(2, [Layer(4, "leaky_relu(slope=0.1)"), Layer(1)]).sizes
    (2, 4, 1)
    """

    units: int
    activation: Activation

    def __init__(self, units: int, activation: str | Activation = "identity") -> None:
        if not is_count(units):
            why = "a layer needs a whole number of units, at least one."
            raise invalid_argument("units", units, why, "Layer(10), or remove the layer.")
        object.__setattr__(self, "units", int(units))
        object.__setattr__(self, "activation", ACTIVATIONS.make(activation))

    def __repr__(self) -> str:
        return f"Layer({self.units}, {spelled(self.activation)!r})"


SHOWN_NUMBERS = 24
"""An array of more numbers shows its range in a notebook."""


class Parameters(Mapping[str, FloatArray]):
    """All weights and biases of a network: one flat vector, seen through named views.

    The order is W¹, b¹, W², b² …; ``parameters["W1"]`` has shape (n₀, n₁), ``parameters["b1"]``
    shape (n₁,). A view shares its memory with `vector`, so changing one changes the other.

    Parameters
    ----------
    sizes : sequence of int
        n₀, n₁ … n_L: the number of inputs and the units of each layer.
    vector : array of shape (P,), optional
        The values, not copied; zeros without it.

    Examples
    --------
    >>> parameters = Parameters([2, 3, 1])
    >>> parameters["W1"][0, 2] = 5.0
    >>> parameters.vector
    array([0., 0., 5., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.])
    """

    def __init__(self, sizes: Sequence[int], vector: FloatArray | None = None) -> None:
        self.sizes = tuple(sizes)
        count = parameter_count(self.sizes)
        self.vector = np.zeros(count) if vector is None else np.asarray(vector)
        if self.vector.shape != (count,):
            why = f"a network of sizes {self.sizes} has {count} parameters."
            raise invalid_argument("vector", self.vector.shape, why, f"shape ({count},).")

    @property
    def layers(self) -> list[tuple[FloatArray, FloatArray]]:
        """The pair (W, b) of every layer, as views."""
        return layer_views(self.sizes, self.vector)

    def __getitem__(self, name: str) -> FloatArray:
        known = places(self.sizes)
        if name not in known:
            raise unknown_name("name", name, list(self))
        place, shape = known[name]
        return self.vector[place].reshape(shape)

    def __setitem__(self, name: str, value: npt.ArrayLike) -> None:
        view = self[name]
        array = np.asarray(value)
        if array.shape != view.shape:
            raise invalid_argument(
                name, array.shape, f"its shape is {view.shape}.", f"shape {view.shape}."
            )
        view[...] = array

    def get(self, name: str, default: Any = None) -> Any:
        """Return the view of this name, or `default` if there is none."""
        return next((view for known, view in self.items() if known == name), default)

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        for layer in range(1, len(self.sizes)):
            yield f"W{layer}"
            yield f"b{layer}"

    def __len__(self) -> int:
        return 2 * (len(self.sizes) - 1)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Parameters)
            and self.sizes == other.sizes
            and bool(np.array_equal(self.vector, other.vector))
        )

    __hash__ = None  # type: ignore[assignment]

    def _repr_html_(self) -> str:
        rows = (
            (name, " × ".join(map(str, array.shape)), _numbers_of(array))
            for name, array in self.items()
        )
        title = f"Parameters: {self.vector.size}, {self.vector.dtype}"
        return result(title, table(("name", "shape", "values"), rows))

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {view.shape}" for name, view in self.items())
        return f"Parameters({shapes}; P = {self.vector.size}, {self.vector.dtype})"

    def copy(self) -> "Parameters":
        """Return parameters with the same values in memory of their own."""
        return Parameters(self.sizes, self.vector.copy())


@functools.lru_cache
def places(sizes: tuple[int, ...]) -> dict[str, tuple[slice, tuple[int, ...]]]:
    """Return where each weight matrix and bias stands in the flat vector, and its shape.

    Examples
    --------
    >>> places((2, 3))
    {'W1': (slice(0, 6, None), (2, 3)), 'b1': (slice(6, 9, None), (3,))}
    """
    found, start = {}, 0
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        for name, shape in ((f"W{layer}", (n_in, n_out)), (f"b{layer}", (n_out,))):
            found[name] = slice(start, start + math.prod(shape)), shape
            start = found[name][0].stop
    return found


def layer_views(sizes: Sequence[int], vector: Array) -> list[tuple[Array, Array]]:
    """Return the pair (W, b) of every layer, as views of a flat vector of any array library."""
    reshape = namespace(vector).reshape
    pairs, start = [], 0
    for n_in, n_out in itertools.pairwise(sizes):
        middle = start + n_in * n_out
        W, b = reshape(vector[start:middle], (n_in, n_out)), vector[middle : middle + n_out]
        pairs.append((W, b))
        start = middle + n_out
    return pairs


def is_count(given: object) -> bool:
    """Return whether `given` is a whole number of at least 1."""
    is_number = isinstance(given, numbers.Real) and not isinstance(given, bool)
    return is_number and float(given).is_integer() and float(given) >= 1


def parameter_count(sizes: Sequence[int]) -> int:
    """Return P = Σ (n_{l−1} + 1) n_l.

    Examples
    --------
    >>> parameter_count([2, 3, 1])
    13
    """
    return sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))


def weight_mask(sizes: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Return which entries of the flat vector are weights rather than biases, shape (P,)."""
    mask = Parameters(sizes)
    for W, _ in mask.layers:
        W[...] = 1
    return mask.vector == 1


def _numbers_of(array: FloatArray) -> str:
    """Return a small array's numbers, of a large one its range."""
    if array.size > SHOWN_NUMBERS:
        return f"{array.min():.4g} … {array.max():.4g}, mean {array.mean():.4g}"
    return np.array2string(array, precision=4)
