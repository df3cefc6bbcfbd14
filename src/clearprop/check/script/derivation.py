"""Derive one gradient of a network by the chain rule, line by line, in the notes' symbols."""

from collections.abc import Iterator

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.check.problem import Convention
from clearprop.network.network import Network

DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def derivation(network: Network, name: str, convention: Convention) -> Iterator[tuple[str, Text]]:
    """Yield the lines that lead to ``dW1`` or ``db1``: a formula, and why it holds.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)])
    >>> for formula, _ in derivation(net, "dW1", "row"):
    ...     print(formula)
    dW¹ = ∂L/∂W¹ = a⁰ᵀ δ¹
    δ¹ = ∂L/∂z¹ = (δ² W²ᵀ) ⊙ f′(z¹)
    δ² = ∂L/∂z² = ∂L/∂a² ⊙ f′(z²)
    """
    number, depth = int(name[2:]), len(network.layers)
    column = convention == "column"
    at, below = raised(number), raised(number - 1)
    weighted = f"z{at} = W{at} a{below} + b{at}" if column else f"z{at} = a{below} W{at} + b{at}"
    if name.startswith("dW"):
        product = f"δ{at} a{below}ᵀ" if column else f"a{below}ᵀ δ{at}"
        yield f"dW{at} = ∂L/∂W{at} = {product}", because(weighted)
    else:
        yield (
            f"db{at} = ∂L/∂b{at} = Σ δ{at}",
            Text(f"{weighted}, for every sample", f"对每个样本，{weighted}"),
        )
    for layer in range(number, depth):
        here, above = raised(layer), raised(layer + 1)
        handed = f"W{above}ᵀ δ{above}" if column else f"δ{above} W{above}ᵀ"
        rule = spelled(network.layers[layer - 1].activation)
        yield (
            f"δ{here} = ∂L/∂z{here} = ({handed}) ⊙ f′(z{here})",
            because(f"a{here} = f(z{here}), f = {rule}"),
        )
    top, rule = raised(depth), spelled(network.layers[-1].activation)
    if network.loss_rule.canonical == network.layers[-1].activation.name:
        yield (
            f"δ{top} = ∂L/∂z{top} = a{top} − y",
            because(f"a{top} = f(z{top}), f = {rule}, L = {spelled(network.loss_rule)}"),
        )
    else:
        yield (
            f"δ{top} = ∂L/∂z{top} = ∂L/∂a{top} ⊙ f′(z{top})",
            because(f"a{top} = f(z{top}), f = {rule}, L = {spelled(network.loss_rule)}"),
        )


def because(formula: str) -> Text:
    """Return a formula as the reason of a line."""
    return Text(f"for {formula}", f"因为 {formula}")


def raised(number: int) -> str:
    """Return a layer's number as it is written above a symbol."""
    return str(number).translate(DIGITS)
