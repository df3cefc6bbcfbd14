"""Courses of training that ended in the wrong place."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.diagnostics.finding import Evidence, Finding

EPOCHS_TO_LEARN = 20
MIN_FALL = 0.05
"""The part of the first loss that training must take away for it to have learnt anything."""
TOO_FAR_APART = 2.0
"""Validation loss over training loss from which a network has learnt rows by heart."""


def plateau(evidence: Evidence) -> Iterator[Finding]:
    """Find a loss that hardly fell in all epochs, as where the error of XOR cancels out."""
    losses = [record.loss for record in evidence.history if record.epoch > 0]
    if len(losses) < EPOCHS_TO_LEARN or not losses[0] > 0:
        return
    fall = 1 - losses[-1] / losses[0]
    if fall < MIN_FALL:
        yield Finding(
            "plateau",
            Text(
                f"Stuck at a plateau: in {len(losses)} epochs the loss fell from {losses[0]:.4g} "
                f"to {losses[-1]:.4g} only.",
                f"停在平台上：{len(losses)} 个周期内损失仅从 {losses[0]:.4g} "
                f"降到 {losses[-1]:.4g}。",
            ),
            Text(
                "solver='levenberg_marquardt', another random_state, more units, or a larger "
                "learning rate.",
                "solver='levenberg_marquardt'，换 random_state，增加单元，或增大学习率。",
            ),
        )


def overfitting(evidence: Evidence) -> Iterator[Finding]:
    """Find a network that does far better on rows it has seen."""
    validated = [r for r in evidence.history if r.validation_loss is not None]
    if not validated:
        return
    last, best = validated[-1], min(r.validation_loss or 0.0 for r in validated)
    rest = last.validation_loss or 0.0
    if rest > TOO_FAR_APART * last.loss and rest > 1.1 * best:
        yield Finding(
            "overfitting",
            Text(
                f"Over-fitting: the validation loss ended at {rest:.4g}, having been {best:.4g}, "
                f"while the training loss fell to {last.loss:.4g}.",
                f"过拟合：验证损失最低 {best:.4g}，结束时 {rest:.4g}，"
                f"而训练损失降到 {last.loss:.4g}。",
            ),
            Text(
                "early_stopping=True, solver='bayesian_regularization', a larger alpha, dropout, "
                "or fewer units.",
                "early_stopping=True，solver='bayesian_regularization'，增大 alpha，dropout，"
                "或减少单元。",
            ),
        )
