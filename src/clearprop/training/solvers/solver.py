"""What every batch solver must do: walk down an objective and report each step."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from clearprop._typing import FloatArray
from clearprop.network.objective import Objective
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.training.stopping import StopReason


@dataclass(frozen=True)
class Iterate:
    """Where a solver stands after an iteration."""

    theta: FloatArray
    """Parameters, shape (P,); a copy of its own."""
    value: float
    """E(θ), the objective with its penalty."""
    gradient_norm: float | None
    """‖∂E/∂θ‖₂, where the solver knows it for all rows."""
    details: dict[str, float] = field(default_factory=dict)
    """The solver's own state, by the names of its field."""
    hyperparameters: Hyperparameters | None = None
    """What is believed of parameters and noise, where the solver estimates it."""
    penalty: float | None = None
    """½ Σ λ θ² within E, where the solver changes λ; else the objective's own."""
    memory: "Memory | None" = None
    """All that the solver needs, besides θ, to go on from here; None where it cannot."""


Memory = Mapping[str, Any]
"""What a solver must remember besides θ: arrays, and what JSON can say."""
Report = Callable[[Iterate], bool]
"""Called after the start and after each iteration; answers True when the solver is to stop."""


@dataclass(frozen=True)
class BatchSolver(ABC):
    """Minimises an objective from all of its rows at once. It never sees a network's layers."""

    name: ClassVar[str]
    patience: ClassVar[int] = 6
    """Validation checks, unless `Stopping` says otherwise; 0 never stops."""
    order: ClassVar[Literal[1, 2]] = 1
    """2 where every step solves with a P × P matrix."""
    needs_smooth: ClassVar[bool] = False
    """Whether it looks at curvature, which kinks of the activations spoil."""
    finds_weight_decay: ClassVar[bool] = False
    """Whether it estimates the weight decay, so that none can be given."""
    tests_convergence: ClassVar[bool] = False
    """Whether it looks at the gradient itself to say that it has converged."""
    is_in_scikit_learn: ClassVar[bool] = False
    """Whether scikit-learn's MLP has it: it starts there, and in the type of the inputs."""

    resumable: ClassVar[bool] = False
    """Whether `run` reports a memory and can go on from one."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the solver that a bare name means, with settings that all rules share by name."""
        return cls()

    def for_given_sizes(self) -> Self:
        """Return the solver as it trains where hidden sizes are given and nothing is searched."""
        return self

    def in_segments(self) -> Self:
        """Return the solver as it runs under a checkpoint: with places from which it can go on."""
        return self

    @abstractmethod
    def run(
        self,
        objective: Objective,
        theta: FloatArray,
        report: Report,
        memory: Memory | None = None,
    ) -> StopReason | None:
        """Walk from `theta` until `report` says stop or nothing better is found.

        With the memory of an iterate it goes on from there, where `theta` was reported already.

        Returns
        -------
        StopReason or None
            The solver's own reason to stop; None if `report` stopped it.
        """
