"""Matrix products of compiled code: C = A B (+ C), from tiles that stay in registers.

A matrix is a pointer and the distances between its rows and between its columns, one of which is 1:
a transpose is the same numbers with the distances exchanged. Where it pays, some columns of B are
copied into a panel, whose rows all rows of A then find side by side in the core's own cache.

BLAS libraries do the same, but check and copy more, which small matrices feel.
"""

from functools import cache

from clearprop._typing import FloatArray
from clearprop.engine.compilation import PLAIN, inner
from clearprop.engine.numba_compat import NoAlias, address_of, types
from clearprop.engine.pointers import INT, at, call, start_of
from clearprop.engine.tile import HEIGHT, WIDTH, narrow_tile, wide_tile
from clearprop.engine.vectors import (
    REGISTER_BYTES,
    aligned,
    transpose_square,
    vector_length,
)

DEPTH = 1024
"""Rows of a panel, so that it stays in cache."""
FEW_ROWS = 2 * HEIGHT
"""Rows of A up to which B is read where it lies: a panel would be used too few times."""
PAGE = 4096
"""Bytes between rows of B from which each is on a page of its own, which takes time to find."""


@inner
def fill_panel(B, b_row, b_step, columns, depth, lanes, panel):
    """Copy depth × columns numbers of B to where the rows lie one after the other."""
    if b_step == 1:
        for k in range(depth):
            row, copy = at(B, k * b_row), at(panel, k * columns)
            for j in range(columns):
                copy[j] = row[j]
    else:
        across, down = columns // lanes * lanes, depth // lanes * lanes
        for j in range(0, across, lanes):
            for k in range(0, down, lanes):
                square = at(B, j * b_step + k * b_row)
                transpose_square(square, b_step, at(panel, k * columns + j), columns)
        for j in range(columns):
            for k in range(down if j < across else 0, depth):
                panel[k * columns + j] = B[k * b_row + j * b_step]


def _product(
    A, a_row, a_step, B, b_row, b_step, C, c_row, rows, columns, depth, keep, upper, panel, lanes
):  # fmt: skip
    wide, far = WIDTH * lanes, b_row * REGISTER_BYTES >= PAGE * lanes
    for start in range(0, depth, DEPTH):
        deep, more = min(DEPTH, depth - start), keep != 0 or start > 0
        left, right = at(A, start * a_step), at(B, start * b_row)
        first = 0
        while first < columns:
            many = wide if columns - first >= wide else min(lanes, columns - first)
            end = min(rows, first + many) if upper != 0 else rows
            b, b_apart = at(right, first * b_step), b_row
            if b_step != 1 or (far and end > FEW_ROWS):
                fill_panel(b, b_row, b_step, many, deep, lanes, panel)
                b, b_apart = panel, many
            for r in range(0, end, HEIGHT):
                tall = min(HEIGHT, end - r)
                a, c = at(left, r * a_row), at(C, r * c_row + first)
                if many == wide:
                    wide_tile(a, a_row, a_step, b, b_apart, c, c_row, tall, many, deep, more)
                else:
                    narrow_tile(a, a_row, a_step, b, b_apart, c, c_row, tall, many, deep, more)
            first += many
    return 0.0


@inner
def of_worker(products, worker):
    """Return the product with the panel of one worker."""
    address, panels, lanes = products
    return address, at(start_of(panels), worker * panels.shape[1]), lanes


@inner
def multiply(
    product, A, a_row, a_step, B, b_row, b_step, C, c_row, rows, columns, depth, keep
):  # fmt: skip
    """Set C = A B (+ C if `keep`): C rows × columns, A rows × depth, B depth × columns.

    `product` is what `of_worker` returns.
    """
    address, panel, lanes = product
    call(address, (
        A, a_row, a_step, B, b_row, b_step, C, c_row, rows, columns, depth, keep, 0, panel, lanes
    ))  # fmt: skip


@inner
def add_square(product, A, rows, columns, C):
    """Add A Aᵀ to C, at least to its upper triangle: A rows × columns, C rows × rows, no gaps."""
    address, panel, lanes = product
    call(address, (
        A, columns, 1, A, 1, columns, C, rows, rows, rows, columns, 1, 1, panel, lanes
    ))  # fmt: skip


@cache
def product_address(dtype: str) -> int:
    """Return the address of the compiled product for a type."""
    number = types.float32 if dtype == "float32" else types.float64
    pointer = types.CPointer(number)
    signature = types.float64(
        pointer, INT, INT, pointer, INT, INT, pointer, INT, INT, INT, INT, INT, INT,
        pointer, INT,
    )  # fmt: skip
    return address_of(signature, _product, PLAIN | {"pipeline_class": NoAlias})


def products_for(workers: int, dtype: str) -> tuple[int, FloatArray, int]:
    """Return the address of the product, a panel for each worker, and the length of a vector.

    The panels have the shape (workers, numbers).
    """
    lanes = vector_length(dtype)
    return product_address(dtype), aligned((workers, DEPTH * WIDTH * lanes), dtype), lanes
