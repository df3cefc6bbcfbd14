"""Sums over chunks of rows that live on the workers of a Dask cluster.

Every leaf and every sum of two is a task of its own, pure and in a fixed tree. So the result does
not depend on the number of workers; and what a worker held that is lost is computed again by
others, from its files if need be.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from clearprop._errors import ClearpropError
from clearprop._interruption import check_interrupted, finishing
from clearprop.network.sums import added

if TYPE_CHECKING:
    from distributed import Client, Future

LOOKING = 0.2
"""Seconds between two looks whether to go on waiting."""


class ClusterError(ClearpropError):
    """A cluster could not do its work: says why, and what to try."""


class Remote(Protocol):
    """Something whose value is on a worker."""

    @property
    def future(self) -> "Future":
        """The future of the value."""
        ...


@dataclass(frozen=True)
class OnWorkers:
    """The sum of leaves that workers compute, where their chunks are.

    Attributes
    ----------
    client : distributed.Client
    watch : callable, optional
        Called now and then with the number of leaves that are done.
    """

    client: "Client"
    watch: Callable[[int], None] | None = None

    def __call__(
        self, leaf: Callable[[Any], tuple[Any, ...]], chunks: Iterable[Remote]
    ) -> tuple[Any, ...]:
        """Return the tree's sum of leaf(chunk), in arrays of its own.

        Raises
        ------
        ClusterError
            If a chunk takes one worker after the other down, or the cluster is gone.
        """
        submit = self.client.submit
        sent = submit(itself, leaf, pure=False)
        leaves = [submit(_answer, sent, chunk.future, pure=False) for chunk in chunks]
        total = self._tree(leaves)
        watch = None
        if self.watch is not None:
            tell = self.watch

            def watch() -> None:
                tell(sum(each.done() for each in leaves))

        found = result_of(total, watch)
        return tuple(np.array(each) if isinstance(each, np.ndarray) else each for each in found)

    def _tree(self, parts: "list[Future]") -> "Future":
        """Return the sum of neighbours, and of their sums; an odd one moves up."""
        while len(parts) > 1:
            pairs = [parts[place : place + 2] for place in range(0, len(parts), 2)]
            parts = [
                self.client.submit(added, *pair, pure=False) if len(pair) == 2 else pair[0]
                for pair in pairs
            ]
        return parts[0]


def itself(value: Any) -> Any:
    """Return the value: as a task, which is done again if the worker that holds it is lost."""
    return value


def _answer(leaf: Callable[[Any], tuple[Any, ...]], chunk: Any) -> tuple[Any, ...]:
    return leaf(chunk)


def result_of(future: "Future", watch: Callable[[], None] | None = None) -> Any:
    """Return the value of a future, unless work must end before it is there.

    Raises
    ------
    ClusterError
        If its task has taken one worker after the other down, or the cluster is gone.
    KeyboardInterrupt, OutOfTimeError
    """
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    done = threading.Event()
    future.add_done_callback(lambda _: done.set())
    while not done.wait(LOOKING):
        check_interrupted()
        if watch is not None:
            watch()
    try:
        with finishing():  # a client whose gathering was cut off gathers nothing any more
            return future.result()
    except KilledWorker:
        raise ClusterError(
            "workers died one after the other over the same rows, probably for want of memory. "
            "try: workers with more memory, or fewer threads each."
        ) from None
    except FutureCancelledError:
        raise ClusterError(
            "the cluster is gone. try: again with another one; a checkpoint goes on where this "
            "training was."
        ) from None
