"""Ways of compiling a function: the options of Numba that this engine uses, each under a name.

Whatever compiled code calls is inlined into it, always. A function left by itself would be found
under its name, and code just compiled and code loaded from disk would find two versions of it,
optimised in different company, whose sums differ in the last bit.
"""

from collections.abc import Callable
from typing import Any

from clearprop.engine.numba_compat import NoAlias, keep, njit

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
    return keep(njit(nogil=True, **PLAIN)(function))
