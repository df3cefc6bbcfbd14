"""The forward pass hands z on where f(z) belongs; the way back is that of f."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Steps, instead, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.derivative_of_another import at_z, other_activations
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ActivationPassedBy(Mistake):
    """``h = relu(z1)``, and then ``z2 = z1 @ W2``: the network itself has no activation there."""

    name = "activation_passed_by"
    rank = 29
    title = Text(
        "the forward pass hands Z on where A belongs: the layer has no activation",
        "前向传播把 Z（而不是 A）传给了下一层：这一层等于没有激活函数",
    )
    right = Formula("Zˡ⁺¹ = Aˡ Wˡ⁺¹ + bˡ⁺¹", "Zˡ⁺¹ = Wˡ⁺¹ Aˡ + bˡ⁺¹")
    wrong = Formula("Zˡ⁺¹ = Zˡ Wˡ⁺¹ + bˡ⁺¹", "Zˡ⁺¹ = Wˡ⁺¹ Zˡ + bˡ⁺¹")
    why = Text(
        "what is computed and not handed on has no share in the outputs: go forward through the"
        " function that the way back belongs to",
        "算出而没有传下去的值对输出没有作用：反向用了哪个函数，前向就要经过它",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the way back through every activation, in hidden layers that have none."""
        problem = case.problem
        plain = [layer for layer in problem.hidden if problem.activation(layer).is_identity]
        for layers in places(plain):
            for f in other_activations():
                where = layer_names(layers)
                evidence = Text(
                    f"{where.en}: f′ and dW of the layer above are those of {spelled(f)},"
                    " which no output went through",
                    f"{where.zh}：f′ 和上一层的 dW 都是 {spelled(f)} 的，而输出没有经过它",
                )
                yield Suspicion(self, evidence, back_through(f, layers), layers)


def back_through(f: Activation, layers: tuple[int, ...]):
    """Return the change that goes back through f in these layers."""

    def change(steps: Steps) -> Steps:
        def weight_gradient(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
            return steps.weight_gradient(at, layer, f.value(at.z[layer - 1]), delta)

        above = tuple(layer + 1 for layer in layers)
        used = instead(weight_gradient, steps.weight_gradient, above)
        return replace(locally(at_z(f), layers)(steps), weight_gradient=used)

    return change
