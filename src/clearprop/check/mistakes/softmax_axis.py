"""Softmax over the wrong axis."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names


class SoftmaxAxis(Mistake):
    """The probabilities of one class add up to 1 over the samples, not those of one sample."""

    name = "softmax_axis"
    rank = 10
    spoils_outputs = True
    title = Text("softmax is taken over the wrong axis", "softmax 的求和轴错了")
    right = Formula("p = e^Z / np.sum(e^Z, axis=1, keepdims=True)", "p = e^Z / np.sum(e^Z, axis=0)")
    wrong = Formula("p = e^Z / np.sum(e^Z, axis=0)", "p = e^Z / np.sum(e^Z, axis=1, keepdims=True)")
    why = Text(
        "the probabilities of one sample add up to 1 over the classes: sum over the axis of the"
        " units, which is 1 with one sample a row and 0 with one sample a column",
        "每个样本对各类别的概率之和为 1：沿单元所在的轴求和，"
        "一行一个样本时是 axis=1，一列一个样本时是 axis=0",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the sum over samples, or over the whole matrix, for every softmax layer.

        The whole matrix of a single sample is that sample.
        """
        for layer in case.problem.every_layer:
            if not case.problem.activation(layer).sums_to_one:
                continue
            where = layer_names((layer,))
            over_samples = Text(
                f"{where.en}: the probabilities of a sample do not add up to 1, those of a class"
                " do",
                f"{where.zh}：一个样本的概率之和不为 1，而一个类别（对样本求和）的概率之和为 1",
            )
            over_all = Text(
                f"{where.en}: the probabilities of the whole batch add up to 1",
                f"{where.zh}：整批样本的概率加起来才是 1",
            )
            bare = case.problem.is_canonical and layer == case.problem.depth
            ways = (((0,), over_samples), ((0, 1), over_all))
            for axes, evidence in ways[: 1 if len(case.problem.X) == 1 else 2]:
                for of_largest in (axes, (1,)):  # max over one axis, the sum over another
                    change = with_softmax_over(axes, of_largest, layer, bare_difference=bare)
                    yield Suspicion(self, evidence, change, (layer,))


def with_softmax_over(
    axes: tuple[int, ...], of_largest: tuple[int, ...], layer: int, *, bare_difference: bool
) -> Callable[[Steps], Steps]:
    """Return the change to e^Z / Σ e^Z with the sum over these axes, in one layer.

    The largest Z that is taken off first, against overflow, is that along `of_largest`.
    `bare_difference` says that δᴸ is p − y: the library's own form of it takes for granted that
    probabilities add up to 1.
    """

    def change(steps: Steps) -> Steps:
        activate = instead(softmax_over(axes, of_largest), steps.activate, (layer,))
        output_error = difference if bare_difference else steps.output_error
        return replace(steps, activate=activate, output_error=output_error)

    return change


def difference(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return p − y."""
    return at.f[layer] - at.problem.Y


def softmax_over(axes: tuple[int, ...], of_largest: tuple[int, ...]) -> Step:
    """Return the step e^Z / Σ e^Z with the sum over these axes."""

    def activate(at: Pass, layer: int, z: FloatArray) -> FloatArray:
        e = np.exp(z - z.max(axis=of_largest, keepdims=True))
        return e / e.sum(axis=axes, keepdims=True)

    return activate
