"""Bayesian regularisation: Levenberg-Marquardt that finds its own weight decay and noise."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations.activation import Step
from clearprop.network.initializers import initialize
from clearprop.network.network import Network
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.solvers.curvature import MATRICES, check_matrix_fits, matrices_fit
from clearprop.training.solvers.evidence import Grouping, Hyperparameters, Prior
from clearprop.training.solvers.evidence_ascent import Ascent, AscentState
from clearprop.training.solvers.levenberg_marquardt import LevenbergMarquardt
from clearprop.training.solvers.solver import BatchSolver, State
from clearprop.training.stopping import StopReason

Beginning = Literal["held", "free", "spread"]
BEGINNINGS: tuple[Beginning, ...] = ("held", "free", "spread")
HELD = (3e-3, 10)
FREE = (3e-6, 30)
"""λ and number of the first steps, with weights held back or almost free.

Held back, few rows are not learnt by heart; but curves that need large weights are given up before
they are found, and where all weights have become 0 no gradient leads away again."""
RACE = 45
"""Iterations after which the way of the lowest loss to expect of other rows goes on alone."""
CAUTIOUS = 1.0
"""μ at the start where units are spread: large first steps would drive many of them out of the
range of the inputs, where they are constants."""
FEW_INPUTS = 3
"""Inputs up to which units are also spread evenly over the range of the inputs."""


@dataclass(frozen=True, kw_only=True)
class EvidenceState(State):
    """The state of Bayesian regularisation, as the best of its ways has it.

    Attributes
    ----------
    hyperparameters : Hyperparameters
    iterations : int
    held, free, spread : AscentState, optional
        The ways that are still followed.
    """

    hyperparameters: Hyperparameters = field()
    iterations: int
    held: AscentState | None = None
    free: AscentState | None = None
    spread: AscentState | None = None

    @property
    def ways(self) -> dict[Beginning, AscentState]:
        """The ways that are still followed, by how they began."""
        ways = {"held": self.held, "free": self.free, "spread": self.spread}
        return {name: way for name, way in ways.items() if way is not None}  # type: ignore[misc]

    @property
    def details(self) -> dict[str, float]:
        """Damping, γ, the first group's α, β, and the evidence of the best way."""
        return best_of(self.ways)[1].details


def best_of(ways: dict[Beginning, AscentState]) -> tuple[Beginning, AscentState]:
    """Return the way of the highest log evidence; of equal ones the first."""
    return max(ways.items(), key=lambda each: each[1].hyperparameters.log_evidence)


