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
def one_blas_thread() -> Any:
    """Return threadpoolctl's controller of the BLAS libraries that are loaded now.

    OpenBLAS spins while it waits: with its own threads beside ours it can be 100 times slower.
    """
    import scipy.linalg.cython_blas  # noqa: F401  loads SciPy's BLAS, so that it is controlled
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


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
        int32, byte = ir.IntType(32), ir.IntType(8)
        float_type = context.get_value_type(number)

        def place(value):
            return cgutils.alloca_once_value(builder, value)

        def whole(value):
            return place(builder.trunc(value, int32))

        def letter(transposed):
            yes, no = ir.Constant(byte, ord("T")), ir.Constant(byte, ord("N"))
            return place(builder.select(builder.trunc(transposed, ir.IntType(1)), yes, no))

        one, zero = ir.Constant(float_type, 1.0), ir.Constant(float_type, 0.0)
        beta = builder.select(builder.trunc(keep, ir.IntType(1)), one, zero)
        # BLAS is column-major, where a row-major C = A B reads Cᵀ = Bᵀ Aᵀ
        passed = [
            letter(b_t), letter(a_t), whole(n), whole(m), whole(k), place(one), b, whole(b_stride),
            a, whole(a_stride), place(beta), c, whole(c_stride),
        ]  # fmt: skip
        function = ir.FunctionType(ir.VoidType(), [value.type for value in passed])
        builder.call(builder.inttoptr(address, function.as_pointer()), passed)
        return context.get_dummy_value()

    return signature, generate
