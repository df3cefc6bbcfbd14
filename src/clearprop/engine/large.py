"""Networks of large layers: whole matrix products, rows and parameters shared out to threads.

Samples are rows here. A step has two phases with all threads in each:

1. each block of rows goes forward and backward through all layers; the parameters stand still;
2. each tile of parameters (some rows of one W) gets its gradient from all rows of the batch and
   is moved at once, while it is in cache. No gradient is ever added up over threads.

Sparse inputs are not written out: the products of the first layer take the entries of each row one
by one, forward as multiples of rows of W, backward as multiples of error terms.

Blocks and tiles depend on the sizes only and belong to whichever thread is free, so the result
does not depend on the number of threads.
"""

from clearprop.engine.barrier import wait_for_all
from clearprop.engine.compilation import entry, inner
from clearprop.engine.pointers import at, atomic_add, call, like, start_of
from clearprop.engine.products import multiply, of_worker
from clearprop.engine.sparse_products import sparse_gradient, sparse_sums


@inner
def transpose(source, rows, columns, target):
    """Fill target (columns × rows) with the transpose of source (rows × columns)."""
    for i in range(columns):
        t = at(target, i * rows)
        for r in range(rows):
            t[r] = source[r * columns + i]


@inner
def gather_rows(rows_of, columns, order, first, rows, into):
    """Fill into (rows × columns) with the rows order[first] … of a table."""
    for r in range(rows):
        row, copy = at(rows_of, order[first + r] * columns), at(into, r * columns)
        for i in range(columns):
            copy[i] = row[i]


@inner
def forward_rows(net, theta, table, order, A, Z, batch, first, rows):
    """Fill Z and A of every layer for some rows of the batch; A of the output layer is left out.

    A and Z hold one matrix (batch × n_l) after the other; the inputs are in A already, unless they
    are sparse: then they are the rows order[first] … of the table.
    """
    depth, sizes, values, settings, product, widths = net
    below, weights = 0, 0
    for layer in range(depth):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        above = below + widths[layer] * batch
        W, b = at(theta, weights), at(theta, weights + n_in * n_out)
        a, z = at(A, below + first * widths[layer]), at(Z, above + first * n_out)
        for r in range(rows):
            for j in range(n_out):
                z[r * n_out + j] = b[j]
        if layer == 0 and table[3]:
            sparse_sums(table, at(order, first), rows, W, n_out, z)
        else:
            multiply(product, a, n_in, 1, W, n_out, 1, z, n_out, rows, n_out, n_in, 1)
        if layer < depth - 1:
            next_a = at(A, above + first * n_out)
            call(values[layer], (z, next_a, settings[layer], 1, rows * n_out, rows * n_out))
        below, weights = above, weights + (n_in + 1) * n_out
    return below


@inner
def output_error(net, rules, z, y, c, scratch, rows, delta):
    """Fill delta (rows × K) with the shares times the error term; return Σ c ℓ.

    `y` and the `scratch` of three times K × rows numbers have one sample a column.
    """
    depth, sizes, values, settings, _, _ = net
    loss, canonical, pull_backs = rules
    outputs = sizes[depth]
    z_t, a_t, d_t = scratch, at(scratch, outputs * rows), at(scratch, 2 * outputs * rows)
    transpose(z, rows, outputs, z_t)
    s = settings[depth - 1]
    call(values[depth - 1], (z_t, a_t, s, outputs, rows, rows))
    total = call(loss, (z_t, a_t, y, c, d_t, settings[depth], outputs, rows, rows))
    if not canonical:
        call(pull_backs[depth - 1], (d_t, z_t, a_t, s, outputs, rows, rows))
    transpose(d_t, outputs, rows, delta)
    return total


