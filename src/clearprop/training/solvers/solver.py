"""Batch solvers: minimise an objective step by step, from all of its rows at once."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations.activation import Step
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.training.stopping import StopReason


@dataclass(frozen=True, kw_only=True)
class State:
    """The point that a solver has reached, with all that its next step needs.

    Solvers extend it by fields of their own: arrays of at least one dimension, numbers, texts and
    dataclasses of such. A checkpoint saves every field but those marked `DERIVED`. No step changes
    the arrays of the state that it is given.

    Attributes
    ----------
    theta : array of shape (P,)
        The parameters θ, in the network's precision or in float64.
    value : float
        E(θ), the objective with its penalty.
    gradient_norm : float, optional
        ‖∂E/∂θ‖₂, where the solver knows it for all rows.
    penalty : float, optional
        ½ Σ λ θ² within E, where the solver changes λ; else it is the objective's own.
    hyperparameters : Hyperparameters, optional
        Precisions of parameters and noise, where the solver estimates them.
    """

    theta: FloatArray
    value: float
    gradient_norm: float | None = None
    penalty: float | None = None
    hyperparameters: Hyperparameters | None = None

    @property
    def details(self) -> dict[str, float]:
        """The solver's own numbers for the history, by the field's names for them."""
        return {}


@dataclass(frozen=True, kw_only=True)
class GradientState(State):
    """A state with its gradient.

    Attributes
    ----------
    gradient : array of shape (P,)
        ∂E/∂θ.
    gradient_norm : float
        ‖∂E/∂θ‖₂.
    """

    gradient: FloatArray
    gradient_norm: float = field()


S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class BatchSolver(ABC, Generic[S]):
    """A rule that goes from one state to the next; it never sees a network's layers.

    The training's loop calls it, and alone keeps history, best parameters and checkpoints.

    Attributes
    ----------
    name : str
        The name by which the solver is asked for.
    also_called : tuple of str
        Names that it has elsewhere.
    instead_of : mapping of str to str
        What to try for the name, elsewhere, of something near it.
    settings_elsewhere : mapping of str to str
        What to try for the name of a setting that it has elsewhere.
    patience : int, default=6
        Validation checks that may fail in a row, unless `Stopping` says otherwise; 0 never stops.
    order : {1, 2}, default=1
        2 where every step solves with a P × P matrix.
    needs_smooth : bool, default=False
        Whether it uses curvature, which kinks of the activations spoil.
    finds_weight_decay : bool, default=False
        Whether it estimates the weight decay, so that none can be given.
    tests_convergence : bool, default=False
        Whether it tests the gradient itself to say that it has converged.
    is_in_scikit_learn : bool, default=False
        Whether scikit-learn's MLP has it: it starts there, and in the type of the inputs.
    pros, cons : Text or None, default=None
        A line for it, and one against it.
    """

    name: ClassVar[str]
    also_called: ClassVar[tuple[str, ...]] = ()
    instead_of: ClassVar[Mapping[str, str]] = {}
    settings_elsewhere: ClassVar[Mapping[str, str]] = {}
    patience: ClassVar[int] = 6
    order: ClassVar[Literal[1, 2]] = 1
    needs_smooth: ClassVar[bool] = False
    finds_weight_decay: ClassVar[bool] = False
    tests_convergence: ClassVar[bool] = False
    is_in_scikit_learn: ClassVar[bool] = False
    pros: ClassVar[Text | None] = None
    cons: ClassVar[Text | None] = None

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one iteration at θ, where E is the objective and g = ∂E/∂θ."""
        return ()

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the solver that a bare name means, with settings that all rules share by name."""
        return cls()

    def for_given_sizes(self) -> Self:
        """Return the solver as it trains where hidden sizes are given and nothing is searched."""
        return self

    def going_on(self, known: Hyperparameters | None) -> Self:
        """Return the solver as it goes on from a training that ended with these hyperparameters."""
        return self

    @abstractmethod
    def init(self, objective: PenalizedLoss, theta: FloatArray) -> S:
        """Return the state at the first parameters.

        Raises
        ------
        InputError
            If the solver cannot minimise this objective.
        """

    @abstractmethod
    def step(self, objective: PenalizedLoss, state: S) -> S | StopReason:
        """Return the state after one iteration, or the reason why there is none.

        The same state gives the same answer: whatever changes from step to step is in the state.
        """
