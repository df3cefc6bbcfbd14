"""Levenberg-Marquardt: damped Gauss-Newton steps, from all rows or from samples of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations.activation import Step
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.flatten import DERIVED
from clearprop.training.randomness import generator_state, set_generator_state
from clearprop.training.solvers.curvature import QuadraticModel, check_matrix_fits
from clearprop.training.solvers.damped_descent import DampedDescent
from clearprop.training.solvers.damping import Damping
from clearprop.training.solvers.solver import BatchSolver, State
from clearprop.training.stopping import StopReason

FAILS_TO_DOUBLE = 3
"""Samples in a row that may fail to lower the loss of all rows before they must grow."""
MUCH, SLOW = 0.8, 8
"""Where kicks are asked for: samples after which the loss must have fallen to such a part."""
KICK = 0.3
"""The standard deviation of a kick, in units of each parameter."""


@dataclass(frozen=True)
class Sampling:
    """The samples from which steps are computed, and how well they serve.

    Attributes
    ----------
    theta : array of shape (P,)
        Where the descent stands: not always where the loss of all rows was lowest.
    batch_size : int
        Rows of the next sample.
    failed : int
        Samples in a row that have not lowered the loss of all rows below its lowest.
    kicks : int
        Kicks that are left.
    mark : float
        The loss of all rows when it last fell by much since a kick; infinite at first.
    slow : int
        Samples since then.
    generator : dict
        The state of the generator that draws samples and kicks.
    """

    theta: FloatArray
    batch_size: int
    failed: int
    kicks: int
    mark: float
    slow: int
    generator: dict[str, Any]

    def after(self, value: float, *, is_lowest: bool) -> "Sampling":
        """Return how samples serve after one that led to this loss of all rows."""
        failed = 0 if is_lowest else self.failed + 1
        if value < MUCH * self.mark:
            return replace(self, failed=failed, mark=value, slow=0)
        return replace(self, failed=failed, slow=self.slow + 1)

    def leads_nowhere(self, value: float, *, kicks: int) -> bool:
        """Return whether the descent is to go on otherwise; `kicks` is their number at first."""
        ended = self.slow >= SLOW if kicks else self.failed >= FAILS_TO_DOUBLE
        return ended or not np.isfinite(value)


@dataclass(frozen=True, kw_only=True)
class MarquardtState(State):
    """The state of Levenberg-Marquardt.

    Attributes
    ----------
    damping : Damping
    scale : array of shape (P,), optional
        D, the largest diagonal of G so far; None before the first step.
    sampling : Sampling, optional
        None where steps come from all rows.
    model : QuadraticModel, optional
        The model of all rows at θ, as far as it has been computed.
    """

    damping: Damping
    scale: FloatArray | None = None
    sampling: Sampling | None = None
    model: QuadraticModel | None = field(default=None, repr=False, metadata=DERIVED)

    @property
    def details(self) -> dict[str, float]:
        """The damping, and how many rows are sampled."""
        sampling = self.sampling
        sampled = {} if sampling is None else {"batch_size": float(sampling.batch_size)}
        return {"damping": self.damping.mu} | sampled


@dataclass(frozen=True)
class LevenbergMarquardt(BatchSolver[MarquardtState]):
    """Steps s with (G + μD) s = −g, where G is the generalised Gauss-Newton matrix.

    The fastest way to fit a network of up to about a thousand parameters closely. Every loss is
    served through the curvature of its outputs, so a cross-entropy needs no trick.

    Parameters
    ----------
    damping : float, default=1e-3
        μ at the start, in units of D.
    scaling : {"marquardt", "identity"}, default="marquardt"
        D: the largest diagonal of G so far, so that the steps do not depend on the units of the
        parameters; or the identity times the largest entry of that diagonal.
    max_damping : float, default=1e10
    acceleration : float, default=0.75
        Squared errors follow the geodesic: s + a/2 with (G + μD) a = −Jᵀ f″, where f″ is the second
        derivative of the outputs along s; a step with 2‖a‖ > `acceleration` ‖s‖ is refused. 0 turns
        it off.
    batch_size : int, optional
        Rows of the random samples from which steps are computed; all rows without it. An epoch
        takes as many steps as fit into one pass over the rows, all from one sample; then another
        is drawn. The size doubles after an epoch that does not lower the loss of all rows, so that
        training ends as it would with all rows.
    kicks : int, default=0
        How often a descent that has come to rest in a minimum tries for a lower one: from the best
        parameters so far, each changed at random by about 30 %, it begins anew, by samples. For
        curves to be fitted to the last digits, where minima are many.
    seed : int, default=0
        Draws the mini-batches and the kicks.
    memory : int, default=2 GiB
        Bytes that the P × P matrices may take.

    Notes
    -----
    Source: Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", 1963;
    Hagan, Menhaj, "Training feedforward networks with the Marquardt algorithm", 1994; the running
    maximum of D is Moré's, "The Levenberg-Marquardt algorithm: implementation and theory", 1978,
    section 6; the damping is Nielsen's, see `Damping`; the acceleration is that of Transtrum,
    Sethna, "Improvements to the Levenberg-Marquardt algorithm for nonlinear least-squares
    minimization", arXiv:1201.5885, 2012, equations (9)-(15); kicks are the hops of Wales, Doye,
    "Global optimization by basin-hopping", 1997, at temperature 0.
    """

    name = "levenberg_marquardt"
    pros = Text(
        "fits networks of up to about a thousand parameters in a few dozen steps, "
        "to the last digits",
        "约一千个参数以内的网络，几十步即可精确拟合",
    )
    cons = Text(
        "every step solves with a P × P matrix; time grows with P³",
        "每步要解 P × P 方程组，时间随 P³ 增长",
    )
    also_called = ("trainlm", "lm")
    settings_elsewhere: ClassVar[Mapping[str, str]] = {
        "mu": "damping=0.001.",
        "mu_max": "max_damping=1e10.",
        "mu_inc": "leave it out: how far a step fell short says by how much the damping rises.",
        "mu_dec": "leave it out: how well a step was predicted says by how much the damping falls.",
    }
    order = 2
    needs_smooth = True

    damping: float = 1e-3
    scaling: Literal["marquardt", "identity"] = "marquardt"
    max_damping: float = 1e10
    acceleration: float = 0.75
    batch_size: int | None = None
    kicks: int = 0
    seed: int = 0
    memory: int = 2 * 2**30

    def __post_init__(self) -> None:
        if not 0 < self.damping < self.max_damping:
            why = f"it is not between 0 and max_damping ({self.max_damping:g})."
            raise invalid_argument("damping", self.damping, why, "1e-3.")
        if not self.acceleration >= 0:
            raise invalid_argument(
                "acceleration", self.acceleration, "it is negative.", "0 turns it off."
            )
        for name in ("kicks", "seed", "memory"):
            if getattr(self, name) < 0:
                raise invalid_argument(
                    name, getattr(self, name), "it is negative.", "leave it out."
                )
        if self.scaling not in ("marquardt", "identity"):
            raise unknown_name("scaling", self.scaling, ("marquardt", "identity"))
        if self.batch_size is not None and self.batch_size < 1:
            raise invalid_argument(
                "batch_size", self.batch_size, "a batch needs at least one row.", "1000."
            )

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one iteration."""
        return (
            Step(
                r"G = J^{T} H J",
                Text(
                    "the generalised Gauss-Newton matrix: J holds the derivatives of the "
                    "outputs, H the curvature of the loss in them",
                    "广义高斯—牛顿矩阵：J 是输出对参数的导数，H 是损失对输出的曲率",
                ),
            ),
            Step(
                r"(G + \mu D) s = -g",
                Text(
                    "the damped step: near Gauss-Newton's for small μ, along −g for large μ",
                    "阻尼步：μ 小时接近高斯—牛顿步，μ 大时沿 −g 方向",
                ),
            ),
            Step(
                r"\rho = \frac{E(\theta) - E(\theta + s)}{- g^{T} s - \frac{1}{2} s^{T} G s}",
                Text(
                    "the gain: how much the loss fell, by how much the model said it would",
                    "增益比：实际下降与模型预测的下降之比",
                ),
            ),
            Step(
                r"\theta \leftarrow \theta + s \quad \mathrm{if} \; \rho > 10^{-4}",
                Text(
                    "the step is taken if it keeps what it promised; μ falls then, and rises "
                    "otherwise",
                    "兑现预测的步才被接受，此后 μ 减小；否则 μ 增大",
                ),
            ),
        )

    def init(self, objective: PenalizedLoss, theta: FloatArray) -> MarquardtState:
        """Return the state at `theta`.

        Raises
        ------
        InputError
            If the P × P matrices would take more memory than allowed.
        """
        check_matrix_fits(self.name, theta.size, self.memory)
        rows = objective.rows
        batch_size = min(self.batch_size or rows, rows)
        if batch_size == rows and not self.kicks:
            return _of_all_rows(objective, DampedDescent(self, theta, Damping(self.damping)))
        value, gradient = objective.gradient(theta)
        generator = generator_state(np.random.default_rng(self.seed))
        return MarquardtState(
            theta=theta,
            value=value,
            gradient_norm=float(np.linalg.norm(gradient)),
            damping=Damping(self.damping),
            sampling=Sampling(theta, batch_size, 0, self.kicks, np.inf, 0, generator),
        )

    def step(self, objective: PenalizedLoss, state: MarquardtState) -> MarquardtState | StopReason:
        """Step once from all rows, or as often as one sample allows."""
        if state.sampling is not None:
            return self._after_a_sample(objective, state, state.sampling)
        descent = DampedDescent(self, state.theta, state.damping, state.scale)
        model = state.model or QuadraticModel.at(objective, state.theta)
        reason = descent.step(objective, model)
        return reason or _of_all_rows(objective, descent)

    def _after_a_sample(
        self, objective: PenalizedLoss, state: MarquardtState, sampling: Sampling
    ) -> MarquardtState:
        """Return the state after one pass of steps from one sample of the rows.

        Its parameters are those of the lowest loss of all rows so far.
        """
        random = np.random.default_rng()
        set_generator_state(random, sampling.generator)
        descent = DampedDescent(self, sampling.theta, state.damping, state.scale)
        _pass_over(objective, descent, sampling.batch_size, random)
        value, gradient = objective.gradient(descent.theta)
        is_lowest = value < state.value
        if is_lowest:
            norm = float(np.linalg.norm(gradient))
            state = replace(state, theta=descent.theta, value=value, gradient_norm=norm)
        sampling = sampling.after(value, is_lowest=is_lowest)
        if sampling.leads_nowhere(value, kicks=self.kicks):
            sampling = replace(sampling, failed=0, mark=np.inf, slow=0)
            if sampling.kicks:
                kicked = state.theta * (1 + KICK * random.standard_normal(state.theta.size))
                descent = DampedDescent(self, kicked, Damping(self.damping))
                sampling = replace(sampling, kicks=sampling.kicks - 1)
            else:
                descent.theta = state.theta
                if 2 * sampling.batch_size >= objective.rows:
                    return _of_all_rows(objective, descent)
                sampling = replace(sampling, batch_size=2 * sampling.batch_size)
        return replace(
            state,
            damping=descent.damping,
            scale=descent.scale,
            sampling=replace(sampling, theta=descent.theta, generator=generator_state(random)),
        )


def _of_all_rows(objective: PenalizedLoss, descent: DampedDescent) -> MarquardtState:
    """Return the state where a descent stands; its next step comes from all rows."""
    model = QuadraticModel.at(objective, descent.theta)
    return MarquardtState(
        theta=descent.theta,
        value=model.value,
        gradient_norm=model.gradient_norm,
        damping=descent.damping,
        scale=descent.scale,
        model=model,
    )


def _pass_over(
    objective: PenalizedLoss, descent: DampedDescent, batch_size: int, random: np.random.Generator
) -> None:
    """Take as many steps from one sample of the rows as fit into one pass over all of them."""
    m, sample = objective.rows, objective
    if batch_size < m:
        sample = objective.of_rows(np.sort(random.choice(m, batch_size, replace=False)))
    for _ in range(-(-m // batch_size)):
        if descent.step(sample, QuadraticModel.at(sample, descent.theta)) is not None:
            break
