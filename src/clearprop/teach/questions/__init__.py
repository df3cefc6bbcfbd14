"""Kinds of questions on a worksheet, one a file; `QUESTIONS` holds them by name."""

from clearprop._registry import Registry
from clearprop.teach.questions.question import Blank, Question

QUESTIONS: Registry[Question] = Registry(
    "clearprop.teach.questions",
    Question,  # type: ignore[type-abstract]
    "question",
)

__all__ = ["QUESTIONS", "Blank", "Question"]
