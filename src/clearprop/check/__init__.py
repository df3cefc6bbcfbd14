"""Say whether a gradient is right and, if it is not, which mistake it contains."""

from clearprop.check.assertion import GradientError as GradientError
from clearprop.check.diagnosing import diagnose as diagnose
from clearprop.check.diagnosis import Diagnosis as Diagnosis
from clearprop.check.gradients import check_gradients as check_gradients
from clearprop.check.mistakes import MISTAKES as MISTAKES
from clearprop.check.problem import Dropout as Dropout
from clearprop.check.report import GradientReport as GradientReport
from clearprop.check.totals import diagnose_totals as diagnose_totals

__all__ = [
    "MISTAKES",
    "Diagnosis",
    "Dropout",
    "GradientError",
    "GradientReport",
    "check_gradients",
    "diagnose",
    "diagnose_totals",
]
