"""Tables of which most numbers are 0: only the others are kept, so that zeros cost nothing.

The products of a sparse first layer add the same numbers in the same order as those of a whole one,
but for those that are 0; so what comes out is the same to the bit.
"""

import numpy as np

from clearprop._sparse import Rows
from clearprop._typing import FloatArray
from clearprop.engine.compilation import entry
from clearprop.engine.pointers import at, start_of
from clearprop.engine.threads import run_side_by_side, thread_count

FEW = 0.35
"""The part of all numbers that may differ from 0: with more, whole products are faster."""
WIDEST = 512
"""Units of the first layer up to which it pays: longer rows of W leave the cache too soon."""
ROWS_LOOKED_AT = 256


def without_zeros(X: FloatArray, n_jobs: int | None = None) -> Rows:
    """Return a table, shape (m, n), in CSR format if most of its numbers are 0; else as it is.

    Rows at equal distances tell whether they are.
    """
    some = X[:: max(1, len(X) // ROWS_LOOKED_AT)]
    if np.count_nonzero(some) > FEW * some.size:
        return X
    (m, n), X = X.shape, np.ascontiguousarray(X)
    starts = np.zeros(m + 1, np.int64)
    workers = min(thread_count(n_jobs), m)
    cuts = [m * worker // workers for worker in range(workers + 1)]
    run_side_by_side(workers, lambda w: count_entries(X, starts, cuts[w], cuts[w + 1]))
    np.cumsum(starts, out=starts)
    data, indices = np.empty(starts[-1], X.dtype), np.empty(starts[-1], np.int32)
    run_side_by_side(
        workers, lambda w: copy_entries(X, starts, data, indices, cuts[w], cuts[w + 1])
    )
    from scipy.sparse import csr_array  # loads slowly, and few tables need it

    return csr_array((data, indices, starts), shape=(m, n))


@entry
def count_entries(X, starts, first, last):
    """Fill starts[r + 1] with how many numbers of row r are not 0, for some rows."""
    n = X.shape[1]
    for r in range(first, last):
        row, count = at(start_of(X), r * n), 0
        for i in range(n):
            count += row[i] != 0
        starts[r + 1] = count


@entry
def copy_entries(X, starts, data, indices, first, last):
    """Fill in the numbers of some rows that are not 0, and their columns."""
    n = X.shape[1]
    for r in range(first, last):
        row, k = at(start_of(X), r * n), starts[r]
        for i in range(n):
            if row[i] != 0:
                data[k] = row[i]
                indices[k] = i
                k += 1
