"""MLPRegressor: numbers from numbers."""

from dataclasses import dataclass
from typing import Any, Self

import numpy.typing as npt
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if

from clearprop._errors import invalid_argument
from clearprop.data.task import Regression, Task
from clearprop.estimators.base import MLPEstimator, goes_on
from clearprop.estimators.constraints import documented
from clearprop.estimators.tabulate import Given, checked_inputs


@documented
@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, MLPEstimator):
    """A network that predicts numbers; scikit-learn's estimator of that name, and more.

    <parameters>

    Attributes
    ----------
    coefs_, intercepts_ : list of arrays
        Weights (n_in, n_out) and biases (n_out,) of each layer, for raw inputs and outputs.
    loss_, best_loss_ : float
        The objective, penalty included, of the last epoch and its lowest value; None with early
        stopping.
    loss_curve_ : list of float
        The objective of every epoch.
    validation_loss_curve_, validation_scores_ : list of float or None
        Loss and score of the validation rows.
    history_ : DataFrame
        Everything that is known of every epoch.
    stop_reason_ : str
        Why training stopped.

    Examples
    --------
    >>> import numpy as np
    >>> from clearprop import MLPRegressor
    >>> X = np.linspace(-1, 1, 100)[:, None]
    >>> model = MLPRegressor(random_state=0).fit(X, X[:, 0] ** 2)
    >>> bool(model.score(X, X[:, 0] ** 2) > 0.99)
    True
    """

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Return the predicted numbers, shape (m,), or (m, K) for several quantities.

        Parameters
        ----------
        X : array, frame or sparse matrix of shape (m, n₀)
        return_std : bool, default=False
            Whether the standard deviation of a new observation is returned as well, of the same
            shape. Bayesian regularisation knows it, which ``solver="auto"`` takes for small tasks.

        Raises
        ------
        InputError
            If the standard deviation is asked for and the solver does not estimate it.
        """
        outputs = self._outputs(X)
        predicted = self._task.decode(outputs)
        if not return_std:
            return predicted
        result = self._result
        posterior = result.posterior
        if posterior is None:
            why = f"{result.solver.name} does not estimate it."
            raise invalid_argument(
                "return_std", return_std, why, "solver='bayesian_regularization'."
            )
        return predicted, self._task.decode(posterior.std(checked_inputs(self, X)))

    @available_if(goes_on)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch over these rows, on from where the last call ended.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If the data cannot be used, or with `early_stopping`, which needs all rows at once.
        """
        inputs, answers = self._piece(X, y)
        return self._partial_fit(_task_of(answers), Given(X, y, sample_weight), inputs, answers)

    def _task_for(self, answers: npt.NDArray[Any], *, going_on: bool) -> Task:
        return _task_of(answers)

    @property
    def _numeric(self) -> bool:
        return True


def _task_of(answers: npt.NDArray[Any]) -> Regression:
    return Regression(1 if answers.ndim == 1 else answers.shape[1])
