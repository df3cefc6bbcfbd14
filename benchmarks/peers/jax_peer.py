"""JAX: everything jitted, the steps of an epoch, or of the whole training, in one `lax.scan`."""

import itertools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.contender import Contender
from benchmarks.problem import Problem
from benchmarks.tasks import Gradient, Prediction, Training
from clearprop._typing import FloatArray

NAME, WHOLE = "JAX", "JAX, one call"
"""A call an epoch, as one writes it to see the loss fall, and a single call for all epochs."""
HOW = "jit, own threads"
ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}

jax.config.update("jax_enable_x64", True)


def training(task: Training) -> list[Contender]:
    problem = task.problem
    X, Y = jnp.asarray(problem.X), jnp.asarray(problem.Y)
    slope = jax.grad(loss_of(problem))
    begin, update = sgd(task) if task.rule == "sgd" else adam(task)

    @jax.jit
    def descend(state: Any, X: Any, Y: Any, batches: Any) -> Any:
        def step(state: Any, rows: Any) -> Any:
            weights, memory = state
            return update(weights, slope(weights, X[rows], Y[rows]), memory), None

        return jax.lax.scan(step, state, batches)[0]

    def fit(epochs_a_call: int) -> FloatArray:
        weights = on_device(problem)
        state, orders = (weights, begin(weights)), task.orders()
        while together := list(itertools.islice(orders, epochs_a_call)):
            batches = np.concatenate(together).astype(np.int32).reshape(-1, task.batch)
            state = descend(state, X, Y, batches)
        return flat(state[0])

    entered = [Contender(NAME, f"{HOW}, a scan an epoch", lambda: fit(1))]
    if task.epochs > 1:
        entered.append(Contender(WHOLE, f"{HOW}, one scan", lambda: fit(task.epochs)))
    return entered


def gradient(task: Gradient) -> list[Contender]:
    problem = task.problem
    X, Y, weights = jnp.asarray(problem.X), jnp.asarray(problem.Y), on_device(problem)
    value_and_gradient = jax.jit(jax.value_and_grad(loss_of(problem)))
    return [Contender(NAME, HOW, lambda: flat(value_and_gradient(weights, X, Y)[1]))]


def prediction(task: Prediction) -> list[Contender]:
    problem, weights = task.problem, on_device(task.problem)
    output = {"identity": lambda z: z, "softmax": jax.nn.softmax} | ACTIVATIONS
    predict = jax.jit(lambda w, X: output[problem.output](logits(problem, w, X)))
    return [Contender(NAME, HOW, lambda: np.asarray(predict(weights, problem.X)))]


def logits(problem: Problem, weights: Any, X: Any) -> Any:
    """Return the weighted sums of the last layer, shape (m, K)."""
    for W, b in weights[:-1]:
        X = ACTIVATIONS[problem.hidden](X @ W + b)
    W, b = weights[-1]
    return X @ W + b


def loss_of(problem: Problem) -> Callable[[Any, Any, Any], Any]:
    """Return L as a function of the weights and a batch."""
    reduce = jnp.mean if problem.reduction == "mean" else jnp.sum

    def of_samples(z: Any, y: Any) -> Any:
        if problem.loss == "categorical_cross_entropy":
            return -(y * jax.nn.log_softmax(z)).sum(axis=1)
        if problem.loss == "binary_cross_entropy":
            return (jnp.logaddexp(0, z) - z * y).sum(axis=1)
        a = jax.nn.sigmoid(z) if problem.output == "sigmoid" else z
        return 0.5 * ((a - y) ** 2).sum(axis=1)

    return lambda weights, X, Y: reduce(of_samples(logits(problem, weights, X), Y))


def sgd(task: Training) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the rule's first memory and its step."""

    def update(weights: Any, gradients: Any, memory: Any) -> Any:
        move = lambda p, g: p - task.learning_rate * g  # noqa: E731
        return jax.tree.map(move, weights, gradients), memory

    return lambda weights: (), update


def adam(
    task: Training, beta_1: float = 0.9, beta_2: float = 0.999
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the rule's first memory and its step."""

    def begin(weights: Any) -> Any:
        zeros = jax.tree.map(jnp.zeros_like, weights)
        return zeros, zeros, jnp.zeros(())

    def update(weights: Any, gradients: Any, memory: Any) -> Any:
        m, v, t = memory
        t = t + 1
        m = jax.tree.map(lambda m, g: beta_1 * m + (1 - beta_1) * g, m, gradients)
        v = jax.tree.map(lambda v, g: beta_2 * v + (1 - beta_2) * g * g, v, gradients)
        rate = task.learning_rate * jnp.sqrt(1 - beta_2**t) / (1 - beta_1**t)  # in float64
        rate = rate.astype(task.problem.dtype)
        move = lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8)  # noqa: E731
        return jax.tree.map(move, weights, m, v), (m, v, t)

    return begin, update


def on_device(problem: Problem) -> Any:
    """Return the first weights as JAX arrays."""
    return jax.tree.map(jnp.asarray, problem.weights)


def flat(weights: Any) -> FloatArray:
    """Return W and b of all layers as one vector; waits until they are there."""
    return np.concatenate([np.asarray(part).ravel() for pair in weights for part in pair])
