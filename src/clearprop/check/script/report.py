"""The report on a person's script, for people and for a table of marks."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop.check.diagnosis import Diagnosis, Finding
from clearprop.check.problem import Convention
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.walls.standing import walls_in_words
from clearprop.network.network import Network


@dataclass(frozen=True)
class OwnLossCheck:
    """A gradient beside differences of the code's own loss: says whether, not why, it is wrong."""

    unknown: Text
    """The part that is not one of ours: the network, or the loss."""
    wrong: tuple[str, ...]
    ratio: float | None
    """c where all arrays are c times what they should be."""
    refused: Text | None = None
    """The reason why a gradient that equals the differences earns nothing."""
    derived: bool = False
    """True if the program's operations were differentiated, and no differences taken."""
    finding: Finding | None = None
    """The mistake that explains every wrong array, where one does."""
    convention: Convention = "row"
    """The convention in which its formulas are to be read."""

    @property
    def ok(self) -> bool:
        """True if it is the gradient of a loss of the samples."""
        return not self.wrong and self.refused is None

    def in_words(self) -> Text:
        """Return the verdict in a sentence."""
        en = (
            f"The {self.unknown.en} is none that clearprop knows, so the gradient was compared with"
        )
        en += " differences of the code's own loss:"
        zh = f"clearprop 不认识这个{self.unknown.zh}，因此用代码自身损失的差分来比较梯度："
        if self.derived:
            en = "What the program computes was differentiated as it stands:"
            zh = "直接对程序的运算求导："
        if self.refused is not None:
            return self.refused
        if not self.wrong:
            return Text(f"{en} it is right.", f"{zh}梯度正确。")
        if self.derived:
            verb = "is" if len(self.wrong) == 1 else "are"
            return Text(
                f"{en} {', '.join(self.wrong)} {verb} wrong.", f"{zh}{'、'.join(self.wrong)} 有误。"
            )
        if self.ratio is not None:
            return Text(
                f"{en} it is {self.ratio:.5g} times too large.",
                f"{zh}梯度大了 {self.ratio:.5g} 倍。",
            )
        listed = ", ".join(self.wrong)
        return Text(
            f"{en} {listed} are wrong. Say with --network what is meant, to learn which mistake it"
            " is.",
            f"{zh}{listed} 有误。可用 --network 说明意图，以便找出是哪种错误。",
        )


