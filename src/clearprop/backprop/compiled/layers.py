"""One layer forward and backward, in loops that the compiler turns into vector instructions.

Index letters: i input, j unit, r sample. `stride` is the distance between two units in memory.

Four inputs (or units) share one pass over the samples. The first pass takes the odd ones, up to
four: those that are missing count with weight 0, and stand for input 0.
"""

from clearprop.backprop.compiled.compilation import leaf
from clearprop.backprop.compiled.pointers import at, like


@leaf
def weighted_sums(W, b, A, Z, n_in, n_out, rows, stride):
    """Fill Z[j, r] = b[j] + Σᵢ W[i, j] A[i, r]."""
    odd = (n_in - 1) % 4 + 1
    second, third, fourth = min(1, odd - 1), 2 if odd > 2 else 0, 3 if odd > 3 else 0
    zero = like(b[0], 0)
    for j in range(n_out):
        z, w, bias = at(Z, j * stride), at(W, j), b[j]
        w0, w1 = w[0], w[n_out] if odd > 1 else zero
        w2 = w[2 * n_out] if odd > 2 else zero
        w3 = w[3 * n_out] if odd > 3 else zero
        a1, a2, a3 = at(A, second * stride), at(A, third * stride), at(A, fourth * stride)
        for r in range(rows):
            z[r] = bias + ((w0 * A[r] + w1 * a1[r]) + (w2 * a2[r] + w3 * a3[r]))
        for i in range(odd, n_in, 4):
            a, w = at(A, i * stride), at(W, i * n_out + j)
            w0, w1, w2, w3 = w[0], w[n_out], w[2 * n_out], w[3 * n_out]
            a1, a2, a3 = at(a, stride), at(a, 2 * stride), at(a, 3 * stride)
            for r in range(rows):
                z[r] += (w0 * a[r] + w1 * a1[r]) + (w2 * a2[r] + w3 * a3[r])


@leaf
def errors_below(W, D, E, n_in, n_out, rows, stride):
    """Fill E[i, r] = Σⱼ W[i, j] D[j, r], which is ∂L/∂A of the layer below."""
    odd = (n_out - 1) % 4 + 1
    second, third, fourth = min(1, odd - 1), 2 if odd > 2 else 0, 3 if odd > 3 else 0
    zero = like(W[0], 0)
    d1, d2, d3 = at(D, second * stride), at(D, third * stride), at(D, fourth * stride)
    for i in range(n_in):
        e, w = at(E, i * stride), at(W, i * n_out)
        w0, w1 = w[0], w[1] if odd > 1 else zero
        w2, w3 = w[2] if odd > 2 else zero, w[3] if odd > 3 else zero
        for r in range(rows):
            e[r] = (w0 * D[r] + w1 * d1[r]) + (w2 * d2[r] + w3 * d3[r])
        for j in range(odd, n_out, 4):
            w0, w1, w2, w3 = w[j], w[j + 1], w[j + 2], w[j + 3]
            d = at(D, j * stride)
            e1, e2, e3 = at(d, stride), at(d, 2 * stride), at(d, 3 * stride)
            for r in range(rows):
                e[r] += (w0 * d[r] + w1 * e1[r]) + (w2 * e2[r] + w3 * e3[r])


@leaf
def add_gradients(A, D, gW, gb, n_in, n_out, rows, stride):
    """Add Σᵣ A[i, r] D[j, r] to gW[i, j] and Σᵣ D[j, r] to gb[j]."""
    odd = (n_in - 1) % 4 + 1
    second, third, fourth = min(1, odd - 1), 2 if odd > 2 else 0, 3 if odd > 3 else 0
    zero = like(gb[0], 0)
    a1, a2, a3 = at(A, second * stride), at(A, third * stride), at(A, fourth * stride)
    for j in range(n_out):
        d, g = at(D, j * stride), at(gW, j)
        t, t0, t1, t2, t3 = zero, zero, zero, zero, zero
        for r in range(rows):
            t += d[r]
            t0 += A[r] * d[r]
            t1 += a1[r] * d[r]
            t2 += a2[r] * d[r]
            t3 += a3[r] * d[r]
        gb[j] += t
        g[0] += t0
        if odd > 1:
            g[n_out] += t1
        if odd > 2:
            g[2 * n_out] += t2
        if odd > 3:
            g[3 * n_out] += t3
        for i in range(odd, n_in, 4):
            a, g = at(A, i * stride), at(gW, i * n_out + j)
            b1, b2, b3 = at(a, stride), at(a, 2 * stride), at(a, 3 * stride)
            t0, t1, t2, t3 = zero, zero, zero, zero
            for r in range(rows):
                t0 += a[r] * d[r]
                t1 += b1[r] * d[r]
                t2 += b2[r] * d[r]
                t3 += b3[r] * d[r]
            g[0] += t0
            g[n_out] += t1
            g[2 * n_out] += t2
            g[3 * n_out] += t3
