"""Update rules of descent by mini-batches, one a file; `UPDATES` holds them by name."""

from clearprop._registry import Catalogue
from clearprop.updates.rule import UpdateRule as UpdateRule

UPDATES: Catalogue[UpdateRule] = Catalogue(
    "clearprop.updates",
    UpdateRule,  # type: ignore[type-abstract]
    "solver",
)
