"""The base class of operations: forward, pull-back, and how both are written.

u and v are the inputs of an operation, w its result, and g = dL/dw what arrives at it: the total
derivative of the result of the whole expression by w. The pull-back turns g into what the operation
passes on to each input; where an input is used several times, what arrives is added up.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.adding_up import added_to
from clearprop.derivation.operations.mistake import OperationMistake

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Operation(ABC):
    """A function of matrices.

    Attributes
    ----------
    name : str
        The name by which an expression calls it.
    also_called : tuple of str
        What others call it.
    sign : str
        The sign that stands in its node.
    written : str
        The formula, with {u} and {v} for the inputs, and settings by name.
    passed_back : tuple of (str or Text)
        What goes to each input, as a formula or in words, with {g} for what arrives, {u}, {v}, {w}.
    settings : mapping of str to int
        The settings that it takes, and what they are if nothing is said.
    is_of_rows : bool
        True if it takes the rows of a matrix one by one; others write it with an axis.
    whole_inputs : tuple of int
        The places of inputs that are whole numbers and pass nothing back, such as positions.
    mistakes : tuple of OperationMistake
        What people get wrong in it; `clearprop.diagnose` names them.
    """

    name: ClassVar[str]
    also_called: ClassVar[tuple[str, ...]] = ()
    sign: ClassVar[str]
    written: ClassVar[str]
    passed_back: ClassVar[tuple[str | Text, ...]]
    settings: ClassVar[Mapping[str, int]] = {}
    is_of_rows: ClassVar[bool] = False
    whole_inputs: ClassVar[tuple[int, ...]] = ()
    mistakes: ClassVar[tuple[OperationMistake, ...]] = ()

    @property
    def called(self) -> str:
        """The name by which it is spoken of."""
        return self.name

    @abstractmethod
    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""

    @abstractmethod
    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input, of the input's shape."""


@dataclass(frozen=True)
class Elementwise(Operation):
    """A function of entries; a row or a column is repeated where the other input has more."""

    @abstractmethod
    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return ∂w/∂u and ∂w/∂v, entry by entry."""

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return g ⊙ slope for each input, added up where the input was repeated."""
        return tuple(
            added_to(g * slope, one.shape)
            for slope, one in zip(self.slopes(inputs, w), inputs, strict=True)
        )
