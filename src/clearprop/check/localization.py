"""The first wrong step of a backward pass, as the right arrays show it.

δ of a layer is seen in its db = Σ δ, the layer's input in dW = Aᵀ δ. Going down from the output,
the first wrong array therefore names the step.
"""

from collections.abc import Sequence

import numpy as np

from clearprop._text import Text
from clearprop.check.backward import forward
from clearprop.check.case import Case


def first_wrong_step(case: Case, unexplained: Sequence[str]) -> Text | None:
    """Return a sentence about the first of these arrays from the output down; None without any."""
    if not unexplained:
        return None
    name = unexplained[0]
    kind, layer = name[0], int(name[1:])
    if kind == "W" and f"b{layer}" in case.given and f"b{layer}" not in unexplained:
        return Text(
            f"Going down from the output, d{name} is the first array that goes wrong; db{layer}"
            f" does not, so δ of layer {layer} is right and the fault is in its product with A of"
            f" layer {layer - 1}.",
            f"从输出往下，d{name} 最先出错，而 db{layer} 没有：第 {layer} 层的 δ 没错，"
            f"问题在它与第 {layer - 1} 层 A 的乘积。",
        )
    if layer == case.problem.depth:
        return Text(
            f"d{name} of the output layer goes wrong already: look at δ of the output, at the"
            " average over the samples and the sum over them.",
            f"输出层的 d{name} 就已出错：检查输出层的 δ、对样本的平均与求和。",
        )
    return Text(
        f"Going down from the output, d{name} is the first array that goes wrong: look at the step"
        f" from δ of layer {layer + 1} to δ of layer {layer}, δ Wᵀ ⊙ f′(Z)."
        + implied_derivative(case, layer, "en"),
        f"从输出往下，d{name} 最先出错：检查从第 {layer + 1} 层 δ 到第 {layer} 层 δ 的一步，"
        "即 δ Wᵀ ⊙ f′(Z)。" + implied_derivative(case, layer, "zh"),
    )


def implied_derivative(case: Case, layer: int, language: str) -> str:
    """Say which f′ the given numbers imply; for one sample db is δ itself, so it can be told."""
    given = case.given.get(f"b{layer}")
    if case.problem.m != 1 or given is None or given.shape != case.right[f"b{layer}"].shape:
        return ""
    right, at = case.right[f"b{layer}"], forward(case.problem)
    slope = case.problem.activation(layer).derivative(at.z[layer], at.f[layer])[0]
    with np.errstate(all="ignore"):
        implied = given / np.where(right == 0, np.nan, right) * slope
    yours = np.array2string(implied, precision=4, threshold=6)
    proper = np.array2string(slope, precision=4, threshold=6)
    if language == "zh":
        return f" 由你的数反推 f′ = {yours}，正确的是 {proper}。"
    return f" Your numbers imply f′ = {yours}; it is {proper}."
