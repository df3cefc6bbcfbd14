"""Trainings of a table in memory on the workers of a Dask cluster: a search, starts, folds.

Each is a task of its own, of plain data and with its own seed, so that neither the number of
workers nor the loss of one changes what it finds. The table is sent once.
"""

import math
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from clearprop._errors import invalid_argument
from clearprop._interruption import (
    ending_after,
    ending_with,
    finishing,
    time_left,
    without_limit,
)
from clearprop._text import Text
from clearprop.fitting import FitOptions
from clearprop.search.trainings import Several, Trained, elsewhere
from clearprop.streaming.cluster.sums import itself, result_of
from clearprop.streaming.source import Source
from clearprop.training.blas import one_blas_thread
from clearprop.training.kept_trainings import KeptTrainings
from clearprop.training.stopping import StopReason

if TYPE_CHECKING:
    from distributed import Client, Future

MAX_SENT = 2**27
"""Bytes of a table, as numbers, that every worker gets as a whole where nothing else is asked."""
PLAN = Text(
    "{name}: {rows:,} rows × {columns} columns go to each of {workers} workers, which train the "
    "networks that are compared. The result does not depend on the workers.",
    "{name}：{rows:,} 行 × {columns} 列，发送到全部 {workers} 个工作进程，由它们训练待比较的网络。"
    "结果与工作进程无关。",
)
Answer = tuple[Trained | None, dict[str, bytes]]
"""A training, None if it was not to begin any more, and the files of `KeptTrainings` it left."""
GRACE = 10.0
"""Seconds that trainings have to end their step, once Ctrl-C was pressed."""
_asked_to_end: defaultdict[str, Event] = defaultdict(Event)
"""On a worker: what ends several trainings, by their name."""


def is_sent_whole(source: Source, options: FitOptions) -> bool:
    """Return whether all rows go to every worker: for several trainings of a table that is small.

    A single training is shared by the workers, each of which holds some of the rows.
    """
    return not options.trains_once and source.bytes_in_memory <= MAX_SENT


@contextmanager
def trained_on(client: "Client | None", options: FitOptions) -> Iterator[None]:
    """Let the workers of a client do what the block trains side by side, if there is a client.

    Raises
    ------
    InputError
        If one network is trained from one start, which workers cannot share in memory.
    """
    if client is None:
        yield
        return
    if options.trains_once:
        why = "one training of a table in memory has nothing to share."
        hint = "files and stream=True, restarts=10, hidden='auto', or no client."
        raise invalid_argument("client", client.scheduler_info()["address"], why, hint)
    with elsewhere(OnWorkers(client)):
        yield


def plan_of(source: Source, client: "Client") -> Text:
    """Return rows and workers in words."""
    rows, columns, workers = source.rows, len(source.names), len(client.nthreads())
    return PLAN.filled(name=source.name, rows=rows, columns=columns, workers=workers)


@dataclass
class OnWorkers:
    """Runs several trainings on workers, as `side_by_side` does in threads.

    Attributes
    ----------
    client : distributed.Client
    """

    client: "Client"
    _sent: list[tuple[Any, Any, "Future"]] = field(default_factory=list)

    def __call__(self, several: Several) -> list[Trained]:
        """Return all trainings in their order; after Ctrl-C those that there are by then.

        Raises
        ------
        ClusterError
            If a training takes one worker after the other down, or the cluster is gone.
        """
        rows, observe = self._rows(several.X, several.Y), several.config.observe
        file = several.config.checkpoint
        kept = file if isinstance(file, KeptTrainings) else None
        config = replace(several.config, observe=None, on_stage=None, checkpoint=None)
        seconds, of = time_left()
        limit, name = (time.time() + seconds, of), uuid4().hex
        sent = self.client.submit(
            itself, replace(several, config=config).with_rows(None, None), pure=False
        )
        before = self.client.submit(itself, kept and kept.contents(), pure=False)
        tasks = (
            self.client.submit(_train, sent, rows, number, limit, name, before, pure=False)
            for number in range(len(several.seeds))
        )
        found = self._gathered(tasks, name, kept)
        if observe is not None:
            for record in found[0].result.history:
                observe(record)
        return found

    def _rows(self, X: Any, Y: Any) -> "Future":
        """Return the rows on a worker, from which the others take them."""
        for known_X, known_Y, rows in self._sent:
            if known_X is X and known_Y is Y:
                return rows
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            rows = self.client.submit(itself, (X, Y), pure=False)
        self._sent.append((X, Y, rows))
        return rows

    def _gathered(
        self, tasks: "Iterator[Future]", name: str, kept: KeptTrainings | None
    ) -> list[Trained]:
        """Begin the tasks, return what they trained; workers mind the limit of time by themselves.

        Ctrl-C may come before all have begun, when the first one is trained already.
        """
        futures: list[Future] = []
        try:
            futures.extend(tasks)
            with without_limit():
                return [_taken(result_of(each), kept) for each in futures]
        except BaseException as error:
            with suppress(OSError, ValueError):  # the cluster may be gone
                self.client.run(_end, name, on_error="ignore")
            if not isinstance(error, KeyboardInterrupt):
                raise
        return self._finished(futures)

    def _finished(self, futures: "list[Future]") -> list[Trained]:
        """Return what is trained by now; the last one says that there would have been more.

        Raises
        ------
        KeyboardInterrupt
            If nothing is.
        """
        from distributed import wait

        with suppress(TimeoutError):
            wait(futures, GRACE)
        ended = [each for each in futures if each.status == "finished"]
        with finishing():
            results = [result_of(each)[0] for each in ended]
        found = [each for each in results if each is not None]
        self.client.cancel(futures)
        if not found:
            raise KeyboardInterrupt
        if all(each.result.stop_reason.name != "interrupted" for each in found):
            reason = StopReason.of("interrupted", epoch=found[-1].result.best_epoch)
            found[-1] = replace(found[-1], result=replace(found[-1].result, stop_reason=reason))
        return found


def _taken(answer: Answer, kept: KeptTrainings | None) -> Trained:
    """Return the training of an answer, and keep its end."""
    trained, ends = answer
    if kept is not None:
        kept.add(ends)
    assert trained is not None
    return trained


def _train(
    several: Several,
    rows: tuple[Any, Any],
    number: int,
    limit: tuple[float, float],
    name: str,
    before: dict[str, bytes] | None,
) -> Answer:
    """Return a training, on a worker, and how it ended, where that is to be kept.

    Parameters
    ----------
    before : dict of bytes, optional
        How trainings ended that are known already, this one perhaps: it is not repeated then.
    """
    asked, (moment, of) = _asked_to_end[name], limit
    if asked.is_set():
        return None, {}
    with ExitStack() as stack:
        stack.enter_context(one_blas_thread())
        stack.enter_context(ending_with(asked))
        if math.isfinite(moment):
            stack.enter_context(ending_after(moment - time.time(), of))
        if before is None:
            return several.with_rows(*rows).one(number), {}
        kept = KeptTrainings(Path(stack.enter_context(TemporaryDirectory())))
        kept.add(before)
        several = replace(several, config=replace(several.config, checkpoint=kept))
        trained = several.with_rows(*rows).one(number)
        ends = kept.contents().items()
        return trained, {name: content for name, content in ends if name not in before}


def _end(name: str) -> None:
    """End the trainings of this name on this worker with the step that they are taking."""
    _asked_to_end[name].set()
