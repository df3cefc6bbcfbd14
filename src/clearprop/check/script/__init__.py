"""Check a person's own script: run it in a limited process, find its gradient, judge it."""

from clearprop.check.script.checking import check_file as check_file
from clearprop.check.script.report import SubmissionReport as SubmissionReport

__all__ = [
    "SubmissionReport",
    "check_file",
]
