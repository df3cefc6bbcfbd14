"""Diagnostics of a training: plateaus, over-fitting, dead units, bad data, and advice.

A diagnosis is a function that looks at the `Evidence` and yields a `Finding` where something is
wrong; `diagnose_training` asks them all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.propagate import ForwardPass, error_terms, forward
from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.training import Equations, Record

__all__ = ["MAX_ROWS", "Evidence", "Finding", "diagnose_training"]

MAX_ROWS = 1000
"""Rows that are looked at; more of them say nothing new."""
EPOCHS_TO_LEARN = 20
MIN_FALL = 0.05
"""The part of the first loss that training must take away for it to have learnt anything."""
TOO_FAR_APART = 2.0
"""Validation loss over training loss from which a network has learnt rows by heart."""
FLAT = 0.01
"""The part of its largest slope below which a unit counts as saturated for a row."""
MAX_SATURATED = 0.95
"""The part of the rows for which a saturated unit is so."""
TOO_MUCH = 1e3
"""The factor between two hidden layers' error terms from which learning suffers."""
TOO_DIFFERENT = 100.0
"""The factor between the sizes of two columns from which training without scaling suffers."""
CONSTANT = 0.01
"""Spread of the outputs, in units of the targets', from which they count as all the same."""
RARE = 0.05
"""The part of the rows below which a class is rare."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong or suspicious, and advice.

    Attributes
    ----------
    name : str
        The name of the diagnosis, for example ``"dead_units"``.
    sentence : Text
        The observation, with its numbers.
    advice : Text
        Settings to try.
    """

    name: str
    sentence: Text
    advice: Text


@dataclass(frozen=True)
class Evidence:
    """A trained network, rows that it was trained on, and the course of its training.

    Attributes
    ----------
    network : Network
        The network.
    parameters : Parameters
        Its parameters, which take raw inputs and give raw outputs.
    X : array of shape (m, n₀)
        Raw inputs.
    Y : array of shape (m, K)
        Raw targets.
    history : sequence of Record
        The losses, epoch by epoch.
    standardized : bool
        True if training scaled the columns.
    equations : Equations, optional
        How many parameters were fitted to how many equations.
    """

    network: Network
    parameters: Parameters
    X: FloatArray
    Y: FloatArray
    history: Sequence[Record]
    standardized: bool = True
    equations: Equations | None = None

    @cached_property
    def passed(self) -> ForwardPass:
        """One forward pass over the rows."""
        return forward(self.network.layers, self.parameters.layers, self.X)

    @cached_property
    def local_derivatives(self) -> list[FloatArray]:
        """f′(Zˡ) of each hidden layer, shape (m, n_l)."""
        Z, A = self.passed
        hidden = zip(self.network.layers[:-1], Z, A[1:], strict=False)
        return [layer.activation.derivative(z, a) for layer, z, a in hidden]

    @cached_property
    def hidden_error_terms(self) -> list[FloatArray]:
        """δˡ of each hidden layer, shape (m, n_l)."""
        network, weights = self.network, self.parameters.layers
        return error_terms(network.layers, weights, self.passed, network.loss_rule, self.Y)[:-1]


def too_few_equations(evidence: Evidence) -> Iterator[Finding]:
    """Find a network with more parameters than its training rows can determine."""
    equations = evidence.equations
    if equations is not None and equations.are_too_few:
        sentence, warning = equations.sentence, equations.warning
        yield Finding(
            "too_few_equations",
            Text(f"{sentence.en[:-1]}: {warning.en}.", f"{sentence.zh[:-1]}：{warning.zh}。"),
            Text(
                "solver='bayesian_regularization', fewer units, more rows; and rows held back "
                "(test=0.15) to see what it has learnt.",
                "solver='bayesian_regularization'，减少单元，增加数据；并留出一部分数据"
                "（test=0.15）以检验学到了什么。",
            ),
        )


def constant_outputs(evidence: Evidence) -> Iterator[Finding]:
    """Find a network that answers the same whatever it is asked, though the targets differ."""
    outputs, targets = evidence.passed.output, evidence.Y
    spread = targets.std(axis=0)
    if len(targets) < 2 or not spread.any() or not np.isfinite(outputs).all():
        return
    if (outputs.std(axis=0) <= CONSTANT * spread).all():
        yield Finding(
            "constant_outputs",
            Text(
                "The network gives nearly the same answer for all rows: nothing of the targets is "
                "explained.",
                "网络对所有数据给出几乎相同的输出：未能解释目标值。",
            ),
            Text(
                "restarts=10, another solver, more hidden units; if it stays so, these inputs say "
                "nothing of the targets.",
                "restarts=10、其他求解器或更多隐藏单元；若仍如此，则这些输入与目标无关。",
            ),
        )


