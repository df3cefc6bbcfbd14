"""The Gauss-Newton matrix of a network, block of rows by block of rows.

With F the factor of the loss's Hessian at the outputs, H = F Fᵀ, every column s of F is sent back
through the network like an error term. Bₛˡ[j] is what arrives at unit j of layer l; the row of the
Jacobian that belongs to the weight (i, j) is then ãᵢ Bₛ[j], ã being the layer's inputs with a 1
for the bias. Two ways lead on:

- dense: the whole row is written down and its square added by a symmetric rank-k update. For one
  column that is all there is to do; for S columns it costs S times as much.
- structured: the matrix of layers l, l' is Σₙ [Σₛ Bₛˡ Bₛˡ'ᵀ] ⊗ [ã ã'ᵀ]. The sum over s comes
  first, so that the products cost the same for any S.
"""

from clearprop.engine.compilation import entry, inner, leaf
from clearprop.engine.layers import errors_below
from clearprop.engine.pointers import at, call, like, start_of
from clearprop.engine.products import add_square, multiply, of_worker
from clearprop.engine.small import block_gradient, pointers_of, whole_vectors


@inner
def send_back(net, theta, factor, order, first, rows, padded, column, diagonal, memory, B):
    """Fill B of every layer with what column `column` of F becomes on its way down."""
    depth, sizes, _, count, rules, _ = net
    _, pull_backs, _, canonical, settings = rules
    _, Z, A, top = memory
    outputs = sizes[depth]
    columns = 1 if diagonal else outputs
    b = at(B, top)
    for k in range(outputs):
        for r in range(padded):
            b[k * padded + r] = like(theta[0], 0)
        if not diagonal or k == column:
            place = 0 if diagonal else column
            for r in range(rows):
                b[k * padded + r] = factor[(order[first + r] * outputs + k) * columns + place]
    if not canonical:
        s = settings[depth - 1]
        call(pull_backs[depth - 1], (b, at(Z, top), at(A, top), s, outputs, padded, padded))
    above, weights = top, count
    for layer in range(depth - 1, 0, -1):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        weights -= (n_in + 1) * n_out
        below = above - n_in * padded
        errors_below(at(theta, weights), at(B, above), at(B, below), n_in, n_out, padded, padded)
        s = settings[layer - 1]
        arguments = (at(B, below), at(Z, below), at(A, below), s, n_in, padded, padded)
        call(pull_backs[layer - 1], arguments)
        above = below


@leaf
def outer_rows(A, B, J, n_in, n_out, rows, stride):
    """Fill J[i n_out + j, r] = ãᵢ[r] B[j, r]; the last i is the bias, with ã = 1."""
    for i in range(n_in):
        a = at(A, i * stride)
        for j in range(n_out):
            b, target = at(B, j * stride), at(J, (i * n_out + j) * stride)
            for r in range(rows):
                target[r] = a[r] * b[r]
    for j in range(n_out):
        b, target = at(B, j * stride), at(J, (n_in * n_out + j) * stride)
        for r in range(rows):
            target[r] = b[r]


@inner
def add_dense(net, A, B, padded, product, J, matrix):
    """Add the square of the Jacobian's rows of one column to the upper triangle of `matrix`."""
    depth, sizes, _, count, _, _ = net
    below, place = 0, 0
    for layer in range(depth):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        above = below + n_in * padded
        target = at(J, place * padded)
        outer_rows(at(A, below), at(B, above), target, n_in, n_out, padded, padded)
        below, place = above, place + (n_in + 1) * n_out
    add_square(product, J, count, padded, matrix)


@leaf
def pair_weights(Bs, size, own, there, lowest, n_there, columns, rows, stride, out):
    """Fill out[j', r] = Σₛ Bₛ[own, r] Bₛ[there + j', r] for j' from `lowest`."""
    for other in range(lowest, n_there):
        target = at(out, (other - lowest) * stride)
        b, its = at(Bs, own), at(Bs, there + other * stride)
        for r in range(rows):
            target[r] = b[r] * its[r]
        for _ in range(1, columns):
            b, its = at(b, size), at(its, size)
            for r in range(rows):
                target[r] += b[r] * its[r]


@leaf
def lone_pair_weights(Bs, size, own, there, lowest, n_there, rows, stride, out):
    """Do the same where column s reaches no output but s, so that one term of the sum is left."""
    for other in range(lowest, n_there):
        target = at(out, (other - lowest) * stride)
        b, its = at(Bs, other * size + own), at(Bs, other * size + there + other * stride)
        for r in range(rows):
            target[r] = b[r] * its[r]


