"""The products of a first layer whose inputs are sparse: entry by entry, in columns of vectors.

A few vectors of a result stay in registers while all entries that belong to it are added up, each
times its row of the other factor. Columns come outermost, so that what is read again and again is
a narrow strip of that factor, which fits into cache.
"""

from clearprop.engine.compilation import inner, leaf
from clearprop.engine.lanes import lane_count, load, plus_product, rolled, store
from clearprop.engine.pointers import at, like

STRIP = 4
"""Vectors that are added up at once."""
LISTED = 256
"""Rows of which entries are listed by column at once, for a gradient."""


@leaf
def add_combination(numbers, places, count, M, width, out):
    """Add Σₖ numbers[k] M[places[k] width + j] to out[j], for the columns j of one strip."""
    lanes = lane_count(out)
    s0, s1, s2, s3 = load(out, 0), load(out, lanes), load(out, 2 * lanes), load(out, 3 * lanes)
    for k in range(count):
        rolled()
        x, m = numbers[k], at(M, places[k] * width)
        s0 = plus_product(s0, x, load(m, 0))
        s1 = plus_product(s1, x, load(m, lanes))
        s2 = plus_product(s2, x, load(m, 2 * lanes))
        s3 = plus_product(s3, x, load(m, 3 * lanes))
    store(s0, out, 0)
    store(s1, out, lanes)
    store(s2, out, 2 * lanes)
    store(s3, out, 3 * lanes)


@inner
def add_rest(numbers, places, count, M, width, columns, out):
    """Do the same for fewer columns than a strip has."""
    for k in range(count):
        x, m = numbers[k], at(M, places[k] * width)
        for j in range(columns):
            out[j] += x * m[j]


@inner
def sparse_sums(table, order, rows, W, n_out, z):
    """Add x W to each row of z (rows × n_out), where x is the row order[r] of a sparse table."""
    numbers, starts, columns, _ = table
    strip = STRIP * lane_count(z)
    for j in range(0, n_out, strip):
        for r in range(rows):
            first = starts[order[r]]
            count = starts[order[r] + 1] - first
            own, places = at(numbers, first), at(columns, first)
            w, out = at(W, j), at(z, r * n_out + j)
            if j + strip <= n_out:
                add_combination(own, places, count, w, n_out, out)
            else:
                add_rest(own, places, count, w, n_out, n_out - j, out)


@inner
def sparse_gradient(table, order, rows, tile, delta, n_out, gradient, keep, lists):
    """Fill `gradient` (many × n_out) with Σᵣ x[r, i] δ[r, j] for `many` columns i from `first` on.

    `tile` is (first, many); `lists` has memory for the entries of some rows by column, and for
    their error terms.
    """
    first, many = tile
    strip = STRIP * lane_count(gradient)
    if keep == 0:
        for p in range(many * n_out):
            gradient[p] = like(gradient[0], 0)
    for start in range(0, rows, LISTED):
        rows_here = min(LISTED, rows - start)
        list_columns(table, at(order, start), rows_here, first, many, lists)
        numbers, places, ends, panel = lists
        for j in range(0, n_out, strip):
            columns, begin = min(strip, n_out - j), 0
            for r in range(rows_here):  # rows a power of 2 apart would drive each other from cache
                for k in range(columns):
                    panel[r * columns + k] = delta[(start + r) * n_out + j + k]
            for i in range(many):
                own, own_places, count = at(numbers, begin), at(places, begin), ends[i] - begin
                out = at(gradient, i * n_out + j)
                if columns == strip:
                    add_combination(own, own_places, count, panel, strip, out)
                else:
                    add_rest(own, own_places, count, panel, columns, columns, out)
                begin = ends[i]


@inner
def list_columns(table, order, rows, first, many, lists):
    """Fill the lists with the entries of `many` columns from `first` on: numbers, rows, ends."""
    numbers, starts, columns, _ = table
    listed, places, ends, _ = lists
    for i in range(many + 1):
        ends[i] = 0
    for r in range(rows):
        k, end = first_entry(table, order[r], first), starts[order[r] + 1]
        while k < end and columns[k] < first + many:
            ends[columns[k] - first + 1] += 1
            k += 1
    for i in range(many):
        ends[i + 1] += ends[i]
    for r in range(rows):  # ends[i] is where the next entry goes, in the end where the last went
        k, end = first_entry(table, order[r], first), starts[order[r] + 1]
        while k < end and columns[k] < first + many:
            place = ends[columns[k] - first]
            listed[place], places[place] = numbers[k], r
            ends[columns[k] - first] = place + 1
            k += 1


@inner
def first_entry(table, row, first):
    """Return the place of the first entry of a row whose column is not before `first`."""
    _, starts, columns, _ = table
    low, high = starts[row], starts[row + 1]
    while low < high:  # the columns of a row ascend
        middle = (low + high) // 2
        if columns[middle] < first:
            low = middle + 1
        else:
            high = middle
    return low
