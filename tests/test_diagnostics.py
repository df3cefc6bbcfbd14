"""Each diagnosis is made where its trouble was planted, and not where all is well."""

from typing import Any

import numpy as np
import pytest

from clearprop import Layer, MLPClassifier, MLPRegressor, Network
from clearprop.diagnostics import Evidence, diagnose_training
from clearprop.fitting import fit
from clearprop.training import Equations, Record

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(200, 3))
Y = np.sin(X[:, :1])


def record(epoch: int, loss: float, validation: float | None = None) -> Record:
    return Record(epoch, loss, validation, None, None, 0.0)


def evidence(*hidden: Layer, **changes: Any) -> Evidence:
    network = Network(3, [*hidden, Layer(1)])
    asked = {"X": X, "Y": Y, "history": [record(1, 1.0), record(30, 0.1)]} | changes
    parameters = network.initialize("xavier", seed=0)
    for name, value in asked.pop("weights", {}).items():
        parameters[name] = np.full(parameters[name].shape, value)
    for name, factor in asked.pop("times", {}).items():
        parameters[name] *= factor
    return Evidence(network, parameters, **asked)


def course(*losses: float) -> list[Record]:
    return [record(epoch, loss) for epoch, loss in enumerate(losses, start=1)]


PLANTED = {
    "too_few_equations": evidence(Layer(5, "tanh"), equations=Equations(26, 5, 5)),
    "constant_outputs": evidence(Layer(5, "tanh"), times={"W2": 1e-6}),
    "dead_units": evidence(Layer(5, "relu"), weights={"b1": -100.0}),
    "saturated_units": evidence(Layer(5, "tanh"), weights={"b1": 50.0}),
    "vanishing_error_terms": evidence(Layer(5, "tanh"), Layer(5, "tanh"), times={"W2": 1e-6}),
    "exploding_error_terms": evidence(
        Layer(5, "identity"), Layer(5, "identity"), times={"W2": 1e6}
    ),
    "unscaled_columns": evidence(Layer(2), X=X * [1, 1, 1e4], standardized=False),
    "constant_columns": evidence(Layer(2), X=X * [1, 0, 1]),
    "plateau": evidence(Layer(2), history=course(*[0.6932] * 40)),
    "overfitting": evidence(
        Layer(2), history=[record(1, 1.0, 1.0), record(2, 0.5, 0.6), record(30, 0.01, 0.9)]
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_troubles_are_found(name: str) -> None:
    found = diagnose_training(PLANTED[name])
    assert name in [finding.name for finding in found]
    for finding in found:
        for text in (finding.sentence, finding.advice):
            assert text.en
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh) or "=" in text.zh


def test_nothing_is_found_where_all_is_well() -> None:
    well = evidence(Layer(5, "tanh"), Layer(4, "tanh"), equations=Equations(25, 5, 5))
    assert diagnose_training(well) == []


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_summary_of_an_estimator_tells_them() -> None:
    rare = X[:, 0] > np.quantile(X[:, 0], 0.98)
    quick: dict[str, Any] = {"hidden_layer_sizes": (4,), "solver": "lbfgs", "max_iter": 30}
    told = MLPClassifier(random_state=0, **quick).fit(X, rare).summary()
    assert "out of balance" in told
    assert "class_weight='balanced'" in told
    assert "类别不平衡" in MLPClassifier(random_state=0, **quick).fit(X, rare).summary("zh")
    smooth = MLPRegressor(random_state=0, activation="tanh", **quick)
    well = smooth.fit(X, Y[:, 0]).summary()
    assert "try" not in well
    assert "(21 parameters, 200 equations)" in well
    few = MLPRegressor(random_state=0, **quick).fit(X[:9], Y[:9, 0]).summary()
    assert "21 parameters were fitted to 9 equations (9 rows × 1 output)" in few


def test_parameters_that_the_solver_holds_back_may_be_many() -> None:
    held_back = evidence(Layer(5, "tanh"), equations=Equations(400, 5, 5, effective=7.5))
    assert diagnose_training(held_back) == []


@pytest.mark.parametrize("restarts", [1, 3])
def test_parameters_are_those_of_one_start_and_equations_those_of_rows_that_train(
    restarts: int,
) -> None:
    table = {"x": X[:20, 0], "y": X[:20, 1], "z": X[:20, 2]}
    few: dict[str, Any] = {"hidden": (8,), "max_epochs": 5, "restarts": restarts, "test": 0.25}
    fitted = fit(table, ("y", "z"), solver="lbfgs", **few)
    assert fitted.result.equations == Equations(8 * 2 + 9 * 2, 15, 2)
    assert fitted.model.summary["equations"]["parameters"] == 34
    by_evidence = fit(table, ("y", "z"), solver="bayesian_regularization", **few)
    gamma = by_evidence.model.summary["equations"]["effective"]
    assert 0 < gamma <= 34
    assert not by_evidence.result.equations.are_too_few
