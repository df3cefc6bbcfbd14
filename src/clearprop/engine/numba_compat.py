"""Numba and llvmlite: everything of theirs that clearprop uses. No other file imports either.

Documented, and unlikely to change: `njit`, `types`, `typeof`, `overload`, `intrinsic`,
`register_model`, and llvmlite's `ir`, but for its typed pointers, which `pointer_to` makes.

Private, so that a new version may rename it; what each is for, and what to do without it:

`CompilerBase`, `DefaultPassBuilder`, ``flags.noalias``
    `NoAlias`: pointers do not overlap. Without it, compile plainly: the loops are slower.
`CFunc`, ``_library``, `sigutils`
    `address_of`. Without them, take ``cfunc(...).address``, the address that C calls.
``call_conv``, ``get_arg_packer``
    `call_native`, which calls such an address. Without them, `builder.call` as C does.
`FunctionCache`
    `code_folder`. Without it, a folder of one's own: read NUMBA_CACHE_DIR, test what is writable.
``_cache``, `CompileResult`, `dumps`, ``magic_tuple``
    `KeptCode`. Without them, ``njit(cache=True)``: damaged files then raise, at every start.
`rtsys`
    The symbols that kept code refers to. Without it, ``context.refresh()``, which knows them too,
    and loads half of Numba that only compiling needs.
`cpu_target`
    `cpu_features`. Without it, `llvmlite.binding.get_host_cpu_features`.
`arrayobj`, `cgutils`, `PrimitiveModel`, and the methods of ``context``
    The functions at the end of this file, small ones, which write single instructions.
`types.ExternalFunction`
    `sched_yield`. Without it, a `ctypes` function.

When one of them is gone, networks run on the reference engine, after a warning: see
`clearprop.engine.choice` and `clearprop.engine.guarded`.
"""

import hashlib
import pickle
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
from llvmlite import ir as ir
from numba import njit as njit
from numba import typeof, types
from numba.core import sigutils
from numba.core.caching import FunctionCache
from numba.core.ccallback import CFunc
from numba.core.cgutils import alloca_once as alloca_once
from numba.core.cgutils import for_range as for_range
from numba.core.cgutils import get_or_insert_function as get_or_insert_function
from numba.core.cgutils import pack_array as pack_array
from numba.core.cgutils import unpack_tuple as unpack_tuple
from numba.core.compiler import Compiler, CompilerBase, CompileResult, DefaultPassBuilder
from numba.core.datamodel.models import PrimitiveModel as PrimitiveModel
from numba.core.registry import cpu_target
from numba.core.runtime import rtsys
from numba.core.serialize import dumps
from numba.extending import intrinsic as _intrinsic
from numba.extending import overload as overload
from numba.extending import register_model as register_model
from numba.np import arrayobj

from clearprop.engine import kept

VERSIONS = f"numba {numba.__version__}, llvmlite {llvmlite.__version__}"


def is_disabled() -> bool:
    """Return whether NUMBA_DISABLE_JIT or `numba.config` has switched compilation off."""
    return bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]


# --- compiling ------------------------------------------------------------------------------------


class NoAlias(CompilerBase):
    """Numba's compiler with the promise that pointer arguments do not overlap.

    Without it LLVM guards every vector loop with a comparison of addresses.
    """

    def define_pipelines(self) -> list[Any]:
        """Return the ordinary pipeline with the flag set."""
        self.state.flags.noalias = True
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


def intrinsic(function: Callable[..., Any]) -> Any:
    """Return Numba's `intrinsic` of a function; the type checker cannot follow it."""
    return _intrinsic(function)


def keep(dispatcher: Any) -> Any:
    """Let a compiled function keep its code on disk, where there is a folder for it."""
    if not is_disabled():
        _keep(dispatcher, dispatcher.py_func)
    return dispatcher


def compile_for(dispatcher: Any, arguments: Sequence[Any]) -> None:
    """Compile a function for arguments of these types without calling it."""
    dispatcher.compile(tuple(typeof(argument) for argument in arguments))


def address_of(signature: Any, function: Callable[..., Any], options: dict[str, Any]) -> int:
    """Compile a function that other compiled code calls by its address; return that.

    It is the address of the function itself, without the wrapper that lets C call it, which would
    move every argument once more.
    """
    settings = dict(options)
    pipeline = settings.pop("pipeline_class", Compiler)
    normal = sigutils.normalize_signature(signature)
    compiled: Any = CFunc(function, normal, {}, settings, pipeline_class=pipeline)
    _keep(compiled, function)
    compiled.compile()
    _ALIVE.append(compiled)
    return compiled._library.get_pointer_to_function(compiled.native_name.removeprefix("cfunc."))


