"""Train on files, in memory or streamed from disk: the door of `clearprop.fit`."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._interruption import hearing_ctrl_c
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters
from clearprop.data import TaskName, read_table
from clearprop.fitting import FitOptions, TableFit, plan
from clearprop.fitting import fit as fit_table
from clearprop.fitting.tables import changed, legacy_source, rows_left_out, summarize
from clearprop.measures import measures_of
from clearprop.model import Model
from clearprop.network.chunked_objective import ChunkedObjective
from clearprop.network.network import Network
from clearprop.network.objective import Objective, penalty_vector
from clearprop.streaming.cache import Cache, check_room, identity, opened, write_cache
from clearprop.streaming.descent import PileDescent
from clearprop.streaming.learning_curve import FEWEST, learning_curve
from clearprop.streaming.opening import is_source, source_of
from clearprop.streaming.parts import PartOfRows
from clearprop.streaming.plan import Plan, fits_in_memory
from clearprop.streaming.sampling import sample_of
from clearprop.streaming.source import Source
from clearprop.streaming.survey import Survey, survey
from clearprop.training import Division, StopReason, TrainingResult
from clearprop.training.checkpoint import Checkpoint, Saver, Terms, identity_of
from clearprop.training.config import Rule
from clearprop.training.divergence import has_diverged
from clearprop.training.minimizing import minimize, minimize_full_batch
from clearprop.training.monitor import Monitor, Observer
from clearprop.training.scaling import Scaling
from clearprop.training.stages import OnStage, Stage
from clearprop.training.units import in_raw_units
from clearprop.updates import UpdateRule

SIZES = (100,)
"""Hidden layers where they are left open: scikit-learn's."""
VALIDATION = 0.05
"""The part of the rows that validates, where none is asked for …"""
MAX_VALIDATION = 64 * 2**20
"""… and the most bytes of them, which are in memory all the time."""
PATIENCE = 3
"""Epochs without progress that are forgiven: each of them sees millions of rows."""
MEASURED = 100_000
"""Rows of the training part on which errors are measured."""
SURVEYING = Text("first pass: what the columns hold", "第一遍：统计各列")
CACHING = Text("second pass: writing the cache", "第二遍：写入缓存")
SAMPLING = Text("drawing a sample", "抽取样本")
SAMPLED = Text(
    "a random sample of {sample:,} of {rows:,} rows.", "从 {rows:,} 行中随机抽取 {sample:,} 行。"
)
CACHED = Text(
    "rows are encoded, scaled and shuffled in {folder} (kept).",
    "各行已编码、缩放并打乱，保存在 {folder}。",
)
OnPlan = Callable[[Text], None]


