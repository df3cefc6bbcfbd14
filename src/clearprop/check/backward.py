"""A gradient, computed step by step by functions that a mistake can replace.

`RIGHT` is backpropagation as the textbook has it; `gradient` runs it. A mistake is the same run
with one step replaced, so that it costs a line or two to say what a person did wrong:

    replace(RIGHT, weight_gradient=lambda at, layer, a, delta: (a.T @ delta).T)
"""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.problem import Gradients, Problem


@dataclass
class Pass:
    """The quantities of one forward and backward pass; every dictionary is by layer number."""

    problem: Problem
    z: dict[int, FloatArray] = field(default_factory=dict)
    """Weighted sums, (m, n_l)."""
    f: dict[int, FloatArray] = field(default_factory=dict)
    """f(z), before dropout, (m, n_l)."""
    a: dict[int, FloatArray] = field(default_factory=dict)
    """Activations, after dropout, (m, n_l); a[0] is X."""
    errors: dict[int, FloatArray] = field(default_factory=dict)
    """∂ℓ/∂f(z), what arrives at a layer before its f′, (m, n_l); not where δᴸ = a − y outright."""
    delta: dict[int, FloatArray] = field(default_factory=dict)
    """Error terms, (m, n_l)."""
    gradients: dict[str, FloatArray] = field(default_factory=dict)
    """∂L/∂W and ∂L/∂b found so far."""


Step = Callable[..., Any]


def activate(at: Pass, layer: int, z: FloatArray) -> FloatArray:
    """Return f(z) of layer l."""
    return at.problem.activation(layer).value(z)


