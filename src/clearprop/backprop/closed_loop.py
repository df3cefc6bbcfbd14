"""The closed loop: a network whose outputs become its inputs, some steps later."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Taps:
    """What a network takes from the signals of a system, and which of them it gives.

    Attributes
    ----------
    signals : array of int, shape (n₀,)
        The column that each input comes from.
    delays : array of int, shape (n₀,)
        How many steps back.
    outputs : array of int, shape (K,)
        The columns that the outputs are.
    """

    signals: Numbers
    delays: Numbers
    outputs: Numbers


def close_loop(
    network: Callable[[FloatArray], FloatArray], signals: FloatArray, taps: Taps, first: int
) -> None:
    """Fill the outputs' columns of `signals` (steps, columns) from row `first` on, step by step."""
    for t in range(first, len(signals)):
        x = signals[t - taps.delays, taps.signals]
        signals[t, taps.outputs] = network(x[None])[0]
