"""MLPClassifier: classes from numbers."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target, unique_labels
from sklearn.utils.validation import check_is_fitted

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.data.task import Classification, Task
from clearprop.estimators import rules
from clearprop.estimators.base import MLPEstimator, goes_on
from clearprop.estimators.constraints import Choice, Instance, Nothing, Rule, documented, parameter
from clearprop.estimators.tabulate import Given


@documented
@dataclass(eq=False, repr=False)
class MLPClassifier(ClassifierMixin, MLPEstimator):
    """A network that predicts classes; scikit-learn's estimator of that name, and more.

    <parameters>

    Examples
    --------
    >>> from clearprop import MLPClassifier
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(100, noise=0.1, random_state=0)
    >>> model = MLPClassifier((8,), activation="tanh", solver="lbfgs", random_state=0).fit(X, y)
    >>> bool(model.score(X, y) > 0.95)
    True
    """

    loss: Any = parameter(
        "log_loss",
        'What is minimised: "log_loss" is the cross-entropy that fits the output.',
        Rule(rules.classification_loss, "a loss"),
    )
    class_weight: Any = parameter(
        None,
        'How much each class counts: None for all alike, "balanced" for as much as it is rare, or\n'
        "a dict of weights by class (a list of dicts for 0/1 columns).",
        Nothing(),
        Choice(("balanced",)),
        Instance((dict, list), "a dict of weights"),
    )

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the most probable class of each sample, shape (m,).

        For 0/1 columns, those with a probability above one half, shape (m, classes).
        """
        outputs = self._outputs(X)
        return self._task.decode(outputs)

    def predict_proba(self, X: Any) -> FloatArray:
        """Return the probability of each class in the order of `classes_`, (m, classes)."""
        outputs = self._outputs(X)
        return self._classification.probabilities(outputs)

    def predict_log_proba(self, X: Any) -> FloatArray:
        """Return the natural logarithm of the probabilities, shape (m, classes)."""
        probabilities = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            return np.log(probabilities)

    def decision_function(self, X: Any) -> FloatArray:
        """Return the weighted sums z of the output layer: its values before the activation.

        For two classes shape (m,), above 0 for the second one; else shape (m, classes), largest
        for the class that is predicted.
        """
        logits = self._weighted_sums(X)
        return logits[:, 0] if logits.shape[1] == 1 else logits

    @available_if(goes_on)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Train for one epoch over these rows, on from where the last call ended.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        classes : array of shape (classes,), optional
            All classes that any call will show. The first call needs them.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If the data cannot be used, a class is not among the first call's, or with
            `early_stopping`, which needs all rows at once.
        """
        first = not hasattr(self, "classes_")
        if first and classes is None:
            why = "classes must be passed on the first call to partial_fit."
            raise invalid_argument("classes", classes, why, "np.unique(y) of all rows.")
        named = None if classes is None else unique_labels(classes)
        if not first and named is not None and not np.array_equal(self.classes_, named):
            why = f"the first call said {list(self.classes_)}."
            raise invalid_argument("classes", list(named), why, "leave it out.")
        inputs, answers = self._piece(X, y)
        if first:
            multilabel = type_of_target(answers).startswith("multilabel")
            task = Classification.of(answers if multilabel else np.asarray(named))
        else:
            task = self._classification
        task.check_known(answers)
        self.classes_ = task.classes
        return self._partial_fit(task, Given(X, y, sample_weight), inputs, answers)

    @property
    def _classification(self) -> Classification:
        """How classes and outputs of the network stand for each other."""
        if not hasattr(self, "coefs_"):
            check_is_fitted(self, "coefs_")
        task = self._task
        assert isinstance(task, Classification)
        return task

    def _task_for(self, answers: npt.NDArray[Any], *, going_on: bool) -> Task:
        if going_on:
            self._classification.check_known(answers, all_of_them=bool(self.warm_start))
            return self._classification
        task = Classification.of(answers)
        self.classes_ = task.classes
        return task

    @property
    def _numeric(self) -> bool:
        return False

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