@inner
def backward_rows(net, pull_backs, theta, count, A, Z, D, batch, top, first, rows):
    """Fill the error terms of the hidden layers for some rows of the batch."""
    depth, sizes, _, settings, product, _ = net
    above, weights = top, count
    for layer in range(depth - 1, 0, -1):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        weights -= (n_in + 1) * n_out
        below = above - n_in * batch
        delta, error = at(D, above + first * n_out), at(D, below + first * n_in)
        W = at(theta, weights)
        multiply(product, delta, n_out, 1, W, 1, n_out, error, n_in, rows, n_in, n_out, 0)
        z, a = at(Z, below + first * n_in), at(A, below + first * n_in)
        s = settings[layer - 1]
        call(pull_backs[layer - 1], (error, z, a, s, 1, rows * n_in, rows * n_in))
        above = below


@inner
def block_of_rows(net, rules, theta, count, data, order, batch, share, memory, first, rows):
    """Take one block of rows forward and, if asked to, backward; return its Σ c ℓ."""
    depth, sizes = net[0], net[1]
    table, Y, sample_weight, weighted, backwards = data
    A, Z, D, y, c, scratch = memory
    outputs = sizes[depth]
    own_c, own_y = at(c, first), at(y, first * outputs)
    own_scratch = at(scratch, 3 * first * outputs)
    if not table[3]:
        gather_rows(table[0], sizes[0], order, first, rows, at(A, first * sizes[0]))
    for k in range(outputs):
        for r in range(rows):
            own_y[k * rows + r] = Y[order[first + r] * outputs + k]
    for r in range(rows):
        own_c[r] = share
    if weighted:
        for r in range(rows):
            own_c[r] *= sample_weight[order[first + r]]
    top = forward_rows(net, theta, table, order, A, Z, batch, first, rows)
    z, delta = at(Z, top + first * outputs), at(D, top + first * outputs)
    total = output_error(net, rules, z, own_y, own_c, own_scratch, rows, delta)
    if backwards:
        backward_rows(net, rules[2], theta, count, A, Z, D, batch, top, first, rows)
    return total


@inner
def tile_gradient(net, tile, table, order, A, D, batch, rows, gradient, keep, lists):
    """Fill `gradient` with that of one tile: rows i of W, or a bias where i is −1."""
    sizes, product, widths = net[1], net[4], net[5]
    layer, first, many = tile[0], tile[1], tile[2]
    n_in, n_out = sizes[layer], sizes[layer + 1]
    below = 0
    for index in range(layer):
        below += widths[index] * batch
    delta = at(D, below + widths[layer] * batch)
    if first >= 0 and layer == 0 and table[3]:
        sparse_gradient(table, order, rows, (first, many), delta, n_out, gradient, keep, lists)
    elif first >= 0:
        a = at(A, below + first)
        multiply(product, a, 1, n_in, delta, n_out, 1, gradient, n_out, many, n_out, rows, keep)
    else:
        if keep == 0:
            for j in range(n_out):
                gradient[j] = like(gradient[0], 0)
        for r in range(rows):
            row = at(delta, r * n_out)
            for j in range(n_out):
                gradient[j] += row[j]


@inner
def rows_in_turn(net, rules, theta, count, data, order, batch, rows, share, memory, block, tickets):
    """Take blocks of rows until none is left."""
    counter, base, losses = tickets
    blocks = (rows + block - 1) // block
    ticket = atomic_add(counter, 1) - base
    while ticket < blocks:
        first = ticket * block
        many = min(block, rows - first)
        losses[ticket] = block_of_rows(
            net, rules, theta, count, data, order, batch, share, memory, first, many
        )
        ticket = atomic_add(counter, 1) - base
    return blocks


@inner
def unpack(network, products, widths, worker):
    """Return the description of a network as pointers, without and with its loss.

    `widths` are the units of each layer for which there is memory: none of the inputs if these are
    sparse.
    """
    sizes, values, pull_backs, loss, canonical, settings, _ = network
    net = (
        sizes.size - 1,
        start_of(sizes),
        start_of(values),
        start_of(settings),
        of_worker(products, worker),
        start_of(widths),
    )
    return net, (loss, canonical, start_of(pull_backs))


