"""The verdict on functions that go back, each beside differences of the one that goes forward."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.check.diagnosis import Finding
from clearprop.check.mistakes import MISTAKES, Mistake
from clearprop.check.script.observed import Pair, Share, Watched
from clearprop.check.script.report import OwnLossCheck, SubmissionReport

SAME = 1e-5
"""Relative difference of what is equal but for the step of differences."""
CERTAIN = 1e-3
"""Relative difference from which it is none; between the two, an ε in a root may make it."""


@dataclass(frozen=True)
class PairsCheck(OwnLossCheck):
    """Functions that go back beside differences of those that go forward."""

    right: tuple[str, ...] = ()
    """Functions of which everything is right."""
    faults: tuple[Text, ...] = ()
    """What is wrong, of which function."""
    uncalled: tuple[str, ...] = ()
    """Functions that could not be called so."""

    def in_words(self) -> Text:
        """Return the verdict in a few sentences."""
        said = [FAULTS.filled(faults=joined(self.faults))] if self.faults else []
        said += [RIGHT.filled(names=", ".join(self.right))] if self.right else []
        said += [UNCALLED.filled(names=", ".join(self.uncalled))] if self.uncalled else []
        return Text("\n".join(each.en for each in said), "\n".join(each.zh for each in said))


def by_pairs(base: SubmissionReport, watched: Watched) -> SubmissionReport | None:
    """Return the report on a program's functions that go back; None where they say too little.

    Of a program that takes steps as well they say all only if every one of them was called, and
    one gives a gradient by weights: slopes of activations alone leave the steps open, seen or not.
    They leave open as well what a program that stopped early had before it.
    Numbers that change and meet no targets are no such steps.
    """
    takes_steps = watched.takes_steps and watched.meets_targets
    wrong = [pair for pair in watched.pairs if is_wrong(pair)]
    right = tuple(pair.back for pair in watched.pairs if not is_wrong(pair))
    most_open = len(watched.uncalled) > len(right)
    open_ones = bool(watched.uncalled) if takes_steps else most_open
    if watched.trains and watched.meets_targets:
        open_ones = open_ones or not any(pair.has_parameters for pair in watched.pairs)
    if not watched.finished or watched.trouble is not None:
        open_ones = open_ones or all(pair.is_slope for pair in watched.pairs)
    if not wrong and (not right or open_ones):
        return None
    check = PairsCheck(
        Text("network", "网络"),
        tuple(pair.back for pair in wrong),
        None,
        finding=next((found for pair in wrong for found in findings(pair)), None),
        right=right,
        faults=tuple(fault(pair) for pair in wrong),
        uncalled=watched.uncalled,
    )
    return replace(
        base,
        called=CALLED,
        unread=None,
        own_loss=check,
        wrong_line=line_of(wrong[0]) if wrong else 0,
    )


def is_wrong(pair: Pair) -> bool:
    """Return whether something that comes back is wrong, or nothing comes."""
    return pair.trouble is not None or bool(wrong_shares(pair))


def wrong_shares(pair: Pair) -> list[Share]:
    """Return what comes back wrong.

    Gradients by weights and biases may be averaged over the samples on the spot: all of them are
    taken to be, where less is wrong then. Weights tell what is meant, not their biases.
    """
    averaged = [
        replace(each, right=each.right / pair.samples) if each.parameter else each
        for each in pair.shares
    ]
    readings = [
        [each for each in some if not is_times(each, 1)] for some in (pair.shares, averaged)
    ]
    return min(readings, key=lambda some: (len(some), sum(each.given.size for each in some)))


def line_of(pair: Pair) -> int:
    """Return the line that makes the first wrong array; where all are wrong, what they are made of.

    Then it is likely the line that first uses what is handed to the way back.
    """
    if pair.trouble is not None:
        return pair.trouble.line
    wrong = wrong_shares(pair)
    return pair.line if pair.line and 1 < len(wrong) == len(pair.shares) else wrong[0].line


def is_times(share: Share, factor: float, rest: float = CERTAIN) -> bool:
    """Return whether what comes back is so many times what should."""
    right = factor * share.right
    if share.given.shape != right.shape:
        return False
    size = max(float(np.abs(right).max(initial=0)), SAME)
    return bool(np.abs(share.given - right).max(initial=0) <= rest * size)


def findings(pair: Pair) -> Iterator[Finding]:
    """Yield the mistakes that make what comes back of what should, the first wrong one of a pair.

    All others of the pair that are wrong have to be explained by it too.
    """
    wrong = wrong_shares(pair)
    if not wrong:
        return
    for rule in sorted(MISTAKES.values(), key=lambda rule: rule.rank):
        mistake = rule()
        said = [explained(pair, share, mistake) for share in wrong]
        if all(each is not None for each in said):
            listed = ", ".join(share.name for share in wrong)
            yield Finding(mistake, Text(*(f"{listed}: {each}" for each in said[0] or ("", ""))))


def explained(pair: Pair, share: Share, mistake: Mistake) -> Text | None:
    """Return what is to be said of an array with this mistake in it; None of one without."""
    forms = [*mistake.alone(share.right, pair.samples)]
    if share.handed.shape == share.right.shape:
        forms += mistake.of_error(share.handed, share.right)
    forms += of_slopes(share, mistake, is_alone=pair.is_slope)
    for array, said in forms:
        if array.shape == share.given.shape and is_times(replace(share, right=array), 1, SAME):
            return said
    return None


def of_slopes(
    share: Share, mistake: Mistake, *, is_alone: bool
) -> Iterator[tuple[FloatArray, Text]]:
    """Yield what a mistake in f′ makes of what was handed to the way back of an activation.

    A function that is f′ alone may be meant of a: then z stands for that as well.
    """
    z = share.at
    if z.shape != share.right.shape:
        return
    handed = share.handed if share.handed.shape == z.shape else np.ones_like(z)
    with np.errstate(all="ignore"):
        for f in (ACTIVATIONS.make(name) for name in ACTIVATIONS):
            if not f.elementwise or not is_right(share, handed * f.derivative(z, f.value(z))):
                continue
            for a in (f.value(z), z) if is_alone else (f.value(z),):
                for slope, said in mistake.of_slope(f, z, a):
                    yield handed * slope, said


def is_right(share: Share, array: FloatArray) -> bool:
    """Return whether an array is the right one, but for the step of differences."""
    return is_times(replace(share, given=array), 1, SAME)


def fault(pair: Pair) -> Text:
    """Say what is wrong in a function that goes back."""
    wrong = wrong_shares(pair)
    if pair.trouble is not None:
        why = Text(*(f"{pair.trouble.kind}: {said}" for said in pair.trouble.message))
        return FAILS.filled(back=pair.back, why=why)
    listed = Text(*(mark.join(share.name for share in wrong) for mark in (", ", "、")))
    return FAULT.filled(back=pair.back, forward=pair.forward, names=listed)


def joined(texts: Sequence[Text]) -> Text:
    """Return sentences as one text."""
    return Text("; ".join(each.en for each in texts), "；".join(each.zh for each in texts))


FAULT = Text("{names} of {back} (of {forward})", "{back}（对应 {forward}）的 {names}")
FAILS = Text("{back} fails: {why}", "{back} 出错：{why}")
FAULTS = Text("Wrong: {faults}.", "有误：{faults}。")
RIGHT = Text("Right: {names}.", "正确：{names}。")
UNCALLED = Text("Not called: {names}.", "没有调用：{names}。")
CALLED = Text(
    "Its functions that go back were called with what those that go forward kept, and compared with"
    " differences of these, on made-up numbers.",
    "用编造的数调用了它的各对前向、反向函数，并把反向结果与前向函数的差分作比较。",
)
