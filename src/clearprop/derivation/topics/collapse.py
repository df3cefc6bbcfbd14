"""The collapse of a network without non-linearity into one linear layer, on the user's weights."""

import itertools

from clearprop._text import Text
from clearprop.derivation.derivation import Section
from clearprop.derivation.expression import Equation, Expression, MatrixProduct, Sum, Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step

COLLAPSE = Text("Why the activations must not be linear", "为什么激活函数必须是非线性的")
COLLAPSE_WHY = Text(
    "without activation functions (a = z) the layers are one linear layer: insert each into the"
    " next and multiply out",
    "若不用激活函数（a = z），各层合起来只是一个线性层：逐层代入并展开",
)
COLLAPSED_WEIGHTS = Text("The one weight matrix", "合并后的权重矩阵")
COLLAPSED_BIASES = Text("The one bias", "合并后的偏置")
LAYERED_OUTPUT = Text("The output, layer by layer", "逐层计算的输出")
LAYERED_OUTPUT_WHY = Text("the forward pass without activation functions", "不用激活函数的前向传播")
COLLAPSED_OUTPUT = Text(
    "The same output from one layer as from {depth}", "一层与 {depth} 层的输出完全相同"
)
COLLAPSED_OUTPUT_WHY = Text(
    "so depth gains nothing, and what one linear layer cannot learn (XOR) stays out of reach",
    "因此加深没有意义，单个线性层学不会的问题（如异或）仍然学不会",
)


APPROXIMATES = Text(
    "With a non-linear activation it is otherwise: a network with one hidden layer of enough units"
    " comes as near to any continuous function on a bounded region as one likes (universal"
    " approximation; Leshno et al. 1993: if and only if the activation is no polynomial).",
    "有了非线性激活函数就不同了：只要隐藏单元足够多，含一个隐藏层的网络就能以任意精度逼近有界区域上的任意"
    "连续函数（通用近似定理；Leshno 等 1993：当且仅当激活函数不是多项式）。",
)


def collapse_section(n: Notation) -> Section:
    """Return W¹W²…Wᴸ, the bias that goes with it, and the output that both ways give."""
    W, b, z = Symbol("W"), Symbol("b"), Symbol("z_linear")
    n.bindings.update(_collapsed(n))
    weights = [n.W(layer) for layer in range(1, n.depth + 1)]
    biases = Sum(
        tuple(
            MatrixProduct((n.b(layer), *weights[layer:])) if layer < n.depth else n.b(layer)
            for layer in range(1, n.depth + 1)
        )
    )
    layered: Expression = n.x
    for layer, weight in enumerate(weights, 1):
        layered = layered @ weight + n.b(layer)
    product = MatrixProduct(tuple(weights)) if len(weights) > 1 else weights[0]
    steps = (
        Step(COLLAPSED_WEIGHTS, COLLAPSE_WHY, Equation((W, product)), n.bindings),
        Step(COLLAPSED_BIASES, COLLAPSE_WHY, Equation((b, biases)), n.bindings),
        Step(LAYERED_OUTPUT, LAYERED_OUTPUT_WHY, Equation((z, layered)), n.bindings),
        Step(
            COLLAPSED_OUTPUT.filled(depth=n.depth),
            COLLAPSED_OUTPUT_WHY,
            Equation((z, n.x @ W + b)),
            n.bindings,
        ),
    )
    return Section(COLLAPSE, (*steps, APPROXIMATES))


def _collapsed(n: Notation) -> dict[str, object]:
    """Return the collapsed W and b, and the output of the layers with a = z."""
    layers = n.trace.layers
    product, bias = layers[0].W, layers[0].b[None, :]
    output = n.trace.x @ product + bias
    for _, layer in itertools.pairwise(layers):
        product, bias = product @ layer.W, bias @ layer.W + layer.b
        output = output @ layer.W + layer.b
    return {"W": product, "b": bias, "z_linear": output}
