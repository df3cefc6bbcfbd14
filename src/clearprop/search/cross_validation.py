"""Rows that are left out in turn, one in five, and the networks that train without them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clearprop._interruption import OutOfTimeError
from clearprop._random import seeds_from
from clearprop._typing import FloatArray
from clearprop.backprop.propagate import forward
from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.search.averaging import can_average
from clearprop.search.pairs import Judge, Pair
from clearprop.search.restarts import going_on, train_restarts
from clearprop.search.so_far import EARLY, SoFar
from clearprop.search.trainings import Several, Trained, side_by_side
from clearprop.training.config import TrainingConfig
from clearprop.training.history import Record
from clearprop.training.loop import train
from clearprop.training.result import TrainingResult
from clearprop.training.solvers import BatchSolver
from clearprop.training.split import Division, Rows
from clearprop.training.stopping import StopReason

PART = 5
"""One row in so many is left out at a time."""
STARTS_A_FOLD = 2
"""Starts that are trained without each part of the rows."""
FURTHER = 8
"""Iterations after which a start that goes on without a part of the rows has forgotten it."""
ENOUGH = 400
"""Rows that are left out in all, where there are so many."""
_NOBODY = np.arange(0)


def leave_out(m: int, random: Any) -> list[Rows]:
    """Return the parts of m ≥ 2 rows that are left out in turn; they are disjoint."""
    order, size = random.permutation(m), max(1, m // PART)
    parts = min(PART, m, -(-ENOUGH // size))
    return [np.sort(order[size * part : size * (part + 1)]) for part in range(parts)]


def copies_of(m: int, weights: FloatArray | None) -> Rows:
    """Return the row of each sample: a row whose weight is w stands for w samples.

    Weights that are no whole numbers count as one sample each.
    """
    if weights is None or (weights % 1).any():
        return np.arange(m)
    return np.repeat(np.arange(m), weights.astype(int))


@dataclass(frozen=True)
class Fold:
    """A part of the samples that is left out, and what trains without it."""

    left_out: Rows
    """The row of each sample that is left out."""
    division: Division
    weights: FloatArray | None


@dataclass(frozen=True)
class CrossValidation:
    """The data, and which samples are left out in turn."""

    X: FloatArray
    Y: FloatArray
    weights: FloatArray | None
    copies: Rows
    """The row of each sample."""
    parts: Sequence[Rows]
    """The samples that are left out, a part at a time."""

    @staticmethod
    def of(
        X: FloatArray, Y: FloatArray, weights: FloatArray | None, random: Any
    ) -> "CrossValidation":
        """Return what is left out of m ≥ 2 rows."""
        copies = copies_of(len(X), weights)
        return CrossValidation(X, Y, weights, copies, leave_out(len(copies), random))

    def judge(self, network: Network) -> Judge:
        """Return what judges the samples that are left out."""
        rows = self.copies[np.concatenate(self.parts)]
        if self.weights is None or len(self.copies) != len(self.weights):
            return Judge(network, self.Y[rows], None)
        left_out = self.weights[rows]
        return Judge(network, self.Y[rows], left_out / left_out.mean())

    @property
    def folds(self) -> tuple[Fold, ...]:
        """What is left out each time, and what trains then."""
        return tuple(map(self._without, self.parts))

    def _without(self, part: Rows) -> Fold:
        """Return the rows that train without a part of the samples, and their weights."""
        kept = np.bincount(np.delete(self.copies, part), minlength=len(self.X))
        division, left_out = Division(np.flatnonzero(kept), _NOBODY, _NOBODY), self.copies[part]
        if self.weights is None:
            return Fold(left_out, division, None)
        whole = np.bincount(self.copies, minlength=len(self.X))
        return Fold(left_out, division, self.weights * kept / np.maximum(whole, 1))


@dataclass(frozen=True)
class Training:
    """What is trained again and again, without the rows that are left out."""

    network: Network
    config: TrainingConfig
    """Its seed is a number, which draws the seeds of all trainings."""
    n_jobs: int | None
    so_far: SoFar = field(default_factory=SoFar)
    """Is offered what Ctrl-C ends."""
    begun: tuple[TrainingResult, ...] = ()
    """Starts that it has trained on all rows already."""
    few: bool = False
    """Whether trainings go on from starts on all rows, if they can: that takes few iterations."""

    @property
    def goes_on(self) -> bool:
        """Whether they do: of numbers, by a solver that finds the weight decay."""
        rule, output = self.config.solver, self.network.layers[-1].activation
        finds = isinstance(rule, BatchSolver) and rule.finds_weight_decay
        squares = self.network.loss_rule.constant_curvature is not None and output.is_identity
        return self.few and finds and squares

    def pairs(self, data: CrossValidation, epochs: Sequence[int] = ()) -> list[Pair]:
        """Return what two starts for each part say of it after so many epochs, or in the end.

        Starts that may go on are trained on all rows first, and go on from there without each part.
        Not all that they have learnt of its rows is forgotten: errors are stretched for that.

        Raises
        ------
        OutOfTimeError
            If a limit of time ended one of them.
        """
        begun = self.begun or self._train_on_all(data) if self.goes_on else ()
        trained, example = self._train(data, epochs, begun)
        judge = data.judge(self.network)
        straight = len(self.network.layers) == 1  # it has but one minimum
        pairs = []
        for place in range(max(1, len(epochs))):
            starts = len(begun) or STARTS_A_FOLD
            said = [[one[place] for one in trained[start::starts]] for start in (0, starts - 1)]
            sums = np.stack([np.concatenate([z for z, _ in starts]) for starts in said])
            if begun:
                sums = judge.Y + _stretch(begun, data) * (sums - judge.Y)
            variance = np.mean([np.concatenate([v for _, v in starts]) for starts in said], axis=0)
            averages, hopeful = can_average(self.network), bool(begun) and not straight
            pairs.append(Pair(judge, sums, variance, averages, example, begun, hopeful))
        return pairs

    def _train_on_all(self, data: CrossValidation) -> tuple[TrainingResult, ...]:
        """Return starts that are trained on all rows, from which others go on.

        Without hidden layers every start finds the same minimum.
        """
        restarts = STARTS_A_FOLD if len(self.network.layers) > 1 else 1
        result = train_restarts(
            self.network, data.X, data.Y, self.config,
            restarts=restarts, n_jobs=self.n_jobs, sample_weight=data.weights,
        )  # fmt: skip
        raise_if_cut_short([result], self.so_far)
        return result.members or (result,)

    def _train(
        self, data: CrossValidation, epochs: Sequence[int], begun: tuple[TrainingResult, ...]
    ) -> tuple[list[list[tuple[FloatArray, FloatArray]]], TrainingResult]:
        """Return, for each training and each epoch, sums and variances of the part left out.

        And the first training itself.
        """
        folds, starts = data.folds, len(begun) or STARTS_A_FOLD
        seeds = seeds_from(self.config.seed, starts * len(folds))
        config = self.config
        if begun:
            few = min(FURTHER, config.stopping.max_epochs)
            config = replace(config, stopping=replace(config.stopping, max_epochs=few))
        pairs = _Folds(self.network, data.X, data.Y, config, seeds, folds, tuple(epochs), begun)
        found = side_by_side(pairs, self.n_jobs)
        results = [each.result for each in found]
        raise_if_cut_short(results, self.so_far)
        trained = []
        for number, (result, one) in enumerate(zip(results, found, strict=True)):
            X = data.X[folds[number // starts].left_out]
            last = sums_of(self.network, result.parameters, X), _variance_of(result, X)
            noted = [(one.seen.get(epoch, last[0]), last[1]) for epoch in epochs]
            trained.append(noted or [last])
        return trained, results[0]


@dataclass(frozen=True)
class _Folds(Several):
    """As many trainings for each fold as there are starts: their numbers follow one another."""

    folds: tuple[Fold, ...]
    epochs: tuple[int, ...]
    """When the rows that are left out are looked at."""
    begun: tuple[TrainingResult, ...]
    """Starts to go on from."""

    def one(self, number: int) -> Trained:
        starts = len(self.seeds) // len(self.folds)
        fold, inspect = self.folds[number // starts], self.config.inspect
        X, seen = self.X[fold.left_out], dict[float, FloatArray]()

        def look(record: Record, parameters: Parameters) -> StopReason | None:
            if record.epoch in self.epochs:
                seen[record.epoch] = sums_of(self.network, parameters, X)
            return inspect(record, parameters) if inspect else None

        config = replace(
            self.config,
            seed=self.seeds[number],
            division=fold.division,
            inspect=look if self.epochs else inspect,
        )
        start = None
        if self.begun:
            before = self.begun[number % starts]
            start = before.parameters
            config = going_on(config, before)
        result = train(
            self.network, self.X, self.Y, config, sample_weight=fold.weights, start=start
        )
        return Trained(result, seen)


def _stretch(begun: Sequence[TrainingResult], data: CrossValidation) -> float:
    """Return by how much errors of rows that were left out late are too small: √(1 + γ / N K).

    Without a part of the rows, starts that were trained on all of them go on to errors like those
    that the leverages tell. But which minimum they are in was decided with these rows. Over ten
    tables, the squared errors of trainings that began without them were mostly 1.0 to 1.5 times as
    large, by about this factor; so is Akaike's final prediction error beside generalised
    cross-validation. Where noise is large it is not enough: see `confirmed` in `candidates`.

    Source: Akaike, "Fitting autoregressive models for prediction", Annals of the Institute of
    Statistical Mathematics 21, 1969.
    """
    known = [start.hyperparameters for start in begun if start.hyperparameters is not None]
    gamma = float(np.mean([each.effective_parameters for each in known]))
    straight = len(begun[0].network.layers) == 1  # there is but one minimum
    return 1.0 if straight else (1 + gamma / (len(data.copies) * data.Y.shape[1])) ** 0.5


def raise_if_cut_short(results: Sequence[TrainingResult], so_far: SoFar) -> None:
    """Refuse trainings that Ctrl-C or a limit of time ended: they say nothing of the rows left out.

    They are offered to what is kept for want of better.

    Raises
    ------
    KeyboardInterrupt, OutOfTimeError
    """
    reasons = {result.stop_reason.name for result in results}
    if reasons.isdisjoint(EARLY):
        return
    so_far.offer(results)
    raise KeyboardInterrupt if "interrupted" in reasons else OutOfTimeError


def sums_of(network: Network, parameters: Parameters, X: FloatArray) -> FloatArray:
    """Return the weighted sums zᴸ of raw inputs, shape (m, K)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return forward(network.layers, parameters.layers, X).weighted_sums[-1]


def _variance_of(result: TrainingResult, X: FloatArray) -> FloatArray:
    """Return the variance of the function at raw inputs, shape (m, K), as far as it is known."""
    if result.posterior is None:
        return np.zeros((len(X), result.network.outputs))
    return result.posterior.std(X, noise=False) ** 2
