"""The learning curve: the validation loss after training on more and more rows of one pile."""

from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.training import MiniBatches, Stopping
from clearprop.training.minimizing import minimize_by_batches
from clearprop.training.monitor import Monitor
from clearprop.updates import UpdateRule

SIZES = (12_500, 25_000, 50_000, 100_000)
"""Rows of each training; a pile is a random sample of all rows."""
FEWEST = 4 * SIZES[-1]
"""Rows that train from which on the curve is worth its time."""
STEPS = 6_000
"""Steps of each training: as many for few rows as for many."""
BATCH = 200
LEAST_GAIN = 0.02
"""The part by which a loss must fall to be worth twice as many rows."""
GROUPS = 20
"""Groups of validation rows, whose losses differ by chance."""
MORE_HELP = Text(
    "validation loss after training on {losses} rows: more rows still help.",
    "用 {losses} 行训练后的验证损失：更多的行仍有帮助。",
)
NO_MORE_HELP = Text(
    "validation loss after training on {losses} rows: more do not help this network; "
    "--rows {enough} would do.",
    "用 {losses} 行训练后的验证损失：更多的行对该网络已无帮助；--rows {enough} 即可。",
)


@dataclass(frozen=True)
class LearningCurve:
    """Validation losses by the number of rows that trained.

    Attributes
    ----------
    rows : tuple of int
    losses : array of shape (len(rows), groups)
        The loss of each group of the validation rows.
    """

    rows: tuple[int, ...]
    losses: FloatArray

    @property
    def still_falls(self) -> bool:
        """Whether the last doubling of the rows lowered the loss, and not by chance."""
        gain = self.losses[-2] - self.losses[-1]
        by_chance = 2 * gain.std(ddof=1) / np.sqrt(len(gain))
        return bool(gain.mean() > max(by_chance, LEAST_GAIN * self.losses[-2].mean()))

    @property
    def sentence(self) -> Text:
        """The curve in words, and what follows for the number of rows."""
        each = zip(self.rows, self.losses.mean(axis=1), strict=True)
        losses = ", ".join(f"{rows:,}: {loss:.4g}" for rows, loss in each)
        told = MORE_HELP if self.still_falls else NO_MORE_HELP
        return told.filled(losses=losses, enough=self.rows[-1])


def learning_curve(
    network: Network,
    first: FloatArray,
    rule: UpdateRule,
    pile: tuple[FloatArray, FloatArray],
    validation: tuple[FloatArray, FloatArray],
    seed: int,
) -> LearningCurve | None:
    """Return the curve of a network; None where there are too few rows for one.

    Parameters
    ----------
    network : Network
    first : array of shape (P,)
        Where every training begins.
    rule : UpdateRule
    pile, validation : pair of arrays
        Inputs and targets, scaled.
    seed : int
        Draws the orders of rows.
    """
    sizes = tuple(size for size in SIZES if size <= len(pile[1]))
    if len(sizes) < 2 or len(validation[1]) < 2 * GROUPS:
        return None
    parts = list(zip(*(np.array_split(each, GROUPS) for each in validation), strict=True))
    losses = []
    for size in sizes:
        objective = Objective(network, pile[0][:size], pile[1][:size])
        rules = Stopping(max_epochs=max(1, STEPS * BATCH // size))
        monitor, random = Monitor(rules, 0), np.random.default_rng([seed, 4])
        start, batches = Descent.start(first), MiniBatches()
        end = minimize_by_batches(objective, start, rule, BATCH, batches, random, monitor)
        losses.append([network.loss(end.theta, *part) for part in parts])
    return LearningCurve(sizes, np.array(losses))
