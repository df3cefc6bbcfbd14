"""Matrix products of compiled code against NumPy's, in twice the precision where there is one."""

import ctypes

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clearprop.backprop.compiled.products import DEPTH, PAGE, products_for

PRECISION = {"float32": 1e-6, "float64": 2e-15}
sizes = st.integers(1, 130)


def product(A, B, C, *, keep=False, upper=False):
    """Do as compiled code does: C = A B (+ C); A and B may be transposed views."""
    address, panels, lanes = products_for(1, str(C.dtype))
    number, pointer = ctypes.c_int64, ctypes.c_void_p
    kinds = [pointer, number, number] * 2 + [pointer] + [number] * 6 + [pointer, number]
    steps = [[step // C.itemsize for step in matrix.strides] for matrix in (A, B)]
    ctypes.CFUNCTYPE(ctypes.c_double, *kinds)(address)(
        A.ctypes.data, *steps[0], B.ctypes.data, *steps[1],
        C.ctypes.data, C.strides[0] // C.itemsize, *C.shape, A.shape[1],
        keep, upper, panels.ctypes.data, lanes,
    )  # fmt: skip


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
    product(A, A.T, C, keep=True, upper=True)
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
