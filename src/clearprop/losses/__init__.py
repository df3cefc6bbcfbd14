"""Losses, one a file; `LOSSES` holds them by name."""

from clearprop._registry import Catalogue
from clearprop.losses.loss import Loss as Loss

LOSSES: Catalogue[Loss] = Catalogue(
    "clearprop.losses",
    Loss,  # type: ignore[type-abstract]
    "loss",
)
