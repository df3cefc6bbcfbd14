"""Export: a trained model as a file for another language; `TARGETS` holds them by name."""

from clearprop._registry import Registry
from clearprop.export.describe import Difference as Difference
from clearprop.export.target import ExportTarget

__all__ = ["TARGETS", "Difference", "ExportTarget"]

TARGETS: Registry[ExportTarget] = Registry(
    "clearprop.export.targets",
    ExportTarget,  # type: ignore[type-abstract]
    "target",
)
