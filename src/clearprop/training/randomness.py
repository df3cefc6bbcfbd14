"""Orders of rows, and the state of the generator that draws them: both can be restored."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._random import RandomSource
from clearprop.backprop.shuffling import Draws, Orders, orders_from

Rows = npt.NDArray[np.intp]


@dataclass
class RowOrders:
    """The order of the rows of every epoch, drawn at random.

    A RandomState shuffles the order before, as programs of its time do, which reproduces their
    published results; a Generator draws numbers, of which an engine makes orders.

    Attributes
    ----------
    random : Generator or RandomState
    rows : array of int, shape (m,)
        The order of the last epoch.
    shuffle : bool
        False for rows as they come.
    orders_from : callable
        Makes orders of random numbers, shape (epochs, m).
    is_drawn_from : bool
        Whether anything is drawn from the generator, so that its state matters.
    """

    random: RandomSource
    rows: Rows
    shuffle: bool = True
    orders_from: Callable[[Draws], Orders] = orders_from
    is_drawn_from: bool = True
    _now: dict[str, Any] | None = None
    """The state of the generator, where nothing has been drawn since it was copied."""

    def draw(self, epochs: int) -> Rows:
        """Return the orders of the next epochs, shape (epochs, m)."""
        self._now = None
        if self.shuffle and isinstance(self.random, np.random.Generator):
            return self.orders_from(draws(self.random, epochs, len(self.rows)))
        orders = np.tile(self.rows, (epochs, 1))
        for epoch in range(epochs if self.shuffle else 0):
            self.rows = orders[epoch] = self.random.permutation(self.rows)
        return orders

    def copy_of_state(self) -> tuple[Rows, dict[str, Any]]:
        """Return what `restore` needs to draw the same orders again."""
        if self._now is None:
            self._now = generator_state(self.random) if self.is_drawn_from else {}
        return self.rows.copy(), self._now

    def restore(self, state: tuple[Rows, dict[str, Any]]) -> None:
        """Restore an earlier state, the generator's included."""
        self.rows = state[0].copy()
        if self.is_drawn_from and state[1] is not self._now:
            set_generator_state(self.random, state[1])
            self._now = state[1]


def draws(random: np.random.Generator, epochs: int, m: int) -> Draws:
    """Return the uniform random numbers of 32 bits that ``random.integers`` gives, (epochs, m).

    NumPy's usual generator halves numbers of 64 bits for them. Taken whole, the same numbers cost
    two thirds of the time.
    """
    generator, (whole, odd) = random.bit_generator, divmod(epochs * m, 2)
    halves = isinstance(generator, np.random.PCG64) and sys.byteorder == "little"
    if halves and not odd and not generator.state["has_uint32"]:
        return generator.random_raw(whole).view(np.uint32).reshape(epochs, m)
    return random.integers(2**32, size=(epochs, m), dtype=np.uint32)


def generator_state(random: RandomSource) -> dict[str, Any]:
    """Return the state of a generator as JSON can say it."""
    if isinstance(random, np.random.RandomState):
        return _plain(random.get_state(legacy=False))
    return _plain(random.bit_generator.state)


def set_generator_state(random: RandomSource, state: dict[str, Any]) -> None:
    """Put a generator of the same kind into a state that `generator_state` returned."""
    if isinstance(random, np.random.RandomState):
        random.set_state(_with_arrays(state, random.get_state(legacy=False)))
    else:
        random.bit_generator.state = _with_arrays(state, random.bit_generator.state)


def _plain(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _plain(value) for key, value in state.items()}
    if isinstance(state, np.ndarray):
        return state.tolist()
    return state.item() if isinstance(state, np.generic) else state


def _with_arrays(state: Any, like: Any) -> Any:
    """Return `state` with lists as arrays where the generator's own state has arrays."""
    if isinstance(like, dict):
        return {key: _with_arrays(state[key], value) for key, value in like.items()}
    return np.array(state, like.dtype) if isinstance(like, np.ndarray) else state
