"""The loss of each sample and the total."""

from collections.abc import Iterator
from itertools import islice

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.derivation.expression import Equation, Sigma, Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.rules import loss_formula
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.entries import SHOWN_ENTRIES, watched

SAMPLE_LOSS = Text("Loss of sample {n} ({name})", "样本 {n} 的损失（{name}）")
TOTAL_LOSS = Text("Total loss", "总损失")
LOSS_OF_ONE = Text("Loss ({name})", "损失（{name}）")
LOSS_WHY = Text("how far the outputs are from the targets", "输出与目标相差多少")
TOTAL_SUM_WHY = Text(
    "reduction=sum: the losses of the samples are added", "reduction=sum：各样本的损失相加"
)
TOTAL_MEAN_WHY = Text(
    "reduction=mean: the losses of the samples are averaged", "reduction=mean：各样本的损失取平均"
)


def loss_steps(n: Notation) -> Iterator[Step]:
    """Yield the loss of each sample and, for several samples, their total."""
    rule, a, y, outputs = n.trace.loss, n.a(n.depth), n.y, n.sizes[-1]
    if not n.is_batch:
        formula = Equation((n.L, loss_formula(rule, a, y, outputs)))
        title = LOSS_OF_ONE.filled(name=spelled(rule))
        yield watched(Step(title, LOSS_WHY, formula, n.bindings, phase="loss"))
        return
    for sample in islice(range(n.samples), SHOWN_ENTRIES):
        formula = Equation((n.loss[sample], loss_formula(rule, a, y, outputs, sample)))
        title = SAMPLE_LOSS.filled(name=spelled(rule), n=sample)
        yield watched(Step(title, LOSS_WHY, formula, n.bindings, phase="loss"))
    yield total_loss(n)


def total_loss(n: Notation) -> Step:
    """Return L, the sum or the mean of the samples' losses."""
    total = Sigma("n", Symbol("ell", index=("n",)), n.samples)
    share = n.share()
    formula = Equation((n.L, total if share is None else share * total))
    why = TOTAL_SUM_WHY if share is None else TOTAL_MEAN_WHY
    return Step(TOTAL_LOSS, why, formula, n.bindings, phase="loss")
