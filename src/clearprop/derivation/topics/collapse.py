"""Why a network without non-linearity is one linear layer, shown on the user's own weights."""

import itertools

from clearprop.derivation.derivation import Section, Step
from clearprop.derivation.expression import Equation, Expression, MatrixProduct, Sum, Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.words import extras as words


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
        Step(words.COLLAPSED_WEIGHTS, words.COLLAPSE_WHY, Equation((W, product)), n.bindings),
        Step(words.COLLAPSED_BIASES, words.COLLAPSE_WHY, Equation((b, biases)), n.bindings),
        Step(words.LAYERED_OUTPUT, words.LAYERED_OUTPUT_WHY, Equation((z, layered)), n.bindings),
        Step(
            words.COLLAPSED_OUTPUT.filled(depth=n.depth),
            words.COLLAPSED_OUTPUT_WHY,
            Equation((z, n.x @ W + b)),
            n.bindings,
        ),
    )
    return Section(words.COLLAPSE, steps)


def _collapsed(n: Notation) -> dict[str, object]:
    """Return the collapsed W and b, and the output of the layers with a = z."""
    layers = n.trace.layers
    product, bias = layers[0].W, layers[0].b[None, :]
    output = n.trace.x @ product + bias
    for _, layer in itertools.pairwise(layers):
        product, bias = product @ layer.W, bias @ layer.W + layer.b
        output = output @ layer.W + layer.b
    return {"W": product, "b": bias, "z_linear": output}
