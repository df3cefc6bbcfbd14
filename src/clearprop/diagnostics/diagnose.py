"""Ask every diagnosis about a training."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop.diagnostics.columns import constant_columns, unscaled_columns
from clearprop.diagnostics.course import overfitting, plateau
from clearprop.diagnostics.error_terms import exploding_error_terms, vanishing_error_terms
from clearprop.diagnostics.finding import Evidence, Finding
from clearprop.diagnostics.targets import rare_class
from clearprop.diagnostics.units import dead_units, saturated_units

DIAGNOSES: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    plateau,
    overfitting,
    dead_units,
    saturated_units,
    vanishing_error_terms,
    exploding_error_terms,
    unscaled_columns,
    constant_columns,
    rare_class,
)
MAX_ROWS = 1000
"""Rows that are looked at; more of them say nothing new."""


def diagnose_training(evidence: Evidence) -> list[Finding]:
    """Return what is wrong with a training, the most important first; nothing if all is well.

    At most 1000 rows, evenly chosen, are looked at.
    """
    m = len(evidence.X)
    if m > MAX_ROWS:
        rows = np.linspace(0, m - 1, MAX_ROWS).astype(np.intp)
        evidence = replace(evidence, X=evidence.X[rows], Y=evidence.Y[rows])
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return [finding for diagnosis in DIAGNOSES for finding in diagnosis(evidence)]