_ALIVE: list[Any] = []  # an address is valid as long as its function lives


# --- keeping compiled code ------------------------------------------------------------------------


@cache
def code_folder() -> Path | None:
    """Return where Numba would keep compiled code; None if it finds no folder that can be written.

    It is the folder that NUMBA_CACHE_DIR names, else one beside this file, else the user's.
    """
    try:
        return Path(FunctionCache(code_folder.__wrapped__).cache_path)
    except RuntimeError:
        return None


def _keep(compiled: Any, function: Callable[..., Any]) -> None:
    if not hasattr(compiled, "_cache"):
        raise AttributeError(f"{type(compiled).__name__} has no `_cache` in {VERSIONS}")
    if code_folder() is not None:
        compiled._cache = KeptCode(function)


class KeptCode:
    """Compiled code on disk, as a dispatcher asks for it: in the place of Numba's own cache.

    Numba looks at the file of the function only, and raises what a damaged entry makes of `pickle`,
    at every start. Here a change of any file of the engine is a change, and whatever cannot be read
    is compiled again.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    @property
    def cache_path(self) -> str:
        """The folder."""
        return str(code_folder())

    def load_overload(self, signature: Any, context: Any) -> Any:
        """Return the code for a signature on this processor; None if it must be compiled."""
        content = kept.read(self._file(signature, context))
        if content is None:
            return None
        rtsys.initialize(context)
        try:
            return CompileResult._rebuild(context, *pickle.loads(content))
        except Exception:  # written by a version that says it is the same
            return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep what was compiled."""
        if not result.library.has_dynamic_globals:
            kept.write(self._file(signature, result.target_context), dumps(result._reduce()))

    def flush(self) -> None:
        """Forget nothing: what is there is overwritten."""

    def _file(self, signature: Any, context: Any) -> Path:
        code = self.function.__code__
        target = context.codegen().magic_tuple()
        described = (VERSIONS, kept.source_digest(), str(signature), target, code.co_code.hex())
        digest = hashlib.sha256(repr(described).encode()).hexdigest()[:24]
        return Path(self.cache_path, f"{kept.PREFIX}{code.co_name}-{digest}.nbc")


# --- writing instructions -------------------------------------------------------------------------


def cpu_features() -> list[str]:
    """Return the names of the instruction sets that Numba compiles for, each after a + or −."""
    context: Any = cpu_target.target_context  # the type checker cannot follow it
    return context.codegen().magic_tuple()[-1].split(",")


def data_of(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    """Return the pointer to the first number of an array."""
    return arrayobj.make_array(kind)(context, builder, array).data


def call_native(context: Any, builder: Any, address: Any, kinds: Sequence[Any], given: Any) -> Any:
    """Call what `address_of` returned with arguments of these types; return its float64.

    Numba's functions write their result to where their first argument points; their second one is
    for exceptions, of which these raise none.
    """
    passed = context.get_arg_packer(kinds).as_arguments(builder, given)
    convention = context.call_conv.get_function_type(types.float64, kinds)
    result = alloca_once(builder, ir.DoubleType())
    nowhere = ir.Constant(convention.args[1], None)
    function = builder.inttoptr(address, pointer_to(convention))
    builder.call(function, [result, nowhere, *passed])
    return builder.load(result)


def pointer_to(kind: Any) -> Any:
    """Return llvmlite's type of a pointer to this type."""
    return kind.as_pointer()


def value_type(context: Any, number: Any) -> Any:
    """Return llvmlite's type of a number of one of Numba's types."""
    return context.get_value_type(number)


def model_type(manager: Any, number: Any) -> Any:
    """Return the same, for the model of a type of our own."""
    return manager.lookup(number).get_value_type()


def cast(context: Any, builder: Any, value: Any, given: Any, wanted: Any) -> Any:
    """Return a value in another of Numba's types."""
    return context.cast(builder, value, given, wanted)


def nothing(context: Any) -> Any:
    """Return the value of a function that returns none."""
    return context.get_dummy_value()


def unliteral(kind: Any) -> Any:
    """Return the type of a value of which Numba also knows what it is."""
    return types.unliteral(kind)


sched_yield: Any = types.ExternalFunction("sched_yield", types.int32())
"""Offer the processor to another thread."""
