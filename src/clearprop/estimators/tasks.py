"""Regression and classification: what differs between them, and nothing else."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils.class_weight import compute_sample_weight

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.estimators import rules
from clearprop.estimators.labels import ClassCoding
from clearprop.losses import Loss

Labels = npt.NDArray[Any]


@dataclass(frozen=True)
class Task(ABC):
    """What the network is to learn."""

    @abstractmethod
    def encode(self, y: Labels, dtype: str) -> FloatArray:
        """Return targets of the network, shape (m, K)."""

    @abstractmethod
    def decode(self, outputs: FloatArray) -> Labels:
        """Return what is predicted for outputs of the network, shape (m, K)."""

    @abstractmethod
    def output(self, parameters: Any, targets: int) -> tuple[Activation, Loss]:
        """Return the output activation and the loss that the parameters mean."""

    @abstractmethod
    def quality(self, predicted: Labels, y: Labels, weights: FloatArray | None) -> float:
        """Return scikit-learn's score of predictions."""

    def class_weights(self, parameters: Any, y: Labels) -> FloatArray | None:
        """Return how much each row counts because of its class, shape (m,); None for 1."""
        return None

    def groups(self, Y: FloatArray) -> Labels | None:
        """Return labels (m,) that shall be as frequent in the validation rows as in all."""
        return None

    def score(self, outputs: FloatArray, y: Labels, weights: FloatArray | None) -> float:
        """Return scikit-learn's score of outputs (m, K); NaN where an output is not finite."""
        if not np.isfinite(outputs).all():
            return float("nan")
        return float(self.quality(self.decode(outputs), y, weights))


@dataclass(frozen=True)
class Regression(Task):
    """Numbers."""

    def encode(self, y: Labels, dtype: str) -> FloatArray:
        """Return the numbers, one column a quantity."""
        return np.asarray(y, dtype=dtype).reshape(len(y), -1)

    def decode(self, outputs: FloatArray) -> Labels:
        """Return the outputs, without the second axis where there is one only."""
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def output(self, parameters: Any, targets: int) -> tuple[Activation, Loss]:
        """Return the wanted output, else the one that fits the loss."""
        loss = rules.regression_loss(parameters.loss)
        fitting = loss.output_activation(targets)
        wanted = parameters.output_activation
        return rules.activation(fitting if wanted is None else wanted), loss

    def quality(self, predicted: Labels, y: Labels, weights: FloatArray | None) -> float:
        """Return R²."""
        return float(r2_score(y, predicted, sample_weight=weights))


@dataclass(frozen=True)
class Classification(Task):
    """Classes: one of several, or any number of them."""

    coding: ClassCoding

    def encode(self, y: Labels, dtype: str) -> FloatArray:
        """Return one 0/1 column a class, or a single one for two classes."""
        return self.coding.encode(y, dtype)

    def decode(self, outputs: FloatArray) -> Labels:
        """Return the most probable class, or 0/1 columns where there may be any number."""
        return self.coding.decode(outputs)

    def output(self, parameters: Any, targets: int) -> tuple[Activation, Loss]:
        """Return softmax for exclusive classes, else sigmoid, and the cross-entropy for it.

        Raises
        ------
        InputError
            If the wanted output is not between 0 and 1.
        """
        wanted = parameters.output_activation
        fitting = "softmax" if self.coding.exclusive else "sigmoid"
        output = rules.activation(fitting if wanted is None else wanted)
        if output.range[0] < 0 or output.range[1] > 1:
            why = "its values are no probabilities."
            raise invalid_argument("output_activation", spelled(output), why, f"{fitting!r}.")
        if output.sums_to_one and not self.coding.exclusive:
            why = "its units add up to 1, and these targets need not."
            raise invalid_argument("output_activation", spelled(output), why, f"{fitting!r}.")
        loss = rules.classification_loss(parameters.loss)
        entropy = "categorical" if output.sums_to_one else "binary"
        return output, loss or rules.regression_loss(f"{entropy}_cross_entropy")

    def quality(self, predicted: Labels, y: Labels, weights: FloatArray | None) -> float:
        """Return the accuracy."""
        return float(accuracy_score(y, predicted, sample_weight=weights))

    def class_weights(self, parameters: Any, y: Labels) -> FloatArray | None:
        """Return the weight of each row's class, from `class_weight`."""
        if parameters.class_weight is None:
            return None
        return np.asarray(compute_sample_weight(parameters.class_weight, y))

    def groups(self, Y: FloatArray) -> Labels | None:
        """Return the classes where there are two; scikit-learn splits others freely."""
        return Y.astype(bool) if Y.shape[1] == 1 else None
