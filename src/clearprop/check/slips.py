"""Slips on the way back that can be made in any computation, whatever its layers look like."""

from typing import Literal

Slip = Literal[
    "slope left out",
    "mask left out",
    "slope left out of own",
    "slope left out of what is handed down",
    "updated weights",
    "weights not transposed",
    "slope at the activation",
    "activation for the slope",
    "slope of another",
    "slope miswritten",
]
"""What is made in place of the right way back; a mask is a slope that is 0 or 1."""
