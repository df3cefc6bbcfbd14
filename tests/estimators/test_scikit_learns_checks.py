"""All of scikit-learn's checks of an estimator; none is skipped and none may fail."""

import os
import subprocess
import sys
from typing import Any
from unittest import SkipTest

import pytest
import sklearn
from packaging.version import Version
from sklearn.utils.estimator_checks import parametrize_with_checks

from clearprop import MLPClassifier, MLPRegressor

ESTIMATORS = [
    MLPRegressor(hidden_layer_sizes=(4,), max_iter=30),
    MLPClassifier(hidden_layer_sizes=(4,), max_iter=30),
    MLPRegressor(solver="lbfgs", hidden_layer_sizes=(10,)),
    MLPClassifier(solver="adam", hidden_layer_sizes=(10,), learning_rate_init=0.01),
]


WITH_ARRAY_API = """
from sklearn.utils.estimator_checks import check_array_api_input
from clearprop import MLPClassifier, MLPRegressor
for estimator in (MLPClassifier(solver="lbfgs"), MLPRegressor(hidden_layer_sizes=(4,))):
    name = type(estimator).__name__
    check_array_api_input(name, estimator, "numpy", expect_only_array_outputs=False)
    print(name)
"""


@pytest.mark.skipif(Version(sklearn.__version__) < Version("1.9"), reason="the check came with 1.9")
def test_estimators_work_with_array_api_dispatch() -> None:
    """The one check that needs an environment variable before SciPy is loaded."""
    environment = os.environ | {"SCIPY_ARRAY_API": "1"}
    command = [sys.executable, "-W", "ignore", "-c", WITH_ARRAY_API]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["MLPClassifier", "MLPRegressor"], done.stderr


@pytest.mark.filterwarnings("ignore")  # the checks hand over hopeless data on purpose
@parametrize_with_checks(ESTIMATORS)
def test_estimator(estimator: Any, check: Any) -> None:
    if getattr(check, "func", check).__name__ == "check_array_api_input":
        return  # by test_estimators_work_with_array_api_dispatch
    try:
        check(estimator)
    except SkipTest as skipped:
        pytest.fail(f"scikit-learn skipped it: {skipped}")
