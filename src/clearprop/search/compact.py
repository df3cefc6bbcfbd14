"""One small network in the place of an average: the best start, or one that imitates the average.

Which of the two, and what it costs, is decided on rows that are left out for this. The one that
imitates is trained on what the average says of the rows, which is smoother than their targets.

Source: Buciluă, Caruana, Niculescu-Mizil, "Model compression", KDD 2006.
"""

from dataclasses import dataclass, replace

import numpy as np

from clearprop._random import RandomSource
from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search.cross_validation import PART
from clearprop.search.restarts import going_on, train_restarts
from clearprop.search.so_far import EARLY
from clearprop.training.config import TrainingConfig
from clearprop.training.loop import train
from clearprop.training.posterior import Posterior
from clearprop.training.result import TrainingResult
from clearprop.training.rows import TrainingData
from clearprop.training.split import Division, Rows

FEWEST = 2 * PART
"""Rows that train from which some can be left out to compare."""
NOTHING_TO_DO = Text(
    "Compact: it is one network already, nothing was averaged.",
    "紧凑：本来就是单个网络，没有求平均。",
)


@dataclass(frozen=True)
class Compaction:
    """The starts that would be averaged, on some data.

    Attributes
    ----------
    network : Network
    data : TrainingData
    config : TrainingConfig
        Its seed is a generator.
    restarts : int
        How many starts there are, two at least.
    n_jobs : int, optional
    """

    network: Network
    data: TrainingData
    config: TrainingConfig
    restarts: int
    n_jobs: int | None = None

    def run(self) -> tuple[TrainingResult, Text]:
        """Return the small network, trained on all rows, and what it costs."""
        division = self.config.division or Division.all_for_training(len(self.data.Y))
        imitates, why = False, _UNKNOWN
        if len(division.train) > FEWEST:
            imitates, why = self._compared(division)
        several = self._several(division)
        if imitates and several.stop_reason.name not in EARLY:
            return self._imitating(several, division), why
        best = several.members[0] if several.members else several
        return replace(best, stop_reason=several.stop_reason), why

    def _compared(self, division: Division) -> tuple[bool, Text]:
        """Return whether to imitate, and the losses on rows that were left out."""
        random = self.config.seed
        assert isinstance(random, RandomSource)
        order = random.permutation(len(division.train))
        left_out = division.train[order[: len(order) // PART]]
        kept = np.sort(division.train[order[len(order) // PART :]])
        several = self._several(replace(division, train=kept))
        if several.stop_reason.name in EARLY:
            return False, _UNKNOWN
        imitating = self._imitating(several, replace(division, train=kept))
        average, best, student = (
            self._loss(each, left_out) for each in (several, several.members[0], imitating)
        )
        return student < best, _why(self.restarts, average, best, student)

    def _several(self, division: Division) -> TrainingResult:
        """Return the average of all starts."""
        return train_restarts(
            self.network,
            self.data.X,
            self.data.Y,
            replace(self.config, division=division),
            restarts=self.restarts,
            n_jobs=self.n_jobs,
            sample_weight=self.data.weights,
        )

    def _imitating(self, several: TrainingResult, division: Division) -> TrainingResult:
        """Return one network that is trained on what the average says, on from the best start.

        Its history and its noise are those of the best start: the average's outputs have none.
        """
        taught = several.network.forward(several.parameters, self.data.X)
        best, weights = several.members[0], self.data.weights
        config = replace(going_on(self.config, best), division=division, observe=None)
        found = train(
            self.network, self.data.X, taught, config, sample_weight=weights, start=best.parameters
        )
        return replace(
            best,
            parameters=found.parameters,
            posterior=_with_noise_of(best.posterior, found.posterior),
            expected_loss=None,
            hyperparameters=None,
        )

    def _loss(self, result: TrainingResult, rows: Rows) -> float:
        X, Y = self.data.X[rows], self.data.Y[rows]
        loss = result.network.loss(result.parameters, X, Y)
        return loss if result.network.reduction == "mean" else loss / len(rows)


def _with_noise_of(best: Posterior | None, found: Posterior | None) -> Posterior | None:
    """Return the second posterior with the noise of the first, each in its own scaled units."""
    if best is None or found is None:
        return None
    (first,), (second,) = best.members, found.members
    size = np.mean(first.noise * (first.targets.spread * second.targets.rate) ** 2)
    return Posterior((replace(second, noise=float(size)),))


_UNKNOWN = Text(
    "Compact: the best start alone; there were no rows, or no time, to see what that costs.",
    "紧凑：只保留最好的一次；数据或时间不足，无法得知代价。",
)


def _why(restarts: int, average: float, best: float, student: float) -> Text:
    """Return what was chosen, and the losses on left-out rows that say what it costs."""
    lowest = min(best, student)
    cost = (lowest - average) / average if average > 0 else 0.0
    percent = f"{abs(cost):.1%}"
    said = Text(f"{percent} more", f"高 {percent}") if cost > 0 else Text("no more", "并不更高")
    one = (
        Text("one network that imitates their average", "一个模仿其平均的网络")
        if student < best
        else Text("the best of them alone", "其中最好的一个")
    )
    return Text(
        f"Compact: in place of {restarts} starts, {one.en}; its loss on rows that were left out is "
        f"{lowest:.4g}, {said.en} than the average's {average:.4g} "
        f"(best start {best:.4g}, imitating {student:.4g}).",
        f"紧凑：不用 {restarts} 次初始化的平均，而用{one.zh}；其留出数据的损失为 {lowest:.4g}，"
        f"比平均的 {average:.4g} {said.zh}（最好的一次 {best:.4g}，模仿者 {student:.4g}）。",
    )
