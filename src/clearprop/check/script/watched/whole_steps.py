"""Steps that show the whole of a network: those of its pieces say nothing of the others."""

from collections.abc import Sequence

from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.naming import Outcome
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.reading import Reading


def without_pieces(
    followed: list[list[Agreement]], unexplained: list[Outcome]
) -> tuple[list[list[Agreement]], list[Outcome]]:
    """Return both without steps of fewer layers, or arrays, than those that follow a gradient.

    A program that was stopped in the middle of a step has changed some of its layers only, and of
    samples for which all units are off, what changed is not told.
    """
    most = max((extent(each[0].reading) for each in followed if each), default=(0, 0))
    deepest = max((each.reading.net.depth for each in unexplained), default=0)
    whole = [each for each in unexplained if extent(each.reading) >= max(most, (deepest, 0))]
    told = [each for each in followed if each and each[0].reading.net.depth == most[0]]
    whole = of_all_that_moves(whole, told)
    return [*told, *([] for _ in whole)], whole


def extent(reading: Reading) -> tuple[int, int]:
    """Return the numbers of layers and of arrays of a step that are told."""
    return reading.net.depth, len(taken(reading.net))


def of_all_that_moves(
    outcomes: list[Outcome], followed: Sequence[Sequence[Agreement]]
) -> list[Outcome]:
    """Return the steps without those that leave an array as it was which another step changes.

    All of them, where no step is left.
    """
    changes = [taken(outcome.reading.net) for outcome in outcomes]
    others = [taken(each[0].reading.net) for each in followed if each]
    moved = {name for each in (*changes, *others) for name, array in each.items() if array.any()}
    kept = [
        outcome
        for outcome, change in zip(outcomes, changes, strict=True)
        if all(array.any() or name not in moved for name, array in change.items())
    ]
    return kept if kept or others else outcomes


def left_out(outcome: Outcome) -> tuple[bool, int]:
    """Return what keeps a step from telling all: arrays that stay as they were, or are not seen.

    A sample without an error changes nothing; a bias and its velocity, both 0, look alike.
    """
    changes = taken(outcome.reading.net)
    return not all(array.any() for array in changes.values()), -len(changes)


def unread_layers(
    steps: Sequence[ObservedStep], followed: Sequence[Sequence[Agreement]]
) -> ObservedStep | None:
    """Return the step of the most layers where no reading has as many; None where one has.

    A sample of zeros changes the last layers alone: what that shows says nothing of the others.
    """
    depths = [each[0].reading.net.depth for each in followed if each]
    deepest = max(steps, key=lambda step: len(step.layers), default=None)
    if deepest is None or not depths or len(deepest.layers) <= max(depths):
        return None
    return deepest


def rests_on_others(steps: Sequence[ObservedStep]) -> bool:
    """Return whether the steps of the most layers rest on other arrays that change as well."""
    most = max((len(step.layers) for step in steps), default=0)
    return any(step.beneath for step in steps if len(step.layers) == most)
