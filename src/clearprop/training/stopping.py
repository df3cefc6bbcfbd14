"""Rules by which training stops, and the sentence that says why it did."""

import math
from dataclasses import dataclass

from clearprop._errors import answering, invalid_argument
from clearprop._text import Text

REASONS = {
    "epochs": Text("All {epochs} epochs were taken.", "已完成全部 {epochs} 个周期。"),
    "time": Text("The time of {seconds:g} s was used up.", "{seconds:g} 秒的时间已用完。"),
    "goal": Text(
        "The training loss {loss:.4g} reached the goal {goal:g}.",
        "训练损失 {loss:.4g} 达到目标 {goal:g}。",
    ),
    "min_gradient": Text(
        "The gradient's norm {norm:.3g} fell below {least:g}: this is a stationary point.",
        "梯度范数 {norm:.3g} 低于 {least:g}：已到驻点。",
    ),
    "validation.loss": Text(
        "The validation loss has not fallen for {patience} epochs; "
        "the parameters of epoch {best} are kept.",
        "验证损失连续 {patience} 个周期未下降；保留第 {best} 个周期的参数。",
    ),
    "validation.score": Text(
        "The validation score has not risen for {patience} epochs; "
        "the parameters of epoch {best} are kept.",
        "验证得分连续 {patience} 个周期未上升；保留第 {best} 个周期的参数。",
    ),
    "plateau": Text(
        "The training loss fell by less than {tolerance:g} for {epochs} epochs in a row.",
        "训练损失连续 {epochs} 个周期下降不足 {tolerance:g}。",
    ),
    "divergence.loss": Text(
        "The loss was no longer finite in epoch {epoch}; the last finite parameters are kept. "
        "Try: a smaller learning rate.",
        "第 {epoch} 个周期的损失不再有限；保留最后的有限参数。建议：减小学习率。",
    ),
    "divergence.growth": Text(
        "The loss grew out of bounds; the parameters of epoch {best} are kept. "
        "Try: a smaller learning rate.",
        "损失失控增长；保留第 {best} 个周期的参数。建议：减小学习率。",
    ),
    "divergence.gradient": Text(
        "The gradient was no longer finite. Try: scaled inputs and smaller first weights.",
        "梯度不再有限。建议：缩放输入并减小初始权重。",
    ),
    "interrupted": Text("Interrupted in epoch {epoch}.", "在第 {epoch} 个周期被中断。"),
    "callback": Text(
        "A callback asked to stop after epoch {epoch}.",
        "回调函数要求在第 {epoch} 个周期后停止。",
    ),
    "converged.gradient": Text(
        "No entry of the gradient is larger than {gtol:.3g}: this is a minimum.",
        "梯度的各分量均不超过 {gtol:.3g}：已到极小点。",
    ),
    "converged.value": Text(
        "The last iteration lowered the objective by no more than {ftol:.3g} of it: "
        "the solver has converged.",
        "最后一次迭代使目标函数相对下降不超过 {ftol:.3g}：求解器已收敛。",
    ),
    "converged.rounding": Text(
        "The last iteration did not lower the objective any more: the solver has converged.",
        "最后一次迭代未再降低目标函数：求解器已收敛。",
    ),
    "evaluations": Text(
        "The objective was evaluated {evaluations} times, as often as allowed.",
        "目标函数已计算 {evaluations} 次，达到上限。",
    ),
    "line_search": Text(
        "The line search found no lower point, not even along the gradient.",
        "线搜索找不到更低的点，沿梯度方向也不例外。",
    ),
    "max_damping": Text(
        "The damping {damping:.3g} exceeded {largest:.3g}: no step along the gradient helps.",
        "阻尼 {damping:.3g} 超过 {largest:.3g}：沿梯度已无法下降。",
    ),
    "rounding": Text(
        "The next step would change the objective by less than its rounding error: "
        "this is a minimum.",
        "下一步对目标函数的改变已小于舍入误差：已到极小点。",
    ),
    "min_step": Text(
        "Every step length fell to {step:.3g}: the solver no longer moves.",
        "所有步长降至 {step:.3g}：求解器已不再移动。",
    ),
    "exact": Text(
        "The targets are met to four digits: there is no noise to be found.",
        "目标值已精确到四位有效数字：没有可估计的噪声。",
    ),
    "evidence": Text(
        "The log evidence {log_evidence:.6g} no longer changes.",
        "对数证据 {log_evidence:.6g} 不再变化。",
    ),
}
"""The sentence of every reason, with places for its numbers; of a name before a dot, each cause."""


@dataclass(frozen=True)
class StopReason:
    """The reason why training stopped.

    Attributes
    ----------
    name : str
        For programs, for example ``"epochs"``.
    sentence : Text
        For people.
    """

    name: str
    sentence: Text

    @staticmethod
    def of(key: str, **values: object) -> "StopReason":
        """Return the reason whose sentence stands in `REASONS` under `key`, with these numbers.

        Examples
        --------
        >>> reason = StopReason.of("divergence.loss", epoch=3)
        >>> reason.name
        'divergence'
        >>> StopReason.of("epochs", epochs=10).sentence.en
        'All 10 epochs were taken.'
        """
        return StopReason(key.partition(".")[0], REASONS[key].filled(**values))


@answering(
    {
        "epochs": "max_epochs=1000.",
        "time": "max_seconds=60.",
        "max_fail": "patience=6.",
        "min_grad": "min_gradient=1e-7.",
    }
)
@dataclass(frozen=True)
class Stopping:
    """Rules that end a training; each is off at its neutral value.

    Parameters
    ----------
    max_epochs : int, default=1000
        Epochs of mini-batches, or iterations of a batch solver.
    max_seconds : float, default=inf
        Training time in seconds.
    goal : float, default=0
        Stop once the training loss is at most this, in the unit of the raw targets: for a squared
        error the square of theirs, however they are scaled for training. 0 is reached by an exact
        fit only.
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