@dataclass(frozen=True)
class SubmissionReport:
    """The verdict on one script; printing it explains it."""

    file: str
    called: Text | None = None
    """The call, and its arrays."""
    failure: Text | None = None
    """The reason why no gradient could be judged: the code does not run."""
    unread: Text | None = None
    """The reason why nothing can be said of code that runs, and what would help."""
    network: Network | None = None
    """The network that the code computes, or is meant to compute."""
    loss: LossForm | None = None
    """The loss that the code prints, where it prints one that could be recognised."""
    differentiated: LossForm | None = None
    """The loss whose gradient the code computes exactly, if there is one."""
    forward_ok: bool | None = None
    """True if the outputs are those of the network; None where the code gives no outputs."""
    loss_ok: bool | None = None
    """True if the printed loss is the intended one; None where nothing is printed or intended."""
    presumed: LossForm | None = None
    """The loss that the gradient is judged by, where none is computed and none intended."""
    other_loss: LossForm | None = None
    """A loss that the code computes, and whose gradient it does not."""
    diagnosis: Diagnosis | None = None
    own_loss: OwnLossCheck | None = None
    """The comparison with the code's own loss, where the network is none that is known."""
    disagreement: Text | None = None
    """The sentence where loss and gradient belong to different functions."""
    only_equal_widths: Text | None = None
    """The error with layers of different widths, where the code runs only with equal ones."""
    notes: Sequence[Text] = field(default_factory=tuple)
    line: str | None = None
    """The line of the script that computes the first wrong array."""
    wrong_line: int = 0
    """Its number, where its text has still to be looked up."""
    walls: Sequence[str] = field(default_factory=tuple)
    """The walls that held the script back while it ran: names of `clearprop.check.script.walls`."""
    seed: int | None = None
    """Repeats this check."""
    remembers: bool = False
    """True if the steps are right, and hold something of the steps before."""

    @property
    def ok(self) -> bool:
        """True if everything that could be judged is right."""
        if self.own_loss is not None and self.failure is None:
            return self.own_loss.ok and self.forward_ok is not False
        judged = self.diagnosis is not None and self.diagnosis.ok
        wrong = self.failure or self.disagreement or self.only_equal_widths
        return judged and not wrong and self.forward_ok is not False and self.loss_ok is not False

    @property
    def assumed(self) -> tuple[bool, int, bool, int]:
        """The amount that must be assumed of the code; of two readings less wins."""
        if self.ok:
            return False, 0, False, 0
        findings = self.diagnosis.findings if self.diagnosis is not None else ()
        unexplained = self.disagreement is None and (
            not findings or bool(self.diagnosis is not None and self.diagnosis.unexplained)
        )
        arrays = self.diagnosis.arrays if self.diagnosis is not None else ()
        wrong = sum(not array.right for array in arrays)
        unexplained = unexplained or self.failure is not None
        return unexplained, 1 + max(len(findings), 1), not findings, wrong

    @property
    def has_softmax(self) -> bool:
        """True if the outputs are shares of several classes."""
        return self.network is not None and self.network.layers[-1].activation.sums_to_one

    @property
    def spoils_outputs(self) -> bool:
        """Whether a mistake was named that makes the outputs wrong, and the gradient with them."""
        findings = () if self.diagnosis is None else self.diagnosis.findings
        return any(finding.mistake.spoils_outputs for finding in findings)

    @property
    def mistake(self) -> str | None:
        """The name of the first mistake: of the catalogue, or what else is wrong."""
        if self.failure is not None:
            return "does_not_run"
        if self.unread is not None:
            return None
        if self.disagreement is not None:
            return "loss_and_gradient_disagree"
        found = self.diagnosis.mistake if self.diagnosis is not None else None
        if found is not None:
            return found
        if self.own_loss is not None and self.own_loss.finding is not None:
            return self.own_loss.finding.name
        if self.forward_ok is False:
            return "forward_pass"
        if self.loss_ok is False:
            return "loss_value"
        return None if self.ok else "unexplained"

    @property
    def outcome(self) -> str:
        """``"right"``, ``"wrong"``, or ``"not_read"``: then nothing is said for or against it."""
        if self.failure is None and self.unread is not None:
            return "not_read"
        return "right" if self.ok else "wrong"

    def text(self, language: Language = "en") -> str:
        """Return the whole report in ``"en"`` or ``"zh"``."""
        return "\n\n".join(block for block in self.blocks(language) if block)

    def __str__(self) -> str:
        return self.text()

    def as_data(self, language: Language = "en") -> dict[str, object]:
        """Return the verdict as plain data, which JSON can hold.

        Returns
        -------
        dict
            ``ok``, ``outcome``, ``mistake``, ``failure`` and ``unread``; ``forward_ok`` and
            ``loss_ok``, None where they could not be judged; ``text``, ``notes``,
            ``line``; ``walls`` and ``seed``.
        """
        return {
            "file": self.file,
            "ok": self.ok,
            "outcome": self.outcome,
            "unread": None if self.unread is None else self.unread.translate(language),
            "mistake": self.mistake,
            "failure": None if self.failure is None else self.failure.translate(language),
            "forward_ok": self.forward_ok,
            "loss_ok": self.loss_ok,
            "line": self.line,
            "notes": self.noted(language),
            "text": self.text(language),
            "walls": list(self.walls),
            "seed": self.seed,
        }

    def blocks(self, language: Language) -> list[str]:
        """Return the paragraphs of the report."""
        said = [self.head(language)]
        if self.failure is not None:
            failed = self.failure.translate(language)
            return [*said, failed, *self.noted(language), self.circumstances(language)]
        if self.unread is not None:
            return [
                *said,
                not_read(self.unread, language),
                *self.noted(language),
                self.circumstances(language),
            ]
        if self.only_equal_widths is not None:
            said.append(self.only_equal_widths.translate(language))
        if self.disagreement is not None:
            said.append(self.disagreement.translate(language))
        elif self.diagnosis is not None:
            said.append(self.diagnosis.text(language))
        elif self.own_loss is not None:
            said.append(self.own_loss.in_words().translate(language))
            if self.own_loss.finding is not None:
                said.append(self.own_loss.finding.text(language, self.own_loss.convention))
        if self.forward_ok is False and not self.spoils_outputs:
            said.append(OTHER_OUTPUTS.translate(language))
        if self.loss_ok is False:
            said.append(OTHER_LOSS.translate(language))
        if self.line is not None and not self.ok and self.disagreement is None:
            said.append(
                Text(f"In your code: {self.line}", f"对应代码：{self.line}").translate(language)
            )
        return [*said, *self.noted(language), self.circumstances(language)]

    def circumstances(self, language: Language) -> str:
        """Return the walls around the script while it ran, and the seed of what it was fed."""
        if not self.walls:
            return ""
        stood = walls_in_words(self.walls)
        seed = Text(f" Seed {self.seed}.", f" 随机种子 {self.seed}。")
        return stood.translate(language) + seed.translate(language)

    def head(self, language: Language) -> str:
        """Return what was checked: the file, the call, the network, the loss."""
        lines = [self.file]
        if self.called is not None:
            lines.append(self.called.translate(language))
        if self.network is not None:
            sizes = "-".join(map(str, self.network.sizes))
            rules = ", ".join(spelled(layer.activation) for layer in self.network.layers)
            lines.append(
                Text(f"network: {sizes}, {rules}", f"网络：{sizes}，{rules}").translate(language)
            )
        if self.loss is not None:
            loss = self.loss.in_words()
            lines.append(Text(f"loss: {loss.en}", f"损失：{loss.zh}").translate(language))
        if self.differentiated is not None and self.loss is None:
            loss, computed = self.differentiated.in_words(), NONE_COMPUTED
            if self.other_loss is not None:
                other = self.other_loss.in_words()
                computed = Text(
                    f"another is computed, {other.en}", f"代码计算的是另一个，{other.zh}"
                )
            said = Text(
                f"loss: {computed.en}; the gradient is that of {loss.en}",
                f"损失：{computed.zh}；梯度对应 {loss.zh}",
            )
            lines.append(said.translate(language))
        elif self.presumed is not None and self.loss is None:
            loss = self.presumed.in_words()
            said = Text(
                f"loss: none is computed; judged as {loss.en}",
                f"损失：代码未计算；按 {loss.zh} 判断",
            )
            lines.append(said.translate(language))
        return "\n".join(lines)

    def noted(self, language: Language) -> list[str]:
        """Return the notes."""
        return [note.translate(language) for note in self.notes]


NONE_COMPUTED = Text("none is computed", "代码未计算")
NOT_READ = Text(
    "Not read, look at it yourself: {why}.",
    "未能读懂，请人工查看：{why}。",
)

OTHER_OUTPUTS = Text(
    "The outputs are not those of the network described: the forward pass differs from it. The"
    " gradient is judged as that of the network that the code computes.",
    "输出与所描述的网络不符：前向传播不同。梯度按代码实际计算的网络来判断。",
)
OTHER_LOSS = Text(
    "The loss that is computed is not the one described.", "计算的损失与所描述的不同。"
)


def not_read(why: Text, language: Language) -> str:
    """Return the sentence on a script that could not be read."""
    return NOT_READ.filled(why=why.translate(language).rstrip(".。")).translate(language)
