"""Networks of small layers: whole epochs in one call, everything in cache.

The rows of a batch are cut into blocks that stay in cache, and neighbouring blocks make a partial
gradient; threads share the partial gradients out. Blocks, partial gradients and the order in which
these are added depend on the sizes only, so the result does not depend on the number of threads.

Rows of a block are padded to whole vectors with copies of a sample that count nothing.
"""

from clearprop.engine.barrier import wait_for_all
from clearprop.engine.compilation import entry, inner
from clearprop.engine.pointers import at, call, like, start_of


@inner
def gather(rows_of, columns, order, first, rows, padded, into):
    """Fill into[i, r] with column i of row order[first + r], one sample a column."""
    chosen = at(order, first)
    for i in range(columns):
        column, target = at(rows_of, i), at(into, i * padded)
        for r in range(rows):
            target[r] = column[chosen[r] * columns]
        last = target[rows - 1]
        for r in range(rows, padded):
            target[r] = last


@inner
def shares(sample_weight, weighted, order, first, rows, padded, share, into):
    """Fill into[r] with the share of row order[first + r]: `share` times its weight."""
    for r in range(rows):
        into[r] = share
    if weighted:
        for r in range(rows):
            into[r] *= sample_weight[order[first + r]]
    for r in range(rows, padded):
        into[r] = like(share, 0)


@inner
def whole_vectors(rows, passes):
    """Return how many columns a block of rows takes."""
    return (rows + passes[0] - 1) & -passes[0]


@inner
def pointers_of(network):
    """Return the description of a network with pointers for arrays, which cost nothing to pass.

    Its last part, `passes`, is how many numbers a vector has, and the addresses of `weighted_sums`,
    `errors_below` and `add_gradients`.
    """
    sizes, values, pull_backs, loss, canonical, settings, passes = network
    depth, units, count = sizes.size - 1, 0, 0
    for layer in range(depth):
        units += sizes[layer]
        count += (sizes[layer] + 1) * sizes[layer + 1]
    rules = (start_of(values), start_of(pull_backs), loss, canonical, start_of(settings))
    return depth, start_of(sizes), units + sizes[depth], count, rules, passes


@inner
def forward_block(theta, depth, sizes, rules, passes, A, Z, rows):
    """Fill Z and A of every layer for a block whose inputs are in A; return where Aᴸ begins."""
    values, _, _, _, settings = rules
    _, weighted_sums, _, _ = passes
    below, weights = 0, 0
    for layer in range(depth):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        above = below + n_in * rows
        W, b = at(theta, weights), at(theta, weights + n_in * n_out)
        call(weighted_sums, (W, b, at(A, below), at(Z, above), n_in, n_out, rows))
        call(values[layer], (at(Z, above), at(A, above), settings[layer], n_out, rows, rows))
        below, weights = above, weights + (n_in + 1) * n_out
    return below


@inner
def backward_block(theta, depth, sizes, count, rules, passes, A, Z, D, gradient, top, rows, fresh):
    """Add the gradient of a block to `gradient`, from δᴸ at D[top] downwards."""
    _, pull_backs, _, _, settings = rules
    _, _, errors_below, add_gradients = passes
    above, weights = top, count
    for layer in range(depth - 1, -1, -1):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        weights -= (n_in + 1) * n_out
        below = above - n_in * rows
        if layer > 0:
            error, z, a = at(D, below), at(Z, below), at(A, below)
            call(errors_below, (at(theta, weights), at(D, above), error, n_in, n_out, rows))
            call(pull_backs[layer - 1], (error, z, a, settings[layer - 1], n_in, rows, rows))
        gW, gb = at(gradient, weights), at(gradient, weights + n_in * n_out)
        call(add_gradients, (at(A, below), at(D, above), gW, gb, n_in, n_out, rows, fresh))
        above = below


@inner
def block_gradient(network, theta, data, order, first, rows, share, work, gradient, fresh):
    """Add to `gradient`, which counts as 0 where `fresh`, that of one block; return its Σ c ℓ.

    The block is the rows order[first : first + rows]; `share` is that of a row of weight 1. `work`
    holds A, Z, D, y and c of one block; where `gathered`, the rows are there already. Only where
    `backwards` is there a gradient.
    """
    depth, sizes, units, count, rules, passes = network
    _, pull_backs, loss, canonical, settings = rules
    X, Y, sample_weight, weighted, gathered, backwards = data
    outputs = sizes[depth]
    padded = whole_vectors(rows, passes)
    A, Z, D = work, at(work, units * padded), at(work, 2 * units * padded)
    y = at(work, 3 * units * padded)
    c = at(y, outputs * padded)
    if not gathered:
        gather(X, sizes[0], order, first, rows, padded, A)
        gather(Y, outputs, order, first, rows, padded, y)
        shares(sample_weight, weighted, order, first, rows, padded, share, c)
    top = forward_block(theta, depth, sizes, rules, passes, A, Z, padded)
    z, a, delta = at(Z, top), at(A, top), at(D, top)
    total = call(loss, (z, a, y, c, delta, settings[depth], outputs, padded, padded))
    if backwards:
        if not canonical:
            s = settings[depth - 1]
            call(pull_backs[depth - 1], (delta, z, a, s, outputs, padded, padded))
        backward_block(
            theta, depth, sizes, count, rules, passes, A, Z, D, gradient, top, padded, fresh
        )
    return total


