"""The sections of a report, one a file: what is said and shown there, and from which numbers.

Each is a function from the subject to a `Section`, or to None where there is nothing to say.
"""

from collections.abc import Callable

from clearprop.report.blocks import Section
from clearprop.report.sections.data import data
from clearprop.report.sections.diagnostics import diagnostics
from clearprop.report.sections.effects import effects
from clearprop.report.sections.errors import errors
from clearprop.report.sections.network import network
from clearprop.report.sections.quality import quality
from clearprop.report.sections.reproduction import reproduction
from clearprop.report.sections.sensitivities import sensitivities
from clearprop.report.sections.training import training
from clearprop.report.subject import Subject

SECTIONS: tuple[Callable[[Subject], Section | None], ...] = (
    data,
    network,
    training,
    quality,
    errors,
    sensitivities,
    effects,
    diagnostics,
    reproduction,
)
"""In the order in which they are read."""
