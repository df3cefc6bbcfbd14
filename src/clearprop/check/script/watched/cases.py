"""Turn a reading of a step into a case for the diagnosis."""

import math
import time
from collections.abc import Mapping

from clearprop._typing import FloatArray
from clearprop.check.case import Case
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.problem import Convention, Problem
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.nets import Net
from clearprop.check.script.watched.reading import Reading
from clearprop.check.search import MAX_MISTAKES
from clearprop.check.verdict import verdict

SECONDS_EACH, SECONDS_QUICKLY = 0.7, 0.1
"""Of processor time, in which several mistakes at once are looked for."""
ALL_OF_IT = 4
"""A whole diagnosis takes so many times as long: single mistakes are looked for as well."""


def diagnosis_of(
    reading: Reading,
    gradients: dict[str, FloatArray],
    form: LossForm,
    rate: float | None = None,
    *,
    penalty: float = 0.0,
    previous: Mapping[str, FloatArray] | None = None,
    taken: Mapping[str, FloatArray] | None = None,
    quickly: bool = False,
    most: int = MAX_MISTAKES,
    until: float = math.inf,
) -> Diagnosis:
    """Return the diagnosis of a gradient in the row convention; `previous` came before it.

    `taken` is what the step took off the parameters. Explanations by more than `most` mistakes are
    of no use. Not much is looked for after the processor time `until`.
    """
    case = case_of(reading, gradients, reading.problem(form, rate, penalty, previous, taken))
    left = max(SECONDS_QUICKLY, (until - time.process_time()) / ALL_OF_IT)
    seconds = SECONDS_QUICKLY if quickly else min(SECONDS_EACH, left)
    return verdict(case, convention(reading.net), seconds, most, scaled=True)


def convention(net: Net) -> Convention:
    """Return in which convention formulae are printed."""
    return "column" if net.column else "row"


def case_of(reading: Reading, gradients: dict[str, FloatArray], problem: Problem) -> Case:
    """Return a gradient in the row convention beside the right one."""
    shapes = {w.name: w.own_shape for w in reading.net.weights}
    grown = {
        name: array.T.shape if reading.net.column else array.shape
        for name, array in gradients.items()
        if name[0] == "b" and array.ndim == 2
    }
    return Case(
        problem,
        gradients,
        max(reading.net.itemsize, 4),
        {name: shapes.get(name, array.shape) for name, array in gradients.items()} | grown,
        shapes,
    )
