"""Name the mistake in arrays of a step, beside others that go down an E: one for all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.diagnosis import Finding
from clearprop.check.mistakes import MISTAKES, Mistake
from clearprop.check.script.observed import Slipped
from clearprop.check.script.watched.descent_in_words import called_line
from clearprop.check.script.watched.multiples import ROUNDING, Stepped, is_times, size


@dataclass(frozen=True)
class Apart:
    """A step of which some arrays do not go down an E, and others do."""

    net: Stepped
    rate: float
    """η of those that do."""
    taken: Mapping[str, FloatArray]
    right: Mapping[str, FloatArray]
    """∂E/∂θ."""
    wrong: Sequence[str]
    called: Mapping[str, str]
    """What the gradients are called, in the program."""
    samples: int = 0
    """How many samples there are; 0 where that is not known."""
    is_sure: bool = True
    """False if the arrays that are multiples of each other do not tell which of them is right."""

    @property
    def listed(self) -> list[str]:
        """What the wrong arrays are called, each name once."""
        return list(dict.fromkeys(self.called[name] for name in self.wrong))


def explanations(
    step: Apart, slipped: Sequence[tuple[Slipped, Mapping[str, FloatArray]]]
) -> list[Finding]:
    """Return the mistakes that make every wrong array what it is, the most telling first.

    `slipped` holds slips on the way back, each with the derivatives that come out with it.
    """
    found = [*by_arrays_alone(step), *by_slips(step, slipped)]
    return sorted(found, key=lambda finding: finding.mistake.rank)


def by_arrays_alone(step: Apart) -> Iterator[Finding]:
    """Yield the mistakes that make each wrong array of the right one."""
    if not step.is_sure:
        return
    for rule in MISTAKES.values():
        mistake = rule()
        said = [said_of(step, name, mistake) for name in step.wrong]
        known = [each for each in said if each is not None]
        if len(known) == len(said):
            listed = ", ".join(step.listed)
            every = dict.fromkeys(known)
            en, zh = "; ".join(s.en for s in every), "；".join(s.zh for s in every)
            yield Finding(mistake, Text(f"{listed}: {en}", f"{listed}：{zh}"))


def said_of(step: Apart, name: str, mistake: Mistake) -> Text | None:
    """Return what is to be said of an array with this mistake in it; None of one without."""
    for array, said in mistake.alone(step.right[name], step.samples):
        if equals(step, name, array):
            return said
    return None


def by_slips(
    step: Apart, slipped: Sequence[tuple[Slipped, Mapping[str, FloatArray]]]
) -> Iterator[Finding]:
    """Yield the mistakes that are slips with which every array comes out as it is."""
    for slip, slopes in slipped:
        if not all(name in slopes and equals(step, name, slopes[name]) for name in step.taken):
            continue
        for rule in MISTAKES.values():
            if rule.slip == slip.slip:
                yield Finding(rule(), said_of_slip(step, slip.line))


def said_of_slip(step: Apart, line: int) -> Text:
    """Say which arrays are wrong by a slip, and the line at which they part from the right ones."""
    listed = ", ".join(step.listed)
    verb = "comes" if len(step.listed) == 1 else "come"
    where = called_line(line)
    return Text(
        f"{listed} {verb} out exactly so with this slip on the way back through {where.en}",
        f"反传经过{where.zh}时犯这个错误，得到的恰好就是 {listed}",
    )


def equals(step: Apart, name: str, slope: FloatArray) -> bool:
    """Return whether an array is η times a slope, with the η of arrays that are right."""
    noise = ROUNDING[step.net.itemsize] * abs(step.rate) * max(map(size, step.right.values()))
    return is_times(step.net, name, step.taken[name], step.rate, slope, noise)
