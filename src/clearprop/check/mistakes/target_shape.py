"""Targets of shape (m,) against outputs of shape (m, 1)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same

MAX_SAMPLES = 2000
"""Every output meets every target, so the cost grows with m²."""


class TargetShape(Mistake):
    """a − y of shapes (m, 1) and (m,) broadcasts to (m, m): every output meets every target."""

    name = "target_shape"
    rank = 10
    title = Text(
        "targets of shape (m,) meet outputs of shape (m, 1)", "目标形状 (m,) 与输出形状 (m, 1) 相减"
    )
    right = same("a (m, 1) − y (m, 1) → (m, 1)")
    wrong = same("a (m, 1) − y (m,) → (m, m)")
    why = Text(
        "NumPy broadcasts the two to a matrix of all pairs: y = y.reshape(-1, 1)",
        "NumPy 会把二者广播成两两配对的矩阵：写成 y = y.reshape(-1, 1)",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the error term averaged, or added, over all targets; and the bare matrix."""
        problem = case.problem
        if problem.outputs != 1 or not 1 < problem.m <= MAX_SAMPLES:
            return
        evidence = Text(
            "equal to the gradient in which every output meets the targets of all samples",
            "等于让每个输出与所有样本的目标逐一比较时的梯度",
        )
        for factor in (1.0, float(problem.m)):
            yield Suspicion(self, evidence, against_every_target(factor), (problem.depth,))
        if case.given.get(f"W{problem.depth}", np.empty(0)).shape[1:] == (problem.m,):
            shape = Text(
                "dW of the output layer has m columns where it should have 1",
                "输出层的 dW 有 m 列，本应只有 1 列",
            )
            yield Suspicion(self, shape, bare_matrix, (problem.depth,))


def pairs(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return δ of every output for every target, shape (m, m)."""
    problem = at.problem
    columns = []
    for target in problem.Y[:, 0]:
        problem_of_one = replace(problem, Y=np.full_like(problem.Y, target))
        one = replace(at, problem=problem_of_one)
        columns.append(output_error_of(one, layer, local)[:, 0])
    return np.stack(columns, axis=1)


def output_error_of(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return the right δᴸ."""
    return Steps().output_error(at, layer, local)


def against_every_target(factor: float):
    """Return the change to δₙ = factor × the mean over all targets j of δ(aₙ, yⱼ)."""

    def output_error(at: Pass, layer: int, local: Step) -> FloatArray:
        return factor * pairs(at, layer, local).mean(axis=1, keepdims=True)

    return lambda steps: replace(steps, output_error=output_error)


def bare_matrix(steps: Steps) -> Steps:
    """Return steps whose δᴸ stays the matrix of all pairs, (m, m)."""
    return replace(steps, output_error=pairs)
