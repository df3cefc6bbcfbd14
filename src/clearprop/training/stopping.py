"""When training stops, and the sentence that says why."""

import math
from dataclasses import dataclass

from clearprop._errors import invalid_argument
from clearprop._text import Text


@dataclass(frozen=True)
class StopReason:
    """Why training stopped: a name for programs, a sentence for people."""

    name: str
    sentence: Text


@dataclass(frozen=True)
class Stopping:
    """When to stop; every rule is off at its neutral value.

    Parameters
    ----------
    max_epochs : int, default=1000
        Epochs of mini-batches, or iterations of a batch solver.
    max_seconds : float, default=inf
        Training time in seconds.
    goal : float, default=0
        Stop once the training loss is at most this; 0 is reached by an exact fit only.
    min_gradient : float, default=1e-7
        Stop once the norm of the objective's gradient is below this (batch solvers).
    patience : int or None, default=None
        Validation checks: stop after so many epochs in a row without a new lowest validation loss
        (an equal one fails); where a score is watched instead, without one that is at least
        `tolerance` above the best. 0 never stops; None leaves it to the solver (6 for batch
        solvers, 20 for mini-batches).
    plateau : int, default=0
        Stop after so many epochs in a row in which the training loss, penalty included, was not
        lower by `tolerance` than its lowest value so far; 0 never stops.
    tolerance : float, default=1e-4
        The progress that `plateau`, and a validation score, ask for.
    keep_best : bool, default=True
        Whether the parameters of the best validation check are kept, rather than the last ones.
    """

    max_epochs: int = 1000
    max_seconds: float = math.inf
    goal: float = 0.0
    min_gradient: float = 1e-7
    patience: int | None = None
    plateau: int = 0
    tolerance: float = 1e-4
    keep_best: bool = True

    def __post_init__(self) -> None:
        for name in ("max_epochs", "max_seconds", "min_gradient", "patience", "plateau"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise invalid_argument(name, value, "it is negative or not a number.", f"{name}=0.")
        if math.isnan(self.goal):
            raise invalid_argument("goal", self.goal, "it is not a number.", "goal=0.")


def epochs_reached(epochs: int) -> StopReason:
    """Return the reason for having taken all epochs."""
    return StopReason(
        "epochs",
        Text(
            f"All {epochs} epochs were taken.",
            f"已完成全部 {epochs} 个周期。",
        ),
    )


def time_reached(seconds: float) -> StopReason:
    """Return the reason for having used the time up."""
    return StopReason(
        "time",
        Text(f"The time of {seconds:g} s was used up.", f"{seconds:g} 秒的时间已用完。"),
    )


def goal_reached(loss: float, goal: float) -> StopReason:
    """Return the reason for a training loss at or below the goal."""
    return StopReason(
        "goal",
        Text(
            f"The training loss {loss:.4g} reached the goal {goal:g}.",
            f"训练损失 {loss:.4g} 达到目标 {goal:g}。",
        ),
    )


def gradient_vanished(norm: float, least: float) -> StopReason:
    """Return the reason for a gradient below its least norm."""
    return StopReason(
        "min_gradient",
        Text(
            f"The gradient's norm {norm:.3g} fell below {least:g}: this is a stationary point.",
            f"梯度范数 {norm:.3g} 低于 {least:g}：已到驻点。",
        ),
    )


def validation_failed(patience: int, best: int, scored: bool = False) -> StopReason:
    """Return the reason for a validation loss, or score, that no longer gets better."""
    fault = (
        ("score has not risen", "得分", "上升")
        if scored
        else ("loss has not fallen", "损失", "下降")
    )
    return StopReason(
        "validation",
        Text(
            f"The validation {fault[0]} for {patience} epochs; "
            f"the parameters of epoch {best} are kept.",
            f"验证{fault[1]}连续 {patience} 个周期未{fault[2]}；保留第 {best} 个周期的参数。",
        ),
    )


def plateau_reached(epochs: int, tolerance: float) -> StopReason:
    """Return the reason for a training loss that no longer falls."""
    return StopReason(
        "plateau",
        Text(
            f"The training loss fell by less than {tolerance:g} for {epochs} epochs in a row.",
            f"训练损失连续 {epochs} 个周期下降不足 {tolerance:g}。",
        ),
    )


def diverged(epoch: int) -> StopReason:
    """Return the reason for a loss that is no longer a finite number."""
    return StopReason(
        "divergence",
        Text(
            f"The loss was no longer finite in epoch {epoch}; the last finite parameters are kept. "
            "Try: a smaller learning rate.",
            f"第 {epoch} 个周期的损失不再有限；保留最后的有限参数。建议：减小学习率。",
        ),
    )


def interrupted(epoch: int) -> StopReason:
    """Return the reason for a person's Ctrl-C."""
    return StopReason(
        "interrupted",
        Text(f"Interrupted in epoch {epoch}.", f"在第 {epoch} 个周期被中断。"),
    )


def slope_vanished(least: float) -> StopReason:
    """Return the reason for a gradient without an entry that matters."""
    return StopReason(
        "converged",
        Text(
            f"No entry of the gradient is larger than {least:.3g}: this is a minimum.",
            f"梯度的各分量均不超过 {least:.3g}：已到极小点。",
        ),
    )


def fall_vanished(least: float) -> StopReason:
    """Return the reason for an iteration that lowered the objective by too small a part of it."""
    part = f"{least:.3g}" if least else "0"
    return StopReason(
        "converged",
        Text(
            f"The last iteration lowered the objective by no more than {part} of it: "
            "the solver has converged.",
            f"最后一次迭代使目标函数相对下降不超过 {part}：求解器已收敛。",
        ),
    )


def evaluations_reached(evaluations: int) -> StopReason:
    """Return the reason for having evaluated the objective as often as allowed."""
    return StopReason(
        "evaluations",
        Text(
            f"The objective was evaluated {evaluations} times, as often as allowed.",
            f"目标函数已计算 {evaluations} 次，达到上限。",
        ),
    )


def stopped_by_callback(epoch: int) -> StopReason:
    """Return the reason for a callback that asked to stop."""
    return StopReason(
        "callback",
        Text(
            f"A callback asked to stop after epoch {epoch}.",
            f"回调函数要求在第 {epoch} 个周期后停止。",
        ),
    )


def no_progress(detail: str) -> StopReason:
    """Return the reason for a solver that finds no better point."""
    return StopReason(
        "no_progress",
        Text(
            f"The solver found no better point ({detail}).",
            f"求解器找不到更好的点（{detail}）。",
        ),
    )


def damping_reached(damping: float, most: float) -> StopReason:
    """Return the reason for a damping with which even the smallest steps lead nowhere."""
    return StopReason(
        "max_damping",
        Text(
            f"The damping {damping:.3g} exceeded {most:.3g}: no step along the gradient helps.",
            f"阻尼 {damping:.3g} 超过 {most:.3g}：沿梯度已无法下降。",
        ),
    )


def rounding_reached() -> StopReason:
    """Return the reason for a predicted fall that floating-point numbers cannot show."""
    return StopReason(
        "rounding",
        Text(
            "The next step would change the objective by less than its rounding error: "
            "this is a minimum.",
            "下一步对目标函数的改变已小于舍入误差：已到极小点。",
        ),
    )


def gradient_overflowed() -> StopReason:
    """Return the reason for a gradient that is no longer finite where the loss still is."""
    return StopReason(
        "divergence",
        Text(
            "The gradient was no longer finite. Try: scaled inputs and smaller first weights.",
            "梯度不再有限。建议：缩放输入并减小初始权重。",
        ),
    )


def steps_vanished(step: float) -> StopReason:
    """Return the reason for step lengths that have all become too small to matter."""
    return StopReason(
        "min_step",
        Text(
            f"Every step length fell to {step:.3g}: the solver no longer moves.",
            f"所有步长降至 {step:.3g}：求解器已不再移动。",
        ),
    )


def evidence_settled(log_evidence: float) -> StopReason:
    """Return the reason for an evidence that no longer changes."""
    return StopReason(
        "evidence",
        Text(
            f"The log evidence {log_evidence:.6g} no longer changes.",
            f"对数证据 {log_evidence:.6g} 不再变化。",
        ),
    )
