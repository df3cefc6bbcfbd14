"""The cache: encoded and scaled rows on disk, in piles.

For mini-batches each pile is a random sample: rows are dealt at random while they are written, and
the rows of a pile are shuffled when it is read, so that every epoch sees them in a new order, and
the disk is read in sequence. For solvers that look at all rows in every step, a pile is a portion
of the source, whose rows stay in their order. Source: S. Rao, "How
to shuffle a big dataset" (2019); L. Xu et al., "Stochastic gradient descent without full data
shuffle" (CorgiPile), SIGMOD 2022.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.network.sums import InThreads
from clearprop.streaming.encoder import Encoder
from clearprop.streaming.parts import TEST, TRAIN, VALIDATION, PartOfRows
from clearprop.streaming.portions import portions
from clearprop.streaming.source import Source
from clearprop.streaming.survey import Survey
from clearprop.training.scaling import Scaling

PILE = 64 * 2**20
"""Bytes of a pile, about: two of them are in memory at a time."""
MAX_PILES = 500
"""Files that are open at a time; larger tables get larger piles."""
SPARE = 256 * 2**20
"""Bytes of the disk that stay free."""
CONTENT = "content.json"
"""The file that says what a cache holds; it is written last."""


@dataclass(frozen=True)
class Cache:
    """Piles of rows on disk.

    Attributes
    ----------
    folder : Path
    inputs, outputs : int
        n₀ and K.
    rows : tuple of int
        Of each pile that trains.
    held_back : tuple of int
        Rows that validate and test.
    """

    folder: Path
    inputs: int
    outputs: int
    rows: tuple[int, ...]
    held_back: tuple[int, int]

    @property
    def validation(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the rows that validate, in scaled variables."""
        return self._read(name_of(VALIDATION))

    @property
    def test(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the rows that test."""
        return self._read(name_of(TEST))

    def sample(self, rows: int) -> tuple[FloatArray, FloatArray]:
        """Return about so many rows that train: the first ones of every pile."""
        piles = self.piles
        each = -(-rows // len(piles))
        parts = [self._read(name_of(TRAIN, pile.number), each) for pile in piles]
        X, Y = zip(*parts, strict=True)
        return np.concatenate(X), np.concatenate(Y)

    def pile(self, number: int) -> tuple[FloatArray, FloatArray]:
        """Return inputs (rows, n₀) and targets (rows, K) of a pile."""
        return self._read(name_of(TRAIN, number))

    def in_order(self, order: Sequence[int]) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield piles, the next of which is read from disk while one is used."""
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(self.pile, order[0])
            for following in [*order[1:], None]:
                pile = coming.result()
                if following is not None:
                    coming = reader.submit(self.pile, following)
                yield pile

    @property
    def summed(self) -> InThreads:
        """What adds up over all piles: while one is added up, the next is read."""
        return InThreads()

    @property
    def n_jobs(self) -> None:
        """Threads of the engine that looks at a pile: as many as there are."""

    @property
    def piles(self) -> list["Pile"]:
        """The piles that have rows."""
        return [Pile(self, number) for number, rows in enumerate(self.rows) if rows]

    def _read(self, name: str, rows: int = -1) -> tuple[FloatArray, FloatArray]:
        width = self.inputs + self.outputs
        count = rows if rows < 0 else rows * width
        numbers = np.fromfile(self.folder / name, "<f4", count).reshape(-1, width)
        X, Y = numbers[:, : self.inputs], numbers[:, self.inputs :]
        return np.ascontiguousarray(X), np.ascontiguousarray(Y)


@dataclass(frozen=True)
class Pile:
    """A pile as a chunk of rows for solvers that look at all of them.

    Attributes
    ----------
    cache : Cache
    number : int
    """

    cache: Cache
    number: int

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.cache.rows[self.number]

    def load(self) -> tuple[FloatArray, FloatArray]:
        """Return inputs (rows, n₀) and targets (rows, K), in double precision."""
        X, Y = self.cache.pile(self.number)
        return X.astype(np.float64), Y.astype(np.float64)


def name_of(part: int, number: int = 0) -> str:
    """Return the name of a file in the cache."""
    return {TRAIN: f"train-{number}.f4", VALIDATION: "validation.f4", TEST: "test.f4"}[part]


def bytes_of(survey: Survey) -> int:
    """Return the bytes that the cache of a table takes."""
    return 4 * sum(survey.rows) * _width(survey)


def _width(survey: Survey) -> int:
    return len(survey.encoding.features) + survey.target.outputs


def number_of_piles(survey: Survey, *, shuffled: bool) -> int:
    """Return how many piles the rows that train are dealt into, or are left in."""
    if not shuffled:
        return survey.portions
    needed = -(-4 * survey.rows[TRAIN] * _width(survey) // PILE)
    return max(1, min(MAX_PILES, needed))


def check_room(folder: Path, survey: Survey) -> None:
    """Refuse a cache for which the disk has no room, before anything is written.

    Raises
    ------
    InputError
        It says how much is needed, and how much is free.
    """
    free, needed = shutil.disk_usage(folder).free, bytes_of(survey)
    if needed + SPARE > free:
        why = f"{needed / 1e9:.1f} GB are needed there, and {free / 1e9:.1f} GB are free."
        hint = "a folder on another disk, or rows=1000000."
        raise invalid_argument("cache", str(folder), why, hint)


def identity(
    source: Source,
    survey: Survey,
    parts: PartOfRows,
    scalings: Sequence[Scaling],
    *,
    shuffled: bool = True,
) -> str:
    """Return a digest of all that the content of a cache follows from."""
    said: list[Any] = [source.fingerprint, survey.encoding.record(), survey.target.record()]
    said += [vars(parts), number_of_piles(survey, shuffled=shuffled), shuffled]
    said += [[s.shift.tolist(), s.rate.tolist()] for s in scalings]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def opened(folder: Path, content: str) -> Cache | None:
    """Return the cache in a folder if it is whole and has this content; else None."""
    try:
        known = json.loads((folder / CONTENT).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if known.pop("identity", None) != content:
        return None
    rows, held_back = tuple(known["rows"]), tuple(known["held_back"])
    return Cache(folder, known["inputs"], known["outputs"], rows, held_back)


def write_cache(
    folder: Path,
    source: Source,
    survey: Survey,
    parts: PartOfRows,
    scalings: tuple[Scaling, Scaling],
    watch: Any = None,
    *,
    shuffled: bool = True,
) -> Cache:
    """Write the rows of a source to a folder, encoded and scaled, and return the cache.

    Parameters
    ----------
    folder : Path
        It exists and is empty, or holds an older cache.
    source : Source
    survey : Survey
    parts : PartOfRows
        Those of the survey.
    scalings : pair of Scaling
        Of inputs and targets.
    watch : callable, optional
        Called after each portion with the number of rows so far.
    shuffled : bool, default=True
        Whether rows are dealt into piles at random; else a pile is a portion of the source.

    Raises
    ------
    InputError
        If a value cannot stand in its column, or the disk is full.
    """
    (folder / CONTENT).unlink(missing_ok=True)
    piles = number_of_piles(survey, shuffled=shuffled)
    names = [name_of(VALIDATION), name_of(TEST), *(name_of(TRAIN, n) for n in range(piles))]
    rows, passed = np.zeros(len(names), dtype=np.int64), 0
    dealer = np.random.default_rng([parts.seed, 2])
    encoder = Encoder(survey.encoding, survey.target, scalings, parts)
    try:
        with ExitStack() as stack:
            opening = names if shuffled else names[:2]
            files = {n: stack.enter_context((folder / n).open("wb")) for n in opening}
            for number, portion in enumerate(portions(source, encoder.columns)):
                numbers, part = encoder.rows(portion, passed)
                if shuffled:
                    file = np.where(
                        part == TRAIN, dealer.integers(2, len(names), len(part)), part - 1
                    )
                    counts = _deal(numbers, file, [files[name] for name in names])
                else:
                    held_back = part != TRAIN
                    files_held = [files[name] for name in names[:2]]
                    counts = np.zeros(len(names), dtype=np.int64)
                    counts[:2] = _deal(numbers[held_back], part[held_back] - 1, files_held)
                    counts[2 + number] = len(part) - held_back.sum()
                    numbers[~held_back].tofile(folder / names[2 + number])
                rows, passed = rows + counts, passed + sum(map(len, portion))
                if watch is not None:
                    watch(passed)
    except OSError as error:
        why = f"it cannot be written ({error.strerror or error})."
        raise invalid_argument("cache", str(folder), why, "a folder on another disk.") from None
    if tuple(rows[:2]) != survey.rows[1:] or rows[2:].sum() != survey.rows[TRAIN]:
        why = f"{source.name} has changed while it was read."
        raise InputError(f"{why} try: again, when nothing writes to it.")
    held_back = int(rows[0]), int(rows[1])
    width = len(survey.encoding.features), survey.target.outputs
    cache = Cache(folder, *width, tuple(rows[2:].tolist()), held_back)
    content = {
        "identity": identity(source, survey, parts, scalings, shuffled=shuffled),
        "inputs": cache.inputs,
        "outputs": cache.outputs,
        "rows": cache.rows,
        "held_back": cache.held_back,
    }
    (folder / CONTENT).write_text(json.dumps(content), "utf-8")
    return cache


def _deal(
    numbers: FloatArray, file: npt.NDArray[np.int_], files: Sequence[BinaryIO]
) -> npt.NDArray[np.int64]:
    """Write each row to the file with its number; return how many each file got."""
    order = np.argsort(file, kind="stable")
    counts = np.bincount(file, minlength=len(files))
    for rows, target in zip(np.split(numbers[order], np.cumsum(counts)[:-1]), files, strict=True):
        target.write(rows.tobytes())
    return counts
