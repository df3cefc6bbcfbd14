"""Mistakes that people make in backpropagation code, one a file; `MISTAKES` holds them by name."""

from clearprop._registry import Catalogue
from clearprop.check.mistakes.mistake import Mistake as Mistake

MISTAKES: Catalogue[Mistake] = Catalogue(
    "clearprop.check.mistakes",
    Mistake,  # type: ignore[type-abstract]
    "mistake",
)
