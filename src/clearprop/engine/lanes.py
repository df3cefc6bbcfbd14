"""Vectors as values: the same number of several samples side by side, taken as one.

Loops over single numbers leave it to LLVM to make vector instructions of them, and it adds loops
for what is left over. Where samples come in whole vectors nothing is left over, and small networks
spend no time on deciding so.
"""

from typing import Any

from clearprop.engine.numba_compat import (
    PrimitiveModel,
    intrinsic,
    ir,
    model_type,
    nothing,
    register_model,
    types,
)
from clearprop.engine.pointers import INT
from clearprop.engine.vectors import REGISTER_BYTES, Vectors


class Lanes(types.Type):
    """As many numbers of one type as a register holds."""

    def __init__(self, number: Any) -> None:
        self.number = number
        self.count = 8 * REGISTER_BYTES // number.bitwidth
        super().__init__(f"Lanes({number}, {self.count})")


@register_model(Lanes)
class _LanesModel(PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        number = model_type(manager, lanes.number)
        super().__init__(manager, lanes, ir.VectorType(number, lanes.count))


@intrinsic
def lane_count(typing_context, pointer):
    """Return how many numbers of this type are taken as one."""
    count = Lanes(pointer.dtype).count

    def generate(context, builder, signature, arguments):
        return ir.Constant(ir.IntType(64), count)

    return INT(pointer), generate


@intrinsic
def load(typing_context, pointer, offset):
    """Return the lanes at pointer[offset] and after it."""

    def generate(context, builder, signature, arguments):
        pointer, offset = arguments
        vectors = Vectors(context, builder, signature.args[0].dtype)
        return vectors.load(builder.gep(pointer, [offset]))

    return Lanes(pointer.dtype)(pointer, INT), generate


@intrinsic
def store(typing_context, lanes, pointer, offset):
    """Write lanes to pointer[offset] and after it."""

    def generate(context, builder, signature, arguments):
        lanes, pointer, offset = arguments
        vectors = Vectors(context, builder, signature.args[1].dtype)
        vectors.store(lanes, builder.gep(pointer, [offset]))
        return nothing(context)

    return types.void(lanes, pointer, INT), generate


@intrinsic
def in_every_lane(typing_context, number):
    """Return lanes that all hold this number."""

    def generate(context, builder, signature, arguments):
        return Vectors(context, builder, signature.args[0]).filled(arguments[0])

    return Lanes(number)(number), generate


@intrinsic
def plus_product(typing_context, lanes, factor, other):
    """Return `lanes` + `factor` · `other`; the factor may be a single number."""

    def generate(context, builder, signature, arguments):
        lanes, factor, other = arguments
        vectors = Vectors(context, builder, signature.args[0].number)
        if factor.type != vectors.type:
            factor = vectors.filled(factor)
        return vectors.multiply_add(factor, other, lanes)

    return lanes(lanes, factor, lanes), generate


@intrinsic
def plus(typing_context, lanes, other):
    """Return the sum lane by lane."""

    def generate(context, builder, signature, arguments):
        return builder.fadd(*arguments)

    return lanes(lanes, lanes), generate


@intrinsic
def total(typing_context, lanes):
    """Return the sum over the lanes: of the two halves, of their halves, and so on."""

    def generate(context, builder, signature, arguments):
        (vector,) = arguments
        count = lanes.count
        while count > 1:
            count //= 2
            halves = (range(count), range(count, 2 * count))
            vector = builder.fadd(*(_some(builder, vector, half) for half in halves))
        return builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))

    return lanes.number(lanes), generate


@intrinsic
def rolled(typing_context):
    """Keep LLVM from unrolling the loop around this: it would add loops for what is left over."""

    def generate(context, builder, signature, arguments):
        builder.asm(ir.FunctionType(ir.VoidType(), []), "", "", [], side_effect=True)
        return nothing(context)

    return types.void(), generate


def _some(builder: Any, vector: Any, places: range) -> Any:
    """Return the vector of the numbers at some places."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), list(places))
    return builder.shuffle_vector(vector, vector, mask)
