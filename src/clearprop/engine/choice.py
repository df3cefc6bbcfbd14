"""Choose what evaluates a network: the reference, or the compiled engine."""

import logging
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from clearprop._errors import invalid_argument, unknown_name
from clearprop.backprop.reference import ReferenceEngine
from clearprop.backprop.structure import Layer
from clearprop.losses import Loss

if TYPE_CHECKING:
    from clearprop.engine.engine import CompiledEngine

EngineName = Literal["auto", "reference", "compiled"]
ENGINES = ("auto", "reference", "compiled")


def choose_engine(
    sizes: tuple[int, ...],
    layers: tuple[Layer, ...],
    loss: Loss,
    dtype: str,
    wanted: EngineName = "auto",
    n_jobs: int | None = None,
) -> "ReferenceEngine | CompiledEngine":
    """Return the engine for a network.

    ``"auto"`` is the compiled engine wherever it can run: Numba is there and can keep what it
    compiles, and every rule states its kernel. Otherwise it is the reference engine.

    Raises
    ------
    InputError
        If the name is not known, or ``"compiled"`` is asked for and cannot be had.
    """
    if wanted not in ENGINES:
        raise unknown_name("engine", wanted, ENGINES)
    reference = ReferenceEngine(sizes, layers, loss)
    if wanted == "reference":
        return reference
    obstacle = _obstacle_of_numba()
    if obstacle:
        if wanted == "compiled":
            raise invalid_argument("engine", wanted, obstacle, "'reference'.")
        _warn_once(obstacle)
        return reference
    from clearprop.engine.engine import CompiledEngine
    from clearprop.engine.kernels import has_kernels

    if not has_kernels([layer.activation for layer in layers], loss):
        if wanted == "compiled":
            raise invalid_argument(
                "engine", wanted, "a rule of the network has no kernel.", "'reference'."
            )
        return reference
    _announce_first_compilation()
    return CompiledEngine(sizes, layers, loss, dtype, n_jobs)


@cache
def _obstacle_of_numba() -> str:
    """Return why compiled code cannot be had here; nothing if it can."""
    try:
        from clearprop.engine.compilation import can_cache
    except ImportError as error:
        return f"Numba cannot be loaded ({error})."
    if not can_cache():
        return "Numba finds no folder to keep compiled code in; name one in NUMBA_CACHE_DIR."
    return ""


@cache
def _warn_once(obstacle: str) -> None:
    text = f"{obstacle} clearprop runs on its reference engine: right, but slower."
    warnings.warn(text, RuntimeWarning, stacklevel=4)


@cache
def _announce_first_compilation() -> None:
    """Say, before the first compilation on a machine, why it takes a moment."""
    from clearprop.engine import small

    descend: Any = small.descend
    folder = Path(descend.stats.cache_path)
    if not any(folder.glob("small.*.nbi")):
        logging.getLogger("clearprop").warning(
            "clearprop compiles its kernels for this machine, once: a few seconds ..."
        )
