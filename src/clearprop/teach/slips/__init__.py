"""Slips of the hand in one step, one a file; `SLIPS` holds them by name."""

from clearprop._registry import Registry
from clearprop.teach.slips.slip import Slip

SLIPS: Registry[Slip] = Registry(
    "clearprop.teach.slips",
    Slip,  # type: ignore[type-abstract]
    "slip",
)

__all__ = ["SLIPS", "Slip"]
