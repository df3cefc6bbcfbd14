"""The names of types that stand in many signatures."""

from typing import Any

import numpy.typing as npt

FloatArray = npt.NDArray[Any]
"""An array of float32 or float64."""
