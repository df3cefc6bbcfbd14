"""The ReLU mask taken from the wrong array."""

from collections.abc import Callable, Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same


class ReluMaskSource(Mistake):
    """The mask asks whether something other than this layer's z is positive."""

    name = "relu_mask_source"
    rank = 12
    title = Text("the ReLU mask is taken from the wrong array", "ReLU 掩码取自错误的数组")
    right = same("δˡ = … ⊙ (Zˡ > 0)")
    wrong = same("δˡ = … ⊙ (dAˡ > 0);   δˡ = … ⊙ (Zᵏ > 0), k ≠ l")
    why = Text(
        "whether a unit passes the error back is decided by its own weighted sum in the forward"
        " pass: Zˡ > 0, or Aˡ > 0",
        "误差能否通过某个单元，取决于前向时它自己的加权和：Zˡ > 0 或 Aˡ > 0",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield masks from the error itself and from other arrays of the same shape."""
        problem = case.problem
        for layers in places(at for at in problem.hidden if problem.activation(at).is_one_sided):
            where = layer_names(layers)
            for source, (en, zh) in SOURCES.items():
                evidence = Text(
                    f"{where.en}: the zeros of δ are where {en} is not positive",
                    f"{where.zh}：δ 的零点出现在 {zh} 非正处",
                )

                def wrong(
                    at: Pass,
                    layer: int,
                    error: FloatArray,
                    source: Callable[[Pass, int, FloatArray], FloatArray] = source,
                ) -> FloatArray:
                    return masked(error, source(at, layer, error))

                yield Suspicion(self, evidence, locally(wrong, layers), layers)

    def of_error(self, error: FloatArray, right: FloatArray) -> Iterator[tuple[FloatArray, Text]]:
        """Yield the error where it is positive itself."""
        yield (
            masked(error, error),
            Text("is 0 where the error itself is not positive", "在误差本身非正处为 0"),
        )


def masked(error: FloatArray, source: FloatArray) -> FloatArray:
    """Return error ⊙ (source > 0); a source of another shape cannot be meant."""
    if source.shape != error.shape:
        raise ValueError(f"a mask of shape {source.shape} does not fit {error.shape}")
    return error * (source > 0)


SOURCES: dict[Callable[[Pass, int, FloatArray], FloatArray], Text] = {
    lambda at, layer, error: error: Text("the error dA itself", "误差 dA 本身"),
    lambda at, layer, error: at.a[layer - 1]: Text("the layer's input", "本层的输入"),
    lambda at, layer, error: at.z[layer + 1]: Text(
        "z of the layer above", "上一层（靠近输出）的 z"
    ),
    lambda at, layer, error: at.delta[layer + 1]: Text(
        "δ of the layer above", "上一层（靠近输出）的 δ"
    ),
}
