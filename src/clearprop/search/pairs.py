"""What the average of many starts would lose on rows that did not train, from pairs of starts.

What is judged is what will be used: the average of R starts. One row in five is left out in turn,
and the loss of the left-out rows tells both how well single starts do, L₁, and how well the average
of two does, L₂. Averaging takes away what the starts do not have in common,

    L_R ≈ L₁ − (1 − 1/R) V,      V = 2 (L₁ − L₂)          (exact for squared errors)

Two kinds of networks, whose averages count s and 1 − s, lose together, where L₂₂ is the loss of
two starts of each,

    L ≈ L₂₂ − (1/2 − 1/R) (s² V + (1 − s)² V′)

Source: Krogh, Vedelsby, "Neural network ensembles, cross validation, and active learning", NIPS 7,
1995, equation (4): the error of an ensemble is the mean error less the ambiguity.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.propagate import sample_losses
from clearprop.network.network import Network
from clearprop.training.result import LeftOut, TrainingResult

STARTS = 10
"""R, the starts whose average will be used."""
HUGE = 1e100
"""Loss of outputs that are no numbers."""


@dataclass(frozen=True)
class Judge:
    """What outputs cost on the samples that are left out, m′ of them."""

    network: Network
    """Says the loss; any of those that are compared."""
    Y: FloatArray
    """Targets, shape (m′, K)."""
    weights: FloatArray | None
    """How much each sample counts, shape (m′,); their mean is 1."""

    def losses(self, sums: FloatArray) -> FloatArray:
        """Return the loss for weighted sums zᴸ (m′, K), shape (m′,); huge where not finite."""
        output = self.network.layers[-1].activation
        with np.errstate(over="ignore", invalid="ignore"):
            a = output.value(sums)
            losses = sample_losses(self.network.loss_rule, output, sums, a, self.Y)
        losses = np.nan_to_num(losses, nan=HUGE, posinf=HUGE)
        return losses if self.weights is None else losses * self.weights


@dataclass(frozen=True)
class Pair:
    """What two starts of a kind of network say of the samples that did not train them."""

    judge: Judge
    sums: FloatArray
    """Their weighted sums zᴸ, shape (2, m′, K)."""
    variance: FloatArray
    """Variance of the function that their posteriors know of, shape (m′, K); else 0."""
    averages: bool
    """Whether such networks can be averaged."""
    example: TrainingResult | None = None
    """One of these networks; it was trained without the first part of the samples."""
    begun: tuple[TrainingResult, ...] = ()
    """Those that were trained on all rows first."""
    hopeful: bool = False
    """Whether the networks began with the rows that they predict, and may remember them."""

    @cached_property
    def single(self) -> FloatArray:
        """L₁ of each sample, shape (m′,)."""
        return np.mean([self.judge.losses(sums) for sums in self.sums], axis=0)

    @cached_property
    def ambiguity(self) -> FloatArray:
        """V of each sample, shape (m′,); 0 where networks cannot be averaged."""
        if not self.averages:
            return np.zeros(len(self.single))
        return 2 * (self.single - self.judge.losses(self.sums.mean(axis=0)))

    @cached_property
    def losses(self) -> FloatArray:
        """L_R of each sample, shape (m′,)."""
        return self.single - (1 - 1 / STARTS) * self.ambiguity

    @property
    def loss(self) -> float:
        """The mean of `losses`."""
        return float(self.losses.mean())

    @property
    def left_out(self) -> LeftOut:
        """The outputs of the average of both starts, beside the targets."""
        output = self.judge.network.layers[-1].activation
        sums = self.sums.mean(axis=0) if self.averages else self.sums[0]
        with np.errstate(over="ignore", invalid="ignore"):
            return LeftOut(output.value(sums), self.judge.Y)

    def of_rows(self, rows: slice) -> "Pair":
        """Return what they say of some of the samples."""
        weights = self.judge.weights
        kept = None if weights is None else weights[rows]
        judge = Judge(self.judge.network, self.judge.Y[rows], kept)
        kept = self.sums[:, rows], self.variance[rows]
        return Pair(judge, *kept, self.averages, self.example)

    def and_then(self, other: "Pair") -> "Pair":
        """Return what they say of these samples and of others."""
        first, second = self.judge, other.judge
        weights = None
        if first.weights is not None and second.weights is not None:
            weights = np.concatenate([first.weights, second.weights])
        judge = Judge(first.network, np.concatenate([first.Y, second.Y]), weights)
        sums = np.concatenate([self.sums, other.sums], axis=1)
        variance = np.concatenate([self.variance, other.variance])
        return Pair(judge, sums, variance, self.averages, self.example)


def losses_together(first: Pair, second: Pair, share: float) -> FloatArray:
    """Return the loss of two averages of which the first counts `share`, shape (m′,)."""
    sums = share * first.sums.mean(axis=0) + (1 - share) * second.sums.mean(axis=0)
    ambiguity = share**2 * first.ambiguity + (1 - share) ** 2 * second.ambiguity
    return first.judge.losses(sums) - (1 / 2 - 1 / STARTS) * ambiguity


def is_no_worse(losses: FloatArray, best: FloatArray) -> bool:
    """Return whether the mean loss is within a standard error of the best one's."""
    excess = losses - best
    return bool(excess.mean() <= excess.std() / np.sqrt(len(excess)))
