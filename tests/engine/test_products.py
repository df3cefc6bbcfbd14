"""Matrix products of compiled code against NumPy's, in twice the precision where there is one."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numba import njit

from clearprop.engine.pointers import start_of
from clearprop.engine.products import (
    DEPTH,
    PAGE,
    add_square,
    multiply,
    of_worker,
    products_for,
)

PRECISION = {"float32": 1e-6, "float64": 2e-15}
sizes = st.integers(1, 130)


@njit
def compiled_product(products, A, a_row, a_step, B, b_row, b_step, C, c_row, shape, keep):
    own = of_worker(products, 0)
    a, b, c = start_of(A), start_of(B), start_of(C)
    multiply(own, a, a_row, a_step, b, b_row, b_step, c, c_row, shape[0], shape[1], shape[2], keep)


@njit
def compiled_square(products, A, C):
    add_square(of_worker(products, 0), start_of(A), A.shape[0], A.shape[1], start_of(C))


def product(A, B, C, *, keep=False):
    """Do as compiled code does: C = A B (+ C); A and B may be transposed views."""
    steps = [[step // C.itemsize for step in matrix.strides] for matrix in (A, B, C)]
    shape = (*C.shape, A.shape[1])
    products = products_for(1, str(C.dtype))
    compiled_product(products, A, *steps[0], B, *steps[1], C, steps[2][0], shape, int(keep))


def matrix(random, rows, columns, transposed, dtype):
    shape = (columns, rows) if transposed else (rows, columns)
    values = random.normal(size=shape).astype(dtype)
    return values.T if transposed else values


@pytest.mark.parametrize("dtype", PRECISION)
@settings(deadline=None, max_examples=60)
@example(rows=40, columns=PAGE // 4, depth=9, transposed=(False, False), keep=True, seed=0)
@given(
    rows=sizes,
    columns=sizes,
    depth=st.one_of(sizes, st.sampled_from([DEPTH, DEPTH + 1, 2 * DEPTH + 7])),
    transposed=st.tuples(st.booleans(), st.booleans()),
    keep=st.booleans(),
    seed=st.integers(0, 99),
)
def test_product_of_any_size(dtype, rows, columns, depth, transposed, keep, seed):
    random = np.random.default_rng(seed)
    A = matrix(random, rows, depth, transposed[0], dtype)
    B = matrix(random, depth, columns, transposed[1], dtype)
    frame = random.normal(size=(rows + 2, columns + 3)).astype(dtype)
    before = frame.copy()
    product(A, B, frame[1:-1, 1:-2], keep=keep)
    exact = A.astype("longdouble") @ B.astype("longdouble")
    wanted = before.astype("longdouble")
    wanted[1:-1, 1:-2] = exact + (wanted[1:-1, 1:-2] if keep else 0)
    size = np.abs(A) @ np.abs(B) + 1
    error = np.abs(frame - wanted)
    assert (error[1:-1, 1:-2] <= PRECISION[dtype] * size * np.sqrt(depth)).all()
    error[1:-1, 1:-2] = 0
    assert not error.any()  # nothing is written beside the result


@pytest.mark.parametrize("dtype", PRECISION)
@settings(deadline=None, max_examples=20)
@given(rows=sizes, depth=sizes, seed=st.integers(0, 99))
def test_square_fills_the_upper_triangle(dtype, rows, depth, seed):
    A = np.random.default_rng(seed).normal(size=(rows, depth)).astype(dtype)
    C = np.zeros((rows, rows), dtype)
    compiled_square(products_for(1, dtype), A, C)
    wanted = A @ A.T
    scale = np.abs(A) @ np.abs(A.T) * PRECISION[dtype] * 4
    assert (np.abs(C - wanted) <= scale)[np.triu_indices(rows)].all()


def test_same_rows_whatever_stands_beside_them():
    """A row of the result depends on its row of A alone, so that threads may share rows out."""
    random = np.random.default_rng(0)
    A, B = random.normal(size=(101, 37)), random.normal(size=(37, 61))
    whole, part = np.zeros((101, 61)), np.zeros((13, 61))
    product(A, B, whole)
    product(A[88:], B, part)
    assert (whole[88:] == part).all()
