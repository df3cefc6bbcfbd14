"""Layers whose step lacks the penalty that an E of the program holds, and that others have."""

from dataclasses import replace

from clearprop._text import Text
from clearprop.check.diagnosis import Finding
from clearprop.check.mistakes import MISTAKES
from clearprop.check.script.observed import Watched
from clearprop.check.script.report import OwnLossCheck, SubmissionReport
from clearprop.check.script.watched.descent_in_words import WATCHED
from clearprop.check.script.watched.differentiated import lacking_penalty, told_apart
from clearprop.check.script.watched.partly_right import called_after, judged_by


def wrong_without_penalty(base: SubmissionReport, watched: Watched) -> SubmissionReport | None:
    """Return the report on a program that lacks the same λ W in every step; None of any other."""
    found = [lacking_penalty(descent) for descent in told_apart(watched.descents)]
    lacking = [each for each in found if each is not None]
    called = [tuple(sorted(map(called_after, pieces))) for _, pieces in lacking]
    if not found or len(lacking) < len(found) or len(set(called)) > 1:
        return None
    total, pieces = lacking[0]
    listed = ", ".join(dict.fromkeys(map(called_after, pieces)))
    evidence = Text(
        f"{listed}: without λ W, which the loss holds, and the other layers",
        f"{listed}：缺少 λ W，而损失和其他层都含有它",
    )
    rule = next(each for each in MISTAKES.values() if each.leaves == "penalty")
    check = OwnLossCheck(
        Text("network", "网络"),
        tuple(dict.fromkeys(map(called_after, pieces))),
        None,
        derived=True,
        finding=Finding(rule(), evidence),
        convention="column" if watched.descents[0].weights_first else "row",
    )
    lines = [each.line for each in pieces[-1].made_of if each.line]
    return replace(
        base,
        called=WATCHED,
        own_loss=check,
        wrong_line=[pieces[-1].line, *lines][-1],
        notes=(*base.notes, judged_by(total)),
    )
