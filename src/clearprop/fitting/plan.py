"""The network and the training configuration that options mean."""

import math
import warnings

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.backprop.structure import Layer
from clearprop.data.task import Classification, Task
from clearprop.fitting.options import FitOptions
from clearprop.losses import LOSSES, Loss
from clearprop.network.initializers import Initializer, glorot_with_biases
from clearprop.network.network import Network
from clearprop.training import MiniBatches, Stopping
from clearprop.training.config import AUTO, Rule
from clearprop.training.schedules import RATES, Constant, InverseScaling, RateSchedule
from clearprop.training.solvers import SOLVERS, BatchSolver, make_solver
from clearprop.updates import UPDATES, UpdateRule

NAMES_OF_OTHERS = {"squared_error": "half_squared_error"}
"""scikit-learn's names of rules that mean others here: its squared error has the ½ of ours."""


def activation_of(wanted: str | Activation) -> Activation:
    """Return the activation that is meant; scikit-learn's ``"logistic"`` is the sigmoid."""
    return ACTIVATIONS.make(wanted, also_known=["logistic"])


def loss_of(wanted: str | Loss, output: Activation | None = None) -> Loss:
    """Return the loss that is meant; ``"squared_error"`` is scikit-learn's, with its ½.

    Which cross-entropy is meant, where the name leaves it open, depends on the output.
    """
    name = NAMES_OF_OTHERS.get(wanted, wanted) if isinstance(wanted, str) else wanted
    named_output = None if output is None else output.name
    return LOSSES.make(name, choose=lambda rule: rule.canonical == named_output)


def output_of(task: Task, options: FitOptions) -> tuple[Activation, Loss]:
    """Return the output activation and the loss that the options mean for a task.

    Raises
    ------
    InputError
        If outputs of a classification would not be between 0 and 1, or not add up to 1.
    """
    wanted = options.output_activation
    if not isinstance(task, Classification):
        loss = loss_of("half_squared_error" if options.loss is None else options.loss)
        fitting = loss.output_activation(task.outputs)
        return activation_of(fitting if wanted is None else wanted), loss
    fitting = "softmax" if task.exclusive else "sigmoid"
    output = activation_of(fitting if wanted is None else wanted)
    if output.range[0] < 0 or output.range[1] > 1:
        why = "its values are no probabilities."
        raise invalid_argument("output_activation", spelled(output), why, f"{fitting!r}.")
    together = output.sums_to_one
    if together and not task.exclusive:
        why = "its units add up to 1, and these targets need not."
        raise invalid_argument("output_activation", spelled(output), why, f"{fitting!r}.")
    usual = "categorical_cross_entropy" if together else "binary_cross_entropy"
    named = options.loss is None or options.loss == "log_loss"
    return output, loss_of(usual if named else options.loss, output)  # type: ignore[arg-type]


def network_of(
    task: Task,
    options: FitOptions,
    inputs: int,
    sizes: tuple[int, ...],
    *,
    smooth: bool = False,
    dtype: str = "float64",
) -> Network:
    """Return the network with these hidden layers that the options describe."""
    hidden = hidden_activations(options, len(sizes), smooth=smooth)
    output, loss = output_of(task, options)
    layers = [Layer(n, f) for n, f in zip(sizes, hidden, strict=True)]
    layers.append(Layer(task.outputs, output))
    return Network(inputs, layers, loss, "mean", dtype)  # type: ignore[arg-type]


def hidden_activations(options: FitOptions, hidden: int, *, smooth: bool) -> list[Activation]:
    """Return the activation of each hidden layer; a single one is that of all.

    Raises
    ------
    InputError
        If there is not one for every hidden layer.
    """
    wanted = options.activation
    if isinstance(wanted, str) and wanted == AUTO:
        wanted = "tanh" if smooth else "relu"
    if isinstance(wanted, str | Activation):
        return [activation_of(wanted)] * hidden
    if len(wanted) != hidden:
        why = f"there are {hidden} hidden layers."
        raise invalid_argument("activation", wanted, why, "one activation for all of them.")
    return [activation_of(each) for each in wanted]