def plateau(evidence: Evidence) -> Iterator[Finding]:
    """Find a loss that hardly fell in all epochs, as where the error of XOR cancels out."""
    losses = [record.loss for record in evidence.history if record.epoch > 0]
    if len(losses) < EPOCHS_TO_LEARN or not losses[0] > 0:
        return
    fall = 1 - losses[-1] / losses[0]
    if fall < MIN_FALL:
        yield Finding(
            "plateau",
            Text(
                f"Stuck at a plateau: in {len(losses)} epochs the loss fell from {losses[0]:.4g} "
                f"to {losses[-1]:.4g} only.",
                f"停在平台上：{len(losses)} 个周期内损失仅从 {losses[0]:.4g} "
                f"降到 {losses[-1]:.4g}。",
            ),
            Text(
                "solver='levenberg_marquardt', another random_state, more units, or a larger "
                "learning rate.",
                "solver='levenberg_marquardt'，换 random_state，增加单元，或增大学习率。",
            ),
        )


def overfitting(evidence: Evidence) -> Iterator[Finding]:
    """Find a network that does far better on rows it has seen."""
    validated = [r for r in evidence.history if r.validation_loss is not None]
    if not validated:
        return
    last, best = validated[-1], min(r.validation_loss or 0.0 for r in validated)
    rest = last.validation_loss or 0.0
    if rest > TOO_FAR_APART * last.loss and rest > 1.1 * best:
        yield Finding(
            "overfitting",
            Text(
                f"Over-fitting: the validation loss ended at {rest:.4g}, having been {best:.4g}, "
                f"while the training loss fell to {last.loss:.4g}.",
                f"过拟合：验证损失最低 {best:.4g}，结束时 {rest:.4g}，"
                f"而训练损失降到 {last.loss:.4g}。",
            ),
            Text(
                "early_stopping=True, solver='bayesian_regularization', a larger alpha, dropout, "
                "or fewer units.",
                "early_stopping=True，solver='bayesian_regularization'，增大 alpha，dropout，"
                "或减少单元。",
            ),
        )


def dead_units(evidence: Evidence) -> Iterator[Finding]:
    """Find units whose derivative is 0 for every row, as ReLU's is left of 0."""
    for l, layer in enumerate(evidence.network.layers[:-1], start=1):  # noqa: E741  as in the notes
        if not layer.activation.kinks:
            continue
        dead = int((evidence.local_derivatives[l - 1] == 0).all(axis=0).sum())
        if dead:
            n = layer.units
            yield Finding(
                "dead_units",
                Text(
                    f"{dead} of {n} units of layer {l} are dead: no row gives them a gradient.",
                    f"第 {l} 层的 {n} 个单元中有 {dead} 个已死亡：没有任何样本给它们梯度。",
                ),
                Text(
                    "a smaller learning rate, activation='leaky_relu', or fewer units.",
                    "减小学习率，改用 activation='leaky_relu'，或减少单元。",
                ),
            )


def saturated_units(evidence: Evidence) -> Iterator[Finding]:
    """Find bounded units that nearly all rows drive to their limits."""
    for l, layer in enumerate(evidence.network.layers[:-1], start=1):  # noqa: E741
        low, high = layer.activation.range
        if not np.isfinite([low, high]).all():
            continue
        steepest = 0.25 * (high - low) ** 2  # of sigmoid ¼, of tanh 1
        flat = evidence.local_derivatives[l - 1] < FLAT * steepest
        stuck = int((flat.mean(axis=0) > MAX_SATURATED).sum())
        if stuck:
            n = layer.units
            yield Finding(
                "saturated_units",
                Text(
                    f"{stuck} of {n} units of layer {l} are saturated for nearly every row.",
                    f"第 {l} 层的 {n} 个单元中有 {stuck} 个对几乎所有样本都已饱和。",
                ),
                Text(
                    "standardize=True, a stronger penalty (alpha), or fewer units.",
                    "standardize=True，增大惩罚 alpha，或减少单元。",
                ),
            )


def ratio_of_error_terms(evidence: Evidence) -> float:
    """Return the size of δ in the first hidden layer over that in the last; 1 if unknown."""
    if len(evidence.network.layers) < 3:
        return 1.0
    hidden = evidence.hidden_error_terms
    first, last = (float(np.sqrt(np.mean(delta**2))) for delta in (hidden[0], hidden[-1]))
    return first / last if last > 0 and np.isfinite(first) else 1.0


