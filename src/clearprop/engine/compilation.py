"""How functions are compiled: the options of Numba that this engine uses, each under a name.

Whatever compiled code calls is inlined into it, always. A function left by itself would be found
under its name, and code just compiled and code loaded from disk would find two versions of it,
optimised in different company, whose sums differ in the last bit.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from numba import cfunc, njit
from numba.core.caching import FunctionCache
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.extending import intrinsic as untyped_intrinsic


class NoAlias(CompilerBase):
    """Numba's compiler with the promise that pointer arguments do not overlap.

    Without it LLVM guards every vector loop with a comparison of addresses.
    """

    def define_pipelines(self) -> list[Any]:
        """Return the ordinary pipeline with the flag set."""
        self.state.flags.noalias = True
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


PLAIN: dict[str, Any] = {
    "error_model": "numpy",  # the default checks every division for zero and so blocks vectors
    "fastmath": {"contract", "nsz"},
}
LEAF = PLAIN | {"fastmath": {"contract", "nsz", "reassoc"}, "pipeline_class": NoAlias}

AS_WRITTEN = LEAF | {"fastmath": {"contract", "nsz"}}
"""For the loops that a rule writes itself, whose sums are ordered so that nothing cancels."""


def leaf(function: Callable[..., Any]) -> Any:
    """Compile an innermost loop: pointers do not overlap, sums may be split into vector lanes."""
    return njit(forceinline=True, **LEAF)(function)


def exact(function: Callable[..., Any]) -> Any:
    """Compile a function whose rounding steps are meant as they are written."""
    return njit(**PLAIN | {"forceinline": True, "fastmath": {"contract"}})(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function as a part of those that call it, before anything is optimised.

    Optimised by itself and then once more in every caller it would cost twice the time.
    """
    return njit(inline="always", **PLAIN)(function)


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls: kept on disk, run without the interpreter's lock."""
    return njit(nogil=True, cache=True, **PLAIN)(function)


def intrinsic(function: Callable[..., Any]) -> Any:
    """Return Numba's `intrinsic` of a function; the type checker cannot follow it."""
    return untyped_intrinsic(function)


def compiled_address(signature: Any, function: Callable[..., Any], options: dict[str, Any]) -> int:
    """Compile a function that other compiled code calls by its address; return that.

    It is the address of the function itself, without the wrapper that lets C call it, which would
    move every argument once more.
    """
    compiled: Any = cfunc(signature, cache=can_cache(), **options)(function)
    _KEPT.append(compiled)
    return compiled._library.get_pointer_to_function(compiled.native_name.removeprefix("cfunc."))


_KEPT: list[Any] = []  # an address is valid as long as its function lives


@cache
def can_cache() -> bool:
    """Return whether Numba finds a folder in which it may keep compiled functions."""
    try:
        FunctionCache(can_cache.__wrapped__)
    except RuntimeError:
        return False
    return True
