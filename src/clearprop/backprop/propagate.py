"""Forward and backward propagation: the reference that everything else must agree with.

Only array-API calls are made, so NumPy, array-api-strict or a GPU array library all do.

Row convention: one sample a row. With m samples and n_l units in layer l,

    A⁰ = X (m, n₀)      Zˡ = Aˡ⁻¹ Wˡ + bˡ (m, n_l)      Aˡ = f(Zˡ) (m, n_l)
    δᴸ = ∂ℓ/∂Zᴸ         δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)     (m, n_l)
    ∂L/∂Wˡ = Aˡ⁻¹ᵀ (c ⊙ δˡ) (n_{l−1}, n_l)             ∂L/∂bˡ = Σₙ cₙ δₙˡ (n_l,)

δ is the error term of each sample's own loss ℓ; c is the share of each sample in the total
loss L = Σₙ cₙ ℓₙ: 1 for a sum, 1/m for a mean.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from clearprop._arrays import namespace
from clearprop.activations import Activation
from clearprop.backprop.structure import Layer
from clearprop.losses import Loss

Array = Any  # any array that follows the array API
Weights = Sequence[tuple[Array, Array]]


class ForwardPass(NamedTuple):
    """Weighted sums Z¹ … Zᴸ and activations A⁰ … Aᴸ, each with one sample a row."""

    weighted_sums: list[Array]
    activations: list[Array]

    @property
    def output(self) -> Array:
        """Aᴸ, shape (m, K)."""
        return self.activations[-1]


def forward(layers: Sequence[Layer], weights: Weights, X: Array) -> ForwardPass:
    """Return every Z and A of the network for the samples `X`, shape (m, n₀)."""
    weighted_sums, activations = [], [X]
    for layer, (W, b) in zip(layers, weights, strict=True):
        Z = activations[-1] @ W + b
        weighted_sums.append(Z)
        activations.append(layer.activation.value(Z))
    return ForwardPass(weighted_sums, activations)


def sample_losses(loss: Loss, output: Activation, z: Array, a: Array, y: Array) -> Array:
    """Return ℓ of each sample, shape (m,); from the logits where the pair is canonical."""
    return loss.value_from_z(z, y) if loss.is_canonical_with(output) else loss.value(a, y)


def output_error_term(loss: Loss, output: Activation, z: Array, a: Array, y: Array) -> Array:
    """Return δᴸ = ∂ℓ/∂zᴸ, shape (m, K): a − y where the pair is canonical."""
    if loss.is_canonical_with(output):
        return loss.error_term(z, a, y)
    return output.pull_back(loss.derivative(a, y), z, a)


def error_terms(
    layers: Sequence[Layer], weights: Weights, passed: ForwardPass, loss: Loss, Y: Array
) -> list[Array]:
    """Return δ¹ … δᴸ, from the output backwards; δˡ has shape (m, n_l)."""
    Z, A = passed.weighted_sums, passed.activations
    delta = output_error_term(loss, layers[-1].activation, Z[-1], A[-1], Y)
    deltas = [delta]
    for below in reversed(range(len(layers) - 1)):
        W, _ = weights[below + 1]
        delta = layers[below].activation.pull_back(delta @ W.T, Z[below], A[below + 1])
        deltas.insert(0, delta)
    return deltas


def backward(activations: Sequence[Array], deltas: Sequence[Array], share: Array) -> Weights:
    """Return (∂L/∂W, ∂L/∂b) of every layer; `share` is c, a number or of shape (m, 1)."""
    gradients = []
    for A, delta in zip(activations, deltas, strict=False):
        xp = namespace(delta)
        weighted = share * delta
        gradients.append((A.T @ weighted, xp.sum(weighted, axis=0)))
    return gradients
