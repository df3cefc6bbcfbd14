"""Encoded rows on workers, as solvers see them that look at all rows in every step."""

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from clearprop._typing import FloatArray
from clearprop.streaming.cluster.portions import Numbered, RemotePortion, using_up
from clearprop.streaming.cluster.sums import OnWorkers, itself, result_of
from clearprop.streaming.encoder import Encoder
from clearprop.streaming.parts import TEST, TRAIN, VALIDATION

if TYPE_CHECKING:
    from distributed import Client, Future

Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class EncodedRows:
    """Inputs and targets of some rows, in single precision.

    Attributes
    ----------
    X : array of shape (rows, n₀)
    Y : array of shape (rows, K)
    """

    X: FloatArray
    Y: FloatArray

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.Y)

    def load(self) -> Pair:
        """Return inputs and targets in double precision."""
        return self.X.astype(np.float64), self.Y.astype(np.float64)

    def first(self, rows: int) -> Pair:
        """Return the first ones."""
        return self.X[:rows], self.Y[:rows]


@dataclass(frozen=True)
class Shard:
    """The rows of a portion that train, on a worker.

    Attributes
    ----------
    future : Future of EncodedRows
    rows : int
    """

    future: "Future"
    rows: int

    def load(self) -> Pair:
        """Return inputs and targets in double precision, here."""
        return result_of(self.future).load()


@dataclass(frozen=True)
class Shards:
    """All rows: those that train on workers, the few that are held back here.

    Attributes
    ----------
    client : distributed.Client
    piles : list of Shard
    validation, test : pair of arrays
        Inputs and targets, in scaled variables.
    """

    client: "Client"
    piles: list[Shard]
    validation: Pair
    test: Pair

    @property
    def summed(self) -> OnWorkers:
        """What adds up over all rows that train."""
        return OnWorkers(self.client)

    @property
    def n_jobs(self) -> int:
        """Threads of an engine: a worker runs as many tasks as it has threads."""
        return 1

    def sample(self, rows: int) -> Pair:
        """Return about so many rows that train: the first ones of every pile."""
        each = -(-rows // len(self.piles))
        first = [
            self.client.submit(EncodedRows.first, pile.future, each, pure=False)
            for pile in self.piles
        ]
        X, Y = zip(*(result_of(future) for future in first), strict=True)
        return np.concatenate(X), np.concatenate(Y)


@dataclass(frozen=True)
class _Encoded:
    """The rows of a portion by their part."""

    train: EncodedRows
    validation: Pair
    test: Pair


def shards_of(client: "Client", portions: list[RemotePortion], encoder: Encoder) -> Shards:
    """Encode portions where they are, and use them up.

    Raises
    ------
    InputError
        If a value cannot stand in its column; it names the place.
    """
    submit = client.submit
    sent = submit(itself, encoder, pure=False)
    encoded = [submit(_encoded, sent, each.future, pure=False) for each in using_up(portions)]
    train = [submit(attrgetter("train"), each, pure=False) for each in encoded]
    rows = [submit(attrgetter("rows"), each, pure=False) for each in train]
    held_back = [
        [submit(attrgetter(part), each, pure=False) for each in encoded]
        for part in ("validation", "test")
    ]
    counts = [result_of(each) for each in rows]
    piles = [Shard(each, count) for each, count in zip(train, counts, strict=True) if count]
    validation, test = (_joined(part) for part in held_back)
    return Shards(client, piles, validation, test)


def _joined(parts: "list[Future]") -> Pair:
    X, Y = zip(*(result_of(each) for each in parts), strict=True)
    return np.concatenate(X), np.concatenate(Y)


def _encoded(encoder: Encoder, portion: Numbered) -> _Encoded:
    numbers, part = encoder.rows(portion.portion, portion.start)
    inputs = len(encoder.encoding.features)
    train, validation, test = (
        (np.array(numbers[part == which][:, :inputs]), np.array(numbers[part == which][:, inputs:]))
        for which in (TRAIN, VALIDATION, TEST)
    )
    return _Encoded(EncodedRows(*train), validation, test)
