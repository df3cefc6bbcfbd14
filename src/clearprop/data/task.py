"""Task: what a network is to learn, and how answers and outputs stand for each other."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray

Labels = npt.NDArray[Any]
TaskName = Literal["regression", "classification"]


@dataclass(frozen=True)
class Task(ABC):
    """Regression or classification: what differs between them, for tables and for arrays."""

    name: ClassVar[TaskName]

    @property
    @abstractmethod
    def outputs(self) -> int:
        """K, the number of outputs that the network needs."""

    @abstractmethod
    def encode(self, y: Labels, dtype: str = "float64") -> FloatArray:
        """Return targets of the network, shape (m, K)."""

    @abstractmethod
    def decode(self, outputs: FloatArray) -> Labels:
        """Return what is predicted for outputs of the network, shape (m, K)."""

    @abstractmethod
    def quality(self, predicted: Labels, y: Labels, weights: FloatArray | None) -> float:
        """Return scikit-learn's score of predictions: R², or the accuracy."""

    def strata(self, Y: FloatArray) -> Labels | None:
        """Return labels (m,) that shall be as frequent in held-back rows as in all."""
        return None

    def score(self, outputs: FloatArray, y: Labels, weights: FloatArray | None = None) -> float:
        """Return the `quality` of outputs (m, K); NaN where an output is not finite."""
        if not np.isfinite(outputs).all():
            return float("nan")
        return float(self.quality(self.decode(outputs), y, weights))


@dataclass(frozen=True)
class Regression(Task):
    """One or more numbers a row.

    Attributes
    ----------
    quantities : int, default=1
    """

    name = "regression"

    quantities: int = 1

    @property
    def outputs(self) -> int:
        """K: one output a quantity."""
        return self.quantities

    def encode(self, y: Labels, dtype: str = "float64") -> FloatArray:
        """Return the numbers, one column a quantity."""
        return np.asarray(y, dtype=dtype).reshape(len(y), -1)

    def decode(self, outputs: FloatArray) -> Labels:
        """Return the outputs, shape (m,) for one quantity, else (m, K)."""
        return outputs[:, 0] if outputs.shape[1] == 1 else outputs

    def quality(self, predicted: Labels, y: Labels, weights: FloatArray | None) -> float:
        """Return R²."""
        from sklearn.metrics import r2_score

        return float(r2_score(y, predicted, sample_weight=weights))


@dataclass(frozen=True, eq=False)
class Classification(Task):
    """One of several classes a row, or any number of them.

    Two classes need one output, the probability of the second; K need K.

    Attributes
    ----------
    classes : array of shape (classes,)
        In the order of the outputs.
    multilabel : bool, default=False
        Whether a row may have any number of classes; answers are 0/1 columns then.
    """

    name = "classification"

    classes: Labels
    multilabel: bool = False

    @staticmethod
    def of(y: Labels) -> "Classification":
        """Return the task whose classes are those that occur in `y`, sorted.

        Raises
        ------
        ValueError
            If `y` holds continuous numbers, objects, or several classes a row without 0/1 columns.
        """
        classes = _classes_of(y)
        if classes is not None:
            return Classification(classes)
        from sklearn.preprocessing import LabelBinarizer
        from sklearn.utils.multiclass import type_of_target

        learnt = LabelBinarizer().fit(y)  # scikit-learn's own words for what it refuses
        return Classification(learnt.classes_, type_of_target(y).startswith("multilabel"))

    @property
    def outputs(self) -> int:
        """1 for two classes (and for one), else one a class."""
        count = len(self.classes)
        return count if self.multilabel or count > 2 else 1

    @property
    def exclusive(self) -> bool:
        """Whether outputs are probabilities of more than two classes, which add up to 1."""
        return self.outputs > 1 and not self.multilabel

    def encode(self, y: Labels, dtype: str = "float64") -> FloatArray:
        """Return 0 and 1: shape (m, 1) for two classes, else (m, K).

        Raises
        ------
        InputError
            If an answer is none of the classes.
        """
        if self.multilabel:
            dense: Any = y.toarray() if hasattr(y, "toarray") else y
            return np.asarray(dense, dtype=dtype)
        codes = self.codes(np.asarray(y))
        if self.outputs == 1:
            return codes[:, None].astype(dtype)
        return np.eye(self.outputs, dtype=dtype)[codes]

    def codes(self, y: Labels) -> npt.NDArray[np.intp]:
        """Return the number of each row's class, shape (m,)."""
        places = np.searchsorted(self.classes, y)
        codes = np.minimum(places, len(self.classes) - 1)
        unknown = self.classes[codes] != y
        if np.any(unknown):
            why = f"the classes are {list(self.classes)}."
            raise invalid_argument("y", y[unknown][0], why, "name all classes in the first call.")
        return codes

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

    def decode(self, outputs: FloatArray) -> Labels:
        """Return the most probable class of each row (m,), or 0/1 columns for multilabel."""
        if self.multilabel:
            return (outputs > 0.5).astype(int)
        if self.exclusive:
            return self.classes[outputs.argmax(axis=1)]
        second = (outputs[:, 0] > 0.5) & (len(self.classes) > 1)
        return self.classes[second.astype(int)]

    def quality(self, predicted: Labels, y: Labels, weights: FloatArray | None) -> float:
        """Return the accuracy."""
        from sklearn.metrics import accuracy_score

        return float(accuracy_score(y, predicted, sample_weight=weights))

    def strata(self, Y: FloatArray) -> Labels | None:
        """Return the classes where there are two; scikit-learn splits others freely."""
        return Y[:, 0].astype(bool) if Y.shape[1] == 1 else None

    def check_known(self, y: Labels, *, all_of_them: bool = False) -> None:
        """Check that every class of `y` is one of these, or that they are the same.

        Raises
        ------
        InputError
            If a class is unknown; with `all_of_them` also if one is missing.
        """
        classes = _classes_of(y)
        if classes is None:
            from sklearn.utils.multiclass import unique_labels

            classes = unique_labels(y)
        if all_of_them and set(classes) != set(self.classes):
            raise invalid_argument(
                "y",
                list(classes),
                "warm_start can only be used where `y` has the same classes as in the previous "
                f"call to fit. Previously got {self.classes}, `y` has {classes}",
                "warm_start=False.",
            )
        known = set(self.classes.tolist())
        unknown = [label for label in classes.tolist() if label not in known]
        if unknown:
            why = f"`y` has classes not in `self.classes_`, which are {list(self.classes)}."
            raise invalid_argument("y", unknown, why, "name all classes in the first call.")


def _classes_of(y: Labels) -> Labels | None:
    """Return the sorted classes of whole numbers, truth values or text, one a row.

    None for anything else, and where nearly every row has a class of its own: scikit-learn knows
    more of those, and warns of them, in a hundred times the time.
    """
    if type(y) is not np.ndarray or y.ndim != 1 or y.dtype.kind not in "biuU":
        return None
    classes = np.unique(y)
    return classes if 0 < len(classes) <= max(2, len(y) // 2) else None
