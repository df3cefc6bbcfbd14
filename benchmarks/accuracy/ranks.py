"""Tables of outcomes, and the mean ranks of the contenders."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks import table
from benchmarks.accuracy.contenders import OURS
from benchmarks.accuracy.outcomes import Outcome

SMALL = 1000
"""Rows up to which a table counts for the median of the weights."""


def means(outcomes: Sequence[Outcome], quantity: str) -> dict[str, dict[str, float]]:
    """Return the mean of a quantity over the splits, by table and contender."""
    found: dict[str, dict[str, list[float]]] = {}
    for each in outcomes:
        row = found.setdefault(each.table, {})
        row.setdefault(each.contender, []).append(getattr(each, quantity))
    return {
        name: {who: float(np.mean(values)) for who, values in row.items()}
        for name, row in found.items()
    }


def mean_ranks(values: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return the mean over the tables of each contender's place, 1 for the lowest value.

    Equal values share the mean of their places.
    """
    from scipy.stats import rankdata

    names = list(next(iter(values.values())))
    places: npt.NDArray[np.float64] = np.array(
        [rankdata([row[name] for name in names]) for row in values.values()]
    )
    return dict(zip(names, places.mean(axis=0).tolist(), strict=True))


def ranked_table(outcomes: Sequence[Outcome], quantity: str) -> str:
    """Return a Markdown table of a quantity, the mean ranks in its last line."""
    values = means(outcomes, quantity)
    names = list(next(iter(values.values())))
    rows = {each.table: each.rows for each in outcomes}
    lines = [
        [name, f"{rows[name]:,}", *(f"{row[who]:.4g}" for who in names)]
        for name, row in values.items()
    ]
    ranks = mean_ranks(values)
    lines.append(["mean rank", "", *(f"**{ranks[who]:.2f}**" for who in names)])
    return table.markdown(["table", "rows that train", *names], lines)


def cost_table(outcomes: Sequence[Outcome]) -> str:
    """Return a Markdown table: processor seconds a fit, and weights on tables of few rows."""
    names = table.in_order(each.contender for each in outcomes)
    lines = []
    for who in names:
        own = [each for each in outcomes if each.contender == who]
        seconds = [each.seconds for each in own]
        weights = [each.weights for each in own if each.weights and each.rows <= SMALL]
        small = f"{np.median(weights):,.0f}" if weights else ""
        lines.append([who, f"{np.median(seconds):.3g}", f"{max(seconds):.3g}", small])
    head = ["", "processor seconds a fit, median", "most", "weights, median"]
    return table.markdown(head, lines)


def coverage(outcomes: Sequence[Outcome]) -> str:
    """Return a sentence on the prediction intervals of clearprop."""
    known = [each.covered for each in outcomes if each.contender == OURS]
    known = [each for each in known if not np.isnan(each)]
    if not known:
        return ""
    return f"95 % intervals of clearprop hold {np.mean(known):.1%} of the targets."
