"""A table, and options that train in a moment, for the tests of fitting."""

import numpy as np
import pandas as pd

from clearprop.fitting import FitOptions

QUICK = FitOptions(
    hidden=(10,), solver="lbfgs", early_stopping=True, validation=0.15, test=0.15, seed=0
)
LINE = pd.DataFrame({"x": np.arange(20.0), "y": np.arange(20.0) ** 2})
SMALL = {"hidden": (3,), "solver": "levenberg_marquardt", "max_epochs": 5}


def letters_of(fitted):
    """Return the part of each row of `LINE`: T, V, E or −."""
    return fitted.result.division.letters(20)
