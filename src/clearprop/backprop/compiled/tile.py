"""The innermost loop of a matrix product: a small tile of the result, held in registers.

A tile is `HEIGHT` rows by some vectors. Each turn of the loop takes a column of the left factor and
a row of the right one: HEIGHT + width loads for HEIGHT · width multiplications of whole vectors, so
that the processor multiplies rather than waits for memory.

Source: Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", 2008, section 4.
"""

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils

from clearprop.backprop.compiled.compilation import intrinsic
from clearprop.backprop.compiled.pointers import INT


def _registers() -> tuple[int, int]:
    """Return the bytes of a vector register of this processor, and how many there are."""
    features = binding.get_host_cpu_features()
    if features.get("avx512f", False):
        return 64, 32
    return (32, 16) if features.get("avx2", False) else (16, 16)


REGISTER_BYTES, REGISTERS = _registers()
WIDTH = 3
"""Vectors of a wide tile."""
HEIGHT = 8 if REGISTERS == 32 else 4
"""Rows of a tile: with its vectors, its row and a number they fill the registers."""

_whole, _half = ir.IntType(64), ir.IntType(32)


class _Vectors:
    """Loads, stores and sums of vectors of one type of number, or of their first numbers only."""

    def __init__(self, context, builder, number, count=None):
        self.scalar = context.get_value_type(number)
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
        kinds = [place.type, _half, self.used.type, self.type]
        load = self._intrinsic("load", ir.FunctionType(self.type, kinds))
        return self.builder.call(load, [place, _half(self.bytes), self.used, self.zero])

    def store(self, vector, pointer, number=0):
        """Write a vector to where `load` would find it."""
        place = self._place(pointer, number)
        if self.used is None:
            self.builder.store(vector, place, align=self.bytes)
            return
        kinds = [self.type, place.type, _half, self.used.type]
        store = self._intrinsic("store", ir.FunctionType(ir.VoidType(), kinds))
        self.builder.call(store, [vector, place, _half(self.bytes), self.used])

    def filled(self, scalar):
        """Return a vector of one number."""
        nothing = ir.Constant(self.type, ir.Undefined)
        one = self.builder.insert_element(nothing, scalar, _half(0))
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
        kind = ir.VectorType(_whole, self.lanes)
        nothing = ir.Constant(kind, ir.Undefined)
        one = self.builder.insert_element(nothing, count, _half(0))
        counts = self.builder.shuffle_vector(one, nothing, self._places([0] * self.lanes))
        numbers = ir.Constant(kind, [_whole(n) for n in range(self.lanes)])
        return self.builder.icmp_signed("<", numbers, counts)

    def _place(self, pointer, number):
        start = self.builder.gep(pointer, [_whole(number * self.lanes)])
        return self.builder.bitcast(start, self.type.as_pointer())

    def _picked(self, upper, lower, places):
        return self.builder.shuffle_vector(upper, lower, self._places(places))

    def _places(self, places):
        return ir.Constant(ir.VectorType(_half, self.lanes), [_half(place) for place in places])

    def _intrinsic(self, name, kind):
        full = f"llvm.masked.{name}.v{self.lanes}f{8 * self.bytes}.p0"
        return cgutils.get_or_insert_function(self.builder.module, kind, full)


def _tile(width, whole):
    """Return the tile of so many vectors, `whole` ones, or one vector of which some are used."""

    @intrinsic
    def tile(typing_context, a, a_row, a_step, b, b_row, c, c_row, rows, columns, depth, keep):
        """Set rows × columns numbers of C to A B (+ what is there, if `keep`).

        A is rows × depth with the distances `a_row` and `a_step` between its rows and columns, B is
        depth × columns; the rows of B and C are `b_row` and `c_row` apart.
        """
        signature = types.void(a, INT, INT, a, INT, a, INT, INT, INT, INT, types.boolean)

        def generate(context, builder, signature, arguments):
            a, a_row, a_step, b, b_row, c, c_row, rows, columns, depth, keep = arguments
            number = signature.args[0].dtype
            vectors = _Vectors(context, builder, number, None if whole else columns)
            last = builder.sub(rows, _whole(1))
            # rows that the tile has too many repeat its last one
            own = [
                builder.select(builder.icmp_signed("<", last, _whole(p)), last, _whole(p))
                for p in range(HEIGHT)
            ]
            left = [builder.gep(a, [builder.mul(p, a_row)]) for p in own]
            into = [builder.gep(c, [builder.mul(p, c_row)]) for p in own]
            sums = [[cgutils.alloca_once(builder, vectors.type) for _ in range(width)] for _ in own]
            with builder.if_else(builder.trunc(keep, ir.IntType(1))) as (yes, no):
                with yes:
                    for row, target in zip(sums, into, strict=True):
                        for number, total in enumerate(row):
                            builder.store(vectors.load(target, number), total)
                with no:
                    for total in [total for row in sums for total in row]:
                        builder.store(vectors.zero, total)
            with cgutils.for_range(builder, depth) as turn:
                start = builder.gep(b, [builder.mul(turn.index, b_row)])
                right = [vectors.load(start, number) for number in range(width)]
                step = builder.mul(turn.index, a_step)
                for row, source in zip(sums, left, strict=True):
                    factor = vectors.filled(builder.load(builder.gep(source, [step])))
                    for total, other in zip(row, right, strict=True):
                        builder.store(
                            vectors.multiply_add(factor, other, builder.load(total)), total
                        )
            for row, target in zip(sums, into, strict=True):
                for number, total in enumerate(row):
                    vectors.store(builder.load(total), target, number)
            return context.get_dummy_value()

        return signature, generate

    return tile


wide_tile, narrow_tile = _tile(WIDTH, whole=True), _tile(1, whole=False)


@intrinsic
def transpose_square(typing_context, source, source_row, target, target_row):
    """Fill a square of as many numbers as a vector has, on either side, with its transpose.

    Rows of the two are `source_row` and `target_row` apart. Halves are exchanged between rows that
    are half a square apart, then quarters, and so on.
    """
    signature = types.void(source, INT, source, INT)

    def generate(context, builder, signature, arguments):
        source, source_row, target, target_row = arguments
        vectors = _Vectors(context, builder, signature.args[0].dtype)
        side = vectors.lanes

        def row_of(pointer, distance, number):
            return builder.gep(pointer, [builder.mul(distance, _whole(number))])

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
        return context.get_dummy_value()

    return signature, generate


def vector_length(dtype: str) -> int:
    """Return how many numbers a vector register holds."""
    return REGISTER_BYTES // (4 if dtype == "float32" else 8)
