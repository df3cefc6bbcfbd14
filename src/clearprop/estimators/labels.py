"""Classes as targets of a network, and outputs of a network as classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.multiclass import type_of_target, unique_labels

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray

Labels = npt.NDArray[Any]


@dataclass(frozen=True)
class ClassCoding:
    """One 0/1 column a class; a single one for two classes (and for one)."""

    binarizer: LabelBinarizer

    @staticmethod
    def of(y: Labels) -> "ClassCoding":
        """Return the coding of the classes that occur in `y`.

        Raises
        ------
        ValueError
            If `y` holds continuous numbers, objects, or several classes a row without 0/1 columns.
        """
        return ClassCoding(LabelBinarizer().fit(y))

    @property
    def classes(self) -> Labels:
        """The classes, sorted, shape (classes,)."""
        return self.binarizer.classes_

    @property
    def exclusive(self) -> bool:
        """Whether a sample has one of more than two classes, so that probabilities add up to 1."""
        return self.binarizer.y_type_ == "multiclass"

    @property
    def multilabel(self) -> bool:
        """Whether a sample may have any number of classes."""
        return self.binarizer.y_type_.startswith("multilabel")

    def encode(self, y: Labels, dtype: str) -> FloatArray:
        """Return targets, shape (m, K)."""
        coded: Any = self.binarizer.transform(y)
        dense = coded.toarray() if hasattr(coded, "toarray") else coded
        return np.asarray(dense, dtype=dtype).reshape(coded.shape[0], -1)

    def decode(self, outputs: FloatArray) -> Labels:
        """Return the class of each row of outputs (m, K), or 0/1 columns for multilabel."""
        one_column = outputs.shape[1] == 1 and not self.multilabel
        return np.asarray(
            self.binarizer.inverse_transform(outputs[:, 0] if one_column else outputs)
        )

    def probabilities(self, outputs: FloatArray) -> FloatArray:
        """Return the probability of each class, shape (m, classes)."""
        if self.exclusive:
            total = outputs.sum(axis=1, keepdims=True)
            flat = np.full_like(outputs, 1 / outputs.shape[1])
            return np.divide(outputs, total, out=flat, where=total > 0)
        if not self.multilabel and len(self.classes) == 1:
            return np.ones_like(outputs)
        # a sigmoid rounds to 0 and 1 where no logarithm could follow
        least = np.finfo(outputs.dtype).smallest_normal
        inside = np.clip(outputs, least, np.nextafter(outputs.dtype.type(1), outputs.dtype.type(0)))
        return inside if self.multilabel else np.hstack([1 - inside, inside])

    def refuse_unknown(self, y: Labels, warm_start: bool) -> None:
        """Refuse classes that this coding has no column for.

        Raises
        ------
        InputError
            With `warm_start` also if a class is missing.
        """
        classes = unique_labels(y)
        if warm_start and set(classes) != set(self.classes):
            raise invalid_argument(
                "y",
                list(classes),
                "warm_start can only be used where `y` has the same classes as in the previous "
                f"call to fit. Previously got {self.classes}, `y` has {classes}",
                "warm_start=False.",
            )
        unknown = np.setdiff1d(classes, self.classes)
        if len(unknown):
            why = f"`y` has classes not in `self.classes_`, which are {list(self.classes)}."
            raise invalid_argument("y", list(unknown), why, "name all classes in the first call.")


def is_multilabel(y: Labels) -> bool:
    """Return whether `y` holds 0/1 columns, one a class."""
    return type_of_target(y).startswith("multilabel")
