"""What an earlier commit's default did on the same splits, beside what this one's does."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import table
from benchmarks.accuracy.contenders import OURS
from benchmarks.accuracy.outcomes import Outcome, kept_in

HEAD = (
    "table", "splits", "loss before", "now", "change, standard errors",
    "processor seconds before", "now", "weights before", "now",
)  # fmt: skip


def changes(outcomes: Sequence[Outcome], file: Path) -> str:
    """Return a Markdown table of the splits that this commit and an earlier one have predicted.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of this commit.
    file : Path
        Where the earlier one has kept its own, by `--kept`.
    """
    earlier = kept_in(file)
    pairs: dict[str, list[tuple[Outcome, Outcome]]] = {}
    for now in outcomes:
        if now.contender == OURS and now.key in earlier:
            pairs.setdefault(now.table, []).append((earlier[now.key], now))
    return table.markdown(HEAD, [_line(name, each) for name, each in pairs.items()])


def _line(name: str, pairs: Sequence[tuple[Outcome, Outcome]]) -> list[str]:
    """Return means over the splits, and the mean change of the loss in its standard errors."""

    def both(quantity: str) -> list[str]:
        values = np.array([[getattr(each, quantity) for each in pair] for pair in pairs], float)
        return [f"{mean:,.4g}" for mean in values.mean(axis=0)]

    change = np.array([now.loss - before.loss for before, now in pairs])
    error = change.std(ddof=1) / np.sqrt(len(change)) if len(change) > 1 else 0.0
    errors = f"{change.mean() / error:+.1f}" if error > 0 else "–"
    return [name, str(len(pairs)), *both("loss"), errors, *both("seconds"), *both("weights")]
