"""All of scikit-learn's checks of an estimator; none is skipped and none may fail."""

from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from clearprop import MLPClassifier, MLPRegressor

ESTIMATORS = [
    MLPRegressor(),
    MLPClassifier(),
    MLPRegressor(solver="lbfgs", hidden_layer_sizes=(10,)),
    MLPClassifier(solver="lbfgs", hidden_layer_sizes=(10,)),
    MLPClassifier(solver="adam", hidden_layer_sizes=(10,), learning_rate_init=0.01),
    MLPRegressor(solver="adam", hidden_layer_sizes=(10,), learning_rate_init=0.01),
]


@pytest.mark.filterwarnings("ignore")  # the checks hand over hopeless data on purpose
@parametrize_with_checks(ESTIMATORS)
def test_estimator(estimator: Any, check: Any) -> None:
    check(estimator)
