"""The known mistakes as they could be made on a sheet: the checker's, and slips of the hand."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop.check.backward import RIGHT, Steps, gradient
from clearprop.check.case import Case
from clearprop.check.mistakes import MISTAKES
from clearprop.check.problem import Gradients, Problem
from clearprop.teach.slips import SLIPS, Slip


@dataclass(frozen=True)
class Possible:
    """A mistake of the checker's library, made somewhere in this pass.

    Attributes
    ----------
    name : str
        The mistake's name.
    rank : int
        Of two that give the same numbers, the one with the lower rank is named.
    title, evidence : Text
        What it is, and where.
    steps : Steps
        The steps of a pass with the mistake in them.
    gradients : mapping of str to array
        What they give here.
    """

    name: str
    rank: int
    title: Text
    evidence: Text
    steps: Steps
    gradients: Gradients


def possible(problem: Problem) -> list[Possible]:
    """Return every known mistake that could be made in this pass, by rank."""
    return sorted(_suspected(problem), key=lambda one: one.rank)


def _suspected(problem: Problem) -> Iterator[Possible]:
    case = Case.of(problem, gradient(problem), "row")
    for name in MISTAKES:
        mistake = MISTAKES[name]()
        for suspicion in mistake.suspicions(case, RIGHT):
            if suspicion.change is None or suspicion.harmless:
                continue
            with np.errstate(all="ignore"):
                try:
                    steps = suspicion.change(RIGHT)
                    wrong = gradient(problem, steps)
                except ValueError:  # it cannot be carried out on these shapes
                    continue
            yield Possible(name, mistake.rank, mistake.title, suspicion.evidence, steps, wrong)


def slips() -> list[Slip]:
    """Return the slips of the hand."""
    return [SLIPS[name]() for name in SLIPS]
