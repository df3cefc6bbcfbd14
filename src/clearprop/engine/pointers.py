"""Pointers for compiled code: into arrays, past other pointers, and to compiled functions."""

from clearprop.engine.numba_compat import (
    call_native,
    cast,
    data_of,
    intrinsic,
    ir,
    pack_array,
    types,
    unliteral,
    unpack_tuple,
    value_type,
)

INT = types.int64
INT64 = ir.IntType(64)


@intrinsic
def start_of(typing_context, array):
    """Return the pointer to the first number of an array."""
    signature = types.CPointer(array.dtype)(array)

    def generate(context, builder, signature, arguments):
        return data_of(context, builder, signature.args[0], arguments[0])

    return signature, generate


@intrinsic
def at(typing_context, pointer, offset):
    """Return the pointer `offset` numbers further on."""

    def generate(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, INT), generate


@intrinsic
def call(typing_context, address, arguments):
    """Call what `address_of` compiled with a tuple of arguments of exactly its types."""
    signature = types.float64(INT, arguments)
    kinds = [unliteral(kind) for kind in arguments]

    def generate(context, builder, signature, values):
        address, given = values
        return call_native(context, builder, address, kinds, unpack_tuple(builder, given))

    return signature, generate


@intrinsic
def numbers_at(typing_context, pointer, count):
    """Return the tuple of as many numbers as `count`, a constant, says from a pointer on."""
    if not isinstance(count, types.IntegerLiteral):
        return None  # Numba asks again with the constant
    size = count.literal_value

    def generate(context, builder, signature, arguments):
        places = [builder.gep(arguments[0], [INT64(place)]) for place in range(size)]
        numbers = [builder.load(place) for place in places]
        return pack_array(builder, numbers, value_type(context, pointer.dtype))

    return types.UniTuple(pointer.dtype, size)(pointer, count), generate


@intrinsic
def like(typing_context, number, other):
    """Return `other` in the type of `number`."""

    def generate(context, builder, signature, arguments):
        return cast(context, builder, arguments[1], signature.args[1], signature.args[0])

    return number(number, other), generate


@intrinsic
def atomic_add(typing_context, pointer, amount):
    """Add to an integer in memory as one step among threads; return what it was before."""

    def generate(context, builder, signature, arguments):
        return builder.atomic_rmw("add", arguments[0], arguments[1], "seq_cst")

    return INT(types.CPointer(INT), INT), generate


@intrinsic
def atomic_load(typing_context, pointer):
    """Return an integer that another thread may be writing."""

    def generate(context, builder, signature, arguments):
        return builder.load_atomic(arguments[0], "seq_cst", 8)

    return INT(types.CPointer(INT)), generate
