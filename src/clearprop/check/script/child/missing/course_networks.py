"""The networks that courses hand out with their notebooks: ReLU in between, the logistic at last.

Samples are columns. Where a notebook has lost its helper module, this file is run in its place,
rewritten as the notebook is: it reports what it computes.
"""

from typing import Any

import numpy as np

Parameters = dict[str, Any]


def sigmoid(z: Any) -> Any:
    """Return σ(z)."""
    return 1 / (1 + np.exp(-z))


def relu(z: Any) -> Any:
    """Return max(0, z)."""
    return np.maximum(0, z)


def softmax(z: Any) -> Any:
    """Return the shares of classes, one sample a column."""
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=0)


def sigmoid_backward(dA: Any, cache: Any) -> Any:
    """Return dA ⊙ σ′(z) for the z in the cache."""
    s = sigmoid(cache)
    return dA * s * (1 - s)


def relu_backward(dA: Any, cache: Any) -> Any:
    """Return dA where z > 0, else 0."""
    return np.where(cache > 0, dA, 0.0)


FORWARD = {"sigmoid": sigmoid, "relu": relu}
BACKWARD = {"sigmoid": sigmoid_backward, "relu": relu_backward}
"""What the words mean that notebooks hand to a layer."""


def initialize_parameters(*sizes: Any) -> Parameters:
    """Return W₁, b₁, … for widths, in a list or one after the other."""
    widths = list(sizes[0]) if np.ndim(sizes[0]) else list(sizes)
    parameters = {}
    for layer in range(1, len(widths)):
        W = np.random.randn(widths[layer], widths[layer - 1]) / np.sqrt(widths[layer - 1])
        parameters[f"W{layer}"], parameters[f"b{layer}"] = W, np.zeros((widths[layer], 1))
    return parameters


initialize_parameters_deep = initialize_parameters


def forward_propagation(X: Any, parameters: Parameters) -> tuple[Any, tuple[Any, ...]]:
    """Return the outputs, and z₁, a₁, W₁, b₁, z₂, … one after the other."""
    layers, a = len(parameters) // 2, X
    cache: tuple[Any, ...] = ()
    for layer in range(1, layers + 1):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        z = np.dot(W, a) + b
        a = sigmoid(z) if layer == layers else relu(z)
        cache = (*cache, z, a, W, b)
    return a, cache


def backward_propagation(X: Any, Y: Any, cache: tuple[Any, ...]) -> Parameters:
    """Return the gradients of the cross entropy, averaged over the samples."""
    layers, gradients = len(cache) // 4, {}
    dz = (cache[-3] - Y) / X.shape[1]
    for layer in range(layers, 0, -1):
        entering = X if layer == 1 else cache[4 * layer - 7]
        gradients[f"dz{layer}"] = dz
        gradients[f"dW{layer}"] = np.dot(dz, entering.T)
        gradients[f"db{layer}"] = np.sum(dz, axis=1, keepdims=True)
        if layer > 1:
            W, z = cache[4 * layer - 2], cache[4 * layer - 8]
            gradients[f"da{layer - 1}"] = np.dot(W.T, dz)
            dz = relu_backward(gradients[f"da{layer - 1}"], z)
    return gradients


def compute_cost(outputs: Any, Y: Any) -> Any:
    """Return the cross entropy, averaged over the samples."""
    each = Y * np.log(outputs) + (1 - Y) * np.log(1 - outputs)
    return np.squeeze(-np.nansum(each) / Y.shape[1])


compute_loss = compute_cost


def update_parameters(parameters: Parameters, grads: Parameters, rate: float = 1.2) -> Parameters:
    """Return the parameters after a step downhill."""
    moved = dict(parameters)
    for layer in range(1, len(parameters) // 2 + 1):
        moved[f"W{layer}"] = parameters[f"W{layer}"] - rate * grads[f"dW{layer}"]
        moved[f"b{layer}"] = parameters[f"b{layer}"] - rate * grads[f"db{layer}"]
    return moved


def predict(X: Any, _: Any, parameters: Parameters) -> Any:
    """Return 0 or 1 for each sample."""
    outputs, _ = forward_propagation(X, parameters)
    return (outputs > 0.5).astype(int)


def predict_dec(parameters: Parameters, X: Any) -> Any:
    """Return whether each output is above a half."""
    outputs, _ = forward_propagation(X, parameters)
    return outputs > 0.5


def linear_forward(A: Any, W: Any, b: Any) -> tuple[Any, Any]:
    """Return W A + b, and what it was computed of."""
    return np.dot(W, A) + b, (A, W, b)


def linear_activation_forward(A_prev: Any, W: Any, b: Any, activation: str) -> tuple[Any, Any]:
    """Return the outputs of a layer, and what its way back needs."""
    Z, linear_cache = linear_forward(A_prev, W, b)
    return FORWARD[activation](Z), (linear_cache, Z)


def layers_forward(X: Any, parameters: Parameters) -> tuple[Any, list[Any]]:
    """Return the outputs of all layers one behind the other, and what each way back needs."""
    layers, A, caches = len(parameters) // 2, X, []
    for layer in range(1, layers + 1):
        kind = "sigmoid" if layer == layers else "relu"
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        A, cache = linear_activation_forward(A, W, b, kind)
        caches.append(cache)
    return A, caches


def linear_backward(dZ: Any, cache: Any) -> tuple[Any, Any, Any]:
    """Return dA, dW and db of a layer, averaged over the samples."""
    A_prev, W, _ = cache
    m = A_prev.shape[1]
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m, np.sum(dZ, axis=1, keepdims=True) / m


def linear_activation_backward(dA: Any, cache: Any, activation: str) -> tuple[Any, Any, Any]:
    """Return dA, dW and db of a layer with its activation."""
    linear_cache, Z = cache
    return linear_backward(BACKWARD[activation](dA, Z), linear_cache)


def layers_backward(AL: Any, Y: Any, caches: list[Any]) -> Parameters:
    """Return the gradients of all layers."""
    gradients = {}
    dA = -(Y / AL) + (1 - Y) / (1 - AL)
    for layer in range(len(caches), 0, -1):
        kind = "sigmoid" if layer == len(caches) else "relu"
        dA, dW, db = linear_activation_backward(dA, caches[layer - 1], kind)
        gradients.update({f"dA{layer - 1}": dA, f"dW{layer}": dW, f"db{layer}": db})
    return gradients


L_model_forward, L_model_backward = layers_forward, layers_backward


def dictionary_to_vector(parameters: Parameters) -> tuple[Any, list[str]]:
    """Return all parameters in one column, and which of them each entry is of."""
    keys = [name for name, array in parameters.items() for _ in range(array.size)]
    return np.concatenate([array.reshape(-1, 1) for array in parameters.values()]), keys


def gradients_to_vector(gradients: Parameters) -> Any:
    """Return the gradients of all parameters in one column."""
    names = [f"d{kind}{layer}" for layer in range(1, len(gradients)) for kind in "Wb"]
    return np.concatenate([gradients[n].reshape(-1, 1) for n in names if n in gradients])


def vector_to_dictionary(theta: Any) -> Parameters:
    """Return the parameters of a course's network 4-5-3-1 that a column holds."""
    parameters, first = {}, 0
    for layer, (n_in, n_out) in enumerate(((4, 5), (5, 3), (3, 1)), start=1):
        for kind, shape in (("W", (n_out, n_in)), ("b", (n_out, 1))):
            size = shape[0] * shape[1]
            parameters[f"{kind}{layer}"] = theta[first : first + size].reshape(shape)
            first += size
    return parameters
