"""Resilient backpropagation: steps from the signs of the gradient alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations.activation import Step
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.solvers.solver import BatchSolver, GradientState
from clearprop.training.stopping import StopReason


@dataclass(frozen=True, kw_only=True)
class RpropState(GradientState):
    """The state of Rprop; every array has the shape (P,).

    Attributes
    ----------
    length : array
        The step length of each parameter.
    last_step, last_gradient : array
        Of the iteration before; the gradient is 0 where its sign has just changed.
    last_value : float
        E before the last step.
    """

    length: FloatArray
    last_step: FloatArray
    last_gradient: FloatArray
    last_value: float

    @property
    def details(self) -> dict[str, float]:
        """The mean step length."""
        return {"mean_step": float(self.length.mean())}


@dataclass(frozen=True)
class Rprop(BatchSolver[RpropState]):
    """iRprop+: every parameter has a step length of its own.

    It grows by `increase` while the derivative keeps its sign and shrinks by `decrease` when the
    sign changes; a step that changed a sign and raised the objective is taken back.

    Source: Igel, Hüsken, "Improving the Rprop learning algorithm", 2000, algorithm 2; after
    Riedmiller, Braun, "A direct adaptive method for faster backpropagation learning", 1993.
    """

    name = "rprop"
    pros = Text(
        "no learning rate; the sizes of gradients do not matter, only their signs",
        "没有学习率；只看梯度的符号，不看大小",
    )
    cons = Text(
        "takes all rows for every step; ends less exactly than curvature methods",
        "每步需要全部数据；收敛不如曲率方法精确",
    )
    also_called = ("trainrp",)
    settings_elsewhere: ClassVar[Mapping[str, str]] = {
        "delta0": "initial_step=0.07.",
        "delt_inc": "increase=1.2.",
        "delt_dec": "decrease=0.5.",
        "deltamax": "max_step=50.",
    }

    initial_step: float = 0.07
    increase: float = 1.2
    decrease: float = 0.5
    max_step: float = 50.0
    min_step: float = 1e-12

    def __post_init__(self) -> None:
        if not 0 < self.min_step <= self.initial_step <= self.max_step:
            why = f"it is not between min_step ({self.min_step}) and max_step ({self.max_step})."
            raise invalid_argument("initial_step", self.initial_step, why, "0.07.")
        if not self.increase > 1:
            raise invalid_argument("increase", self.increase, "steps must be able to grow.", "1.2.")
        if not 0 < self.decrease < 1:
            raise invalid_argument(
                "decrease", self.decrease, "steps must be able to shrink.", "0.5."
            )

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one iteration."""
        return (
            Step(
                r"\Delta_i \leftarrow \begin{cases} 1.2 \, \Delta_i & g_i^{t-1} g_i^{t} > 0 "
                r"\\ 0.5 \, \Delta_i & g_i^{t-1} g_i^{t} < 0 \end{cases}",
                Text(
                    "every parameter's step length grows while the sign of its derivative "
                    "stays, and shrinks when it turns",
                    "导数符号不变则该参数的步长增大，变号则减小",
                ),
            ),
            Step(
                r"\theta_i \leftarrow \theta_i - \mathrm{sign}(g_i) \, \Delta_i",
                Text(
                    "the step, against the sign alone",
                    "只按符号反向走一步",
                ),
            ),
        )

    def init(self, objective: PenalizedLoss, theta: FloatArray) -> RpropState:
        """Return the state at `theta`, with equal step lengths."""
        value, gradient = _evaluated(objective, theta)
        nothing = np.zeros_like(theta)
        return RpropState(
            theta=theta,
            value=value,
            gradient_norm=float(np.linalg.norm(gradient)),
            gradient=gradient,
            length=np.full_like(theta, self.initial_step),
            last_step=nothing,
            last_gradient=nothing,
            last_value=np.inf,
        )

    def step(self, objective: PenalizedLoss, state: RpropState) -> RpropState | StopReason:
        """Move every parameter by its step length, against the sign of its derivative."""
        gradient, norm = state.gradient, state.gradient_norm
        agreement = state.last_gradient * gradient
        same, turned = agreement > 0, agreement < 0
        length = state.length.copy()
        length[same] = np.minimum(length[same] * self.increase, self.max_step)
        length[turned] = np.maximum(length[turned] * self.decrease, self.min_step)
        if norm == 0:
            return StopReason.of("min_gradient", norm=norm, least=self.min_step)
        if not np.isfinite(norm):
            return StopReason.of("divergence.gradient")
        if (length[gradient != 0] <= self.min_step).all():
            return StopReason.of("min_step", step=self.min_step)
        back = turned & (state.value > state.last_value)
        forward = -np.sign(gradient) * length
        taken_back = np.where(back, -state.last_step, 0.0)
        dtype = state.theta.dtype
        step = np.where(turned, taken_back, forward).astype(dtype)
        theta = state.theta + step
        value, slopes = _evaluated(objective, theta)
        return RpropState(
            theta=theta,
            value=value,
            gradient_norm=float(np.linalg.norm(slopes)),
            gradient=slopes,
            length=length,
            last_step=step,
            last_gradient=np.where(turned, 0.0, gradient).astype(dtype),
            last_value=state.value,
        )


def _evaluated(objective: PenalizedLoss, theta: FloatArray) -> tuple[float, FloatArray]:
    """Return E and its gradient; an overflow is judged by the next step, not warned of."""
    with np.errstate(over="ignore", invalid="ignore"):
        return objective.gradient(theta)