@inner
def pointers_of(table):
    """Return a table's numbers, the starts of its rows, their columns, and whether it is sparse.

    Of a table that is not sparse only the numbers are there.
    """
    numbers, starts, columns = table
    return start_of(numbers), start_of(starts), start_of(columns), starts.size > 0


@inner
def lists_of(lists, worker):
    """Return one worker's memory: numbers, their rows, ends of columns, a panel of error terms."""
    numbers, places, ends, panels = lists
    return (
        at(start_of(numbers), worker * numbers.shape[1]),
        at(start_of(places), worker * places.shape[1]),
        at(start_of(ends), worker * ends.shape[1]),
        at(start_of(panels), worker * panels.shape[1]),
    )


@inner
def divide_memory(net, work, batch):
    """Return where A, Z, D, y, c and the scratch of the output layer lie in `work`."""
    depth, sizes, widths = net[0], net[1], net[5]
    units = 0
    for layer in range(depth + 1):
        units += widths[layer]
    size, outputs = units * batch, sizes[depth] * batch
    y = at(work, 3 * size)
    return work, at(work, size), at(work, 2 * size), y, at(y, outputs), at(y, outputs + batch)


@entry
def full_gradient(network, products, theta, rows, order, backwards, workspace, gradient, thread):
    """Fill `losses` with the parts of L and, if `backwards`, `gradient`; chunk by chunk of rows.

    `rows` is (table, Y, c), where the table is (numbers, starts of rows, columns); `workspace`
    (widths, chunk, block, tiles, work, losses, lists); `thread` (worker, workers, barrier,
    counter).
    """
    table, Y, c = rows
    widths, chunk, block, tiles, work, losses, lists = workspace
    worker, workers, barrier, counter = (
        thread[0],
        thread[1],
        start_of(thread[2]),
        start_of(thread[3]),
    )
    net, rules = unpack(network, products, widths, worker)
    table, lists = pointers_of(table), lists_of(lists, worker)
    data = (table, start_of(Y), start_of(c), True, backwards)
    tile_count = tiles.shape[0] if backwards else 0
    memory = divide_memory(net, start_of(work), chunk)
    parameters, base, done = start_of(theta), 0, 0
    one, count = like(theta[0], 1), theta.size
    for start in range(0, order.size, chunk):
        rows_here = min(chunk, order.size - start)
        tickets, own_order = (counter, base, at(start_of(losses), done)), at(start_of(order), start)
        blocks = rows_in_turn(
            net, rules, parameters, count, data, own_order, chunk, rows_here, one, memory, block,
            tickets,
        )  # fmt: skip
        base, done = base + blocks + workers, done + blocks
        wait_for_all(barrier, workers)
        ticket = atomic_add(counter, 1) - base
        while ticket < tile_count:
            tile = at(start_of(tiles), 4 * ticket)
            place = at(start_of(gradient), tile[3])
            keep = 1 if start > 0 else 0
            tile_gradient(
                net, tile, table, own_order, memory[0], memory[2], chunk, rows_here, place, keep,
                lists,
            )  # fmt: skip
            ticket = atomic_add(counter, 1) - base
        base += tile_count + workers
        wait_for_all(barrier, workers)


