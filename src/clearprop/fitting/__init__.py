"""Fitting: the one pipeline behind `clearprop.fit`, ``clearprop train`` and the estimators."""

from clearprop.fitting.fitted import TableFit as TableFit
from clearprop.fitting.options import FitOptions as FitOptions
from clearprop.fitting.series import Series as Series
from clearprop.fitting.series import lags as lags
from clearprop.fitting.tables import fingerprint as fingerprint
from clearprop.fitting.tables import fit as fit

__all__ = [
    "FitOptions",
    "Series",
    "TableFit",
    "fingerprint",
    "fit",
    "lags",
]
