"""Turn a reading of a step into a case for the diagnosis."""

from clearprop._typing import FloatArray
from clearprop.check.case import Case
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.problem import Convention
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.reading import Net, Reading
from clearprop.check.verdict import verdict

SECONDS_EACH = 0.7
"""Of processor time, in which several mistakes at once are looked for."""


def diagnosis_of(
    reading: Reading, gradients: dict[str, FloatArray], form: LossForm, rate: float | None = None
) -> Diagnosis:
    """Return the diagnosis of a gradient in the row convention."""
    case = case_of(reading, gradients, form, rate)
    return verdict(case, convention(reading.net), SECONDS_EACH)


def convention(net: Net) -> Convention:
    """Return in which convention formulae are printed."""
    return "column" if net.column else "row"


def case_of(
    reading: Reading, gradients: dict[str, FloatArray], form: LossForm, rate: float | None
) -> Case:
    """Return a gradient in the row convention beside the right one."""
    shapes = {w.name: w.own_shape for w in reading.net.weights}
    return Case(
        reading.problem(form, rate),
        gradients,
        max(reading.net.itemsize, 4),
        {name: gradients[name].shape if name not in shapes else shapes[name] for name in gradients},
        shapes,
    )