def fit(
    table: Any,
    target: str | Sequence[str],
    options: FitOptions | None = None,
    *,
    task: TaskName | None = None,
    ignore: Collection[str] = (),
    categorical: Collection[str] = (),
    part: str | None = None,
    strict: bool = False,
    observe: Observer | None = None,
    on_stage: OnStage | None = None,
    on_plan: OnPlan | None = None,
    command: str | None = None,
    rows: int | None = None,
    stream: bool | None = None,
    cache: str | os.PathLike[str] | None = None,
    **changes: Any,
) -> TableFit:
    """Train a network that predicts one column of a table, or of files, from the others.

    A table in memory is trained on as `clearprop.fitting.fit` does. Files are read; where they do
    not fit into memory, their rows are encoded, scaled and shuffled on disk, and mini-batches
    stream from there.

    Parameters
    ----------
    table : table, path-like, list of path-like, Arrow dataset or polars LazyFrame
        A path may be a pattern, ``"data/*.parquet"``, or a folder.
    target : str or sequence of str
        The column to predict, or several columns of numbers.
    options : FitOptions, optional
    task : {"regression", "classification"}, optional
        Inferred from the target without it.
    ignore, categorical : collection of str
        Columns to leave out; columns that are categories although they hold numbers.
    part : str, optional
        Of tables in memory: the column that says of each row whether it is to train, validate or
        test.
    strict : bool, default=False
        Of tables in memory: refuse missing values, dates, and text that hardly repeats.
    observe, on_stage : callable, optional
        Called with the `Record` of every epoch; with each `Stage` of what takes long.
    on_plan : callable, optional
        Called with the sentences of the plan, before rows stream.
    command : str, optional
        What was typed to start this, for the record.
    rows : int, optional
        Train on so many rows, drawn at random.
    stream : bool, optional
        Whether rows stream from disk; without it they do if they do not fit into memory.
    cache : path-like, optional
        A folder that keeps the cache, for other trainings on the same files; a temporary one
        without it.
    **changes
        Fields of `FitOptions` that differ.

    Returns
    -------
    TableFit
        Where rows streamed, `result.division` counts rows and does not name them, and the errors
        of the training part are those of some of its rows.

    Raises
    ------
    InputError
        If an argument cannot be used, or a value cannot stand in its column; it names the place.

    Examples
    --------
    >>> import clearprop as cp, tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> lines = ["x,y", *(f"{x},{x % 7}" for x in range(3000))]
    >>> _ = (folder / "numbers.csv").write_text(chr(10).join(lines))
    >>> fitted = cp.fit(folder / "numbers.csv", "y", task="regression", stream=True, max_epochs=2)
    >>> fitted.result.solver.name
    'adam'
    """
    asked: dict[str, Any] = {
        "task": task,
        "ignore": ignore,
        "categorical": categorical,
        "observe": observe,
        "on_stage": on_stage,
        "command": command,
    }
    whole: dict[str, Any] = {"part": part, "strict": strict}
    if not is_source(table):
        for name, given in (("rows", rows), ("stream", stream), ("cache", cache)):
            if given:
                why = "it is for files; this table is in memory."
                raise invalid_argument(name, given, why, "a path in place of the table.")
        return fit_table(table, target, options, **whole, **asked, **changes)
    with hearing_ctrl_c(), _folder(cache) as folder:
        source = source_of(table, tuple(categorical), folder)
        if rows is not None:
            return _fit_sample(source, target, options, rows, whole | asked, changes)
        streams = stream if stream is not None else not fits_in_memory(source)
        if not streams:
            read = _whole(source, table, categorical, strict=strict)
            return fit_table(read, target, options, **whole, **asked, **changes)
        for name, given in whole.items():
            if given:
                why = "it is not known of rows that stream from disk."
                raise invalid_argument(name, given, why, "rows=100000, or leave it out.")
        names = (target,) if isinstance(target, str) else tuple(target)
        chosen = changed(options or FitOptions(), changes)
        training = _Streaming(source, names, chosen, folder)
        training.check()
        if on_plan is not None:
            for sentence in Plan.of(source, str(folder)).sentences:
                on_plan(sentence)
        return training.fit(kept=cache is not None, on_plan=on_plan, **asked)


@contextmanager
def _folder(cache: str | os.PathLike[str] | None) -> Generator[Path]:
    """Yield the folder of the cache; one that nobody asked for is deleted in the end."""
    if cache is None:
        with tempfile.TemporaryDirectory(prefix="clearprop-") as folder:
            yield Path(folder)
        return
    folder = Path(cache)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"it cannot be made ({error.strerror or error})."
        raise invalid_argument("cache", str(cache), why, "another folder.") from None
    foreign = [each.name for each in folder.iterdir() if not _is_ours(each.name)]
    if foreign:
        why = f"other files stand there, such as {foreign[0]!r}."
        raise invalid_argument("cache", str(cache), why, "a folder of its own.")
    yield folder


def _is_ours(name: str) -> bool:
    return name.endswith(".f4") or name in ("content.json", "lazy.parquet")


def _whole(source: Source, given: Any, texts: Collection[str], *, strict: bool) -> Any:
    """Return the table in memory: a single file as it is always read, others piece by piece."""
    if isinstance(given, str | os.PathLike) and Path(given).is_file():
        return read_table(given, text_columns=texts, strict=strict)
    table, _ = sample_of(source, max(1, 2 * source.rows + 1), 0)
    return table


def _fit_sample(
    source: Source,
    target: str | Sequence[str],
    options: FitOptions | None,
    rows: int,
    asked: dict[str, Any],
    changes: dict[str, Any],
) -> TableFit:
    """Train on a random sample, in memory."""
    seed = changed(options or FitOptions(), changes).seed
    watch = _watch(asked["on_stage"], SAMPLING, source)
    table, count = sample_of(source, rows, _as_number(seed), watch)
    fitted = fit_table(table, target, options, **asked, **changes)
    note = SAMPLED.filled(sample=len(table), rows=count)
    return replace(fitted, notes=(note, *fitted.notes))


