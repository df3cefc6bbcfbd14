"""The sensitivity of outputs to inputs: the error terms' recursion without the loss."""

from dataclasses import replace

from clearprop._text import Text
from clearprop.activations import Activation
from clearprop.backprop.dropout import Masked
from clearprop.backprop.jacobian import output_sensitivities
from clearprop.backprop.propagate import ForwardPass
from clearprop.backprop.structure import Layer
from clearprop.derivation.derivation import Item, Section
from clearprop.derivation.expression import (
    Apply,
    Equation,
    Expression,
    Hadamard,
    MatrixProduct,
    Symbol,
)
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step

SENSITIVITY = Text("Sensitivity of the outputs to the inputs", "输出对输入的敏感度")
SENSITIVITY_OUTPUT = Text(
    "Output layer: how the outputs change with z{l}", "输出层：输出随 z{l} 的变化"
)
SENSITIVITY_OUTPUT_WHY = Text(
    "every output by every unit; the recursion is that of the error terms, without the loss",
    "每个输出对每个神经元；递推与误差项相同，只是不含损失",
)
SENSITIVITY_HIDDEN = Text("How the outputs change with z{l}", "输出随 z{l} 的变化")
SENSITIVITY_HIDDEN_WHY = Text(
    "back through the weights of layer {above} and the activation of layer {l}",
    "反向经过第 {above} 层的权重与第 {l} 层的激活函数",
)
SENSITIVITY_INPUT = Text("How the outputs change with the inputs", "输出随输入的变化")
SENSITIVITY_INPUT_WHY = Text(
    "back through the weights of layer 1: the influence of every input on every output",
    "反向经过第 1 层的权重：每个输入因素对每个输出的影响",
)
FIRST_SAMPLE = Text("For the first sample.", "以第一个样本为例。")


def sensitivity_section(n: Notation) -> Section:
    """Return S = ∂aᴸ/∂zˡ from the output layer down, and ∂aᴸ/∂x, for the first sample."""
    _bind(n)
    steps = [_output(n)]
    steps += [_hidden(n, layer) for layer in range(n.depth - 1, 0, -1)]
    formula = Equation((_S(0), _S(1) @ n.W(1).T))
    steps.append(Step(SENSITIVITY_INPUT, SENSITIVITY_INPUT_WHY, formula, n.bindings))
    first: tuple[Item, ...] = (FIRST_SAMPLE,) if n.is_batch else ()
    return Section(SENSITIVITY, (*first, *steps))


def _S(layer: int) -> Symbol:  # noqa: N802
    return Symbol("S", layer)


def _bind(n: Notation) -> None:
    """Bind every S to what the engine's Jacobian is made of."""
    layers = [Layer(one.z.shape[1], _for_the_first(one.activation)) for one in n.trace.layers]
    weights = [(one.W, one.b) for one in n.trace.layers]
    sums = [one.z[:1] for one in n.trace.layers]
    passed = ForwardPass(sums, [n.trace.x[:1], *(one.a[:1] for one in n.trace.layers)])
    matrices = output_sensitivities(layers, weights, passed)
    for number, matrix in enumerate(matrices, 1):
        n.bindings[f"S{number}"] = matrix[0]
    n.bindings["S0"] = matrices[0][0] @ n.trace.layers[0].W.T


def _for_the_first(rule: Activation) -> Activation:
    """Return an activation function for the first sample; a dropout mask has a row a sample."""
    return replace(rule, r=rule.r[:1]) if isinstance(rule, Masked) else rule


def _first(n: Notation, symbol: Symbol) -> Symbol:
    """Return a quantity of the first sample, as a row."""
    return symbol[0, None] if n.is_batch else symbol


def _output(n: Notation) -> Step:
    layer = n.depth
    a, z = (_first(n, one) for one in (n.a(layer), n.z(layer)))
    rule = n.rule(layer)
    diagonal = Apply("diag", (a if not rule.elementwise else n.slope_at(layer, z),))
    formula: Expression = diagonal
    if not rule.elementwise:
        formula = diagonal - MatrixProduct((a.T, a))
    return Step(
        SENSITIVITY_OUTPUT.filled(l=layer),
        SENSITIVITY_OUTPUT_WHY,
        Equation((_S(layer), formula)),
        n.bindings,
        layer=layer,
    )


def _hidden(n: Notation, layer: int) -> Step:
    above = layer + 1
    back: Expression = _S(above) @ n.W(above).T
    rule, a, z = n.rule(layer), _first(n, n.a(layer)), _first(n, n.z(layer))
    formula: Expression
    if rule.elementwise:
        formula = Hadamard((back, n.slope_at(layer, z)))
    else:
        formula = MatrixProduct((back, Apply("diag", (a,)) - MatrixProduct((a.T, a))))
    return Step(
        SENSITIVITY_HIDDEN.filled(l=layer),
        SENSITIVITY_HIDDEN_WHY.filled(l=layer, above=above),
        Equation((_S(layer), formula)),
        n.bindings,
        layer=layer,
    )
