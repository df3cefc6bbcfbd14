"""The sections of a report, one a file: what is said and shown there, and from which numbers.

Each is a function from the subject to a `Section`, or to None where there is nothing to say.
"""

from collections.abc import Callable

from clearprop.report.blocks import Section
from clearprop.report.sections.data import data_section
from clearprop.report.sections.diagnostics import diagnostics_section
from clearprop.report.sections.drift import drift_section
from clearprop.report.sections.effects import effects_section
from clearprop.report.sections.errors import errors_section
from clearprop.report.sections.form import form_section
from clearprop.report.sections.network import network_section
from clearprop.report.sections.quality import quality_section
from clearprop.report.sections.reproduction import reproduction_section
from clearprop.report.sections.sensitivities import sensitivities_section
from clearprop.report.sections.series import series_section
from clearprop.report.sections.training import training_section
from clearprop.report.subject import Subject

__all__ = ["SECTIONS"]

SECTIONS: tuple[Callable[[Subject], Section | None], ...] = (
    data_section,
    drift_section,
    network_section,
    training_section,
    quality_section,
    errors_section,
    series_section,
    sensitivities_section,
    effects_section,
    form_section,
    diagnostics_section,
    reproduction_section,
)
"""In the order in which they are read."""
