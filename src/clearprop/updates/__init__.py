"""Update rules of descent by mini-batches, one a file; `UPDATES` holds them by name."""

from clearprop._registry import Registry
from clearprop.updates.rule import UpdateRule as UpdateRule

UPDATES: Registry[UpdateRule] = Registry(
    "clearprop.updates",
    UpdateRule,  # type: ignore[type-abstract]
    "solver",
)

__all__ = [
    "UPDATES",
    "UpdateRule",
]
