"""Matrix products of compiled code, by the BLAS that SciPy brings.

Matrices here are row-major (C order), `rows × columns` with the distance `stride` between rows.
"""

from functools import cache
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import get_cython_function_address

from clearprop.backprop.compiled.compilation import intrinsic
from clearprop.backprop.compiled.pointers import INT


@cache
def gemm_address(dtype: str) -> int:
    """Return the address of BLAS's general matrix product for this type."""
    name = "sgemm" if dtype == "float32" else "dgemm"
    return get_cython_function_address("scipy.linalg.cython_blas", name)


@cache
def syrk_address(dtype: str) -> int:
    """Return the address of BLAS's symmetric rank-k update for this type."""
    name = "ssyrk" if dtype == "float32" else "dsyrk"
    return get_cython_function_address("scipy.linalg.cython_blas", name)


@cache
def one_blas_thread() -> Any:
    """Return threadpoolctl's controller of the BLAS libraries that are loaded now.

    OpenBLAS spins while it waits: with its own threads beside ours it can be 100 times slower.
    """
    import scipy.linalg.cython_blas  # noqa: F401  loads SciPy's BLAS, so that it is controlled
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _place(builder, value):
    """Return where a value lies: BLAS takes every argument by its address."""
    return cgutils.alloca_once_value(builder, value)


def _whole(builder, value):
    return _place(builder, builder.trunc(value, ir.IntType(32)))


def _letter(builder, letter):
    return _place(builder, ir.Constant(ir.IntType(8), ord(letter)))


def _bit(builder, value):
    return builder.trunc(value, ir.IntType(1))


def _call(builder, address, passed):
    function = ir.FunctionType(ir.VoidType(), [value.type for value in passed])
    builder.call(builder.inttoptr(address, function.as_pointer()), passed)


@intrinsic
def add_gram(typing_context, address, A, rows, columns, C):
    """Add A Aᵀ to the upper triangle of C: A rows × columns, C rows × rows."""
    signature = types.void(INT, A, INT, INT, C)

    def generate(context, builder, signature, arguments):
        address, a, n, k, c = arguments
        one = _place(builder, ir.Constant(context.get_value_type(A.dtype), 1.0))
        # BLAS is column-major: it sees Aᵀ, and the lower triangle
        passed = [
            _letter(builder, "L"), _letter(builder, "T"), _whole(builder, n), _whole(builder, k),
            one, a, _whole(builder, k), one, c, _whole(builder, n),
        ]  # fmt: skip
        _call(builder, address, passed)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def multiply(
    typing_context, address, A, A_transposed, A_stride, B, B_transposed, B_stride, C, C_stride,
    rows, columns, depth, keep,
):  # fmt: skip
    """Set C = A B (+ C if `keep`): C rows × columns, A rows × depth, B depth × columns.

    A matrix that is transposed lies in memory as its transpose.
    """
    pointer, number = A, A.dtype
    flags = (types.boolean, INT)
    signature = types.void(
        INT, pointer, *flags, pointer, *flags, pointer, INT, INT, INT, INT, types.boolean
    )

    def generate(context, builder, signature, arguments):
        address, a, a_t, a_stride, b, b_t, b_stride, c, c_stride, m, n, k, keep = arguments
        float_type = context.get_value_type(number)

        def letter(transposed):
            yes, no = (ir.Constant(ir.IntType(8), ord(name)) for name in "TN")
            return _place(builder, builder.select(_bit(builder, transposed), yes, no))

        one, zero = ir.Constant(float_type, 1.0), ir.Constant(float_type, 0.0)
        beta = builder.select(_bit(builder, keep), one, zero)
        # BLAS is column-major, where a row-major C = A B reads Cᵀ = Bᵀ Aᵀ
        passed = [
            letter(b_t), letter(a_t), _whole(builder, n), _whole(builder, m), _whole(builder, k),
            _place(builder, one), b, _whole(builder, b_stride), a, _whole(builder, a_stride),
            _place(builder, beta), c, _whole(builder, c_stride),
        ]  # fmt: skip
        _call(builder, address, passed)
        return context.get_dummy_value()

    return signature, generate