@dataclass(frozen=True)
class BayesianRegularization(BatchSolver[EvidenceState]):
    """One damped Gauss-Newton step, then α, β and γ anew, until the evidence settles.

    It needs no validation rows and takes no `penalty`: how strongly the weights are held back
    follows from the data. Squared errors have Gaussian noise whose variance is estimated too; a
    cross-entropy and the Poisson loss are likelihoods as they stand.

    Parameters
    ----------
    groups : {"weights", "layers", "inputs"}, default="weights"
        Which parameters share an α, see `Prior.of`.
    tolerance : float, default=1e-3
        Change of the log evidence, per target, that counts as none within 5 iterations. More
        exactness gains nothing on other rows.
    beginning : {"best", "held", "free", "spread"}, default="best"
        The first steps hold the weights back, leave them almost free, or begin with units that are
        spread over the range of the inputs and leave these free. ``"best"`` follows all three side
        by side (the last one for up to 3 inputs) and goes on with the lowest loss to expect of
        other rows, see `Noise.expected_loss`.
    damping, max_damping : float
        μ at the start and at the end, as in `LevenbergMarquardt`.
    memory : int, default=2 GiB
        Bytes that the P × P matrices may take.
    known : Hyperparameters, optional
        Precisions of an earlier solution, from which training goes on without first steps.

    Notes
    -----
    Source: MacKay 1992, see `evidence`; Foresee, Hagan, "Gauss-Newton approximation to Bayesian
    learning", 1997, the algorithm in section IV. That the evidence compares solutions of one
    network is MacKay's section 4.
    """

    name = "bayesian_regularization"
    pros = Text(
        "finds the weight decay from the data, needs no validation rows, and says how sure it is",
        "由数据求出权重衰减，不需要验证集，并给出不确定度",
    )
    cons = Text("every step solves with a P × P matrix", "每步要解 P × P 方程组")
    also_called = ("trainbr", "br")
    settings_elsewhere = LevenbergMarquardt.settings_elsewhere
    order = 2
    needs_smooth = True
    finds_weight_decay = True
    patience = 0

    groups: Grouping = "weights"
    tolerance: float = 1e-3
    beginning: Literal["best"] | Beginning = "best"
    damping: float = field(default=1e-3, repr=False)
    max_damping: float = field(default=1e10, repr=False)
    memory: int = field(default=2 * 2**30, repr=False)
    known: Hyperparameters | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        Prior.of((1, 1), self.groups)
        if not self.tolerance >= 0:
            raise invalid_argument("tolerance", self.tolerance, "it is negative.", "1e-3.")
        if self.beginning not in ("best", *BEGINNINGS):
            raise unknown_name("beginning", self.beginning, ("best", *BEGINNINGS))
        self._ascent("held")  # checks what it shares with Levenberg-Marquardt

    def for_given_sizes(self) -> "BayesianRegularization":
        """Return the rule with one α for each input: the prior that fails least often."""
        return replace(self, groups="inputs")

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one iteration."""
        return (
            Step(
                r"F = \beta E_D + \alpha E_W",
                Text(
                    "the objective: the error of the data and the size of the weights, with "
                    "their precisions",
                    "目标函数：数据误差与权重大小，各乘其精度",
                ),
            ),
            Step(
                r"A = \beta G + \alpha I",
                Text(
                    "its curvature, by Gauss and Newton; a damped step lowers F",
                    "用高斯—牛顿法得到的曲率；走一个阻尼步使 F 下降",
                ),
            ),
            Step(
                r"\gamma = P - \alpha \, \mathrm{tr}(A^{-1})",
                Text(
                    "the effective number of parameters: those that the data determine",
                    "有效参数个数：由数据决定的那部分参数",
                ),
            ),
            Step(
                r"\alpha \leftarrow \frac{\gamma}{2 E_W}, \quad \beta \leftarrow \frac{N - "
                r"\gamma}{2 E_D}",
                Text(
                    "the precisions that the evidence is largest for, N being the number of "
                    "targets",
                    "使证据最大的精度，N 为目标值个数",
                ),
            ),
        )

    def going_on(self, known: Hyperparameters | None) -> Self:
        """Return the solver that keeps what an earlier training has found of α and β."""
        return replace(self, known=known)

    def init(self, objective: PenalizedLoss, theta: FloatArray) -> EvidenceState:
        """Return the state at `theta`, where hardly anything is known of α yet.

        Raises
        ------
        InputError
            If the loss is no likelihood, the objective has a penalty, or the P × P matrices would
            take more memory than allowed.
        """
        check_matrix_fits(self.name, theta.size, self.memory)
        loss = objective.network.loss_rule
        if loss.constant_curvature is None and not loss.is_log_likelihood:
            why = f"the loss {loss.name} is no likelihood, so that the noise has no model."
            raise invalid_argument(
                "solver", self.name, why, "loss 'squared_error', or another solver."
            )
        if objective.penalty.any():
            why = "it finds the penalty itself."
            raise invalid_argument("penalty", float(objective.penalty.max()), why, "penalty=0.")
        ways = {
            name: self._ascent(name).init(objective, first)
            for name, first in self._beginnings(objective, theta)
        }
        return _state(ways, 0)

    def step(self, objective: PenalizedLoss, state: EvidenceState) -> EvidenceState | StopReason:
        """Go one step on every way; return the reason once the best has come to its end."""
        ways, ended = {}, {}
        for name, way in state.ways.items():
            following = self._ascent(name).step(objective, way)
            if isinstance(following, StopReason):
                ended[name] = following
                following = way
            ways[name] = following
        iterations, all_ended = state.iterations + 1, len(ended) == len(ways)
        if len(ways) == 1 and all_ended:
            return next(iter(ended.values()))
        if iterations == RACE or all_ended:
            best = min(ways, key=lambda name: ways[name].expected_loss)
            ways = {best: ways[best]}
        return _state(ways, iterations)

    def beginnings(self, network: Network) -> tuple[Beginning, ...]:
        """Return the beginnings that are followed for a network, where all fit into the memory."""
        if self.known is not None:
            return ("free",)
        if self.beginning != "best":
            return (self.beginning,)
        hidden = network.layers[:-1]
        if not hidden:
            return BEGINNINGS[:1]
        bounded = all(np.isfinite(layer.activation.range).all() for layer in hidden)
        can_spread = bounded and network.inputs <= FEW_INPUTS
        return BEGINNINGS if can_spread else BEGINNINGS[:2]

    def _beginnings(
        self, objective: PenalizedLoss, theta: FloatArray
    ) -> Iterator[tuple[Beginning, FloatArray]]:
        """Yield the ways to follow, and the parameters that they begin with."""
        network = objective.network
        wanted = self.beginnings(network)
        if not matrices_fit((MATRICES + len(wanted)) * theta.size**2, self.memory):
            wanted = wanted[:1]
        for name in wanted:
            spread = name == "spread"
            yield name, spread_like(network, theta, objective.input_ranges) if spread else theta

    def _ascent(self, beginning: Beginning) -> Ascent:
        """Return how the log evidence is climbed after such a beginning."""
        decay, steps = HELD if beginning == "held" else FREE
        steps = steps if self.known is None else 0
        damping, scaling = self.damping, "marquardt"
        if beginning == "spread":
            damping, scaling = max(damping, CAUTIOUS), "identity"
        marquardt = LevenbergMarquardt(damping, scaling, self.max_damping, 0.0, memory=self.memory)
        return Ascent(decay, steps, self.groups, self.tolerance, marquardt, self.known)


def _state(ways: dict[Beginning, AscentState], iterations: int) -> EvidenceState:
    """Return the state of these ways, with what the best one has reached."""
    best = best_of(ways)[1]
    return EvidenceState(
        theta=best.theta,
        value=best.value,
        gradient_norm=best.gradient_norm,
        penalty=best.penalty,
        hyperparameters=best.hyperparameters,
        iterations=iterations,
        **ways,
    )


def spread_like(
    network: Network, theta: FloatArray, ranges: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Return parameters whose units are spread over the inputs, drawn anew for every θ."""
    seed = np.random.default_rng(np.frombuffer(theta.tobytes(), np.uint32))
    return initialize(network.sizes, "nguyen_widrow", seed, theta.dtype.name, ranges).vector
