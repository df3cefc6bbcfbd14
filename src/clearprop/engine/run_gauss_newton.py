"""The runner of the kernels in `gauss_newton`: memory and threads for the matrix."""

from itertools import pairwise

import numpy as np

from clearprop._typing import FloatArray
from clearprop.engine import gauss_newton
from clearprop.engine.products import products_for
from clearprop.engine.runner import VECTOR_BYTES, Description, contiguous_rows
from clearprop.engine.threads import run_side_by_side, thread_count

BLOCK_BYTES = 2**19
"""Most bytes of the widest quantity of one block of rows."""
PART_WORK = 5_000_000
"""Multiplications from which several parts pay: about 0.2 ms."""
DENSE_COLUMNS = 2
"""Columns of the Hessian's factor up to which writing the Jacobian down is faster."""


def run_gauss_newton(
    description: Description,
    theta: FloatArray,
    X: FloatArray,
    Y: FloatArray,
    share: FloatArray,
    factor: FloatArray,
    lone: bool,
    memory: int,
    n_jobs: int | None,
) -> tuple[float, FloatArray, FloatArray]:
    """Return L, ∂L/∂θ (P,) and Σₙ Jₙᵀ Fₙ Fₙᵀ Jₙ, shape (P, P).

    `factor` holds √cₙ times the factor F of the loss's Hessian: its diagonal (m, K), or all of it
    (m, K, K); `lone` says that each of its columns acts on one output only. Beside the result,
    `memory` bounds what is held, but for one matrix a part.
    """
    sizes, dtype, count = description.sizes, description.dtype, description.parameter_count
    K, m, item = sizes[-1], len(X), description.itemsize
    dense = K <= DENSE_COLUMNS
    units = sum(sizes)
    if dense:
        numbers_a_row = 4 * units + K + 1 + count
    else:
        layers = [(a + 1) * b for a, b in pairwise(sizes)]
        numbers_a_row = (5 + K) * units + K + 2 + max(sizes) + max(layers)
    vector = VECTOR_BYTES // item
    block = max(vector, min(512, BLOCK_BYTES // (item * max(count if dense else 0, units * 2))))
    block = -(-min(block, m) // vector) * vector
    parts = _parts(m, block, count, item, memory)
    scratch = 0 if dense else (max(sizes) + 1) * max((a + 1) * b for a, b in pairwise(sizes))
    work = np.empty((parts, numbers_a_row * block + scratch), dtype)
    gradients, losses = np.empty((parts, count), dtype), np.zeros(parts)
    matrices = np.empty((parts, count, count), dtype)
    rows = (*contiguous_rows(X, Y, share), np.arange(m))
    flat = np.ascontiguousarray(factor).reshape(-1)
    workers = 1 if parts == 1 else min(parts, thread_count(n_jobs))
    network, products = description.network, products_for(parts, dtype)
    kind = (dense, factor.ndim == 2, lone)
    workspace = (block, work, gradients, matrices, losses)

    def run(worker: int) -> None:
        for part in range(worker, parts, workers):
            gauss_newton.partial_matrix(
                network, products, theta, rows, flat, (part, parts), kind, workspace
            )

    run_side_by_side(workers, run)
    gauss_newton.complete(matrices, network[0], dense)
    return float(losses.sum()), gradients.sum(axis=0), matrices[0]


def _parts(m: int, block: int, count: int, itemsize: int, memory: int) -> int:
    """Return into how many parts the rows are cut, each with a matrix of its own."""
    if m * count * count < PART_WORK:
        return 1
    affordable = max(2, memory // (count * count * itemsize))
    return int(min(8, -(-m // block), affordable))
