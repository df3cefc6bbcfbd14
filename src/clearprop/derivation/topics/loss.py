"""The loss of each sample and the total."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.derivation.expression import Equation, Expression, Sigma, Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.numbering import counted
from clearprop.derivation.rules import loss_formula, loss_name
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.entries import first_of, watched

SAMPLE_LOSS = Text("Loss of sample {n} ({name})", "样本 {n} 的损失（{name}）")
TOTAL_LOSS = Text("Total loss", "总损失")
LOSS_OF_ONE = Text("Loss ({name})", "损失（{name}）")
NOT_ALL = Text(
    "The first {shown} of {all} samples; fold=0 shows the loss of each.",
    "以上为 {all} 个样本中的前 {shown} 个；fold=0 显示每个样本的损失。",
)
LOSS_WHY = Text("how far the outputs are from the targets", "输出与目标相差多少")
TOTAL_SUM_WHY = Text(
    "reduction=sum: the losses of the samples are added", "reduction=sum：各样本的损失相加"
)
TOTAL_MEAN_WHY = Text(
    "reduction=mean: the losses of the samples are averaged", "reduction=mean：各样本的损失取平均"
)

WEIGHTED_SUM_WHY = Text("every sample counts by its weight: c = w", "各样本按权重计入：c = w")
WEIGHTED_MEAN_WHY = Text(
    "every sample counts by its weight, and the mean is over the weights: c = w / Σ w",
    "各样本按权重计入，并对权重取平均：c = w / Σ w",
)


def loss_steps(n: Notation) -> Iterator[Step | Text]:
    """Yield the loss of each sample and, for several samples, their total."""
    rule, a, y, outputs = n.trace.loss, n.a(n.depth), n.y, n.sizes[-1]
    if not n.is_batch:
        formula = Equation((n.L, loss_formula(rule, a, y, outputs)))
        title = LOSS_OF_ONE.filled(name=loss_name(rule))
        yield watched(Step(title, LOSS_WHY, formula, n.bindings, phase="loss"))
        return
    shown = first_of(n, range(n.samples))
    for sample in shown:
        formula = Equation((n.loss[sample], loss_formula(rule, a, y, outputs, sample)))
        title = SAMPLE_LOSS.filled(name=loss_name(rule), n=counted(sample))
        yield watched(Step(title, LOSS_WHY, formula, n.bindings, phase="loss"))
    if len(shown) < n.samples:
        yield NOT_ALL.filled(shown=len(shown), all=n.samples)
    yield total_loss(n)


def total_loss(n: Notation) -> Step:
    """Return L, the sum or the mean of the samples' losses."""
    one: Expression = Symbol("ell", index=("n",))
    total = Sigma("n", n.c["n"] * one if n.is_weighted else one, n.samples)
    share = n.share()
    formula = Equation((n.L, total if share is None else share * total))
    why = TOTAL_SUM_WHY if share is None else TOTAL_MEAN_WHY
    if n.is_weighted:
        why = WEIGHTED_SUM_WHY if n.trace.reduction == "sum" else WEIGHTED_MEAN_WHY
    return Step(TOTAL_LOSS, why, formula, n.bindings, phase="loss")
