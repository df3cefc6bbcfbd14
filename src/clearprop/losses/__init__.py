"""Losses, one a file; `LOSSES` holds them by name."""

from clearprop._registry import Registry
from clearprop.losses.loss import Loss

__all__ = ["LOSSES", "Loss"]

LOSSES: Registry[Loss] = Registry(
    "clearprop.losses",
    Loss,  # type: ignore[type-abstract]
    "loss",
)
