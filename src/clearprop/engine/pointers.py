"""Pointers for compiled code: into arrays, past other pointers, and to compiled functions."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.np import arrayobj

from clearprop.engine.compilation import intrinsic

INT = types.int64


@intrinsic
def start_of(typing_context, array):
    """Return the pointer to the first number of an array."""
    signature = types.CPointer(array.dtype)(array)

    def generate(context, builder, signature, arguments):
        return arrayobj.make_array(signature.args[0])(context, builder, arguments[0]).data

    return signature, generate


@intrinsic
def at(typing_context, pointer, offset):
    """Return the pointer `offset` numbers further on."""

    def generate(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, INT), generate


@intrinsic
def call(typing_context, address, arguments):
    """Call what `compiled_address` compiled with a tuple of arguments of exactly its types.

    Numba's functions write their result, here a float64, to where their first argument points;
    their second one is for exceptions, of which these raise none.
    """
    signature = types.float64(INT, arguments)
    kinds = [types.unliteral(kind) for kind in arguments]

    def generate(context, builder, signature, values):
        given = cgutils.unpack_tuple(builder, values[1])
        passed = context.get_arg_packer(kinds).as_arguments(builder, given)
        convention = context.call_conv.get_function_type(types.float64, kinds)
        result = cgutils.alloca_once(builder, ir.DoubleType())
        nowhere = ir.Constant(convention.args[1], None)
        function = builder.inttoptr(values[0], convention.as_pointer())
        builder.call(function, [result, nowhere, *passed])
        return builder.load(result)

    return signature, generate


@intrinsic
def like(typing_context, number, other):
    """Return `other` in the type of `number`."""

    def generate(context, builder, signature, arguments):
        return context.cast(builder, arguments[1], signature.args[1], signature.args[0])

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
