"""u v: rows times columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class MatrixProduct(Operation):
    """u v: rows times columns."""

    name = "matmul"
    sign = "@"
    written = "{u} {v}"
    passed_back = (
        "{g} {v}ᵀ",
        "{u}ᵀ {g}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u @ v

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        u, v = inputs
        return g @ v.T, u.T @ g
