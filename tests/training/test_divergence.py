"""A descent that diverges leaves useful parameters or an error, never an absurd model."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GridSearchCV

import clearprop as cp
from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.training import Stopping

pytestmark = pytest.mark.filterwarnings("ignore")

X = np.random.default_rng(0).normal(size=(300, 5))
Y = 3 * X[:, 0]
SMALL: dict[str, Any] = {"hidden_layer_sizes": (20,), "random_state": 0}


@settings(deadline=None, max_examples=30)
@given(
    rate=st.floats(-3, 3).map(lambda power: 10**power),
    epochs=st.integers(1, 12),
    rule=st.sampled_from(["sgd", "sgd(momentum=0.9)", "adam", "rmsprop"]),
    scaled=st.sampled_from(["standardize", "none"]),
)
def test_what_train_keeps_is_never_absurd(rate: float, epochs: int, rule: str, scaled: Any):
    net = cp.Network(5, [cp.Layer(10, "relu"), cp.Layer(1)])
    name, _, rest = rule.rstrip(")").partition("(")
    solver = f"{name}(learning_rate={rate}{', ' + rest if rest else ''})"
    config = cp.TrainingConfig(
        solver=solver, seed=0, stopping=Stopping(max_epochs=epochs), scale_inputs=scaled,
        scale_targets=scaled,
    )  # fmt: skip
    result = cp.train(net, X, Y[:, None], config)
    assert net.loss(result.parameters, X, Y[:, None]) < 1e4 * np.mean(Y**2)


@pytest.mark.parametrize("rate", [1.0, 10.0, 100.0])
@pytest.mark.parametrize("more", [{}, {"max_iter": 2}])
def test_estimators_refuse_what_diverged(rate: float, more: dict[str, Any]) -> None:
    model = MLPRegressor(solver="sgd", learning_rate_init=rate, **(SMALL | more))
    with pytest.raises(InputError, match=r"`learning_rate_init` .*non-finite.*try: "):
        model.fit(X, Y)
    assert not hasattr(model, "coefs_")


def test_validation_rows_keep_the_first_parameters_at_worst() -> None:
    model = MLPRegressor(solver="sgd", learning_rate_init=10.0, early_stopping=True, **SMALL)
    assert model.fit(X, Y).score(X, Y) > -100
    assert "epoch 0 are kept" in model.stop_reason_


def test_a_search_over_rates_is_not_poisoned() -> None:
    model = MLPRegressor(solver="sgd", max_iter=20, **SMALL)
    search = GridSearchCV(model, {"learning_rate_init": [0.01, 10.0]}, cv=3).fit(X, Y)
    good, bad = search.cv_results_["mean_test_score"]
    assert good > 0.5
    assert np.isnan(bad)


def test_validation_rows_keep_the_parameters_before() -> None:
    """The rate grows a hundredfold after ten good epochs."""

    class Growing(cp.training.schedules.Constant):
        def factor(self, moment: Any) -> float:
            return 1.0 if moment.epoch <= 10 else 1e4

    asked = {"solver": "sgd", "learning_rate_init": 0.01, "learning_rate": Growing()}
    model = MLPRegressor(early_stopping=True, **asked, **SMALL).fit(X, Y)
    assert model.score(X, Y) > 0.8


def test_hopeless_units_are_refused_with_what_to_try() -> None:
    for size in (1e20, 1e100, 1e300):
        with pytest.raises(InputError, match="try: standardize=True"):
            MLPRegressor(solver="adam", standardize=False, **SMALL).fit(X * size, Y)


def test_large_steps_of_a_classification_that_stays_useful_are_taken() -> None:
    model = MLPClassifier(solver="sgd", learning_rate_init=1.0, max_iter=20, **SMALL)
    assert model.fit(X, Y > 0).score(X, Y > 0) > 0.9
