"""Tables that are larger than memory: read in pieces, shuffled on disk, trained on as they pass."""

from clearprop.streaming.fitting import fit as fit
from clearprop.streaming.opening import source_of as source_of
from clearprop.streaming.plan import streams as streams
from clearprop.streaming.schedulers import fit_at as fit_at
from clearprop.streaming.source import Source as Source

__all__ = ["Source", "fit", "fit_at", "source_of", "streams"]
