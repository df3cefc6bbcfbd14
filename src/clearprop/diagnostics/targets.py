"""Targets of which some hardly occur."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.diagnostics.finding import Evidence, Finding

RARE = 0.05
"""The part of the rows below which a class is rare."""


def rare_class(evidence: Evidence) -> Iterator[Finding]:
    """Find a class that so few rows show that it pays to ignore it."""
    if not evidence.network.loss_rule.name.endswith("cross_entropy"):
        return
    share = evidence.Y.mean(axis=0)
    least = float(min(share.min(), (1 - share).min()) if len(share) == 1 else share.min())
    if 0 < least < RARE:
        yield Finding(
            "rare_class",
            Text(
                f"The classes are out of balance: the rarest has {100 * least:.2g} % of the rows.",
                f"类别不平衡：最少的类别只占 {100 * least:.2g} % 的样本。",
            ),
            Text(
                "class_weight='balanced', and a score such as 'balanced_accuracy'.",
                "class_weight='balanced'，并使用 'balanced_accuracy' 等评分。",
            ),
        )
