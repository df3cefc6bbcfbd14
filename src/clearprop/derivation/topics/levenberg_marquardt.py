"""One step of Levenberg and Marquardt by hand: residuals, Jacobian, Gauss-Newton matrix, solve."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.derivation import Section
from clearprop.derivation.expression import Apply, Equation, Fraction, Number, Symbol
from clearprop.derivation.figures import figure
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step

STEP = Text("One Levenberg-Marquardt step by hand", "手算一步 Levenberg-Marquardt")
WHY = Text(
    "The loss is a sum of squares, so its curvature is nearly JᵀJ, with the Jacobian J of the"
    " outputs: no second derivatives are needed. Damping μ makes the step short and steep where the"
    " approximation is poor: μ small is Gauss-Newton, μ large is gradient descent.",
    "损失是平方和，故其曲率近似为 JᵀJ（J 为输出对参数的雅可比矩阵），无需二阶导数。"
    "近似不好时，阻尼 μ 使步子变短并靠近梯度方向：μ 小即高斯—牛顿法，μ 大即梯度下降。",
)
RESIDUALS = Text("Residuals", "残差")
RESIDUALS_WHY = Text(
    "one row a sample and output: output minus target", "每个样本、每个输出一行：输出减目标"
)
JACOBIAN = Text("Jacobian: every output by every parameter", "雅可比矩阵：每个输出对每个参数的导数")
JACOBIAN_WHY = Text(
    "columns in the order {order}; a backward pass from each output alone gives a row",
    "列的顺序为 {order}；对每个输出单独做一次反向传播，得到一行",
)
GRADIENT = Text("Gradient of ½ ‖e‖²", "½ ‖e‖² 的梯度")
GRADIENT_WHY = Text("chain rule: Jᵀ times the residuals", "链式法则：Jᵀ 乘残差")
CURVATURE = Text("Gauss-Newton matrix", "高斯—牛顿矩阵")
CURVATURE_WHY = Text("what is left of the second derivatives", "二阶导数中保留的部分")
SOLVED = Text("Step", "步长")
SOLVED_WHY = Text(
    "the step solves (H + μI) Δ = −g; one solves the equations, the inverse is only its name",
    "步长是方程 (H + μI) Δ = −g 的解；实际求解方程组，逆矩阵只是写法",
)
NEW = Text("New parameters", "新的参数")
NEW_WHY = Text("all at once, in the same order", "全部参数一起更新，顺序同上")
AFTER = Text("½ ‖e‖² before and after", "更新前后的 ½ ‖e‖²")
ACCEPTED = Text(
    "It fell from {before} to {after}: the step is taken, and μ becomes smaller.",
    "由 {before} 降到 {after}：接受此步，并减小 μ。",
)
REFUSED = Text(
    "It rose from {before} to {after}: the step is taken back, μ becomes larger, and the equations"
    " are solved anew.",
    "由 {before} 升到 {after}：退回此步，增大 μ，重新求解。",
)
MOST = 30
"""Parameters beyond which nobody would follow the matrices."""


def levenberg_marquardt_section(
    n: Notation,
    theta: FloatArray,
    jacobian: FloatArray,
    outputs_at: Callable[[FloatArray], FloatArray],
    damping: float,
) -> Section:
    """Return the step from the Jacobian (m, K, P) of the outputs, and what it does to the sum.

    Raises
    ------
    InputError
        If the loss is no sum of squares, or the network too large to be followed.
    """
    if n.trace.loss.constant_curvature is None:
        why = "Levenberg-Marquardt needs a loss that is a sum of squares."
        raise invalid_argument("damping", damping, why, "loss='half_squared_error'.")
    if len(theta) > MOST:
        why = f"its matrix would have {len(theta)} rows."
        raise invalid_argument("damping", damping, why, f"a network of at most {MOST} parameters.")
    e = (outputs_at(theta) - n.trace.y).reshape(-1, 1)
    J = jacobian.reshape(-1, len(theta))
    g, H = J.T @ e, J.T @ J
    step = -np.linalg.solve(H + damping * np.eye(len(theta)), g)
    after = 0.5 * float(((outputs_at(theta + step[:, 0]) - n.trace.y) ** 2).sum())
    bindings = {
        "e": e, "J": J, "g": g, "H": H, "mu": damping, "I": np.eye(len(theta)), "Delta": step,
        "theta": theta[:, None], "theta_new": theta[:, None] + step,
        "F": 0.5 * float((e**2).sum()), "F_new": after, "a": outputs_at(theta).reshape(-1, 1),
        "y": n.trace.y.reshape(-1, 1),
    }  # fmt: skip
    names = [f"{kind}{layer}" for layer in range(1, n.depth + 1) for kind in "Wb"]
    symbols = {name: Symbol(name) for name in bindings}
    s = symbols
    damped = s["H"] + s["mu"] * s["I"]
    steps = (
        Step(RESIDUALS, RESIDUALS_WHY, Equation((s["e"], s["a"] - s["y"])), bindings),
        Step(JACOBIAN, JACOBIAN_WHY.filled(order=", ".join(names)), Equation((s["J"],)), bindings),
        Step(GRADIENT, GRADIENT_WHY, Equation((s["g"], s["J"].T @ s["e"])), bindings),
        Step(CURVATURE, CURVATURE_WHY, Equation((s["H"], s["J"].T @ s["J"])), bindings),
        Step(
            SOLVED,
            SOLVED_WHY,
            Equation((s["Delta"], -(Apply("inv", (damped,)) @ s["g"]))),
            bindings,
        ),
        Step(NEW, NEW_WHY, Equation((s["theta_new"], s["theta"] + s["Delta"])), bindings),
        Step(
            AFTER,
            _judged(bindings["F"], after),
            Equation((s["F"], Fraction(Number(1), Number(2)) * Apply("norm2", (s["e"],)))),
            bindings,
        ),
    )
    return Section(STEP, (WHY, *(replace(one, phase="update") for one in steps)))


def _judged(before: float, after: float) -> Text:
    said = ACCEPTED if after < before else REFUSED
    return said.filled(before=figure(before, 6), after=figure(after, 6))
