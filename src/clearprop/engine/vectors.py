"""Vectors of numbers, as many as a register of this processor holds, for compiled code.

Numba's loops leave it to the compiler what becomes a vector. Here vectors are named, for loops in
which each of them must stay in its register.
"""

import math
import platform

import numpy as np

from clearprop._typing import FloatArray
from clearprop.engine.numba_compat import (
    cpu_features,
    get_or_insert_function,
    intrinsic,
    ir,
    nothing,
    pointer_to,
    types,
    value_type,
)
from clearprop.engine.pointers import INT


def _registers() -> tuple[int, int]:
    """Return the bytes of a vector register that Numba compiles for, and how many there are."""
    features = cpu_features()
    if "+avx512f" in features:
        return 64, 32
    if "+avx2" in features:
        return 32, 16
    return 16, 32 if platform.machine() in {"aarch64", "arm64"} else 16


REGISTER_BYTES, REGISTERS = _registers()
CACHE_LINE = 64
"""Bytes; no register is longer."""

WHOLE, _HALF = ir.IntType(64), ir.IntType(32)


class Vectors:
    """Loads, stores and sums of vectors of one type of number, or of their first numbers only."""

    def __init__(self, context, builder, number, count=None):
        self.scalar = value_type(context, number)
        self.builder = builder
        self.bytes = number.bitwidth // 8
        self.lanes = REGISTER_BYTES // self.bytes
        self.type = ir.VectorType(self.scalar, self.lanes)
        self.zero = ir.Constant(self.type, [ir.Constant(self.scalar, 0.0)] * self.lanes)
        self.used = None if count is None else self._first(count)

    def load(self, pointer, number=0):
        """Return the vector at this number of vectors behind a pointer; 0 where it is not used."""
        place = self._place(pointer, number)
        if self.used is None:
            return self.builder.load(place, align=self.bytes)
        kinds = [place.type, _HALF, self.used.type, self.type]
        load = self._intrinsic("load", ir.FunctionType(self.type, kinds))
        return self.builder.call(load, [place, _HALF(self.bytes), self.used, self.zero])

    def store(self, vector, pointer, number=0):
        """Write a vector to where `load` would find it."""
        place = self._place(pointer, number)
        if self.used is None:
            self.builder.store(vector, place, align=self.bytes)
            return
        kinds = [self.type, place.type, _HALF, self.used.type]
        store = self._intrinsic("store", ir.FunctionType(ir.VoidType(), kinds))
        self.builder.call(store, [vector, place, _HALF(self.bytes), self.used])

    def filled(self, scalar):
        """Return a vector of one number."""
        nothing = ir.Constant(self.type, ir.Undefined)
        one = self.builder.insert_element(nothing, scalar, _HALF(0))
        return self._picked(one, nothing, [0] * self.lanes)

    def multiply_add(self, a, b, c):
        """Return a b + c."""
        product = self.builder.fmul(a, b, flags=("contract",))
        return self.builder.fadd(product, c, flags=("contract",))

    def exchanged(self, upper, lower, apart):
        """Return two rows after blocks of `apart` numbers beside the diagonal changed places."""
        lanes = range(self.lanes)
        first = [n if not n & apart else self.lanes + n - apart for n in lanes]
        second = [n + apart if not n & apart else self.lanes + n for n in lanes]
        return self._picked(upper, lower, first), self._picked(upper, lower, second)

    def _first(self, count):
        """Return the mask of the first `count` numbers."""
        kind = ir.VectorType(WHOLE, self.lanes)
        nothing = ir.Constant(kind, ir.Undefined)
        one = self.builder.insert_element(nothing, count, _HALF(0))
        counts = self.builder.shuffle_vector(one, nothing, self._places([0] * self.lanes))
        numbers = ir.Constant(kind, [WHOLE(n) for n in range(self.lanes)])
        return self.builder.icmp_signed("<", numbers, counts)

    def _place(self, pointer, number):
        start = self.builder.gep(pointer, [WHOLE(number * self.lanes)])
        return self.builder.bitcast(start, pointer_to(self.type))

    def _picked(self, upper, lower, places):
        return self.builder.shuffle_vector(upper, lower, self._places(places))

    def _places(self, places):
        return ir.Constant(ir.VectorType(_HALF, self.lanes), [_HALF(place) for place in places])

    def _intrinsic(self, name, kind):
        full = f"llvm.masked.{name}.v{self.lanes}f{8 * self.bytes}.p0"
        return get_or_insert_function(self.builder.module, kind, full)


@intrinsic
def transpose_square(typing_context, source, source_row, target, target_row):
    """Fill a square of as many numbers as a vector has, on either side, with its transpose.

    Rows of the two are `source_row` and `target_row` apart. Halves are exchanged between rows that
    are half a square apart, then quarters, and so on.
    """
    signature = types.void(source, INT, source, INT)

    def generate(context, builder, signature, arguments):
        source, source_row, target, target_row = arguments
        vectors = Vectors(context, builder, signature.args[0].dtype)
        side = vectors.lanes

        def row_of(pointer, distance, number):
            return builder.gep(pointer, [builder.mul(distance, WHOLE(number))])

        rows = [vectors.load(row_of(source, source_row, number)) for number in range(side)]
        apart = side // 2
        while apart:
            for upper in (number for number in range(side) if not number & apart):
                rows[upper], rows[upper + apart] = vectors.exchanged(
                    rows[upper], rows[upper + apart], apart
                )
            apart //= 2
        for number, row in enumerate(rows):
            vectors.store(row, row_of(target, target_row, number))
        return nothing(context)

    return signature, generate


def vector_length(dtype: str) -> int:
    """Return how many numbers a vector register holds."""
    return REGISTER_BYTES // (4 if dtype == "float32" else 8)


def aligned(shape: tuple[int, ...], dtype: str) -> FloatArray:
    """Return an empty array that begins with a cache line, so that no vector lies across two."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + CACHE_LINE, np.uint8)
    start = -memory.__array_interface__["data"][0] % CACHE_LINE
    return memory[start : start + size].view(dtype).reshape(shape)
