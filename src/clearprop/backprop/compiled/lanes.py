"""Vector registers as values: the same number of several samples, side by side.

Loops over single numbers leave it to LLVM to make vector instructions of them, and it adds loops
for what is left over. Where samples come in whole vectors nothing is left over, and small networks
spend no time on deciding so.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import registry
from numba.core.datamodel import models
from numba.extending import register_model

from clearprop.backprop.compiled.compilation import intrinsic
from clearprop.backprop.compiled.pointers import INT

VECTOR_BYTES = 64
"""Samples are padded to this; a register of AVX-512, two of AVX2."""
_FEATURES = registry.cpu_target.target_context.codegen().magic_tuple()[2]
REGISTER_BYTES = VECTOR_BYTES if "+avx512f" in _FEATURES else VECTOR_BYTES // 2


class Lanes(types.Type):
    """As many numbers of a type as a register holds."""

    def __init__(self, number: Any) -> None:
        self.number = number
        self.count = 8 * REGISTER_BYTES // number.bitwidth
        super().__init__(f"Lanes({number}, {self.count})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        number = manager.lookup(lanes.number).get_value_type()
        super().__init__(manager, lanes, ir.VectorType(number, lanes.count))


@intrinsic
def lane_count(typing_context, pointer):
    """Return how many numbers of this type a register holds."""
    count = Lanes(pointer.dtype).count

    def generate(context, builder, signature, arguments):
        return ir.Constant(ir.IntType(64), count)

    return INT(pointer), generate


@intrinsic
def load(typing_context, pointer, offset):
    """Return the lanes at pointer[offset] and after it."""

    def generate(context, builder, signature, arguments):
        vector = context.get_value_type(signature.return_type)
        place = builder.bitcast(builder.gep(*_split(arguments)), vector.as_pointer())
        return builder.load(place, align=pointer.dtype.bitwidth // 8)

    return Lanes(pointer.dtype)(pointer, INT), generate


@intrinsic
def store(typing_context, lanes, pointer, offset):
    """Write lanes to pointer[offset] and after it."""

    def generate(context, builder, signature, arguments):
        place = builder.gep(*_split(arguments[1:]))
        place = builder.bitcast(place, arguments[0].type.as_pointer())
        builder.store(arguments[0], place, align=pointer.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(lanes, pointer, INT), generate


@intrinsic
def in_every_lane(typing_context, number):
    """Return lanes that all hold this number."""

    def generate(context, builder, signature, arguments):
        return _spread(builder, arguments[0], context.get_value_type(signature.return_type))

    return Lanes(number)(number), generate


@intrinsic
def plus_product(typing_context, lanes, factor, other):
    """Return `lanes` + `factor` · `other`; the factor may be a single number."""

    def generate(context, builder, signature, arguments):
        lanes, factor, other = arguments
        if factor.type != other.type:
            factor = _spread(builder, factor, other.type)
        return builder.fadd(lanes, builder.fmul(factor, other))

    return lanes(lanes, factor, lanes), generate


@intrinsic
def plus(typing_context, lanes, other):
    """Return the sum lane by lane."""

    def generate(context, builder, signature, arguments):
        return builder.fadd(*arguments)

    return lanes(lanes, lanes), generate


@intrinsic
def total(typing_context, lanes):
    """Return the sum over the lanes: of halves, of their halves, and so on."""

    def generate(context, builder, signature, arguments):
        (vector,) = arguments
        count = lanes.count
        while count > 1:
            count //= 2
            low, high = (
                ir.Constant(ir.VectorType(ir.IntType(32), count), list(range(first, first + count)))
                for first in (0, count)
            )
            halves = [builder.shuffle_vector(vector, vector, mask) for mask in (low, high)]
            vector = builder.fadd(*halves)
        return builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))

    return lanes.number(lanes), generate


@intrinsic
def rolled(typing_context):
    """Keep LLVM from unrolling the loop around this: it would add loops for what is left over."""

    def generate(context, builder, signature, arguments):
        builder.asm(ir.FunctionType(ir.VoidType(), []), "", "", [], side_effect=True)
        return context.get_dummy_value()

    return types.void(), generate


def _split(arguments: Any) -> tuple[Any, list[Any]]:
    return arguments[0], [arguments[1]]


def _spread(builder: Any, number: Any, vector: Any) -> Any:
    """Return the LLVM vector that holds a number everywhere."""
    first = builder.insert_element(
        ir.Constant(vector, ir.Undefined), number, ir.Constant(ir.IntType(32), 0)
    )
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), None)
    return builder.shuffle_vector(first, first, everywhere)
