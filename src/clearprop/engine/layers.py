"""One layer forward and backward, over blocks of samples that are whole vectors.

Index letters: i input, j unit, r sample. `stride` is the distance between two units in memory,
`rows` a multiple of the numbers in a register.

Sums are built up in registers, several at once, so that the processor multiplies rather than waits
for memory or for the sum before. Where a block has no second register, or a layer no further unit,
the last one is taken again and what comes of it written twice or not at all.
"""

from functools import cache

from clearprop.engine.compilation import LEAF, leaf
from clearprop.engine.lanes import (
    in_every_lane,
    lane_count,
    load,
    plus,
    plus_product,
    rolled,
    store,
    total,
)
from clearprop.engine.numba_compat import address_of, types
from clearprop.engine.pointers import INT, at, like


@cache
def layer_addresses(dtype: str) -> tuple[int, ...]:
    """Return the addresses of `weighted_sums`, `errors_below` and `add_gradients` for a type."""
    numbers = types.CPointer(types.float32 if dtype == "float32" else types.float64)
    signatures = {
        _weighted_sums: (*[numbers] * 4, INT, INT, INT),
        _errors_below: (*[numbers] * 3, INT, INT, INT),
        _add_gradients: (*[numbers] * 4, INT, INT, INT, types.boolean),
    }
    return tuple(
        address_of(types.float64(*arguments), function, LEAF)
        for function, arguments in signatures.items()
    )


def _weighted_sums(W, b, A, Z, n_in, n_out, rows):
    weighted_sums(W, b, A, Z, n_in, n_out, rows, rows)
    return 0.0


def _errors_below(W, D, E, n_in, n_out, rows):
    errors_below(W, D, E, n_in, n_out, rows, rows)
    return 0.0


def _add_gradients(A, D, gW, gb, n_in, n_out, rows, fresh):
    add_gradients(A, D, gW, gb, n_in, n_out, rows, rows, fresh)
    return 0.0


@leaf
def weighted_sums(W, b, A, Z, n_in, n_out, rows, stride):
    """Fill Z[j, r] = b[j] + Σᵢ W[i, j] A[i, r]."""
    left = n_out % 4
    for j in range(n_out - left, n_out):
        one_combination(at(W, j), n_out, b[j], A, at(Z, j * stride), n_in, rows, stride)
    for j in range(0, n_out - left, 4):
        four_combinations(
            at(W, j), 1, n_out, b[j], b[j + 1], b[j + 2], b[j + 3], A, at(Z, j * stride), n_in,
            rows, stride,
        )  # fmt: skip


@leaf
def errors_below(W, D, E, n_in, n_out, rows, stride):
    """Fill E[i, r] = Σⱼ W[i, j] D[j, r], which is ∂L/∂A of the layer below."""
    zero = like(W[0], 0)
    left = n_in % 4
    for i in range(n_in - left, n_in):
        one_combination(at(W, i * n_out), 1, zero, D, at(E, i * stride), n_out, rows, stride)
    for i in range(0, n_in - left, 4):
        four_combinations(
            at(W, i * n_out), n_out, 1, zero, zero, zero, zero, D, at(E, i * stride), n_out,
            rows, stride,
        )  # fmt: skip


@leaf
def one_combination(w, step, bias, A, z, terms, rows, stride):
    """Fill z[r] = bias + Σᵢ w[i step] A[i, r]."""
    count = lane_count(z)
    for first in range(0, rows, 2 * count):
        second = min(first + count, rows - count)
        z1 = z2 = in_every_lane(bias)
        for i in range(terms):
            rolled()
            weight, a = w[i * step], at(A, i * stride)
            z1 = plus_product(z1, weight, load(a, first))
            z2 = plus_product(z2, weight, load(a, second))
        store(z1, z, first)
        store(z2, z, second)


@leaf
def four_combinations(w, across, step, b0, b1, b2, b3, A, z, terms, rows, stride):
    """Fill z[k stride + r] = bₖ + Σᵢ w[k across + i step] A[i, r] for k = 0 … 3."""
    count = lane_count(z)
    for first in range(0, rows, 2 * count):
        second = min(first + count, rows - count)
        p0 = q0 = in_every_lane(b0)
        p1 = q1 = in_every_lane(b1)
        p2 = q2 = in_every_lane(b2)
        p3 = q3 = in_every_lane(b3)
        for i in range(terms):
            rolled()
            v, a = at(w, i * step), at(A, i * stride)
            a1, a2 = load(a, first), load(a, second)
            p0, q0 = plus_product(p0, v[0], a1), plus_product(q0, v[0], a2)
            p1, q1 = plus_product(p1, v[across], a1), plus_product(q1, v[across], a2)
            p2, q2 = plus_product(p2, v[2 * across], a1), plus_product(q2, v[2 * across], a2)
            p3, q3 = plus_product(p3, v[3 * across], a1), plus_product(q3, v[3 * across], a2)
        for start, z0, z1, z2, z3 in ((first, p0, p1, p2, p3), (second, q0, q1, q2, q3)):
            store(z0, z, start)
            store(z1, z, stride + start)
            store(z2, z, 2 * stride + start)
            store(z3, z, 3 * stride + start)


@leaf
def add_gradients(A, D, gW, gb, n_in, n_out, rows, stride, fresh):
    """Add Σᵣ A[i, r] D[j, r] to gW[i, j] and Σᵣ D[j, r] to gb[j], which are 0 where `fresh`."""
    count, zero = lane_count(A), in_every_lane(like(gb[0], 0))
    for j in range(0, n_out, 2):
        d, e = at(D, j * stride), at(D, min(j + 1, n_out - 1) * stride)
        for i in range(0, n_in, 4):
            a0, a1 = at(A, i * stride), at(A, min(i + 1, n_in - 1) * stride)
            a2, a3 = at(A, min(i + 2, n_in - 1) * stride), at(A, min(i + 3, n_in - 1) * stride)
            s = t = t0 = t1 = t2 = t3 = u0 = u1 = u2 = u3 = zero
            for r in range(0, rows, count):
                rolled()
                x, y = load(d, r), load(e, r)
                v0, v1, v2, v3 = load(a0, r), load(a1, r), load(a2, r), load(a3, r)
                s, t = plus(s, x), plus(t, y)
                t0, u0 = plus_product(t0, x, v0), plus_product(u0, y, v0)
                t1, u1 = plus_product(t1, x, v1), plus_product(u1, y, v1)
                t2, u2 = plus_product(t2, x, v2), plus_product(u2, y, v2)
                t3, u3 = plus_product(t3, x, v3), plus_product(u3, y, v3)
            add_four(at(gW, i * n_out + j), n_out, n_in - i, t0, t1, t2, t3, fresh)
            if j + 1 < n_out:
                add_four(at(gW, i * n_out + j + 1), n_out, n_in - i, u0, u1, u2, u3, fresh)
            if i == 0:
                add(at(gb, j), total(s), fresh)
            if i == 0 and j + 1 < n_out:
                add(at(gb, j + 1), total(t), fresh)


@leaf
def add_four(g, step, most, t0, t1, t2, t3, fresh):
    """Add the totals to g[0], g[step] …, at most so many."""
    add(g, total(t0), fresh)
    if most > 1:
        add(at(g, step), total(t1), fresh)
    if most > 2:
        add(at(g, 2 * step), total(t2), fresh)
    if most > 3:
        add(at(g, 3 * step), total(t3), fresh)


@leaf
def add(g, amount, fresh):
    """Add an amount to g[0], which counts as 0 where `fresh`."""
    g[0] = amount if fresh else g[0] + amount
