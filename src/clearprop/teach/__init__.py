"""Teaching: worksheets with kind numbers, marking that follows a student's own numbers."""

from clearprop.teach.asked import Asked
from clearprop.teach.exercise import Exercise, begin, step
from clearprop.teach.marking import Marked, mark
from clearprop.teach.questions import QUESTIONS
from clearprop.teach.worksheets import Worksheet, worksheet

__all__ = [
    "QUESTIONS",
    "Asked",
    "Exercise",
    "Marked",
    "Worksheet",
    "begin",
    "mark",
    "step",
    "worksheet",
]
