"""Search for what is left "auto": solver, hidden sizes, starts and weight decay."""

from clearprop.search.auto import train_automatically as train_automatically
from clearprop.search.restarts import train_restarts as train_restarts

__all__ = [
    "train_automatically",
    "train_restarts",
]
