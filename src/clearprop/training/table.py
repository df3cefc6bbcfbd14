"""A table in raw units: which rows train, the scaling they measure, the losses in scaled units."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._sparse import Rows
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.network.penalized_loss import penalty_vector
from clearprop.training.checkpoint import Terms
from clearprop.training.config import ScalingMethod, TrainingConfig
from clearprop.training.scaling import Scaling, fit_scaling
from clearprop.training.split import Division
from clearprop.training.units import in_raw_units, takes_any_number, target_scaling


@dataclass(frozen=True)
class Table:
    """Checked inputs, targets and weights of a network, in raw units.

    Attributes
    ----------
    network : Network
    X : array of shape (m, n₀), or a sparse one in CSR format
    Y : array of shape (m, K)
    weights : array of shape (m,) or (m, K), optional
    """

    network: Network
    X: Rows
    Y: FloatArray
    weights: FloatArray | None

    def terms(self, config: TrainingConfig) -> Terms:
        """Return which rows train, and the scaling that they measure."""
        division = config.division or Division.all_for_training(len(self.Y))
        rows = division.train
        if not len(rows):
            why, hint = "no row trains.", "name rows for training."
            raise invalid_argument("division", division, why, hint)
        counted = None if self.weights is None else self.weights[rows]
        row_weights = counted if counted is None or counted.ndim == 1 else counted.mean(axis=1)
        return Terms(
            division,
            _scaling(config.scale_inputs, self.X, rows, row_weights),
            self._target_scaling(config.scale_targets, rows, counted),
            penalty_vector(self.network, config.penalty),
        )

    def _target_scaling(
        self,
        wanted: ScalingMethod | Scaling,
        rows: npt.NDArray[np.intp],
        counted: FloatArray | None,
    ) -> Scaling:
        """Return the scaling itself where the output takes it, or the one that is measured."""
        if not isinstance(wanted, Scaling):
            looked_at = self.Y[:1] if wanted == "none" else self.Y[rows]
            counted = None if wanted == "none" else counted
            return target_scaling(self.network, looked_at, wanted, counted)
        return wanted if takes_any_number(self.network) else _scaling("none", self.Y, rows, None)

    def raw_loss(self, terms: Terms) -> Callable[[FloatArray], float]:
        """Return the loss of the rows that train as a function of θ, in the unit of the targets."""
        network, rows = self.network, terms.division.train
        weights = None if self.weights is None else self.weights[rows]
        longer, _ = in_raw_units(network, network.initialize("zeros"), terms.inputs, terms.targets)
        objective = Objective(longer, self.X[rows], self.Y[rows], sample_weight=weights)

        def loss(theta: FloatArray) -> float:
            own = Parameters(network.sizes, theta)
            raw = in_raw_units(network, own, terms.inputs, terms.targets)[1]
            return objective.data_loss(raw.vector)

        return loss

    def scaled_by(self, terms: Terms) -> tuple[Objective, Objective | None, Objective | None]:
        """Return the objectives of the rows that train, validate and test."""

        def over(rows: npt.NDArray[np.intp], penalty: npt.ArrayLike = 0.0) -> Objective:
            some = None if _are_all(rows, self.X) else rows
            X, Y = terms.inputs.apply(self.X, some), terms.targets.apply(self.Y, some)
            weights = self.weights
            if weights is not None and some is not None:
                weights = weights[some]
            return Objective(self.network, X, Y, np.asarray(penalty), weights)

        train, validation, test = vars(terms.division).values()
        held_back = [over(rows) if len(rows) else None for rows in (validation, test)]
        return over(train, terms.penalty), held_back[0], held_back[1]


def _scaling(
    wanted: ScalingMethod | Scaling,
    data: Rows,
    rows: npt.NDArray[np.intp],
    weights: FloatArray | None,
) -> Scaling:
    """Return the scaling itself, or the one that the method measures on these rows."""
    if isinstance(wanted, Scaling):
        return wanted
    if wanted == "none":
        return fit_scaling(data[:1], wanted)
    return fit_scaling(data if _are_all(rows, data) else data[rows], wanted, weights)


def _are_all(rows: npt.NDArray[np.intp], data: Rows) -> bool:
    """Return whether these are all rows of the data as they come, which need no copy."""
    return len(rows) == data.shape[0] and bool((np.diff(rows) > 0).all())
