"""Functions of PyTorch and JAX, where these are installed."""

import numpy as np
import pytest

import clearprop as cp

random = np.random.default_rng(0)
X, Y = random.standard_normal((7, 4)), random.standard_normal((7, 3))
POINT = {"W1": random.standard_normal((4, 5)), "b1": random.standard_normal(5)}
POINT |= {"W2": random.standard_normal((5, 3)), "b2": random.standard_normal(3)}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("factor", [1, 3])
def test_gradients_of_torch(dtype, factor):
    torch = pytest.importorskip("torch")
    x, y = (torch.tensor(array, dtype=getattr(torch, dtype)) for array in (X, Y))
    point = {n: torch.tensor(a, dtype=x.dtype, requires_grad=True) for n, a in POINT.items()}

    def loss_and_gradient(p):
        loss = ((torch.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - y) ** 2).mean()
        gradient = torch.autograd.grad(loss, list(p.values()))
        return loss, {n: factor * part for n, part in zip(p, gradient, strict=True)}

    report = cp.check_gradients(loss_and_gradient, point, counts={"m": 7, "K": 3}, show=False)
    assert report.ok == (factor == 1), report
    assert report.mistakes == (() if factor == 1 else ("outputs_averaged",))


@pytest.mark.parametrize("factor", [1, 7])
def test_gradients_of_jax(factor):
    jax = pytest.importorskip("jax")
    import jax.numpy as jnp

    def loss(p):
        return jnp.mean((jnp.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - Y) ** 2)

    def gradient(p):
        return {name: factor * part for name, part in jax.grad(loss)(p).items()}

    point = {name: jnp.asarray(array) for name, array in POINT.items()}
    report = cp.check_gradients((loss, gradient), point, counts={"m": 7, "K": 3}, show=False)
    assert report.ok == (factor == 1), report
    assert report.mistakes == (() if factor == 1 else ("average_missing",))
