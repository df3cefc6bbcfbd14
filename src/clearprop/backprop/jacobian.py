"""Derivatives of the outputs: by the parameters, by the inputs, and the Gauss-Newton matrix.

Index letters: n sample, k output, p parameter, i input of a layer, j unit of a layer.

Only array-API calls are made. With Bˡ[n, k, j] = ∂outₙₖ/∂zˡₙⱼ, which obeys the same recursion
as the error terms, the Jacobian by the weights is ∂outₙₖ/∂Wˡᵢⱼ = aˡ⁻¹ₙᵢ Bˡ[n, k, j].
"""

from collections.abc import Sequence

from clearprop._arrays import identity_like, namespace
from clearprop.backprop.propagate import Array, ForwardPass, Weights
from clearprop.backprop.structure import Layer
from clearprop.losses import Loss


def output_sensitivities(
    layers: Sequence[Layer], weights: Weights, passed: ForwardPass, *, of_logits: bool = False
) -> list[Array]:
    """Return B¹ … Bᴸ; Bˡ = ∂out/∂zˡ has shape (m, K, n_l).

    The outputs are the activations Aᴸ, or with `of_logits` the weighted sums Zᴸ.
    """
    Z, A = passed.weighted_sums, passed.activations
    xp = namespace(Z[-1])
    m, K = Z[-1].shape
    B = xp.broadcast_to(identity_like(Z[-1], K), (m, K, K))
    if not of_logits:
        B = layers[-1].activation.pull_back(B, Z[-1][:, None, :], A[-1][:, None, :])
    sensitivities = [B]
    for below in reversed(range(len(layers) - 1)):
        W, _ = weights[below + 1]
        pull_back = layers[below].activation.pull_back
        B = pull_back(B @ W.T, Z[below][:, None, :], A[below + 1][:, None, :])
        sensitivities.insert(0, B)
    return sensitivities


def parameter_jacobian(passed: ForwardPass, sensitivities: Sequence[Array]) -> Array:
    """Return ∂out/∂θ, shape (m, K, P), in the order W¹, b¹, W², b² …."""
    xp = namespace(sensitivities[0])
    blocks = []
    for A, B in zip(passed.activations, sensitivities, strict=False):
        m, K, n_out = B.shape
        by_weights = A[:, None, :, None] * B[:, :, None, :]
        blocks.append(xp.reshape(by_weights, (m, K, A.shape[1] * n_out)))
        blocks.append(B)
    return xp.concat(blocks, axis=-1)


def input_gradient(weights: Weights, sensitivities: Sequence[Array]) -> Array:
    """Return ∂out/∂x = B¹ W¹ᵀ, shape (m, K, n₀)."""
    return sensitivities[0] @ weights[0][0].T


def gauss_newton_matrix(
    layers: Sequence[Layer],
    weights: Weights,
    passed: ForwardPass,
    loss: Loss,
    Y: Array,
    share: Array,
) -> Array:
    """Return Σₙ cₙ Jₙᵀ Hₙ Jₙ, shape (P, P), the generalised Gauss-Newton matrix.

    H is the loss's Hessian by the logits where loss and output are a canonical pair, else by the
    outputs, and J is the Jacobian of the same; both leave a positive semi-definite matrix.

    Source: Schraudolph, "Fast curvature matrix-vector products for second-order gradient
    descent", 2002, section 3.
    """
    a = passed.output
    xp = namespace(a)
    canonical = loss.is_canonical_with(layers[-1].activation)
    sensitivities = output_sensitivities(layers, weights, passed, of_logits=canonical)
    J = parameter_jacobian(passed, sensitivities)
    HJ = loss.hessian_in_z(a, Y) @ J if canonical else loss.second_derivative(a, Y)[:, :, None] * J
    m, K, P = J.shape
    weighted = xp.reshape(share, (-1, 1, 1)) * HJ if hasattr(share, "shape") else share * HJ
    return xp.reshape(J, (m * K, P)).T @ xp.reshape(weighted, (m * K, P))
