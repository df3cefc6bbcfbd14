"""From a source to a model: survey, cache, training, measures."""

import hashlib
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.data import TaskName
from clearprop.fitting import FitOptions, TableFit, plan
from clearprop.fitting.tables import rows_left_out, summarize
from clearprop.measures import measures_of
from clearprop.model import Model
from clearprop.network.network import Network
from clearprop.streaming.disk import Place
from clearprop.streaming.encoder import Encoder
from clearprop.streaming.parts import PartOfRows
from clearprop.streaming.passes import as_number, watch_of
from clearprop.streaming.source import Source
from clearprop.streaming.survey import Survey
from clearprop.streaming.training import Training
from clearprop.training import Division
from clearprop.training.config import Rule
from clearprop.training.monitor import Observer
from clearprop.training.scaling import Scaling
from clearprop.training.stages import OnStage
from clearprop.updates import UpdateRule

SIZES = (100,)
"""Hidden layers where they are left open: scikit-learn's."""
VALIDATION = 0.05
"""The part of the rows that validates, where none is asked for …"""
MAX_VALIDATION = 64 * 2**20
"""… and the most bytes of them, which are in memory all the time."""
SURVEYING = Text("first pass: what the columns hold", "第一遍：统计各列")
FEWER_HELD_BACK = Text(
    "{part:.2g} of the rows are held back instead of {asked:g}: as many as 64 MB hold.",
    "留出 {part:.2g} 的行，而非 {asked:g}：以 64 MB 所能容纳为限。",
)
OnPlan = Callable[[Text], None]


@dataclass(frozen=True)
class Streaming:
    """A training on rows that are not in the memory of this process."""

    source: Source
    names: tuple[str, ...]
    options: FitOptions
    place: Place

    def check(self) -> None:
        """Refuse what cannot be done with rows that stream, before any is read."""
        self.rule()
        self.parts()
        if self.options.device not in (None, "cpu"):
            why = "rows that stream from files are summed where they are read."
            raise invalid_argument("device", str(self.options.device), why, "leave it out.")

    def fit(
        self,
        *,
        task: TaskName | None,
        ignore: Collection[str],
        categorical: Collection[str],
        observe: Observer | None,
        on_stage: OnStage | None,
        on_plan: OnPlan | None,
        command: str | None,
    ) -> TableFit:
        """Survey the columns, encode the rows, and train."""
        began, source = time.perf_counter(), self.source
        rule, random = self.rule(), np.random.default_rng(as_number(self.options.seed))
        parts = self.parts()
        watch = watch_of(on_stage, SURVEYING, source)
        chosen: dict[str, Any] = {"task": task, "ignore": ignore, "categorical": categorical}
        seen = self.place.survey(source, self.names, parts, watch=watch, **chosen)
        network = self.network(seen)
        scalings = self.scalings(seen, network)
        encoder = Encoder(seen.encoding, seen.target, scalings, parts)
        watch = watch_of(on_stage, self.place.encoding, source)
        at_hand, content = self.place.encoded(source, seen, encoder, rule, watch)
        training = Training(network, at_hand, rule, self.options, scalings, seen.rows)
        advice = training.advice()
        for sentence in advice:
            if on_plan is not None:
                on_plan(sentence)
        result = training.run(random, observe, content, began)
        if result.stop_reason.name == "interrupted" and not result.best_epoch:
            raise KeyboardInterrupt  # nothing is trained
        outputs, Y, division = training.measured(result)
        measures = measures_of(seen.target, outputs, Y, division)
        notes = (*rows_left_out(seen.without_target, self.names), *seen.notes, *advice)
        asked = (self.options.validation if self.options.early_stopping else 0, self.options.test)
        for part, wanted in zip((parts.validation, parts.test), asked, strict=True):
            if part < wanted:
                notes += (FEWER_HELD_BACK.filled(part=part, asked=wanted),)
        notes += self.place.notes
        summary = summarize(
            source.name,
            hashlib.sha256(json.dumps(source.fingerprint).encode()).hexdigest(),
            result,
            measures,
            seed=as_number(self.options.seed) if isinstance(self.options.seed, int) else None,
            penalty=result.weight_decay,
            command=command,
            notes=[{"en": each.en, "zh": each.zh} for each in notes],
        )
        model = Model(
            result.network,
            result.parameters,
            seen.encoding,
            seen.target,
            summary,
            result.posterior,
            seen.statistics,
        )
        return TableFit(model, result, seen.task_reason, measures, notes)

    def rule(self) -> Rule:
        """Return the rule that trains.

        Raises
        ------
        InputError
            If it is one that knows rows by more than sums over them.
        """
        options = self.options
        finds = options.finds_solver
        rule = plan.rule_of(options, self.place.default_solver() if finds else options.solver)
        self.place.check(rule)
        if isinstance(rule, UpdateRule):
            return rule
        if getattr(rule, "batch_size", None) or options.batch_size:
            why = "it takes samples of rows in memory."
            raise invalid_argument("batch_size", options.batch_size, why, "leave it out.")
        return rule

    def parts(self) -> PartOfRows:
        """Return the parts of the rows that are held back; validation fits into memory."""
        options = self.options
        if isinstance(options.division, Division) or options.division != "random":
            why = "rows stream from disk and are divided at random."
            raise invalid_argument("division", str(options.division), why, "'random'.")
        asked = options.validation if options.early_stopping else VALIDATION
        most = MAX_VALIDATION / max(1, self.source.bytes_in_memory // 2)
        return PartOfRows(min(asked, most), min(options.test, most), as_number(options.seed))

    def network(self, seen: Survey) -> Network:
        """Return the network: of float32, as rows are on disk, unless a solver needs more."""
        options, rule = self.options, self.rule()
        by_batches = isinstance(rule, UpdateRule)
        sizes = SIZES if options.finds_sizes else tuple(map(int, options.hidden))
        inputs = len(seen.encoding.features)
        return plan.network_of(
            seen.target.rule,
            options,
            inputs,
            sizes,
            smooth=not by_batches and rule.needs_smooth,
            dtype="float32" if by_batches else "float64",
        )

    def scalings(self, seen: Survey, network: Network) -> tuple[Scaling, Scaling]:
        """Return those of inputs and targets."""
        method = self.options.scale if self.options.standardize else "none"
        identity = network.layers[-1].activation.is_identity
        return (
            seen.scaling(seen.statistics.inputs, method),
            seen.scaling(seen.statistics.targets, method if identity else "none"),
        )
