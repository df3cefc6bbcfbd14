"""One layer forward and backward, in loops that the compiler turns into vector instructions.

Index letters: i input, j unit, r sample. `stride` is the distance between two units in memory.

Each pass over the samples takes four inputs and two units at once: eight products for six loads,
so that the processor multiplies rather than waits for memory. What is left of the inputs, up to
four, goes first: those that are missing count with weight 0, and stand for input 0. A last single
unit is a pair of the same unit twice, of which one half is computed and thrown away.
"""

from clearprop.backprop.compiled.compilation import leaf
from clearprop.backprop.compiled.pointers import at, like


@leaf
def weighted_sums(W, b, A, Z, n_in, n_out, rows, stride):
    """Fill Z[j, r] = b[j] + Σᵢ W[i, j] A[i, r]."""
    odd = (n_in - 1) % 4 + 1
    second, third, fourth = min(1, odd - 1), 2 if odd > 2 else 0, 3 if odd > 3 else 0
    a1, a2, a3 = at(A, second * stride), at(A, third * stride), at(A, fourth * stride)
    zero = like(b[0], 0)
    for j in range(0, n_out - 1, 2):
        z, y, w = at(Z, j * stride), at(Z, (j + 1) * stride), at(W, j)
        w0, v0, bias, other_bias = w[0], w[1], b[j], b[j + 1]
        w1, v1 = (w[n_out], w[n_out + 1]) if odd > 1 else (zero, zero)
        w2, v2 = (w[2 * n_out], w[2 * n_out + 1]) if odd > 2 else (zero, zero)
        w3, v3 = (w[3 * n_out], w[3 * n_out + 1]) if odd > 3 else (zero, zero)
        for r in range(rows):
            z[r] = bias + ((w0 * A[r] + w1 * a1[r]) + (w2 * a2[r] + w3 * a3[r]))
            y[r] = other_bias + ((v0 * A[r] + v1 * a1[r]) + (v2 * a2[r] + v3 * a3[r]))
        for i in range(odd, n_in, 4):
            a, w = at(A, i * stride), at(W, i * n_out + j)
            w0, w1, w2, w3 = w[0], w[n_out], w[2 * n_out], w[3 * n_out]
            v0, v1, v2, v3 = w[1], w[n_out + 1], w[2 * n_out + 1], w[3 * n_out + 1]
            b1, b2, b3 = at(a, stride), at(a, 2 * stride), at(a, 3 * stride)
            for r in range(rows):
                z[r] += (w0 * a[r] + w1 * b1[r]) + (w2 * b2[r] + w3 * b3[r])
                y[r] += (v0 * a[r] + v1 * b1[r]) + (v2 * b2[r] + v3 * b3[r])
    if n_out % 2 == 1:
        j = n_out - 1
        z, w, bias = at(Z, j * stride), at(W, j), b[j]
        w0, w1 = w[0], w[n_out] if odd > 1 else zero
        w2, w3 = w[2 * n_out] if odd > 2 else zero, w[3 * n_out] if odd > 3 else zero
        for r in range(rows):
            z[r] = bias + ((w0 * A[r] + w1 * a1[r]) + (w2 * a2[r] + w3 * a3[r]))
        for i in range(odd, n_in, 4):
            a, w = at(A, i * stride), at(W, i * n_out + j)
            w0, w1, w2, w3 = w[0], w[n_out], w[2 * n_out], w[3 * n_out]
            b1, b2, b3 = at(a, stride), at(a, 2 * stride), at(a, 3 * stride)
            for r in range(rows):
                z[r] += (w0 * a[r] + w1 * b1[r]) + (w2 * b2[r] + w3 * b3[r])


@leaf
def errors_below(W, D, E, n_in, n_out, rows, stride):
    """Fill E[i, r] = Σⱼ W[i, j] D[j, r], which is ∂L/∂A of the layer below."""
    odd = (n_out - 1) % 4 + 1
    second, third, fourth = min(1, odd - 1), 2 if odd > 2 else 0, 3 if odd > 3 else 0
    d1, d2, d3 = at(D, second * stride), at(D, third * stride), at(D, fourth * stride)
    zero = like(W[0], 0)
    for i in range(0, n_in - 1, 2):
        e, f = at(E, i * stride), at(E, (i + 1) * stride)
        w, v = at(W, i * n_out), at(W, (i + 1) * n_out)
        w0, v0 = w[0], v[0]
        w1, v1 = (w[1], v[1]) if odd > 1 else (zero, zero)
        w2, v2 = (w[2], v[2]) if odd > 2 else (zero, zero)
        w3, v3 = (w[3], v[3]) if odd > 3 else (zero, zero)
        for r in range(rows):
            e[r] = (w0 * D[r] + w1 * d1[r]) + (w2 * d2[r] + w3 * d3[r])
            f[r] = (v0 * D[r] + v1 * d1[r]) + (v2 * d2[r] + v3 * d3[r])
        for j in range(odd, n_out, 4):
            d = at(D, j * stride)
            w0, w1, w2, w3 = w[j], w[j + 1], w[j + 2], w[j + 3]
            v0, v1, v2, v3 = v[j], v[j + 1], v[j + 2], v[j + 3]
            e1, e2, e3 = at(d, stride), at(d, 2 * stride), at(d, 3 * stride)
            for r in range(rows):
                e[r] += (w0 * d[r] + w1 * e1[r]) + (w2 * e2[r] + w3 * e3[r])
                f[r] += (v0 * d[r] + v1 * e1[r]) + (v2 * e2[r] + v3 * e3[r])
    if n_in % 2 == 1:
        e, w = at(E, (n_in - 1) * stride), at(W, (n_in - 1) * n_out)
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
    a1, a2, a3 = at(A, second * stride), at(A, third * stride), at(A, fourth * stride)
    zero = like(gb[0], 0)
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
        a, g = at(A, i * stride), at(gW, i * n_out)
        b1, b2, b3 = at(a, stride), at(a, 2 * stride), at(a, 3 * stride)
        for pair in range((n_out + 1) // 2):
            j, k = 2 * pair, min(2 * pair + 1, n_out - 1)
            d, e = at(D, j * stride), at(D, k * stride)
            t0, t1, t2, t3 = zero, zero, zero, zero
            u0, u1, u2, u3 = zero, zero, zero, zero
            for r in range(rows):
                t0 += a[r] * d[r]
                t1 += b1[r] * d[r]
                t2 += b2[r] * d[r]
                t3 += b3[r] * d[r]
                u0 += a[r] * e[r]
                u1 += b1[r] * e[r]
                u2 += b2[r] * e[r]
                u3 += b3[r] * e[r]
            g[j] += t0
            g[n_out + j] += t1
            g[2 * n_out + j] += t2
            g[3 * n_out + j] += t3
            if k > j:
                g[k] += u0
                g[n_out + k] += u1
                g[2 * n_out + k] += u2
                g[3 * n_out + k] += u3
