"""Where rows are while a network is trained on them: on the disk of this machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.network.chunked_objective import Chunk
from clearprop.network.sums import Summation
from clearprop.streaming.cache import check_room, identity, opened, write_cache
from clearprop.streaming.encoder import Encoder
from clearprop.streaming.parts import PartOfRows
from clearprop.streaming.plan import Plan
from clearprop.streaming.source import Source
from clearprop.streaming.survey import Survey, survey
from clearprop.training.config import Rule
from clearprop.updates import UpdateRule

Watch = Callable[[int], None]
CACHING = Text("second pass: writing the cache", "第二遍：写入缓存")
CACHED = Text(
    "rows are encoded, scaled and shuffled in {folder} (kept).",
    "各行已编码、缩放并打乱，保存在 {folder}。",
)


class RowsAtHand(Protocol):
    """Encoded rows, as training sees them."""

    @property
    def piles(self) -> Sequence[Chunk]:
        """The rows that train."""
        ...

    @property
    def validation(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the rows that validate."""
        ...

    @property
    def test(self) -> tuple[FloatArray, FloatArray]:
        """Inputs and targets of the rows that test."""
        ...

    @property
    def summed(self) -> Summation:
        """What adds up over all piles."""
        ...

    @property
    def n_jobs(self) -> int | None:
        """Threads of the engine that looks at a pile; None for as many as there are."""
        ...

    def sample(self, rows: int) -> tuple[FloatArray, FloatArray]:
        """Return about so many rows that train."""
        ...


class Place(Protocol):
    """Where the rows of a source are looked at."""

    encoding: Text
    """What takes place when they are encoded, for people."""

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is left there."""
        ...

    def plan(self, source: Source) -> tuple[Text, ...]:
        """Return in words what is going to be done."""
        ...

    def default_solver(self) -> str:
        """Return the name of the solver where none is asked for."""
        ...

    def check(self, rule: Rule) -> None:
        """Refuse a rule that cannot train there."""
        ...

    def survey(
        self, source: Source, names: Sequence[str], parts: PartOfRows, **asked: Any
    ) -> Survey:
        """Return what the columns of a source hold."""
        ...

    def encoded(
        self, source: Source, seen: Survey, encoder: Encoder, rule: Rule, watch: Watch
    ) -> tuple[RowsAtHand, str]:
        """Return its rows, encoded and scaled, and a digest of all that they follow from."""
        ...


@dataclass(frozen=True)
class Disk:
    """A folder of this machine.

    Attributes
    ----------
    folder : Path
    kept : bool
        Whether the cache is kept there.
    """

    folder: Path
    kept: bool
    encoding = CACHING

    @property
    def notes(self) -> tuple[Text, ...]:
        """The cache that is left."""
        return (CACHED.filled(folder=str(self.folder)),) if self.kept else ()

    def plan(self, source: Source) -> tuple[Text, ...]:
        """Return rows, memory, time and the size of the cache in words."""
        return Plan.of(source, str(self.folder)).sentences

    def default_solver(self) -> str:
        """Return Adam: mini-batches need few passes."""
        return "adam"

    def check(self, rule: Rule) -> None:
        """Refuse nothing."""

    def survey(
        self, source: Source, names: Sequence[str], parts: PartOfRows, **asked: Any
    ) -> Survey:
        """Return what one pass over a source shows."""
        return survey(source, names, parts, **asked)

    def encoded(
        self, source: Source, seen: Survey, encoder: Encoder, rule: Rule, watch: Watch
    ) -> tuple[RowsAtHand, str]:
        """Return the cache, which another pass writes unless it is there."""
        parts, scalings, shuffled = encoder.parts, encoder.scalings, isinstance(rule, UpdateRule)
        content = identity(source, seen, parts, scalings, shuffled=shuffled)
        cache = opened(self.folder, content)
        if cache is None:
            check_room(self.folder, seen)
            cache = write_cache(
                self.folder, source, seen, parts, scalings, watch, shuffled=shuffled
            )
        return cache, content
