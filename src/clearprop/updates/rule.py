"""The base class of update rules.

An update rule is an elementwise map of (θ, g, its two slots). It is written once, as arithmetic
and `numpy` functions that mean the same for arrays (the reference engine) and for single numbers
(the compiled engine, which runs it inside the loop over the parameters).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.activations.activation import Step

Number = Any
"""An array of shape (P,), or one of its entries."""
Slots = tuple[Number, Number]
"""The memory of a rule for each parameter, such as both moments of Adam; 0 before the first step.

A rule that needs fewer hands the others back as they are.
"""
Coefficients = tuple[Any, ...]
"""The numbers of one step, such as (η, β₁, β₂, ε), in the order of `UpdateRule.coefficients`."""


@dataclass(frozen=True)
class UpdateRule(ABC):
    """A rule by which the gradient of one mini-batch moves the parameters."""

    name: ClassVar[str]
    also_called: ClassVar[tuple[str, ...]] = ()
    """Names that it has elsewhere."""
    instead_of: ClassVar[Mapping[str, str]] = {}
    """What to try for the name, elsewhere, of something near it."""
    settings_elsewhere: ClassVar[Mapping[str, str]] = {}
    """What to try for the name of a setting that it has elsewhere."""
    steady: ClassVar[bool] = False
    """The coefficients are the same in every step."""
    slot_powers: ClassVar[tuple[int, int]] = (0, 0)
    """The power of a parameter's unit in that of each slot: 1 for a step, −1 for a gradient, −2 for
    its square, 0 for a slot that is not used."""
    takes_named_schedules: ClassVar[bool] = False
    """Whether scikit-learn's bare names of schedules act on it."""
    settings_of_bare_name: ClassVar[tuple[str, ...]] = ("learning_rate",)
    """The fields that scikit-learn's parameters set where the rule is named without settings."""

    slot_letters: ClassVar[tuple[str, str]] = ("", "")
    """What courses call the slots: m and v, the moments of Adam; empty for one that is not used."""
    pros: ClassVar[Text | None] = None
    """A line for it."""
    cons: ClassVar[Text | None] = None
    """A line against it."""

    learning_rate: float

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one step from t − 1 to t, as one works them out by hand.

        The gradient is g, the parameters are θ, both slots are called as `slot_letters` says.
        """
        return ()

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the rule that a bare name means, with settings that all rules share by name."""
        return cls(**{name: settings[name] for name in cls.settings_of_bare_name})

    def __post_init__(self) -> None:
        check_positive("learning_rate", self.learning_rate, "0.01.")

    @abstractmethod
    def coefficients(self, t: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the coefficients of `move` for the steps `t`, counted from 1; a row for each."""

    @staticmethod
    @abstractmethod
    def move(theta: Number, g: Number, slots: Slots, c: Coefficients) -> tuple[Number, Slots]:
        """Return θ and the slots after one step along the gradient g."""


def per_step(rates: npt.NDArray[np.float64], *fixed: float) -> npt.NDArray[np.float64]:
    """Return a row of coefficients for each step: its rate, then what is the same in every step."""
    rows = np.empty((len(rates), 1 + len(fixed)))
    rows[:, 0], rows[:, 1:] = rates, fixed
    return rows


def check_positive(name: str, value: float, hint: str) -> None:
    """Refuse what is not a positive finite number."""
    if not _is_number(value) or not 0 < value < np.inf:
        raise invalid_argument(name, value, "it must be a positive, finite number.", hint)


def check_fraction(name: str, value: float) -> None:
    """Refuse a decay that is not in [0, 1)."""
    if not _is_number(value) or not 0 <= value < 1:
        raise invalid_argument(name, value, "it is not in [0, 1).", "0.9.")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
