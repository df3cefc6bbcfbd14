"""Quadratic models with a Gauss-Newton matrix: their damped minimum and their memory."""

from dataclasses import dataclass

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop._validation import diagonal_of
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.blas import lapack

MATRICES = 3
"""P × P matrices held at once: the curvature, its factor, and the sum over one chunk of rows."""
RIDGES = (0.0, 1e-10, 1e-8, 1e-6)
"""Amounts to add to the diagonal of a singular matrix, in units of its largest entry."""


@dataclass(frozen=True)
class Cholesky:
    """The lower factor of a positive definite matrix, shape (P, P)."""

    factor: FloatArray

    def solve(self, right: FloatArray) -> FloatArray:
        """Return x with A x = right."""
        return lapack("potrs")(self.factor, right, lower=1)[0]

    def log_determinant(self) -> float:
        """Return ln |A|."""
        return 2 * float(np.log(self.factor.diagonal()).sum())

    def inverse_diagonal(self) -> FloatArray:
        """Return the diagonal of A⁻¹, shape (P,)."""
        return lapack("potri")(self.factor, lower=1)[0].diagonal()


@dataclass(frozen=True)
class QuadraticModel:
    """E(θ + s) ≈ E + gᵀs + ½ sᵀG s, with G the Gauss-Newton matrix at θ.

    Attributes
    ----------
    value : float
        E(θ).
    gradient : array of shape (P,)
        g.
    matrix : array of shape (P, P)
        G, positive semi-definite.
    """

    value: float
    gradient: FloatArray
    matrix: FloatArray

    @staticmethod
    def at(objective: PenalizedLoss, theta: FloatArray) -> "QuadraticModel":
        """Return the model of `objective` around `theta`, in float64."""
        value, gradient, matrix = objective.gauss_newton(theta)
        return QuadraticModel(
            value,
            gradient.astype(np.float64, copy=False),
            matrix.astype(np.float64, copy=False),
        )

    @property
    def gradient_norm(self) -> float:
        """‖g‖₂."""
        return float(np.linalg.norm(self.gradient))

    @property
    def is_finite(self) -> bool:
        """Whether E, g and the diagonal of G are finite numbers."""
        return bool(
            np.isfinite(self.value)
            and np.isfinite(self.gradient).all()
            and np.isfinite(self.matrix.diagonal()).all()
        )

    def damped(self, damping: FloatArray) -> "Cholesky | None":
        """Return the factor of G + diag(damping); None where that matrix is not positive."""
        damped = self.matrix.copy(order="F")
        diagonal_of(damped)[:] += damping
        factor, failed = lapack("potrf")(damped, lower=1, overwrite_a=1, clean=0)
        return None if failed else Cholesky(factor)

    def factored(self, damping: FloatArray) -> "Cholesky | None":
        """Return the factor of G + diag(damping), with a ridge if that is singular to rounding.

        The ridge is the smallest of a few that suffices; None where none does.
        """
        largest = float(self.matrix.diagonal().max())
        for ridge in RIDGES:
            factor = self.damped(damping + ridge * largest)
            if factor is not None:
                return factor
        return None

    def least_squares_step(self) -> FloatArray | None:
        """Return the shortest s that minimises ‖G s + g‖, from the eigenvectors of G.

        This is for a matrix that Cholesky's method cannot factor; None if it is not finite.
        """
        if not np.isfinite(self.matrix).all():
            return None
        values, vectors = np.linalg.eigh(self.matrix)
        least = max(values[-1], 0.0) * len(values) * np.finfo(np.float64).eps
        used = values > least
        inverse = np.divide(1.0, values, out=np.zeros_like(values), where=used)
        return -(vectors @ (inverse * (vectors.T @ self.gradient)))

    def predicted_decrease(self, step: FloatArray) -> float:
        """Return −(gᵀs + ½ sᵀG s)."""
        return -float(self.gradient @ step + 0.5 * (step @ (self.matrix @ step)))


def matrices_fit(entries: int, limit: int) -> bool:
    """Return whether matrices with so many entries in all take no more than `limit` bytes."""
    return 8 * entries <= limit


def check_matrix_fits(solver: str, parameters: int, limit: int) -> None:
    """Refuse P × P matrices that need more than `limit` bytes, before any of them is made.

    Raises
    ------
    InputError
        It names the memory that is needed and a solver that needs none of it.
    """
    needed = MATRICES * 8 * parameters**2
    if not matrices_fit(MATRICES * parameters**2, limit):
        why = (
            f"its {MATRICES} matrices of {parameters:,} × {parameters:,} parameters need "
            f"{_size(needed)}, and the limit is {_size(limit)}."
        )
        hint = f"'scaled_conjugate_gradient' or 'lbfgs', or '{solver}(memory={needed})'."
        raise invalid_argument("solver", solver, why, hint)


def _size(count: int) -> str:
    """Return a number of bytes in the unit that people read."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:,.3g} {unit}" if count < 1000 else f"{count:,.0f} {unit}"
        count /= 1000  # type: ignore[assignment]
    raise AssertionError
