"""Mistakes that people make in backpropagation code, one a file; `MISTAKES` holds them by name."""

from clearprop._registry import Registry
from clearprop.check.mistakes.mistake import Mistake as Mistake

MISTAKES: Registry[Mistake] = Registry(
    "clearprop.check.mistakes",
    Mistake,  # type: ignore[type-abstract]
    "mistake",
)
