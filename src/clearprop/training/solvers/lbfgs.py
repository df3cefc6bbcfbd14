"""Limited-memory BFGS: quasi-Newton steps from the last gradients."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations.activation import Step
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.solvers.line_search import MAX_STEP, wolfe_step
from clearprop.training.solvers.solver import BatchSolver, GradientState
from clearprop.training.stopping import StopReason

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class InverseHessian:
    """H ≈ (∂²E/∂θ²)⁻¹ from k pairs s (a step) and y (the change of the gradient along it).

    H = γI + [S γY] [R⁻ᵀ(D + γYᵀY)R⁻¹  −R⁻ᵀ; −R⁻¹  0] [S γY]ᵀ,  γ = sᵀy / yᵀy of the last pair

    where R is the upper triangle of SᵀY and D its diagonal; without pairs H is the identity.

    Source: Byrd, Nocedal, Schnabel, "Representations of quasi-Newton matrices and their use in
    limited memory methods", Mathematical Programming 63, 1994, theorem 2.2 and section 3.

    Attributes
    ----------
    pairs : array of shape (2, memory, P)
        S and Y, a pair a row; of these k are in use, and the newest takes the place of the oldest.
    newest : int
        The row of the newest pair.
    R_inverse : array of shape (k, k)
        R⁻¹. Rows and columns stand as the pairs do: no order matters to the formula.
    YY : array of shape (k, k)
        The products of every y with every y.
    """

    pairs: FloatArray
    newest: int
    R_inverse: FloatArray
    YY: FloatArray

    @staticmethod
    def identity(P: int) -> "InverseHessian":
        """Return H = I."""
        return InverseHessian(np.empty((2, 0, P)), -1, *np.empty((2, 0, 0)))

    def __len__(self) -> int:
        """Return k."""
        return len(self.YY)

    def __matmul__(self, g: FloatArray) -> FloatArray:
        """Return H g, shape (P,)."""
        k, last, R_inverse = len(self), self.newest, self.R_inverse
        if not k:
            return g
        D, gamma = 1 / np.diagonal(R_inverse), 1 / (R_inverse[last, last] * self.YY[last, last])
        Sg, Yg = _products(self.pairs[:, :k], g)
        a = R_inverse @ Sg
        b = (D * a + gamma * (self.YY @ a - Yg)) @ R_inverse
        # by einsum, as all sums over P: the BLAS would add in an order that depends on its threads
        return gamma * g + np.einsum("jk,jkp->p", (b, -gamma * a), self.pairs[:, :k])

    def with_pair(self, s: FloatArray, y: FloatArray, memory: int) -> "InverseHessian":
        """Return the approximation with a newer pair; of more than `memory` the oldest goes.

        The pairs are not copied: this one's memory becomes the new one's, and this one is used up.
        """
        before, place = len(self), (self.newest + 1) % memory
        k, pairs = min(before + 1, memory), self.pairs if before else np.zeros((2, memory, s.size))
        pairs[0, place], pairs[1, place] = s, y
        Sy, Yy = _products(pairs[:, :k], y)
        R_inverse, YY = np.zeros((2, k, k))
        R_inverse[:before, :before], YY[:before, :before] = self.R_inverse, self.YY
        R_inverse[place] = R_inverse[:, place] = 0
        R_inverse[:, place] = R_inverse @ Sy / -Sy[place]
        R_inverse[place, place] = 1 / Sy[place]
        YY[place] = YY[:, place] = Yy
        return InverseHessian(pairs, place, R_inverse, YY)


@dataclass(frozen=True, kw_only=True)
class QuasiNewtonState(GradientState):
    """The state of L-BFGS, in float64.

    Attributes
    ----------
    inverse_hessian : InverseHessian
    decrease : float
        How much the last iteration lowered E, in units of the larger of 1 and |E|.
    iterations : int
    evaluations : int
        Evaluations of E and its gradient so far.
    """

    inverse_hessian: InverseHessian
    decrease: float
    iterations: int
    evaluations: int


@dataclass(frozen=True)
class LBFGS(BatchSolver[QuasiNewtonState]):
    """Steps −t H g, where H follows the curvature along the last `memory` steps.

    The all-rounder for smooth objectives. Without bounds its iterates are those of L-BFGS-B.

    Parameters
    ----------
    memory : int, default=20
        Pairs of steps and gradients that H is made of.
    ftol : float, default=0
        Converged once an iteration lowers E by no more than this part of the larger of 1 and |E|.
    gtol : float, default=0
        Converged once no entry of the gradient is larger than this.
    max_evaluations : int, default=10⁹
        Evaluations after which no new iteration begins.

    Notes
    -----
    Source: Liu, Nocedal, "On the limited memory BFGS method for large scale optimization", 1989;
    first step, skipped pairs and restarts as in Zhu, Byrd, Lu, Nocedal, "Algorithm 778: L-BFGS-B",
    1997.
    """

    name = "lbfgs"
    pros = Text(
        "the all-rounder for smooth losses: curvature without a matrix",
        "平滑损失的通用选择：不建矩阵也能用曲率",
    )
    cons = Text(
        "takes all rows for every step; kinks such as ReLU's slow it down",
        "每步需要全部数据；ReLU 一类的折点会拖慢它",
    )
    also_called = ("l_bfgs", "bfgs", "trainbfg")
    instead_of: ClassVar[Mapping[str, str]] = {
        "trainoss": "'lbfgs', which keeps more than one step."
    }
    tests_convergence = True
    is_in_scikit_learn = True

    memory: int = 20
    ftol: float = field(default=0.0, repr=False)
    gtol: float = field(default=0.0, repr=False)
    max_evaluations: int = field(default=10**9, repr=False)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "LBFGS":
        """Return the solver with SciPy's defaults, which scikit-learn leaves as they are."""
        tolerance, evaluations = float(settings["tolerance"]), int(settings["max_evaluations"])
        return cls(10, 1e7 * 2.0**-52, tolerance, evaluations)

    def __post_init__(self) -> None:
        for name, least in (("memory", 1), ("max_evaluations", 1)):
            if getattr(self, name) < least:
                raise invalid_argument(
                    name, getattr(self, name), f"it must be at least {least}.", "20."
                )
        for name in ("ftol", "gtol"):
            if not getattr(self, name) >= 0:
                raise invalid_argument(name, getattr(self, name), "it is negative.", "0.")

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one iteration."""
        return (
            Step(
                r"s_k = \theta_{k+1} - \theta_k, \quad y_k = g_{k+1} - g_k",
                Text(
                    "the last steps, and how the gradient changed along them",
                    "最近几步，以及梯度沿这些步的变化",
                ),
            ),
            Step(
                r"H_{k+1} = V^{T} H_k V + \rho \, s_k s_k^{T}, \quad \rho = \frac{1}{y_k^{T} "
                r"s_k}, \quad V = I - \rho \, y_k s_k^{T}",
                Text(
                    "the inverse curvature that agrees with them; only the pairs are kept, "
                    "never the matrix",
                    "与之一致的逆曲率；只保存这些向量对，从不建矩阵",
                ),
            ),
            Step(
                r"\theta \leftarrow \theta - t H g",
                Text(
                    "the step, of a length t that a line search finds",
                    "步长 t 由线搜索确定",
                ),
            ),
        )

    def init(self, objective: PenalizedLoss, theta: FloatArray) -> QuasiNewtonState:
        """Return the state at `theta`, where nothing is known of the curvature."""
        theta = theta.astype(np.float64)
        value, gradient = _evaluated(objective, theta)
        return QuasiNewtonState(
            theta=theta,
            value=value,
            gradient_norm=_dot(gradient, gradient) ** 0.5,
            gradient=gradient,
            inverse_hessian=InverseHessian.identity(theta.size),
            decrease=np.inf,
            iterations=0,
            evaluations=1,
        )

    def step(
        self, objective: PenalizedLoss, state: QuasiNewtonState
    ) -> QuasiNewtonState | StopReason:
        """Step along −H g; straight downhill where that leads nowhere."""
        if state.evaluations > self.max_evaluations:
            return StopReason.of("evaluations", evaluations=state.evaluations)
        if not (math.isfinite(state.value) and math.isfinite(state.gradient_norm)):
            return StopReason.of("divergence.gradient")
        if np.abs(state.gradient).max() <= self.gtol:
            return StopReason.of("converged.gradient", gtol=self.gtol)
        if state.decrease <= self.ftol:
            cause = "value" if self.ftol else "rounding"
            return StopReason.of(f"converged.{cause}", ftol=self.ftol)
        H, g, evaluations = state.inverse_hessian, state.gradient, state.evaluations
        while True:
            line = _Line(objective, state.theta, -(H @ g))
            slope = _dot(g, line.direction)
            # the first step of all is of length 1
            first = 1.0 if state.iterations else 1 / max(state.gradient_norm, 1 / MAX_STEP)
            if slope < 0 and wolfe_step(line.at, state.value, slope, first) is not None:
                following = replace(state, inverse_hessian=H, evaluations=evaluations)
                return self._after(following, line)
            evaluations += line.evaluations
            if not len(H):
                return StopReason.of("line_search")
            H = InverseHessian.identity(g.size)

    def _after(self, state: QuasiNewtonState, line: "_Line") -> QuasiNewtonState:
        """Return the state at the last point that was tried on a line."""
        s, y = line.theta - state.theta, line.gradient - state.gradient
        H, curvature = state.inverse_hessian, _dot(s, y)
        if curvature > -EPSILON * _dot(s, state.gradient):  # else rounding outweighs it
            H = H.with_pair(s, y, self.memory)
        size = max(abs(state.value), abs(line.value), 1.0)
        return QuasiNewtonState(
            theta=line.theta,
            value=line.value,
            gradient_norm=_dot(line.gradient, line.gradient) ** 0.5,
            gradient=line.gradient,
            inverse_hessian=H,
            decrease=(state.value - line.value) / size,
            iterations=state.iterations + 1,
            evaluations=state.evaluations + line.evaluations,
        )


class _Line:
    """An objective along a line; it holds the point that was evaluated last."""

    def __init__(self, objective: PenalizedLoss, start: FloatArray, direction: FloatArray) -> None:
        self.objective, self.start, self.direction = objective, start, direction
        self.theta, self.value, self.gradient = start, np.nan, start
        self.evaluations = 0

    def at(self, t: float) -> tuple[float, float]:
        """Return E and its slope at start + t · direction."""
        self.theta = self.start + t * self.direction
        self.value, self.gradient = _evaluated(self.objective, self.theta)
        self.evaluations += 1
        return self.value, _dot(self.gradient, self.direction)


def _evaluated(objective: PenalizedLoss, theta: FloatArray) -> tuple[float, FloatArray]:
    """Return E and its gradient, computed in the network's precision, in float64."""
    with np.errstate(over="ignore", invalid="ignore"):
        value, gradient = objective.gradient(theta.astype(objective.network.dtype, copy=False))
    return value, gradient.astype(np.float64, copy=False)


def _dot(a: FloatArray, b: FloatArray) -> float:
    """Return aᵀb."""
    return float(np.einsum("p,p->", a, b))


def _products(pairs: FloatArray, vector: FloatArray) -> FloatArray:
    """Return the products of every s and every y with the vector, shape (2, k)."""
    return np.einsum("jkp,p->jk", pairs, vector)