def vanishing_error_terms(evidence: Evidence) -> Iterator[Finding]:
    """Find a first layer that hardly learns because δ shrinks on the way to it."""
    ratio = ratio_of_error_terms(evidence)
    if ratio < 1 / TOO_MUCH:
        yield Finding(
            "vanishing_error_terms",
            Text(
                f"The error terms vanish: in the first layer they are {ratio:.1e} of those in the "
                "last hidden one.",
                f"误差项消失：第一层的误差项只有最后一个隐藏层的 {ratio:.1e}。",
            ),
            Text(
                "fewer layers, activation='relu', or initializer='he'.",
                "减少层数，activation='relu'，或 initializer='he'。",
            ),
        )


def exploding_error_terms(evidence: Evidence) -> Iterator[Finding]:
    """Find a first layer that jumps because δ grows on the way to it."""
    ratio = ratio_of_error_terms(evidence)
    if ratio > TOO_MUCH:
        yield Finding(
            "exploding_error_terms",
            Text(
                f"The error terms explode: in the first layer they are {ratio:.1e} times those in "
                "the last hidden one.",
                f"误差项爆炸：第一层的误差项是最后一个隐藏层的 {ratio:.1e} 倍。",
            ),
            Text(
                "clip_norm=1.0, a smaller learning rate, or a stronger penalty (alpha).",
                "clip_norm=1.0，减小学习率，或增大惩罚 alpha。",
            ),
        )


def constant_columns(evidence: Evidence) -> Iterator[Finding]:
    """Find columns with a single value."""
    constant = np.flatnonzero((evidence.X[0] == evidence.X).all(axis=0))
    if len(constant) and len(evidence.X) > 1:
        named = ", ".join(map(str, constant[:5])) + (" …" if len(constant) > 5 else "")
        yield Finding(
            "constant_columns",
            Text(
                f"{len(constant)} input column(s) have a single value: {named} (counted from 0).",
                f"有 {len(constant)} 个输入列只有一个值：{named}（从 0 计数）。",
            ),
            Text("leave them out: they teach nothing.", "去掉它们：不含任何信息。"),
        )


def unscaled_columns(evidence: Evidence) -> Iterator[Finding]:
    """Find columns of very different sizes in a training without scaling."""
    if evidence.standardized:
        return
    size = np.sqrt(np.mean(evidence.X.astype(np.float64) ** 2, axis=0))
    size = size[size > 0]
    if len(size) and (size.max() > TOO_DIFFERENT * min(size.min(), 1.0)):
        yield Finding(
            "unscaled_columns",
            Text(
                f"The inputs are not scaled: their columns are of sizes {size.min():.3g} to "
                f"{size.max():.3g}.",
                f"输入未缩放：各列的大小从 {size.min():.3g} 到 {size.max():.3g}。",
            ),
            Text("standardize=True.", "standardize=True。"),
        )


def rare_class(evidence: Evidence) -> Iterator[Finding]:
    """Find a class that so few rows show that it pays to ignore it."""
    if evidence.network.loss_rule.target_kind not in ("class", "yes_no"):
        return
    share = evidence.Y.mean(axis=0)
    least = float(min(share.min(), (1 - share).min()) if len(share) == 1 else share.min())
    if 0 < least < RARE:
        yield Finding(
            "rare_class",
            Text(
                f"The classes are out of balance: the rarest has {100 * least:.2g} % of the rows.",
                f"类别不平衡：最少的类别只占 {100 * least:.2g} % 的样本。",
            ),
            Text(
                "class_weight='balanced', and a score such as 'balanced_accuracy'.",
                "class_weight='balanced'，并使用 'balanced_accuracy' 等评分。",
            ),
        )


DIAGNOSES: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    too_few_equations,
    constant_outputs,
    plateau,
    overfitting,
    dead_units,
    saturated_units,
    vanishing_error_terms,
    exploding_error_terms,
    unscaled_columns,
    constant_columns,
    rare_class,
)


def diagnose_training(evidence: Evidence) -> list[Finding]:
    """Return what is wrong with a training, the most important first; nothing if all is well.

    At most 1000 rows, evenly chosen, are looked at.
    """
    m = len(evidence.X)
    if m > MAX_ROWS:
        rows = np.linspace(0, m - 1, MAX_ROWS).astype(np.intp)
        evidence = replace(evidence, X=evidence.X[rows], Y=evidence.Y[rows])
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return [finding for diagnosis in DIAGNOSES for finding in diagnosis(evidence)]
