"""From the names that people write in a parameter to the rules that they mean."""

from typing import Any

from clearprop._errors import invalid_argument, unknown_name
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.losses import LOSSES, Loss
from clearprop.network.initializers import INITIALIZERS, Initializer
from clearprop.training.schedules import RATES, RateSchedule
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.updates import UPDATES, UpdateRule

AUTOMATIC = "auto"


def activation(wanted: str | Activation) -> Activation:
    """Return the activation that is meant; scikit-learn's ``"logistic"`` is the sigmoid."""
    if isinstance(wanted, str) and wanted == "logistic":
        wanted = "sigmoid"
    return ACTIVATIONS.make(wanted, also_known=["logistic"])


def regression_loss(wanted: str | Loss) -> Loss:
    """Return the loss that is meant; ``"squared_error"`` is scikit-learn's, with its ½.

    Raises
    ------
    InputError
        If it is none; sizes, which a classifier takes first, are told their parameter.
    """
    if isinstance(wanted, int | tuple | list):
        why = "the first parameter of a regression is its loss, as in scikit-learn."
        raise invalid_argument("loss", wanted, why, f"hidden_layer_sizes={wanted!r}.")
    if isinstance(wanted, str) and wanted == "squared_error":
        wanted = "half_squared_error"
    return LOSSES.make(wanted)


def classification_loss(wanted: str | Loss) -> Loss | None:
    """Return the loss that is meant; None for a cross-entropy, where the output says which."""
    if isinstance(wanted, str) and (wanted == "log_loss" or len(LOSSES.called(wanted)) > 1):
        return None
    return LOSSES.make(wanted, also_known=["log_loss"])


def solver(wanted: str | BatchSolver | UpdateRule) -> BatchSolver | UpdateRule | None:
    """Return the solver that is meant; None for ``"auto"``, which depends on the data."""
    if isinstance(wanted, str) and wanted == AUTOMATIC:
        return None
    return make_solver(wanted)


def descends_by_batches(wanted: Any) -> bool:
    """Return whether `wanted` names an update rule of mini-batches, or is one."""
    if isinstance(wanted, str):
        return bool(UPDATES.called(wanted))
    return isinstance(wanted, UpdateRule)


def schedule(wanted: str | RateSchedule) -> RateSchedule:
    """Return the learning-rate schedule that is meant."""
    return RATES.make(wanted)


def initializer(wanted: str | Initializer) -> Initializer | None:
    """Return the rule that draws the first parameters; None for ``"auto"``.

    Raises
    ------
    InputError
        If it is no name of a rule and no function.
    """
    if callable(wanted):
        return wanted
    if not isinstance(wanted, str):
        hint = f"a name, for example {next(iter(INITIALIZERS))!r}."
        raise invalid_argument("initializer", wanted, "it is no name and no function.", hint)
    if wanted == AUTOMATIC:
        return None
    if wanted not in INITIALIZERS:
        raise unknown_name("initializer", wanted, [*INITIALIZERS, AUTOMATIC])
    return INITIALIZERS[wanted]
