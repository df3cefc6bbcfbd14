"""The loss of each sample and the total."""

from collections.abc import Iterator
from itertools import islice

from clearprop._registry import spelled
from clearprop.derivation.derivation import Step
from clearprop.derivation.expression import Equation, Sigma, Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.rules import loss_formula
from clearprop.derivation.topics.entries import SHOWN_ENTRIES, watched
from clearprop.derivation.words import propagation as words


def loss_steps(n: Notation) -> Iterator[Step]:
    """Yield the loss of each sample and, for several samples, their total."""
    rule, a, y, outputs = n.trace.loss, n.a(n.depth), n.y, n.sizes[-1]
    if not n.is_batch:
        formula = Equation((n.L, loss_formula(rule, a, y, outputs)))
        title = words.LOSS_OF_ONE.filled(name=spelled(rule))
        yield watched(Step(title, words.LOSS_WHY, formula, n.bindings, phase="loss"))
        return
    for sample in islice(range(n.samples), SHOWN_ENTRIES):
        formula = Equation((n.loss[sample], loss_formula(rule, a, y, outputs, sample)))
        title = words.SAMPLE_LOSS.filled(name=spelled(rule), n=sample)
        yield watched(Step(title, words.LOSS_WHY, formula, n.bindings, phase="loss"))
    yield total_loss(n)


def total_loss(n: Notation) -> Step:
    """Return L, the sum or the mean of the samples' losses."""
    total = Sigma("n", Symbol("ell", index=("n",)), n.samples)
    share = n.share()
    formula = Equation((n.L, total if share is None else share * total))
    why = words.TOTAL_SUM_WHY if share is None else words.TOTAL_MEAN_WHY
    return Step(words.TOTAL_LOSS, why, formula, n.bindings, phase="loss")
