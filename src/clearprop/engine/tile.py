"""The innermost loop of a matrix product: a small tile of the result, held in registers.

A tile is `HEIGHT` rows by some vectors. Each turn of the loop takes a column of the left factor and
a row of the right one: HEIGHT + width loads for HEIGHT · width multiplications of whole vectors, so
that the processor multiplies rather than waits for memory.

Source: Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", 2008, section 4.
"""

from clearprop.engine.numba_compat import (
    alloca_once,
    for_range,
    intrinsic,
    ir,
    nothing,
    types,
)
from clearprop.engine.pointers import INT
from clearprop.engine.vectors import REGISTERS, WHOLE, Vectors

WIDTH = 3
"""Vectors of a wide tile."""
HEIGHT = 8 if REGISTERS == 32 else 4
"""Rows of a tile: with its vectors, its row and a number they fill the registers."""


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
            vectors = Vectors(context, builder, number, None if whole else columns)
            last = builder.sub(rows, WHOLE(1))
            # rows that the tile has too many repeat its last one
            own = [
                builder.select(builder.icmp_signed("<", last, WHOLE(p)), last, WHOLE(p))
                for p in range(HEIGHT)
            ]
            left = [builder.gep(a, [builder.mul(p, a_row)]) for p in own]
            into = [builder.gep(c, [builder.mul(p, c_row)]) for p in own]
            sums = [[alloca_once(builder, vectors.type) for _ in range(width)] for _ in own]
            for total in [total for row in sums for total in row]:
                builder.store(vectors.zero, total)
            with builder.if_then(builder.trunc(keep, ir.IntType(1))):
                for row, target in zip(sums, into, strict=True):
                    for number, total in enumerate(row):
                        builder.store(vectors.load(target, number), total)
            with for_range(builder, depth) as turn:
                start = builder.gep(b, [builder.mul(turn.index, b_row)])
                right = [vectors.load(start, number) for number in range(width)]
                step = builder.mul(turn.index, a_step)
                for row, source in zip(sums, left, strict=True):
                    factor = vectors.filled(builder.load(builder.gep(source, [step])))
                    for total, other in zip(row, right, strict=True):
                        more = vectors.multiply_add(factor, other, builder.load(total))
                        builder.store(more, total)
            for row, target in zip(sums, into, strict=True):
                for number, total in enumerate(row):
                    vectors.store(builder.load(total), target, number)
            return nothing(context)

        return signature, generate

    return tile


wide_tile, narrow_tile = _tile(WIDTH, whole=True), _tile(1, whole=False)
