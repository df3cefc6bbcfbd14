"""The solver that suits a network and a number of rows, and the reason."""

from collections.abc import Callable
from dataclasses import dataclass

from clearprop._text import Text
from clearprop.network.network import Network

MAX_PARAMETERS = 1500
"""Parameters up to which solving for a second-order step is cheap beside the sum over rows."""
MAX_WORK = 3_000_000_000
"""Rows · outputs · P² up to which a Gauss-Newton matrix takes about a tenth of a second."""
MAX_FOR_ALL_ROWS = 30_000_000
"""Rows · P up to which a gradient of all rows is cheap enough to be followed exactly."""

FEW, TYPICAL = (4,), (16,)
"""Hidden units of networks that second-order solvers train."""
WIDE = (100,)
"""Hidden units of networks that first-order solvers train."""


@dataclass(frozen=True)
class SolverChoice:
    """The name of a solver, and a sentence that says why it was chosen."""

    solver: str
    reason: Text


def choose_solver_for_any_size(
    build: Callable[[tuple[int, ...]], Network], rows: int
) -> SolverChoice:
    """Return the solver for so many rows where the hidden sizes are still to be chosen.

    Many columns leave room for few units, which many rows would not forgive.
    """
    few, typical = build(FEW), build(TYPICAL)
    second_order = is_small_enough(few, rows) and has_likelihood(few)
    if second_order and _work(typical, rows) <= MAX_WORK:
        return choose_solver(few, rows)
    return choose_solver(build(WIDE), rows)


def choose_solver(network: Network, rows: int) -> SolverChoice:
    """Return the solver for a network that is trained on so many rows."""
    P, loss = network.parameter_count, network.loss_rule
    if is_small_enough(network, rows) and has_likelihood(network):
        return SolverChoice(
            "bayesian_regularization",
            Text(
                f"Solver: Bayesian regularisation, since {P:,} parameters and {rows:,} rows are "
                "few enough for second-order steps, and it needs no rows for validation.",
                f"求解器：贝叶斯正则化。{P:,} 个参数、{rows:,} 行数据的规模适合二阶方法，"
                "且无需验证数据。",
            ),
        )
    if rows * P <= MAX_FOR_ALL_ROWS:
        why, why_zh = f"{P:,} parameters are many for a matrix", f"{P:,} 个参数不宜求解矩阵"
        if not has_likelihood(network):
            why, why_zh = (
                f"the loss {loss.name} has no noise model",
                f"损失 {loss.name} 没有噪声模型",
            )
        return SolverChoice(
            "lbfgs",
            Text(
                f"Solver: L-BFGS, since {why}, and {rows:,} rows are few enough for exact "
                "gradients.",
                f"求解器：L-BFGS。{why_zh}，而 {rows:,} 行数据可以使用精确梯度。",
            ),
        )
    return SolverChoice(
        "adam",
        Text(
            f"Solver: Adam on mini-batches, since {rows:,} rows times {P:,} parameters are too "
            "many for solvers that look at all rows in every step.",
            f"求解器：小批量 Adam。{rows:,} 行乘以 {P:,} 个参数，不宜每步遍历全部数据。",
        ),
    )


def is_small_enough(network: Network, rows: int) -> bool:
    """Return whether second-order steps are cheap."""
    return network.parameter_count <= MAX_PARAMETERS and _work(network, rows) <= MAX_WORK


def _work(network: Network, rows: int) -> int:
    return rows * network.outputs * network.parameter_count**2


def has_likelihood(network: Network) -> bool:
    """Return whether the loss says how probable targets are, as Bayesian regularisation needs."""
    loss = network.loss_rule
    return loss.is_log_likelihood or loss.constant_curvature is not None
