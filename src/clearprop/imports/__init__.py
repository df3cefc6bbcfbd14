"""Import: networks that were made elsewhere become models; each kind of source is a file."""

from clearprop.imports.loading import SOURCES as SOURCES
from clearprop.imports.loading import load as load

__all__ = ["SOURCES", "load"]
