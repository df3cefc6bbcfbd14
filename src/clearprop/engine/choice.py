"""The choice of an engine: the compiled one where it can run, else the reference."""

import logging
import warnings
from functools import cache
from typing import Literal

from clearprop._errors import invalid_argument, unknown_name
from clearprop.backprop.reference import ReferenceEngine
from clearprop.backprop.structure import Layer
from clearprop.engine import guarded
from clearprop.engine.notices import warn_of_reference
from clearprop.engine.protocol import Engine
from clearprop.losses import Loss

EngineName = Literal["auto", "reference", "compiled"]
ENGINES = ("auto", "reference", "compiled")


def choose_engine(
    sizes: tuple[int, ...],
    layers: tuple[Layer, ...],
    loss: Loss,
    dtype: str,
    name: EngineName = "auto",
    n_jobs: int | None = None,
) -> Engine:
    """Return the engine for a network.

    ``"auto"`` is the compiled engine wherever it can run: Numba is there and can keep what it
    compiles, and every rule states its kernel. Otherwise it is the reference engine, as it is from
    the moment on at which compiled code fails.

    Raises
    ------
    InputError
        If the name is not known, or ``"compiled"`` is asked for and cannot be had.
    """
    if name not in ENGINES:
        raise unknown_name("engine", name, ENGINES)
    reference = ReferenceEngine(sizes, layers, loss)
    if name == "reference":
        return reference
    reason = guarded.failures[0] if guarded.failures else obstacle()
    if reason:
        if name == "compiled":
            raise invalid_argument("engine", name, reason, "'reference'.")
        warn_of_reference(reason)
        return reference
    from clearprop.engine.engine import CompiledEngine
    from clearprop.engine.kernels import has_kernels

    if not has_kernels([layer.activation for layer in layers], loss):
        if name == "compiled":
            why = "a rule of the network has no kernel."
            raise invalid_argument("engine", name, why, "'reference'.")
        return reference
    _announce_first_compilation()
    compiled = CompiledEngine(sizes, layers, loss, dtype, n_jobs)
    return guarded.GuardedEngine(compiled, None if name == "compiled" else reference)


@cache
def obstacle() -> str:
    """Return why compiled code cannot be had in this process; nothing if it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Numba has to say is in the reason
            return _obstacle()
    except Exception as error:  # whatever a version or a machine may raise
        return f"Numba cannot be used ({guarded.reason_of(error)})."


def _obstacle() -> str:
    from clearprop.engine import kept, numba_compat

    if numba_compat.is_disabled():
        return "Numba is switched off (NUMBA_DISABLE_JIT)."
    folder = numba_compat.code_folder()
    if folder is None:
        return "Numba finds no folder to keep compiled code in; name one in NUMBA_CACHE_DIR."
    if lack := kept.lack_of_room(folder):
        return f"Compiled code cannot be kept in {folder} ({lack}); name one in NUMBA_CACHE_DIR."
    from clearprop.engine import engine as engine  # all that it imports must be there too

    return ""


@cache
def _announce_first_compilation() -> None:
    """Say, before the first compilation on a machine, why it takes a moment."""
    from clearprop.engine import kept, numba_compat

    folder = numba_compat.code_folder()
    if folder is not None and not kept.has_code(folder):
        logging.getLogger("clearprop").warning(
            "clearprop compiles its kernels for this machine, once: a few seconds ..."
        )
