"""Simulated students: they round, they go on from their own numbers, and one slip is planted."""

from collections.abc import Callable

import numpy as np

from clearprop.teach.mistakes import possible
from clearprop.teach.steps import Quantity, Working
from clearprop.teach.worksheets import Worksheet

Slip = Callable[[np.ndarray], np.ndarray]


def right_answers(worksheet: Worksheet) -> dict[str, list[str]]:
    return {blank.name: list(blank.key) for _, blank in worksheet.blanks}


def works_on(
    worksheet: Worksheet, where: str = "", slip: Slip | None = None, digits: int | None = None
) -> dict[str, list[str]]:
    """Return what a student writes who rounds every number and goes on from the rounded ones."""
    digits = worksheet.sheet.asked.digits if digits is None else digits
    own: dict[str, np.ndarray] = {}
    answers: dict[str, list[str]] = {}
    for _, blank in worksheet.blanks:
        if not blank.is_number:
            answers[blank.name] = list(blank.key)
            continue
        value = Working(worksheet.sheet.problem, own).follows(Quantity.of(blank.name))
        if slip is not None and blank.name == where:
            value = slip(value)
        own[blank.name] = np.asarray(np.round(value, digits), dtype=float)
        answers[blank.name] = [f"{one:.{digits}f}" for one in np.ravel(own[blank.name])]
    return answers


def with_mistake(worksheet: Worksheet, name: str) -> tuple[str, dict[str, list[str]]] | None:
    """Return where a known mistake first shows, and the answers of a student who makes it there."""
    problem = worksheet.sheet.problem
    for one in possible(problem):
        if one.name != name:
            continue
        wrong = Working(problem, steps=one.steps)
        for _, blank in worksheet.blanks:
            if not blank.is_number:
                continue
            quantity = Quantity.of(blank.name)
            found, right = wrong.value(quantity), worksheet.sheet.key.value(quantity)
            if found.shape == right.shape and np.abs(found - right).max() > 0.0016:
                return blank.name, works_on(worksheet, blank.name, lambda _, f=found: f)
    return None
