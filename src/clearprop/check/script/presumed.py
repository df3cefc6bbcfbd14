"""Presume which loss a gradient is meant for: the one that needs the fewest mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clearprop._errors import InputError
from clearprop.activations import Activation
from clearprop.backprop.structure import Layer
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.computed import Computed
from clearprop.check.script.description import Description
from clearprop.check.script.recognition import LossForm, loss_forms
from clearprop.losses import Loss
from clearprop.network.network import check_pair

USUAL = 6
"""Losses that are tried where the code prints none and none is intended."""


@dataclass(frozen=True)
class PresumedLoss:
    """The loss of what a script computes, where it prints one, intends one, or neither."""

    computed: Computed
    intended: Description
    most: int
    """The number of mistakes that are assumed together."""

    def wanted_forms(
        self, activations: Sequence[Activation], printed: LossForm | None
    ) -> list[LossForm]:
        """Return the losses whose gradient would be right, the likeliest first."""
        loss, reduction = self.intended.loss, self.intended.reduction
        if loss is None or not exists(loss, activations[-1]):
            if printed is not None:
                return [printed]
            usual = [form for form in loss_forms(activations[-1]) if not form.over_outputs]
            return [f for f in usual if reduction in (None, f.reduction)][:USUAL]
        if printed is not None and printed.rule == loss and reduction in (None, printed.reduction):
            return [printed]
        reductions = ("mean", "sum") if reduction is None else (reduction,)
        return [LossForm(loss, each) for each in reductions]

    def likeliest(
        self, activations: Sequence[Activation], forms: Sequence[LossForm]
    ) -> tuple[LossForm, Diagnosis]:
        """Return the loss whose gradient needs the fewest mistakes to become the given one.

        Several are looked for where none is accounted for by one.
        """
        found = self.likeliest_by(1, activations, forms)
        if self.most == 1 or is_accounted_for(found[1]):
            return found
        return self.likeliest_by(self.most, activations, forms)

    def likeliest_by(
        self, most: int, activations: Sequence[Activation], forms: Sequence[LossForm]
    ) -> tuple[LossForm, Diagnosis]:
        """Return the loss and the diagnosis that assume least, by so many mistakes at most."""
        diagnoses = [(f, self.computed.diagnosis(activations, f, most=most)) for f in forms]
        return min(diagnoses, key=lambda pair: assumed(pair[1]))

    def adds_up(self, printed: LossForm | None, exact: Sequence[LossForm]) -> bool:
        """Return whether the code adds its loss up and averages its gradient.

        Over the batches of an epoch it divides the sum of all by the number of samples later.
        """
        if printed is None or self.intended.loss is not None or printed.reduction != "sum":
            return False
        return printed not in exact and replace(printed, reduction="mean") in exact

    def is_likelier_a_mean(
        self, activations: Sequence[Activation], printed: LossForm | None
    ) -> bool:
        """Return whether the gradient of a loss that is added up is wrong in less as an average."""
        if printed is None or self.intended.loss is not None or printed.reduction != "sum":
            return False
        if self.computed.exact_forms(activations):
            return False
        mean = replace(printed, reduction="mean")
        return self.likeliest(activations, [printed, mean])[0] == mean


def is_meant_for_others(printed: LossForm | None, output: Activation) -> bool:
    """Return whether a printed cross-entropy is that of another output: log(1 − p) of a softmax."""
    canonical = None if printed is None else printed.rule.canonical
    return canonical is not None and canonical != output.name


def exists(loss: Loss, output: Activation) -> bool:
    """Return whether a loss exists for the values of an output activation."""
    try:
        check_pair(loss, Layer(1, output))
    except InputError:
        return False
    return True


def is_accounted_for(diagnosis: Diagnosis) -> bool:
    """Return whether a gradient is right, or the mistakes found account for every wrong array."""
    return diagnosis.ok or (bool(diagnosis.findings) and not diagnosis.unexplained)


def assumed(diagnosis: Diagnosis) -> tuple[bool, int, int]:
    """Return how much must be assumed for a diagnosis to be true; less is likelier."""
    ranks = sum(finding.mistake.rank for finding in diagnosis.findings)
    unexplained = not is_accounted_for(diagnosis)
    return unexplained, len(diagnosis.findings) + (diagnosis.factor != 1), ranks