@entry
def descend(
    network, products, descent, rows, epochs, steps, update, workspace, epoch_losses, thread
):
    """Take the steps steps[0] … steps[1] − 1 of some epochs; one update a batch.

    `rows` is (table, Y, weights, weighted), `workspace` (widths, block, tiles, work, tile_memory,
    losses, lists), `thread` (worker, workers, barrier, counter); see
    `clearprop.engine.small.descend` for the others.
    """
    theta, slots = descent
    table, Y, sample_weight, weighted = rows
    orders, batch, mean, weight_sum = epochs
    rule, coefficients, penalty, penalty_shares = update
    widths, block, tiles, work, tile_memory, losses, lists = workspace
    worker, workers, barrier, counter = (
        thread[0],
        thread[1],
        start_of(thread[2]),
        start_of(thread[3]),
    )
    net, rules = unpack(network, products, widths, worker)
    table, lists = pointers_of(table), lists_of(lists, worker)
    data = (table, start_of(Y), start_of(sample_weight), weighted, True)
    memory = divide_memory(net, start_of(work), batch)
    m, count, one = orders.shape[1], theta.size, like(theta[0], 1)
    batches, width = (m + batch - 1) // batch, coefficients.shape[1]
    parameters, lambdas = start_of(theta), start_of(penalty)
    first_slot, second_slot = start_of(slots), at(start_of(slots), count)
    own = at(start_of(tile_memory), worker * tile_memory.shape[1])
    base, epoch, first = 0, steps[0] // batches, steps[0] % batches * batch
    for step in range(steps[1] - steps[0]):
        order = at(start_of(orders), epoch * m + first)
        rows_here = min(batch, m - first)
        rows_weight = float(rows_here)
        if weighted:
            rows_weight = 0.0
            for r in range(rows_here):
                rows_weight += sample_weight[order[r]]
        share = like(one, 1 / rows_weight if mean and rows_weight > 0 else 1)
        tickets = (counter, base, start_of(losses))
        blocks = rows_in_turn(
            net, rules, parameters, count, data, order, batch, rows_here, share, memory, block,
            tickets,
        )  # fmt: skip
        base += blocks + workers
        wait_for_all(barrier, workers)
        if worker == 0:
            loss = 0.0
            for index in range(blocks):
                loss += losses[index]
            epoch_losses[epoch] += loss * rows_weight / weight_sum if mean else loss
        c = at(start_of(coefficients), 0 if coefficients.shape[0] == 1 else step * width)
        part = like(one, penalty_shares[1 if first + rows_here == m else 0])
        ticket = atomic_add(counter, 1) - base
        while ticket < tiles.shape[0]:
            tile = at(start_of(tiles), 4 * ticket)
            tile_gradient(
                net, tile, table, order, memory[0], memory[2], batch, rows_here, own, 0, lists
            )
            n_out, p = net[1][tile[0] + 1], tile[3]
            size = tile[2] * n_out if tile[1] >= 0 else n_out
            slot, other_slot, decay = at(first_slot, p), at(second_slot, p), at(lambdas, p)
            call(rule, (at(parameters, p), own, slot, other_slot, decay, part, c, size))
            ticket = atomic_add(counter, 1) - base
        base += tiles.shape[0] + workers
        wait_for_all(barrier, workers)
        first += rows_here
        if first == m:
            first, epoch = 0, epoch + 1


@entry
def predict(network, products, theta, table, order, out, widths, chunk, work, thread):
    """Fill out (m, K) with the outputs for the rows of a table, one worker's chunks of them."""
    worker, workers = thread
    net, _ = unpack(network, products, widths, worker)
    depth, sizes, values, settings, _, _ = net
    table = pointers_of(table)
    memory = divide_memory(net, at(start_of(work), worker * work.shape[1]), chunk)
    A, Z, scratch = memory[0], memory[1], memory[5]
    inputs, outputs = sizes[0], sizes[depth]
    for start in range(worker * chunk, order.size, workers * chunk):
        rows = min(chunk, order.size - start)
        if not table[3]:
            source = at(table[0], start * inputs)
            for n in range(rows * inputs):
                A[n] = source[n]
        own_order = at(start_of(order), start)
        top = forward_rows(net, start_of(theta), table, own_order, A, Z, chunk, 0, rows)
        z_t, a_t = scratch, at(scratch, outputs * rows)
        transpose(at(Z, top), rows, outputs, z_t)
        call(values[depth - 1], (z_t, a_t, settings[depth - 1], outputs, rows, rows))
        transpose(a_t, outputs, rows, at(start_of(out), start * outputs))
