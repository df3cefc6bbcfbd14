"""The verdict on the gradient of a graph: which arrays are right, and which mistakes are in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._html import lines, result
from clearprop._text import Language, Text
from clearprop.check.assertion import Assertable
from clearprop.check.diagnosis import ArrayVerdict, agreement, not_explained
from clearprop.check.graphs.suspicions import GraphSuspicion

LABELS = (Text("wrong", "错误"), Text("right", "正确"), Text("why", "原因"))
HEADING = Text("Mistake: {title}", "错误：{title}")
OTHERWISE = Text(
    "On these numbers the same would come from: {titles}.",
    "在这些数据上，下面的错误会给出同样的数：{titles}。",
)
FIRST = Text(
    "The first wrong array, counted from the result, is {name}.",
    "从结果往回数，第一个错误的数组是 {name}。",
)
FACTOR = Text(
    "Every array is {factor} times what it should be.", "所有数组都是应有值的 {factor} 倍。"
)
NOTHING = Text(
    "Every number is exactly 0: nothing was computed, or it was multiplied by 0.",
    "所有数都恰好为 0：没有计算，或乘以了 0。",
)
NOT_FINITE = Text("{name} holds NaN or infinity.", "{name} 中有 NaN 或无穷大。")


@dataclass(frozen=True)
class GraphDiagnosis(Assertable):
    """The result of `clearprop.diagnose` for a graph; printing it explains it."""

    arrays: tuple[ArrayVerdict, ...]
    """Every given array, from the result down."""
    findings: tuple[GraphSuspicion, ...] = ()
    """The mistakes that together explain the gradient."""
    alternatives: tuple[tuple[GraphSuspicion, ...], ...] = ()
    """Other mistakes that would give the same numbers here."""
    unexplained: tuple[str, ...] = ()
    """Wrong arrays for which no known mistake accounts."""
    not_finite: tuple[str, ...] = ()
    """Wrong arrays with NaN or infinity in them."""
    factor: float = 1.0
    """A common factor of all arrays that no mistake accounts for."""
    notes: tuple[Text, ...] = ()
    """What else is to be said."""
    lang: Language = "en"

    @property
    def ok(self) -> bool:
        """True if the gradient is right, conventions at a kink aside."""
        if self.unexplained or self.factor != 1:
            return False
        accounted_for = bool(self.findings) or all(array.right for array in self.arrays)
        return accounted_for and all(finding.harmless for finding in self.findings)

    @property
    def mistake(self) -> str | None:
        """The name of the first mistake that was found, such as ``"conv.kernel_flipped"``."""
        return self.findings[0].name if self.findings else None

    def text(self, language: Language | None = None) -> str:
        """Return the whole diagnosis in ``"en"`` or ``"zh"``."""
        lang = language or self.lang
        blocks = ["\n".join(array.text(lang) for array in self.arrays)]
        blocks += [_written(finding, lang) for finding in self.findings]
        blocks += [line.translate(lang) for line in self._remarks()]
        return "\n\n".join(blocks)

    def _remarks(self) -> list[Text]:
        said = list(self.notes)
        if self.ok and not self.findings:
            said.append(agreement(self.arrays))
        if self.alternatives:
            said.append(OTHERWISE.filled(titles=_titles(self.alternatives)))
        if self.factor != 1:
            said.append(FACTOR.filled(factor=f"{self.factor:.6g}"))
        said += [NOT_FINITE.filled(name=name) for name in self.not_finite]
        if self.unexplained and not self.not_finite:
            first = next(array.name for array in self.arrays if not array.right)
            said += [FIRST.filled(name=first), not_explained(self.unexplained, ())]
        return said

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        title = Text("Diagnosis", "诊断").translate(self.lang)
        return result(title, lines(self.text()))


def _written(finding: GraphSuspicion, lang: Language) -> str:
    """Return a mistake in words, with the wrong and the right line one above the other."""
    heading = HEADING.filled(title=finding.title).translate(lang)
    told = zip(LABELS, (finding.wrong, finding.right, finding.why), strict=True)
    listed = [f"  {label.translate(lang):<6} {line.translate(lang)}" for label, line in told]
    return "\n".join([heading, f"  {finding.where.translate(lang)}", *listed])


def _titles(alternatives: Sequence[Sequence[GraphSuspicion]]) -> Text:
    def listed(lang: Language, between: str, joined: str) -> str:
        groups = (joined.join(_placed(one, lang) for one in group) for group in alternatives)
        return between.join(groups)

    return Text(listed("en", "; or ", " and "), listed("zh", "；或：", " + "))


def _placed(one: GraphSuspicion, lang: Language) -> str:
    return f"{one.title.translate(lang)} ({one.where.translate(lang)})"