@inner
def add_pairs(net, A, Bs, columns, lone, padded, product, scratch, matrix):
    """Add Σₙ [Σₛ Bₛˡ Bₛˡ'ᵀ] ⊗ [ã ã'ᵀ] for all layers l ≤ l' to the upper triangle of `matrix`.

    `lone` says that column s of F reaches no unit of the output layer but s.
    """
    depth, sizes, units, count, _, _ = net
    size, widest, largest = units * padded, 0, 0
    for layer in range(depth):
        widest = max(widest, sizes[layer + 1])
        largest = max(largest, (sizes[layer] + 1) * sizes[layer + 1])
    right = at(scratch, widest * padded)
    left = at(right, largest * padded)
    part = at(left, (units + 1) * padded)
    here_in, row = 0, 0
    for layer in range(depth):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        with_one(at(A, here_in), left, n_in, padded)
        there_in, column = here_in, row
        for other in range(layer, depth):
            m_in, m_out = sizes[other], sizes[other + 1]
            there = there_in + m_in * padded
            for j in range(n_out):
                own = here_in + (n_in + j) * padded
                lowest, end = j if other == layer else 0, m_out
                if lone and other == depth - 1:
                    end = j + 1 if other == layer else m_out
                    lone_pair_weights(Bs, size, own, there, lowest, end, padded, padded, scratch)
                else:
                    pair_weights(
                        Bs, size, own, there, lowest, end, columns, padded, padded, scratch
                    )
                outer_rows(at(A, there_in), scratch, right, m_in, end - lowest, padded, padded)
                wide = (m_in + 1) * (end - lowest)
                if end - lowest == m_out:  # the columns of the matrix lie side by side
                    target = at(matrix, (row + j) * count + column)
                    multiply(
                        product, left, padded, 1, right, 1, padded, target, n_out * count,
                        n_in + 1, wide, padded, 1,
                    )  # fmt: skip
                else:
                    multiply(
                        product, left, padded, 1, right, 1, padded, part, wide,
                        n_in + 1, wide, padded, 0,
                    )  # fmt: skip
                    add_part(
                        part, matrix, count, row + j, n_in + 1, n_out, column + lowest,
                        m_in + 1, m_out, end - lowest,
                    )  # fmt: skip
            there_in, column = there, column + (m_in + 1) * m_out
        here_in, row = here_in + n_in * padded, row + (n_in + 1) * n_out


@leaf
def with_one(A, left, n_in, padded):
    """Fill left with ã: the layer's inputs and a row of ones."""
    for n in range(n_in * padded):
        left[n] = A[n]
    ones = at(left, n_in * padded)
    for r in range(padded):
        ones[r] = like(A[0], 1)


@leaf
def add_part(part, matrix, count, row, inputs, n_out, column, other_inputs, m_out, width):
    """Add part[i, (i', j')] to matrix[row + i n_out, column + i' m_out + j']."""
    for i in range(inputs):
        source = at(part, i * other_inputs * width)
        target = at(matrix, (row + i * n_out) * count + column)
        for other in range(other_inputs):
            s, t = at(source, other * width), at(target, other * m_out)
            for j in range(width):
                t[j] += s[j]


@entry
def partial_matrix(network, products, theta, rows, factor, partial, kind, workspace):
    """Fill the gradient, loss and matrix (upper triangle) of the rows of one part of all.

    `rows` is (X, Y, c, order); `partial` (number of the part, parts); `kind` (dense, diagonal,
    lone), the way to take and the form of `factor`; `workspace` (block, work, gradients, matrices,
    losses).
    """
    X, Y, c, order = rows
    part, parts = partial
    dense, diagonal, lone = kind
    block, work, gradients, matrices, losses = workspace
    net = pointers_of(network)
    depth, sizes, units, count, _, vector = net
    product = of_worker(products, part)
    outputs = sizes[depth]
    parameters, rows_of = start_of(theta), start_of(order)
    data = (start_of(X), start_of(Y), start_of(c), True, False, True)
    gradient, matrix = at(start_of(gradients), part * count), start_of(matrices[part])
    one, zero = like(theta[0], 1), like(theta[0], 0)
    for p in range(count):
        gradient[p] = zero
    for p in range(count * count):
        matrix[p] = zero
    m = order.size
    blocks = (m + block - 1) // block
    begin, end = blocks * part // parts * block, min(blocks * (part + 1) // parts * block, m)
    own, total = at(start_of(work), part * work.shape[1]), 0.0
    for first in range(begin, end, block):
        here = min(block, end - first)
        padded = whole_vectors(here, vector)
        total += block_gradient(
            net, parameters, data, rows_of, first, here, one, own, gradient, False
        )
        A, Z = own, at(own, units * padded)
        Bs = at(own, (3 * units + outputs + 1) * padded)
        memory = (own, Z, A, (units - outputs) * padded)
        for column in range(outputs):
            B = Bs if dense else at(Bs, column * units * padded)
            send_back(
                net, parameters, start_of(factor), rows_of, first, here, padded, column, diagonal,
                memory, B,
            )  # fmt: skip
            if dense:
                add_dense(net, A, B, padded, product, at(Bs, units * padded), matrix)
        if not dense:
            scratch = at(Bs, outputs * units * padded)
            add_pairs(net, A, Bs, outputs, lone, padded, product, scratch, matrix)
    losses[part] = total


TILE = 64
"""Rows and columns that are mirrored at a time, so that both squares stay in cache."""


@entry
def complete(matrices, sizes, dense):
    """Add all matrices to the first, and fill what their makers left out: M[q, p] = M[p, q]."""
    parts, count = matrices.shape[0], matrices.shape[1]
    matrix = start_of(matrices)
    for part in range(1, parts):
        other = start_of(matrices[part])
        for p in range(count * count):
            matrix[p] += other[p]
    if not dense:
        first = 0
        for layer in range(sizes.size - 1):
            complete_layer(at(matrix, first * (count + 1)), count, sizes[layer], sizes[layer + 1])
            first += (sizes[layer] + 1) * sizes[layer + 1]
    for top in range(0, count, TILE):
        for left in range(0, top + 1, TILE):
            for p in range(top, min(top + TILE, count)):
                for q in range(left, min(left + TILE, p)):
                    matrix[p * count + q] = matrix[q * count + p]


@inner
def complete_layer(block, count, n_in, n_out):
    """Fill the entries of weights (i, j), (i', j') of one layer with j > j' from their mirrors."""
    size = (n_in + 1) * n_out
    for p in range(size):
        for other in range(0, size, n_out):
            for q in range(other, other + p % n_out):
                block[p * count + q] = block[q * count + p]
