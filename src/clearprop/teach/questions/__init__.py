"""Kinds of questions on a worksheet, one a file; `QUESTIONS` holds them by name."""

from clearprop._registry import Registry
from clearprop.teach.questions.question import Blank as Blank
from clearprop.teach.questions.question import Question as Question

QUESTIONS: Registry[Question] = Registry(
    "clearprop.teach.questions",
    Question,  # type: ignore[type-abstract]
    "question",
)
