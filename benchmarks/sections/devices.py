"""Full-batch sums on a device: ours, and what PyTorch and JAX make of the same network.

Every contender answers until its rounds or its seconds are used up. Without a card the section can
be tried on PyTorch's processor: --quick.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

import clearprop as cp
from benchmarks import table
from benchmarks.rows import Options
from clearprop.network.placed_objective import PlacedObjective

TITLE = "Devices"
MOST_SECONDS = 20.0
"""Of one measurement: at least one round is taken, and no more than fit."""
HEAD = ["question", "here", "clearprop there", "torch there", "JAX there"]
EXPLANATION = """\
Seconds for one question about all rows in float64, median of the rounds, with everything that comes
home: here by the compiled engine, there on {device}. PyTorch and JAX take the gradient by their own
automatic differentiation, and the Gauss-Newton matrix from the Jacobian of each row (`vmap` of
`jacrev`), JᵀJ summed over chunks of {chunk:,} rows. The answers agree to 1e-8 before they are
timed."""
CHUNK = 2_000


@dataclass(frozen=True)
class Case:
    """A network, so many random rows, and what is asked about them."""

    title: str
    sizes: tuple[int, ...]
    rows: int
    question: str


CASES = (
    Case("gradient, 50-100-1, {rows:,} rows", (50, 100, 1), 1_000_000, "gradient"),
    Case("Gauss-Newton, 20-118-1, {rows:,} rows", (20, 118, 1), 100_000, "gauss_newton"),
)


def missing(options: Options) -> str:
    """Return why there is nothing to measure."""
    if find_spec("torch") is None:
        return "PyTorch is not installed."
    if device() == "cpu" and not options.quick:
        return "There is no card that PyTorch knows; --quick tries the section without one."
    return ""


def device() -> Any:
    """Return the card that PyTorch knows, or its processor."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def run(options: Options) -> str:
    """Return the table: a line for each question."""
    import torch

    there = device()
    name = torch.cuda.get_device_name() if there.type == "cuda" else "PyTorch's processor"
    lines = []
    for case in CASES:
        rows = case.rows // 100 if options.quick else case.rows
        lines.append([case.title.format(rows=rows), *times(case, rows, there, options.rounds)])
    text = EXPLANATION.format(device=name, chunk=CHUNK)
    return f"{text}\n\n{table.markdown(HEAD, lines)}"


def times(case: Case, rows: int, there: Any, rounds: int) -> list[str]:
    """Return seconds of every contender, who have to agree first."""
    layers = [cp.Layer(units, "tanh") for units in case.sizes[1:-1]]
    network = cp.Network(case.sizes[0], [*layers, cp.Layer(case.sizes[-1])])
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(rows, network.inputs)), random.normal(size=(rows, network.outputs))
    theta = network.initialize(seed=0).vector
    objective = cp.Objective(network, X, Y)
    away = PlacedObjective.of(objective, there)
    asked: list[Callable[[], Any] | None] = [
        lambda: getattr(objective, case.question)(theta),
        lambda: getattr(away, case.question)(theta),
        lambda: TORCH[case.question](case.sizes, theta, away.X, away.Y),
        _jax_question(case, theta, X, Y),
    ]
    right = asked[0]()[-1]  # type: ignore[misc]
    found = []
    for ask in asked:
        if ask is None:
            found.append("not there")
            continue
        answer = ask()
        if not np.allclose(answer[-1], right, rtol=1e-8, atol=1e-8 * abs(right).max()):
            found.append("another answer")
            continue
        found.append(f"{_seconds(ask, rounds):.4f}")
    return found


def _seconds(ask: Callable[[], Any], rounds: int) -> float:
    """Return the median time of an answer, which lies at home when it is there."""
    taken: list[float] = []
    while len(taken) < rounds and (not taken or sum(taken) < MOST_SECONDS):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return float(np.median(taken))


def _outputs(xp: Any, sizes: tuple[int, ...], theta: Any, X: Any) -> Any:
    """Return the outputs of the network for rows or for one row, in the words of a library."""
    start, a = 0, X
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        middle = start + n_in * n_out
        z = a @ theta[start:middle].reshape(n_in, n_out) + theta[middle : middle + n_out]
        a = z if layer == len(sizes) - 2 else xp.tanh(z)
        start = middle + n_out
    return a


def _torch_gradient(sizes: tuple[int, ...], theta: Any, X: Any, Y: Any) -> tuple[float, Any]:
    import torch

    there = torch.tensor(theta, device=X.device, requires_grad=True)
    loss = 0.5 * ((_outputs(torch, sizes, there, X) - Y) ** 2).sum() / len(X)
    loss.backward()
    return loss.item(), there.grad.cpu().numpy()  # type: ignore[union-attr]


def _torch_gauss_newton(sizes: tuple[int, ...], theta: Any, X: Any, Y: Any) -> tuple[Any, ...]:
    import torch

    there = torch.tensor(theta, device=X.device)
    of_row = torch.func.jacrev(lambda parameters, x: _outputs(torch, sizes, parameters, x))
    of_rows = torch.func.vmap(of_row, in_dims=(None, 0))
    matrix = torch.zeros((theta.size, theta.size), dtype=torch.float64, device=X.device)
    for rows in X.split(CHUNK):
        J = of_rows(there, rows).reshape(-1, theta.size)
        matrix += J.T @ J
    return _torch_gradient(sizes, theta, X, Y)[1], (matrix / len(X)).cpu().numpy()


TORCH: dict[str, Callable[..., tuple[Any, ...]]] = {
    "gradient": _torch_gradient,
    "gauss_newton": _torch_gauss_newton,
}


def _jax_question(case: Case, theta: Any, X: Any, Y: Any) -> Callable[[], Any] | None:
    """Return JAX's answer to a question, compiled once; None where it knows no such device."""
    if find_spec("jax") is None:
        return None
    import jax
    import jax.numpy as jnp

    if (jax.default_backend() == "cpu") != (device().type == "cpu"):
        return None
    jax.config.update("jax_enable_x64", True)
    sizes, there, Y_there = case.sizes, jnp.asarray(X), jnp.asarray(Y)

    def loss(parameters: Any) -> Any:
        return 0.5 * ((_outputs(jnp, sizes, parameters, there) - Y_there) ** 2).sum() / len(X)

    of_row = jax.jacrev(lambda parameters, x: _outputs(jnp, sizes, parameters, x))

    @jax.jit
    def squared(parameters: Any, rows: Any) -> Any:
        J = jax.vmap(of_row, in_axes=(None, 0))(parameters, rows).reshape(-1, theta.size)
        return J.T @ J

    gradient = jax.jit(jax.value_and_grad(loss))
    if case.question == "gradient":
        return lambda: tuple(np.asarray(each) for each in gradient(theta))

    def gauss_newton() -> tuple[Any, ...]:
        chunks = (there[start : start + CHUNK] for start in range(0, len(X), CHUNK))
        matrix = sum(squared(theta, rows) for rows in chunks)
        return np.asarray(gradient(theta)[1]), np.asarray(matrix) / len(X)

    return gauss_newton
