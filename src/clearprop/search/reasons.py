"""What a search found, and why, in words."""

import math
from collections.abc import Mapping, Sequence

from clearprop._text import Text
from clearprop.search import wide
from clearprop.search.candidates import Candidate
from clearprop.search.decays import Held

NO_TIME = Text(
    "Time: too little of it to compare sizes or decays on rows that are left out.",
    "时间：不足以在留出数据上比较网络大小或权重衰减。",
)


def spelled(hidden: tuple[int, ...]) -> str:
    """Return hidden sizes as people write them."""
    return " + ".join(map(str, hidden)) or "0"


def usual(sizes: tuple[int, ...], rows: int) -> Text:
    """Return that sizes were not compared."""
    return Text(
        f"Hidden units: {spelled(sizes)}, the usual number for {rows:,} rows.",
        f"隐藏单元：{spelled(sizes)}，{rows:,} 行数据的常用数目。",
    )


def why_taken(what: str, what_zh: str, found: str, tried: Mapping[str, Candidate]) -> Text:
    """Return which candidate was taken, and how well each did."""
    losses = {name: each.loss for name, each in tried.items()}
    network = next(iter(tried.values())).pair.judge.network
    curvature, measure = network.loss_rule.constant_curvature, Text("loss", "损失")
    if curvature and network.outputs == 1:  # in the unit of the target
        measure = Text("root mean square error", "均方根误差")
        losses = {name: math.sqrt(2 * max(loss, 0) / curvature) for name, loss in losses.items()}
    if any(each.pair.averages and each.step.hidden for each in tried.values()):
        measure = Text(
            f"{measure.en} to expect of averaged starts", f"多次初始化平均后预期的{measure.zh}"
        )
    shown = ", ".join(f"{name}: {loss:.4g}" for name, loss in losses.items())
    if tried[found] is not min(tried.values(), key=lambda each: each.loss):
        return Text(
            f"{what}: {found}, the simplest whose {measure.en} on rows that were left out is "
            f"within a standard error of the lowest ({shown}).",
            f"{what_zh}：{found}，是留出数据的{measure.zh}与最低者相差不超过一个标准误差的"
            f"最简选择（{shown}）。",
        )
    return Text(
        f"{what}: {found}, with the lowest {measure.en} on rows that were left out ({shown}).",
        f"{what_zh}：{found}，其留出数据的{measure.zh}最低（{shown}）。",
    )


def why_blend(blend: wide.Blend | None, alone: float) -> Text:
    """Return what was found out about wide networks."""
    units = spelled(wide.HIDDEN)
    if blend is None:
        return Text(
            f"Wide networks: none, since {units} units trained by mini-batches do not lower the "
            "loss on rows that were left out by more than its standard error.",
            f"宽网络：不采用。以小批量训练的 {units} 个单元未能使留出数据的损失"
            "降低超过其标准误差。",
        )
    losses = f"{blend.loss:.4g}; {alone:.4g}"
    if blend.share == 1:
        return Text(
            f"Wide networks: {units} units, {blend.epochs} epochs of mini-batches, in place of "
            f"the others, for the lowest loss on rows that were left out ({losses} without).",
            f"宽网络：{units} 个单元，小批量训练 {blend.epochs} 个周期，取代其他网络，"
            f"其留出数据的损失最低（{losses} 为不采用时）。",
        )
    return Text(
        f"Wide networks: {units} units, {blend.epochs} epochs of mini-batches, count "
        f"{blend.share:.0%}, for the lowest loss on rows that were left out ({losses} without).",
        f"宽网络：{units} 个单元，小批量训练 {blend.epochs} 个周期，权重占 {blend.share:.0%}，"
        f"其留出数据的损失最低（{losses} 为不采用时）。",
    )


def why_held(hidden: tuple[int, ...], alpha: float, tried: Sequence[Held]) -> Text:
    """Return what was found out about decays."""
    found = {
        units: ", ".join(
            f"{each.alpha:g}: {each.loss:.4g}" for each in tried if each.hidden == units
        )
        for units in dict.fromkeys(each.hidden for each in tried)
    }
    shown = "; ".join(f"{spelled(units)} — {losses}" for units, losses in found.items())
    return Text(
        f"Hidden units: {spelled(hidden)}, trained by L-BFGS and held back by a weight decay of "
        f"{alpha:.3g}, about where the loss on rows that were left out is lowest "
        f"(units — decay: loss; {shown}).",
        f"隐藏单元：{spelled(hidden)}，以 L-BFGS 训练，权重衰减为 {alpha:.3g}，"
        f"约为留出数据损失最低之处（单元数 — 衰减：损失；{shown}）。",
    )