def rule_of(options: FitOptions, wanted: str | Rule) -> Rule:
    """Return the rule that `wanted` names; a bare name takes its settings from the options."""
    for registry in (UPDATES, SOLVERS):
        for rule in (
            registry.called(wanted) if isinstance(wanted, str) and "(" not in wanted else ()
        ):
            return rule.from_settings(options.solver_settings)
    return make_solver(wanted)


def initializer_of(options: FitOptions, network: Network, rule: Rule) -> str | Initializer:
    """Return the rule that draws the first parameters of a network of given sizes."""
    if options.initializer != AUTO:
        return options.initializer
    if isinstance(rule, UpdateRule) or rule.is_in_scikit_learn:
        return glorot_with_biases([layer.activation for layer in network.layers[:-1]])
    return "xavier"


def mini_batches(
    options: FitOptions, rule: Rule, hidden: int, samples_seen: int = 0
) -> MiniBatches:
    """Return how mini-batches are taken for a network of so many hidden layers.

    Raises
    ------
    InputError
        If dropout or clipping is asked of a batch solver, or dropout has another number of layers.
    """
    dropout = _dropout(options, hidden)
    if isinstance(rule, BatchSolver):
        clipped = not math.isinf(options.clip_norm)
        for name, asked in (("dropout", any(dropout)), ("clip_norm", clipped)):
            if asked:
                why = f"{rule.name} takes all rows in a step."
                raise invalid_argument(name, getattr(options, name), why, "solver='adam'.")
    return MiniBatches(
        shuffle=options.shuffle,
        rates=_schedule(options, rule),
        dropout=dropout,
        clip_norm=options.clip_norm,
        penalty_in_each_batch=True,
        samples_seen=samples_seen,
    )


def _dropout(options: FitOptions, hidden: int) -> tuple[float, ...]:
    given = options.dropout
    each = (float(given),) * hidden if isinstance(given, int | float) else tuple(map(float, given))
    if len(each) != hidden:
        why = f"there are {hidden} hidden layers."
        raise invalid_argument("dropout", given, why, "one number for all of them.")
    return each if any(each) else ()


def _schedule(options: FitOptions, rule: Rule) -> RateSchedule:
    """Return the schedule of the learning rate; scikit-learn's bare names act on SGD only."""
    wanted = options.schedule
    if wanted in ("invscaling", "adaptive"):
        if not (isinstance(rule, UpdateRule) and rule.takes_named_schedules):
            return Constant()
        if wanted == "invscaling":
            return InverseScaling(options.power_t)
    return RATES.make(wanted)


def stopping_of(
    options: FitOptions, rule: Rule, network: Network, epochs: int | None = None
) -> Stopping:
    """Return when training stops, by scikit-learn's counting of epochs without progress.

    `tolerance` is in scikit-learn's unit of the loss, which averages squared errors over outputs.
    `epochs` stands in for `max_epochs`.
    """
    patience = 0 if math.isinf(options.patience) else int(options.patience) + 1
    monitored = options.early_stopping
    by_batches = isinstance(rule, UpdateRule)
    return Stopping(
        max_epochs=options.max_epochs if epochs is None else epochs,
        max_seconds=options.max_seconds,
        goal=-math.inf,
        min_gradient=0.0 if by_batches or rule.tests_convergence else 1e-7,
        patience=patience if monitored else 0,
        plateau=patience if by_batches and not monitored else 0,
        tolerance=options.tolerance * (1.0 if monitored else loss_scale(network)),
        keep_best=monitored,
    )


def loss_scale(network: Network) -> float:
    """Return how many times larger our loss is than scikit-learn's.

    Its squared error is averaged over the outputs, where ours, like its other losses, is a sum.
    """
    return float(network.outputs) if network.loss_rule.averages_outputs_elsewhere else 1.0


def batch_size_of(options: FitOptions, rows: int, rule: Rule) -> int | None:
    """Return the rows of a mini-batch, at most all of them; None where the solver chooses."""
    if options.batch_size is None:
        return min(200, rows) if isinstance(rule, UpdateRule) else None
    if options.batch_size > rows:
        warnings.warn(
            f"`batch_size` (={options.batch_size}) is larger than the {rows} rows that train; "
            "all of them make one batch.",
            UserWarning,
            stacklevel=6,
        )
    return min(options.batch_size, rows)