@inner
def batch_gradient(network, theta, data, order, first, last, share, workspace, thread):
    """Fill this worker's partial gradients and losses of the rows order[first:last]; then wait."""
    worker, workers, barrier = thread
    partials, block, work, work_size, gradients, losses = workspace
    count = network[3]
    own, partial = at(work, worker * work_size), worker
    while partial < partials:
        gradient = at(gradients, partial * count)
        begin, end = first, last
        if partials > 1:
            blocks = (last - first + block - 1) // block
            begin = first + blocks * partial // partials * block
            end = min(first + blocks * (partial + 1) // partials * block, last)
            if begin >= end:
                for p in range(count):
                    gradient[p] = like(share, 0)
        start, loss = begin, 0.0
        while start < end:
            rows = min(block, end - start)
            loss += block_gradient(
                network, theta, data, order, start, rows, share, own, gradient, start == begin
            )
            start += rows
        losses[partial] = loss
        partial += workers
    wait_for_all(barrier, workers)


@inner
def unpack(workspace, thread):
    """Return workspace and thread with pointers for arrays."""
    partials, block, work, gradients, losses = workspace
    worker, workers, barrier = thread
    numbers = (start_of(work), work.shape[1], start_of(gradients), start_of(losses))
    return (partials, block, *numbers), (worker, workers, start_of(barrier))


@entry
def full_gradient(network, theta, rows, order, backwards, workspace, thread):
    """Fill losses with the parts of L and, if `backwards`, gradients[0] with ∂L/∂θ.

    `rows` is (X, Y, c); `workspace` (partials, block, work, gradients, losses); `thread` (worker,
    workers, barrier).
    """
    X, Y, c = rows
    net = pointers_of(network)
    data = (start_of(X), start_of(Y), start_of(c), True, False, backwards)
    workspace, thread = unpack(workspace, thread)
    partials, _, _, _, g, _ = workspace
    worker, workers, _ = thread
    one = like(theta[0], 1)
    batch_gradient(
        net, start_of(theta), data, start_of(order), 0, order.size, one, workspace, thread
    )
    count = theta.size
    for p in range(count * worker // workers, count * (worker + 1) // workers):
        for partial in range(1, partials):
            g[p] += g[partial * count + p]


@entry
def descend(network, descent, rows, epochs, steps, update, workspace, epoch_losses, thread):
    """Take the steps steps[0] … steps[1] − 1 of some epochs; one update a batch.

    `descent` is (θ, slots); `rows` (X, Y, weights, weighted); `epochs` (orders, batch, mean,
    weight_sum); `update` (address of the rule, coefficients of each step, λ, penalty shares). The
    last batch of an epoch may be smaller; it carries ``penalty_shares[1]`` of the penalty, the
    others ``penalty_shares[0]``.
    """
    theta, slots = descent
    X, Y, sample_weight, weighted = rows
    orders, batch, mean, weight_sum = epochs
    rule, coefficients, penalty, penalty_shares = update
    net = pointers_of(network)
    workspace, thread = unpack(workspace, thread)
    partials, block, _, _, gradients, losses = workspace
    worker, workers, barrier = thread
    m, count = orders.shape[1], theta.size
    stay = batch >= m and partials == 1 and batch <= block  # a full batch in one block
    batches = (m + batch - 1) // batch
    own_first = count * worker // workers
    own_count = count * (worker + 1) // workers - own_first
    parameters, one = start_of(theta), like(theta[0], 1)
    own = at(parameters, own_first)
    first_slot = at(start_of(slots), own_first)
    second_slot = at(start_of(slots), count + own_first)
    own_penalty, g = at(start_of(penalty), own_first), at(gradients, own_first)
    loss_part, width = 1 / weight_sum, coefficients.shape[1]
    x, y, row_weights = start_of(X), start_of(Y), start_of(sample_weight)
    epoch, first = steps[0] // batches, steps[0] % batches * batch
    order = at(start_of(orders), epoch * m)
    for step in range(steps[1] - steps[0]):
        last = min(first + batch, m)
        rows_weight = float(last - first)
        if weighted:
            rows_weight = 0.0
            for r in range(first, last):
                rows_weight += sample_weight[order[r]]
        share = like(one, 1 / rows_weight if mean and rows_weight > 0 else 1)
        data = (x, y, row_weights, weighted, stay and step > 0, True)
        batch_gradient(net, parameters, data, order, first, last, share, workspace, thread)
        for partial in range(1, partials):
            more = at(g, partial * count)
            for p in range(own_count):
                g[p] += more[p]
        if worker == 0:
            loss = losses[0]
            for partial in range(1, partials):
                loss += losses[partial]
            epoch_losses[epoch] += loss * (rows_weight * loss_part) if mean else loss
        c = at(start_of(coefficients), 0 if coefficients.shape[0] == 1 else step * width)
        part = like(one, penalty_shares[1 if last == m else 0])
        call(rule, (own, g, first_slot, second_slot, own_penalty, part, c, own_count))
        wait_for_all(barrier, workers)
        first = last
        if first == m:
            first, epoch, order = 0, epoch + 1, at(order, m)


@entry
def predict(network, theta, X, out, block, work):
    """Fill out (m, K) with the outputs for the rows of X (m, n₀)."""
    depth, sizes, units, _, rules, passes = pointers_of(network)
    outputs, inputs = sizes[depth], sizes[0]
    x, A, result = start_of(X), start_of(work), start_of(out)
    first, m = 0, X.shape[0]
    while first < m:
        rows = min(block, m - first)
        padded = whole_vectors(rows, passes)
        table, Z = at(x, first * inputs), at(A, units * padded)
        for i in range(inputs):
            column, target = at(table, i), at(A, i * padded)
            for r in range(rows):
                target[r] = column[r * inputs]
            for r in range(rows, padded):
                target[r] = like(theta[0], 0)
        top = forward_block(start_of(theta), depth, sizes, rules, passes, A, Z, padded)
        a = at(A, top)
        for r in range(rows):
            for k in range(outputs):
                result[(first + r) * outputs + k] = a[k * padded + r]
        first += rows
