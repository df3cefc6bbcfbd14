"""A trained network: its parameters, how it came about, and a summary in words."""

from dataclasses import dataclass

from clearprop._aligned import pairs
from clearprop._html import result, shown, table
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters, parameter_count
from clearprop.network.network import Network
from clearprop.training.equations import Equations
from clearprop.training.history import History
from clearprop.training.posterior import Posterior
from clearprop.training.scaling import Scaling
from clearprop.training.solvers import BatchSolver
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.training.split import Division
from clearprop.training.stopping import StopReason
from clearprop.updates import UpdateRule

NETWORK = Text("network", "网络")
LOSS = Text("loss", "损失函数")
SOLVER = Text("solver", "求解器")
ROWS = Text("rows", "行数")
EPOCHS = Text("epochs", "周期")
STOPPED = Text("stopped", "停止原因")
TIME = Text("time", "用时")
NOTE = Text("note", "说明")
WHY = Text("why", "依据")


@dataclass(frozen=True)
class LeftOut:
    """Predictions of rows by networks that were trained without them.

    Attributes
    ----------
    outputs : array of shape (m′, K)
        Outputs of the network for the rows that were left out.
    Y : array of shape (m′, K)
        Their targets.
    """

    outputs: FloatArray
    Y: FloatArray


@dataclass(frozen=True, repr=False)
class TrainingResult:
    """A trained network and how it came about.

    Attributes
    ----------
    network : Network
        The network that was given. Behind an output with bounds, beyond which there were targets,
        it has one more layer, which takes the outputs to their unit.
    parameters : Parameters
        Folded: they take raw inputs and give raw outputs.
    history : History
    stop_reason : StopReason
    solver : BatchSolver or UpdateRule
    division : Division
    seconds : float
        Training time.
    best_epoch : int
        The epoch of `parameters`.
    inputs, targets : Scaling
        The scalings that are folded into the first and the last layer.
    descent : Descent, optional
        The state at the end of descent by mini-batches, in the scaled variables.
    posterior : Posterior, optional
        Predictive standard deviations, of a regression by Bayesian regularisation.
    hyperparameters : Hyperparameters, optional
        Precisions of parameters and noise, as Bayesian regularisation has estimated them.
    hidden : tuple of int
        Units of the hidden layers of one start.
    members : tuple of TrainingResult
        The starts of an ensemble, best first.
    left_out : LeftOut, optional
        Predictions of rows that were left out in turn, where sizes were compared on them.
    reasons : tuple of Text
        Why this solver, these layers and so many starts were chosen.
    weight_decay : float
        λ of the penalty on the weights, the largest of them; 0 where the solver finds its own.
    expected_loss : float, optional
        The loss to expect of other rows, as Bayesian regularisation knows it; in the scaled
        variables. See `Noise.expected_loss`.
    notes : tuple of Text
        What was left out because it is missing, counted.
    """

    network: Network
    parameters: Parameters
    history: History
    stop_reason: StopReason
    solver: BatchSolver | UpdateRule
    division: Division
    seconds: float
    best_epoch: int
    inputs: Scaling
    targets: Scaling
    descent: Descent | None = None
    posterior: Posterior | None = None
    hyperparameters: Hyperparameters | None = None
    hidden: tuple[int, ...] = ()
    members: tuple["TrainingResult", ...] = ()
    left_out: LeftOut | None = None
    reasons: tuple[Text, ...] = ()
    weight_decay: float = 0.0
    expected_loss: float | None = None
    notes: tuple[Text, ...] = ()

    @property
    def log_evidence(self) -> float | None:
        """Ln p(targets | network), by Bayesian regularisation."""
        return None if self.hyperparameters is None else self.hyperparameters.log_evidence

    @property
    def equations(self) -> Equations:
        """The parameters of one start, the largest, and the equations that they were fitted to."""
        largest = max(self.members, key=lambda start: start.network.parameter_count, default=self)
        of_a_kind = self if largest.hidden == self.hidden else largest
        sizes = (self.network.inputs, *of_a_kind.hidden, self.network.outputs)
        known = [record.details.get("effective_parameters") for record in of_a_kind.history]
        effective = known[-1] if known else None
        rows = len(self.division.train)
        return Equations(parameter_count(sizes), rows, self.network.outputs, effective)

    def summary(self, language: Language = "en") -> str:
        """Return what was trained, how, how far, and why so, in words."""
        last = self.history[-1] if len(self.history) else None
        loss = float("nan") if last is None else last.loss
        epochs = 0 if last is None else last.epoch
        lines = lines_of(self, language, loss=loss, epochs=epochs)
        return "\n".join(pairs(lines))

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        ended = self.stop_reason.name
        return f"<TrainingResult of {self.network!r}: {self.history!r}, ended by {ended!r}>"

    def _repr_html_(self) -> str:
        last = self.history[-1] if len(self.history) else None
        rows = [
            ("network", self.network),
            ("solver", spelled(self.solver)),
            ("epochs", f"{len(self.history)}; the parameters are those of {self.best_epoch}"),
            ("loss", "" if last is None else shown(last.loss)),
            ("validation loss", "" if last is None else shown(last.validation_loss)),
            ("seconds", shown(self.seconds)),
            ("why it ended", self.stop_reason.sentence.en),
        ]
        return result("Training result", table((), rows), self.history._repr_html_())


def lines_of(
    result: TrainingResult, language: Language, *, loss: float, epochs: int
) -> list[tuple[str, str]]:
    """Return what is known of a training as names and values, with this loss after so many epochs.

    The loss of an estimator may count otherwise than that of its network.
    """
    network = result.network
    layers = " → ".join(f"{layer.units} {spelled(layer.activation)}" for layer in network.layers)
    count, equations = f"{network.parameter_count:,}", f"{result.equations.count:,}"
    size = Text(
        f"({count} parameters, {equations} equations)", f"（{count} 个参数，{equations} 个方程）"
    ).translate(language)
    train, validation, test = (len(part) for part in vars(result.division).values())
    rows = Text(
        f"{train} train, {validation} validate, {test} test",
        f"训练 {train}，验证 {validation}，测试 {test}",
    )
    lines = [
        (NETWORK, f"{network.inputs} → {layers} {size}"),
        (LOSS, f"{spelled(network.loss_rule)} = {loss:.6g}"),
        (SOLVER, spelled(result.solver, brief=True)),
        (ROWS, rows.translate(language)),
        (EPOCHS, str(epochs)),
        (STOPPED, result.stop_reason.sentence.translate(language)),
        (TIME, f"{result.seconds:.2f} s"),
        *((NOTE, note.translate(language)) for note in result.notes),
        *((WHY, reason.translate(language)) for reason in result.reasons),
    ]
    return [(name.translate(language), value) for name, value in lines]