def _as_number(seed: Any) -> int:
    """Return a seed as a number; generators draw one."""
    if isinstance(seed, int | np.integer):
        return int(seed)
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**31))
    return int(seed.randint(2**31))


def _watch(on_stage: OnStage | None, name: Text, source: Source) -> Callable[[int], None]:
    """Return what tells how far a pass is, and the time that it still takes."""
    began = time.perf_counter()

    def watch(passed: int) -> None:
        if on_stage is not None:
            spent, rows = time.perf_counter() - began, max(passed, source.rows)
            on_stage(Stage(name, passed, rows, spent * (rows - passed) / passed))

    return watch


@dataclass(frozen=True)
class _Streaming:
    """A training on rows that stream from disk."""

    source: Source
    names: tuple[str, ...]
    options: FitOptions
    folder: Path

    def check(self) -> None:
        """Refuse what cannot be done with rows that stream, before any is read."""
        self.rule()
        self.parts()

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
        kept: bool,
    ) -> TableFit:
        """Survey the columns, write the cache, and train."""
        began, source = time.perf_counter(), self.source
        rule, random = self.rule(), np.random.default_rng(_as_number(self.options.seed))
        parts = self.parts()
        watch = _watch(on_stage, SURVEYING, source)
        chosen: dict[str, Any] = {"task": task, "ignore": ignore, "categorical": categorical}
        seen = survey(source, self.names, parts, watch=watch, **chosen)
        network = self.network(seen)
        scalings = self.scalings(seen, network)
        content = identity(source, seen, parts, scalings)
        cache = opened(self.folder, content)
        if cache is None:
            check_room(self.folder, seen)
            watch = _watch(on_stage, CACHING, source)
            cache = write_cache(self.folder, source, seen, parts, scalings, watch)
        training = _Training(network, cache, rule, self.options, scalings, seen.rows)
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
        if kept:
            notes += (CACHED.filled(folder=str(self.folder)),)
        summary = summarize(
            source.name,
            hashlib.sha256(json.dumps(source.fingerprint).encode()).hexdigest(),
            result,
            measures,
            seed=_as_number(self.options.seed) if isinstance(self.options.seed, int) else None,
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
            None,
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
        rule = plan.rule_of(options, "adam" if options.finds_solver else options.solver)
        if isinstance(rule, UpdateRule):
            return rule
        if rule.finds_weight_decay:
            why = "it estimates noise and weights from rows in memory."
            hint = "rows=100000 for a sample, or solver='levenberg_marquardt'."
            raise invalid_argument("solver", rule.name, why, hint)
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
        return PartOfRows(min(asked, most), min(options.test, most), _as_number(options.seed))

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


@dataclass(frozen=True)
class _Training:
    """A network, its piles, and how it descends."""

    network: Network
    cache: Cache
    rule: Rule
    options: FitOptions
    scalings: tuple[Scaling, Scaling]
    rows: tuple[int, int, int]

    def run(
        self,
        random: np.random.Generator,
        observe: Observer | None,
        content: str,
        began: float,
    ) -> TrainingResult:
        """Return the result of a training, or of what is left of one that was interrupted."""
        network, options = self.network, self.options
        first = self.first
        decay = options.alpha / self.rows[0]
        decay = decay if options.weight_decay is None else options.weight_decay
        penalty = penalty_vector(network, np.asarray(decay))
        monitor = self.monitor(observe)
        monitor.best_theta = first.vector.copy()
        saver, file = self.saver(monitor, content, penalty)
        try:
            if isinstance(self.rule, UpdateRule):
                minimize(self.descent(self.rule, first, penalty, random), monitor, saver)
            else:
                objective = ChunkedObjective(network, self.cache.piles, penalty)
                minimize_full_batch(objective, first.vector, self.rule, monitor, saver)  # type: ignore[arg-type]
        except KeyboardInterrupt:
            monitor.reason = StopReason.of("interrupted", epoch=len(monitor.history))
        assert monitor.reason is not None
        if file is not None and monitor.reason.name != "interrupted":
            file.remove()
        self.leave_divergence(monitor, first.vector)
        best = Parameters(network.sizes, monitor.best_theta)
        return TrainingResult(
            *in_raw_units(network, best, *self.scalings),
            monitor.history,
            monitor.reason,
            self.rule,
            Division(*map(range, self.rows)),  # type: ignore[arg-type]
            time.perf_counter() - began,
            monitor.best_epoch,
            *self.scalings,
            hidden=network.sizes[1:-1],
            weight_decay=float(decay),
        )

    @property
    def first(self) -> Parameters:
        """The parameters that training begins with."""
        method = plan.initializer_of(self.options, self.network, self.rule)
        return self.network.initialize(method, legacy_source(self.options.seed))

    def advice(self) -> tuple[Text, ...]:
        """Return what a learning curve says of the rows that are needed, if there are many."""
        if not isinstance(self.rule, UpdateRule) or self.rows[0] < FEWEST:
            return ()
        seed, first = _as_number(self.options.seed), self.first.vector
        pile, validation = self.cache.pile(0), self.cache.validation
        curve = learning_curve(self.network, first, self.rule, pile, validation, seed)
        return () if curve is None else (curve.sentence,)

    def descent(
        self,
        rule: UpdateRule,
        first: Parameters,
        penalty: FloatArray,
        random: np.random.Generator,
    ) -> PileDescent:
        """Return the descent by mini-batches from the first parameters."""
        options, network = self.options, self.network
        batches = plan.mini_batches(options, rule, len(network.layers) - 1)
        if options.weight_decay is not None:
            batches = replace(batches, penalty_in_each_batch=False)
        size = plan.batch_size_of(options, self.rows[0], rule) or 200
        start = Descent.start(first.vector)
        return PileDescent(network, self.cache, start, rule, size, batches, penalty, random)

    def monitor(self, observe: Observer | None) -> Monitor:
        """Return what judges every epoch, by rows that are held back."""
        options = replace(self.options, early_stopping=True)
        if options.patience == FitOptions.patience:
            options = replace(options, patience=PATIENCE)
        rules = plan.stopping_of(options, self.rule, self.network)
        validation = self.objective(*self.cache.validation)
        if validation is None:
            rules = replace(rules, plateau=rules.patience or 0)
        patience = rules.patience or 0
        return Monitor(rules, patience, validation, self.objective(*self.cache.test), observe)

    def objective(self, X: FloatArray, Y: FloatArray) -> Objective | None:
        """Return the loss of some rows; None if there are none."""
        dtype = self.network.dtype
        return Objective(self.network, X.astype(dtype), Y.astype(dtype)) if len(Y) else None

    def saver(
        self, monitor: Monitor, content: str, penalty: FloatArray
    ) -> tuple[Saver | None, Checkpoint | None]:
        """Return what saves the training, if that is asked for."""
        file = self.options.checkpoint
        if file is None:
            return None, None
        file = file if isinstance(file, Checkpoint) else Checkpoint(file)
        settings = (repr(self.network), repr(self.rule), repr(penalty[:1]), self.options.seed)
        saved = file.open(identity_of(content, *settings))
        nobody = np.arange(0)
        terms = Terms(Division(nobody, nobody, nobody), *self.scalings, penalty)
        return Saver(file, monitor, terms, saved), file

    def leave_divergence(self, monitor: Monitor, first: FloatArray) -> None:
        """Keep the first parameters where the last are out of bounds."""
        objective = monitor.validation or self.objective(*self.cache.pile(0))
        assert objective is not None
        assert monitor.best_theta is not None
        if has_diverged(objective, monitor.best_theta, first):
            monitor.best_theta, monitor.best_epoch = first, 0
            monitor.reason = StopReason.of("divergence.growth", best=0)

    def measured(self, result: TrainingResult) -> tuple[FloatArray, FloatArray, Division]:
        """Return raw outputs and targets of rows of each part, and which are which."""
        X, Y = self.cache.pile(0)
        parts = [(X[:MEASURED], Y[:MEASURED]), self.cache.validation, self.cache.test]
        inputs, targets = self.scalings
        dtype = self.network.dtype
        raw_X = np.vstack([inputs.undo(X) for X, _ in parts]).astype(dtype)
        raw_Y = np.vstack([targets.undo(Y) for _, Y in parts])
        outputs = result.network.forward(result.parameters, raw_X)
        ends = np.cumsum([len(Y) for _, Y in parts])
        rows = np.split(np.arange(len(raw_Y)), ends[:-1])
        return outputs, raw_Y, Division(*rows)