def output_error(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return δᴸ = ∂ℓ/∂zᴸ, shape (m, K): a − y for a canonical pair, else by the `local` step."""
    if at.problem.is_canonical:
        return at.problem.network.loss_rule.error_term(at.z[layer], at.f[layer], at.problem.Y)
    return local(at, layer, loss_slope(at, layer))


def loss_slope(at: Pass, layer: int) -> FloatArray:
    """Return ∂ℓ/∂a of the output layer, shape (m, K)."""
    return at.problem.network.loss_rule.derivative(at.f[layer], at.problem.Y)


def carry(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return ∂ℓ/∂aˡ⁻¹ = δˡ Wˡᵀ, shape (m, n_{l−1})."""
    return delta @ at.problem.W(layer).T


def drop(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return ∂ℓ/∂f(zˡ) = ∂ℓ/∂aˡ ⊙ mask / keep, the way back through the dropout of layer l."""
    dropout = at.problem.dropout
    return error if dropout is None else error * dropout.scaled(layer)


def local(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return δˡ = ∂ℓ/∂aˡ ⊙ f′(zˡ), shape (m, n_l)."""
    return at.problem.activation(layer).pull_back(error, at.z[layer], at.f[layer])


def weight_gradient(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
    """Return Aˡ⁻¹ᵀ δˡ, shape (n_{l−1}, n_l); `delta` is already weighted by the sample's share."""
    return a.T @ delta


def bias_gradient(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return Σₙ δₙˡ, shape (n_l,); `delta` is already weighted by the sample's share."""
    return delta.sum(axis=0)


def penalize(at: Pass, layer: int, kind: str, gradient: FloatArray) -> FloatArray:
    """Return the gradient plus λ W; a bias is not penalised."""
    if kind == "b" or at.problem.penalty == 0:
        return gradient
    return gradient + at.problem.penalty * at.problem.W(layer)


def finish(at: Pass, layer: int, kind: str, gradient: FloatArray) -> FloatArray:
    """Return the gradient as it is handed out."""
    return gradient


@dataclass(frozen=True)
class Steps:
    """The steps of a gradient; each is called with the pass and the number of the layer."""

    activate: Step = activate
    output_error: Step = output_error
    carry: Step = carry
    drop: Step = drop
    local: Step = local
    weight_gradient: Step = weight_gradient
    bias_gradient: Step = bias_gradient
    penalize: Step = penalize
    finish: Step = finish


RIGHT = Steps()


def gradient(problem: Problem, steps: Steps = RIGHT) -> Gradients:
    """Return ∂L/∂Wˡ (n_{l−1}, n_l) and ∂L/∂bˡ (n_l,) of every layer, as `steps` compute them.

    Steps that cannot be carried out on these shapes raise ``ValueError``, as NumPy does.
    """
    *_, (at, _) = backward(problem, steps)
    return at.gradients


def backward(
    problem: Problem, steps: Steps, passed: Pass | None = None
) -> Iterator[tuple[Pass, int]]:
    """Yield the pass after each layer, from the output down; `passed` went forward already."""
    at = forward(problem, steps) if passed is None else Pass(problem, passed.z, passed.f, passed.a)
    for layer in range(problem.depth, 0, -1):
        if layer == problem.depth:
            if not problem.is_canonical:
                at.errors[layer] = loss_slope(at, layer)
            delta = steps.output_error(at, layer, steps.local)
        else:
            error = steps.drop(at, layer, steps.carry(at, layer + 1, at.delta[layer + 1]))
            at.errors[layer] = error
            delta = steps.local(at, layer, error)
        at.delta[layer] = delta
        weighted = problem.share * delta
        dW = steps.weight_gradient(at, layer, at.a[layer - 1], weighted)
        db = steps.bias_gradient(at, layer, weighted)
        for kind, raw in (("W", dW), ("b", db)):
            whole = steps.penalize(at, layer, kind, raw)
            at.gradients[f"{kind}{layer}"] = steps.finish(at, layer, kind, whole)
        yield at, layer


def forward(problem: Problem, steps: Steps = RIGHT) -> Pass:
    """Return the pass after forward propagation: every z, f(z) and a."""
    at = Pass(problem)
    at.a[0] = problem.X
    for layer, (W, b) in enumerate(problem.weights, start=1):
        at.z[layer] = at.a[layer - 1] @ W + b
        at.f[layer] = steps.activate(at, layer, at.z[layer])
        dropout = problem.dropout
        at.a[layer] = at.f[layer] if dropout is None else at.f[layer] * dropout.scaled(layer)
    return at


def instead(wrong: Step, right: Step, layers: Container[int]) -> Step:
    """Return the step that is `wrong` in these layers and `right` in the others."""
    return lambda at, layer, *given: (wrong if layer in layers else right)(at, layer, *given)


def locally(wrong: Step, layers: Container[int]) -> Callable[[Steps], Steps]:
    """Return the change that puts `wrong` for the step δ = error ⊙ f′ in these layers.

    If the output is among them, δᴸ is computed as ∂ℓ/∂a ⊙ f′ even where a − y would do.
    """

    def change(steps: Steps) -> Steps:
        def output_error(at: Pass, layer: int, local: Step) -> FloatArray:
            if layer not in layers:
                return steps.output_error(at, layer, local)
            return local(at, layer, loss_slope(at, layer))

        local = instead(wrong, steps.local, layers)
        return replace(steps, local=local, output_error=output_error)

    return change


def times(
    factor: float, layers: Container[int], kinds: str = "Wb", *, penalty: bool = False
) -> Callable[[Steps], Steps]:
    """Return the change that multiplies gradients of these layers by a number.

    `kinds` are ``"W"``, ``"b"`` or both. What an L2 penalty adds is multiplied only on request.
    """

    def change(steps: Steps) -> Steps:
        def finish(at: Pass, layer: int, kind: str, gradient: FloatArray) -> FloatArray:
            whole = steps.finish(at, layer, kind, gradient)
            return factor * whole if layer in layers and kind in kinds else whole

        def weight_gradient(at: Pass, layer: int, *given: FloatArray) -> FloatArray:
            dW = steps.weight_gradient(at, layer, *given)
            return factor * dW if layer in layers and "W" in kinds else dW

        def bias_gradient(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
            db = steps.bias_gradient(at, layer, delta)
            return factor * db if layer in layers and "b" in kinds else db

        if penalty:
            return replace(steps, finish=finish)
        return replace(steps, weight_gradient=weight_gradient, bias_gradient=bias_gradient)

    return change


def rounding(problem: Problem) -> Gradients:
    """Return how large the rounding errors of a right gradient may be, in units of machine epsilon.

    This is the backward pass with every term taken by its size, so that nothing cancels: two right
    computations differ by no more than a modest multiple of ε times it. Where a gradient is a small
    difference of large terms (saturated units), that is all that can be asked of it.
    """
    at = forward(problem)
    top = problem.depth
    size = 1 + np.abs(at.f[top]) + np.abs(problem.Y) + np.abs(output_error(at, top, local))
    bounds: dict[str, FloatArray] = {}
    for layer in range(top, 0, -1):
        weighted = problem.share * size
        W = np.abs(problem.W(layer))
        bounds[f"W{layer}"] = np.abs(at.a[layer - 1]).T @ weighted + problem.penalty * W
        bounds[f"b{layer}"] = weighted.sum(axis=0)
        if layer > 1:
            below = problem.activation(layer - 1)
            slope = np.abs(below.derivative(at.z[layer - 1], at.f[layer - 1]))
            size = (size @ W.T) * (1 + slope)
    return bounds
