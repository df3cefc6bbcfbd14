"""Check a person's own script: run it in a limited process, find its gradient, judge it."""

from clearprop.check.submission.checking import check_file as check_file
from clearprop.check.submission.grading import grade_folder as grade_folder
from clearprop.check.submission.report import SubmissionReport as SubmissionReport
