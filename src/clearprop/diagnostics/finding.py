"""What a diagnosis looks at, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.backprop.trace import Trace
from clearprop.network.network import Network
from clearprop.training import Record


@dataclass(frozen=True)
class Finding:
    """Something that is wrong or suspicious, and what to try."""

    name: str
    sentence: Text
    advice: Text


@dataclass(frozen=True)
class Evidence:
    """A trained network, rows that it was trained on, and the course of its training."""

    network: Network
    parameters: Parameters
    """They take raw inputs and give raw outputs."""
    X: FloatArray
    """Raw inputs, shape (m, n₀)."""
    Y: FloatArray
    """Raw targets, shape (m, K)."""
    history: Sequence[Record]
    standardized: bool = True
    """Whether training scaled the columns."""

    @cached_property
    def trace(self) -> Trace:
        """One forward and backward pass over the rows."""
        return self.network.trace(self.parameters, self.X, self.Y)
