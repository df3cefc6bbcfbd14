"""Where rows are while a network is trained on them: on the workers of a Dask cluster."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clearprop._errors import invalid_argument
from clearprop._extras import is_installed
from clearprop._text import Text
from clearprop.streaming.cluster.portions import RemotePortion, counts_on, portions_on
from clearprop.streaming.cluster.shards import Shards, shards_of
from clearprop.streaming.cluster.survey import survey_on
from clearprop.streaming.encoder import Encoder
from clearprop.streaming.parts import PartOfRows
from clearprop.streaming.portions import rows_a_portion
from clearprop.streaming.source import Source
from clearprop.streaming.survey import Survey
from clearprop.training.config import Rule
from clearprop.updates import UpdateRule

if TYPE_CHECKING:
    from distributed import Client

ENCODING = Text("second pass: encoding rows on the workers", "第二遍：在各工作进程上编码")
PLAN = Text(
    "{name}: {rows:,} rows × {columns} columns; portions: {portions:,}, workers: {workers}. Every "
    "step of the solver asks all portions, and the result does not depend on the workers.",
    "{name}：{rows:,} 行 × {columns} 列；份数：{portions:,}，工作进程：{workers}。"
    "求解器每一步遍历所有份，结果与工作进程无关。",
)


@dataclass(frozen=True)
class Workers:
    """The workers of a cluster.

    Attributes
    ----------
    client : distributed.Client
    source : Source
    """

    client: "Client"
    source: Source
    encoding = ENCODING

    @property
    def notes(self) -> tuple[Text, ...]:
        """Nothing is left there."""
        return ()

    @cached_property
    def counts(self) -> list[int]:
        """The rows of each piece of the source."""
        return counts_on(self.client, self.source)

    @property
    def portions(self) -> list[RemotePortion]:
        """The rows, which are read anew for everybody who asks."""
        return portions_on(self.client, self.source, self.counts)

    def plan(self, source: Source) -> tuple[Text, ...]:
        """Return rows, portions and workers in words."""
        said = PLAN.filled(
            name=source.name,
            rows=sum(self.counts),
            columns=len(source.names),
            portions=-(-sum(self.counts) // rows_a_portion(len(source.names))),
            workers=len(self.client.nthreads()),
        )
        return (said,)

    def default_solver(self) -> str:
        """Return L-BFGS: every step asks all rows once, and sends little over the wire."""
        return "lbfgs"

    def check(self, rule: Rule) -> None:
        """Refuse mini-batches.

        Raises
        ------
        InputError
            A step of 200 rows takes less time than a message to a worker.
        """
        if isinstance(rule, UpdateRule):
            why = "its mini-batches take less time than a message to a worker."
            hint = "'lbfgs', or 'adam' on one machine, without a client."
            raise invalid_argument("solver", rule.name, why, hint)

    def survey(
        self, source: Source, names: Sequence[str], parts: PartOfRows, **asked: Any
    ) -> Survey:
        """Return what the portions show."""
        return survey_on(self.client, source, self.portions, names, parts, **asked)

    def encoded(
        self,
        source: Source,
        seen: Survey,
        encoder: Encoder,
        rule: Rule,
        watch: Callable[[int], None],
    ) -> tuple[Shards, str]:
        """Return the rows on the workers, and a digest of all that they follow from."""
        shards = shards_of(self.client, self.portions, encoder)
        watch(seen.passed)
        said = [source.fingerprint, seen.encoding.record(), seen.target.record()]
        said += [
            vars(encoder.parts),
            [[s.shift.tolist(), s.rate.tolist()] for s in encoder.scalings],
        ]
        digest = hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode())
        return shards, digest.hexdigest()


def open_client() -> "Client | None":
    """Return the client that is open in this process; None if there is none."""
    if not is_installed("distributed"):
        return None
    from distributed import default_client

    try:
        return default_client()
    except ValueError:
        return None
