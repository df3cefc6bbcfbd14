"""Bayesian regularisation where it could end in a flat line, and fits that could fail."""

from benchmarks.rows import Options
from benchmarks.solvers import regularization

TITLE = "Bayesian regularisation"
EXPLANATION = """\
Curves that people try first, from every scaling (minmax, standardize) and initializer (Nguyen and
Widrow, Xavier, He, normal); a fit is flat whose γ is below 2.5 or that explains less than three
quarters of the curve. Below them, fits of tables that raise an error, are not finite, or end no
better than they began."""


def run(options: Options) -> str:
    """Return both tables."""
    seeds = 1 if options.quick else 20
    return f"{EXPLANATION}\n\n{regularization.curves(seeds)}\n\n{regularization.fits_of_tables()}"
