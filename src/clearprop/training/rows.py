"""TrainingData: the rows that may train, as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._sparse import Rows, as_rows
from clearprop._typing import FloatArray
from clearprop._validation import as_targets, as_weights
from clearprop.network.network import Network, check_targets
from clearprop.training.split import Division
from clearprop.training.split import Rows as RowNumbers


@dataclass(frozen=True)
class TrainingData:
    """Checked inputs, targets and weights, one sample a row.

    Attributes
    ----------
    X : array of shape (m, n₀), or a sparse one in CSR format
        Raw inputs.
    Y : array of shape (m, K)
        Raw targets of the network.
    weights : array of shape (m,), optional
        How much each row counts.
    """

    X: Rows
    Y: FloatArray
    weights: FloatArray | None = None

    @staticmethod
    def checked(
        network: Network,
        X: Any,
        Y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> "TrainingData":
        """Return the data that a network can be trained on.

        Raises
        ------
        InputError
            If shapes do not fit the network or each other, a number is not finite, or the loss
            does not exist for a target.
        """
        X = as_rows("X", X, network.inputs, network.dtype)
        Y = as_targets(Y, network.outputs, network.dtype)
        if len(Y) != X.shape[0]:
            why = f"`X` has {X.shape[0]} rows and `Y` has {len(Y)}."
            raise invalid_argument("Y", Y.shape, why, "one target a sample.")
        if not network.layers[-1].activation.is_identity:  # else targets will be scaled
            check_targets(network.loss_rule, Y)
        return TrainingData(X, Y, as_weights(sample_weight, len(Y), network.dtype))

    def of_rows(self, rows: RowNumbers) -> "TrainingData":
        """Return some of the rows."""
        weights = None if self.weights is None else self.weights[rows]
        return TrainingData(self.X[rows], self.Y[rows], weights)

    def training_part(self, division: Division | None) -> "TrainingData":
        """Return the rows that train and count."""
        if division is None and self.weights is None:
            return self
        rows = (division or Division.all_for_training(len(self.Y))).train
        return self.of_rows(rows if self.weights is None else rows[self.weights[rows] > 0])
