"""The verdict on a gradient: which arrays are right, and which mistakes explain the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearprop._html import lines, result
from clearprop._text import Language, Text
from clearprop.check.assertion import Assertable
from clearprop.check.mistakes import Mistake
from clearprop.check.problem import Convention


@dataclass(frozen=True)
class Finding:
    """One mistake that was found, with what shows it."""

    mistake: Mistake
    evidence: Text
    layers: tuple[int, ...] = ()
    """The layers in which it is made; empty where it concerns the whole gradient."""
    settings: dict[str, float] = field(default_factory=dict)
    """Numbers that were recovered from the gradient, such as ``learning_rate``."""
    harmless: bool = False
    """True if it is a matter of convention, so that the gradient still counts as right."""

    @property
    def name(self) -> str:
        """The mistake's name in `clearprop.check.MISTAKES`."""
        return self.mistake.name

    def text(self, language: Language = "en", convention: Convention = "row") -> str:
        """Return the mistake in words, with the wrong and the right line one above the other."""
        labels = {"en": ("wrong", "right", "why"), "zh": ("错误", "正确", "原因")}[language]
        lines = (
            self.mistake.wrong.translate(convention, language),
            self.mistake.right.translate(convention, language),
            self.mistake.why.translate(language),
        )
        listed = [f"  {label:<6} {line}" for label, line in zip(labels, lines, strict=True)]
        heading = Text("Mistake: ", "错误：").translate(language) + self.mistake.title.translate(
            language
        )
        return "\n".join([heading, f"  {self.evidence.translate(language)}", *listed])


@dataclass(frozen=True)
class ArrayVerdict:
    """The verdict on one array of the gradient."""

    name: str
    """``"dW1"``, ``"db1"`` …."""
    shape: tuple[int, ...]
    """As it was given."""
    expected_shape: tuple[int, ...]
    """As it should be, in the person's convention."""
    right: bool
    difference: float
    """Largest |given − right| over the largest |right|; infinite where the shapes differ."""
    ratio: float | None
    """c where the array is c times the right one throughout, else None."""

    def text(self, language: Language = "en") -> str:
        """Return one line of the table."""
        verdicts = {"en": ("right", "wrong"), "zh": ("正确", "错误")}[language]
        line = f"{self.name:<5} {self.shape!s:<10} {verdicts[not self.right]}"
        if self.right:
            return line
        if self.difference == float("inf") and self.shape == self.expected_shape:
            detail = Text("holds NaN or infinity", "含有 NaN 或无穷大")
        elif self.difference == float("inf"):
            detail = Text(
                f"the shape should be {self.expected_shape}", f"形状应为 {self.expected_shape}"
            )
        elif self.ratio == 0:
            detail = Text("all 0", "全为 0")
        elif self.ratio is not None:
            detail = Text(
                f"{self.ratio:.6g} times the right one", f"是正确值的 {self.ratio:.6g} 倍"
            )
        else:
            detail = Text(
                f"off by up to {self.difference:.1e} of its largest entry",
                f"最大偏差为最大元素的 {self.difference:.1e}",
            )
        return f"{line}  {detail.translate(language)}"


@dataclass(frozen=True)
class Diagnosis(Assertable):
    """The result of `diagnose`; printing it explains it."""

    arrays: tuple[ArrayVerdict, ...]
    """Every given array, from the output down."""
    findings: tuple[Finding, ...] = ()
    """The mistakes that together explain the gradient, the most telling first."""
    alternatives: tuple[tuple[Finding, ...], ...] = ()
    """Other explanations that give exactly the same numbers here."""
    unexplained: tuple[str, ...] = ()
    """Wrong arrays that the findings do not account for."""
    factor: float = 1.0
    """A common factor of the gradient that no mistake accounts for."""
    where: Text | None = None
    """The first wrong step, counted from the output; None where nothing is wrong."""
    ruled_out: tuple[Mistake, ...] = ()
    """Mistakes that would have given other numbers; filled where the gradient stays unexplained."""
    missing: tuple[str, ...] = ()
    """Gradients of parameters that there are which were not given, and hence not checked."""
    notes: tuple[Text, ...] = ()
    convention: Convention = "row"

    @property
    def ok(self) -> bool:
        """True if the gradient is right, conventions at a kink aside."""
        if self.unexplained or self.factor != 1:
            return False
        accounted_for = bool(self.findings) or all(array.right for array in self.arrays)
        return accounted_for and all(finding.harmless for finding in self.findings)

    @property
    def mistake(self) -> str | None:
        """The name of the first mistake that was found."""
        return self.findings[0].name if self.findings else None

    def text(self, language: Language = "en") -> str:
        """Return the whole diagnosis in ``"en"`` or ``"zh"``."""
        blocks = ["\n".join(array.text(language) for array in self.arrays)]
        blocks += [finding.text(language, self.convention) for finding in self.findings]
        blocks += [line.translate(language) for line in self.remarks()]
        return "\n\n".join(block for block in blocks if block)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return result("Diagnosis", lines(self.text()))

    def remarks(self) -> list[Text]:
        """Return what is to be said beside the table and the findings."""
        said = list(self.notes)
        if self.ok and not self.findings:
            said.append(agreement(self.arrays))
        if self.alternatives:
            said.append(same_numbers(self.alternatives))
        if self.factor != 1:
            said.append(unknown_factor(self.factor))
        if self.where is not None and (self.unexplained or not self.findings):
            said.append(self.where)
        if self.unexplained:
            said.append(not_explained(self.unexplained, self.ruled_out))
        return said


def agreement(arrays: Sequence[ArrayVerdict]) -> Text:
    """Say that everything is right, and how well it agrees."""
    most = max(array.difference for array in arrays)
    if most == 0:
        return Text("Every gradient is right.", "所有梯度都正确。")
    return Text(
        f"Every gradient is right: the largest relative difference is {most:.0e}.",
        f"所有梯度都正确：最大相对差为 {most:.0e}。",
    )


def same_numbers(alternatives: Sequence[Sequence[Finding]]) -> Text:
    """Say which other mistakes would give exactly these numbers."""
    en = "; or ".join(" and ".join(f.mistake.title.en for f in group) for group in alternatives)
    zh = "；或：".join(" + ".join(f.mistake.title.zh for f in group) for group in alternatives)
    return Text(
        f"On these data the same numbers would come from: {en}.",
        f"在这些数据上，下面的错误会给出同样的数：{zh}。",
    )


def unknown_factor(factor: float) -> Text:
    """Say that a common factor remains."""
    return Text(
        f"Every gradient is {factor:.6g} times what it should be; neither m, K, 2 nor η explains"
        " that factor.",
        f"所有梯度都是应有值的 {factor:.6g} 倍，而 m、K、2、η 都无法解释这个倍数。",
    )


def not_explained(names: Sequence[str], ruled_out: Sequence[Mistake]) -> Text:
    """Say which arrays stay unexplained, and what it is not."""
    listed = ", ".join(names)
    en = f"No known mistake explains {listed}."
    zh = f"没有已知的错误能解释 {listed}。"
    if ruled_out:
        n = len(ruled_out)
        en += f" None of {n} that could be made here, everywhere or in a single layer, gives them."
        zh += f"此处可能出现的 {n} 种错误（包括只在某一层出现的情形）都给不出这些数。"
    return Text(en, zh)
