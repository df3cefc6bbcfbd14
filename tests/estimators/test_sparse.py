"""Sparse tables under scikit-learn's interface: its numbers, its memory."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network as theirs
from scipy import sparse

import clearprop as cp
from clearprop.estimators import tabulate

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RANDOM = np.random.default_rng(0)


def random_table(rows: int, columns: int, density: float) -> sparse.csr_array:
    """Return uniform numbers in some places, with a generator in every version of SciPy."""
    places = RANDOM.choice(rows * columns, int(density * rows * columns), replace=False)
    values = RANDOM.random(len(places))
    return sparse.csr_array((values, np.divmod(places, columns)), shape=(rows, columns))


TABLE = random_table(400, 120, 0.05)
SCORE = np.asarray(TABLE[:, :60].sum(axis=1)).ravel()
CLASSES = np.digitize(SCORE, np.quantile(SCORE, [0.3, 0.7]))
QUICK: dict[str, Any] = {"hidden_layer_sizes": (9,), "max_iter": 8, "random_state": 0}


@pytest.fixture(autouse=True)
def stays_sparse(monkeypatch):
    monkeypatch.setattr(tabulate, "SMALL", 0)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.parametrize("kind", ["csr", "csc", "coo"])
def test_weights_are_scikit_learns(solver: str, kind: str) -> None:
    settings = QUICK | {"solver": solver, "activation": "relu"}
    X = TABLE.asformat(kind)
    for name, y in (("MLPClassifier", CLASSES), ("MLPRegressor", SCORE)):
        ours = getattr(cp, name)(standardize=False, **settings).fit(X, y)
        sklearns = getattr(theirs, name)(**settings).fit(X, y)
        for mine, yours in zip(ours.coefs_, sklearns.coefs_, strict=True):
            np.testing.assert_allclose(mine, yours, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(ours.predict(X), sklearns.predict(X), atol=1e-8)


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "rprop", "scaled_conjugate_gradient"])
def test_units_of_sparse_columns_do_not_matter(solver: str) -> None:
    units = 10.0 ** np.random.default_rng(1).integers(3, 6, size=120)
    usual = TABLE / abs(TABLE).max(axis=0).toarray()
    plain = cp.MLPRegressor(solver=solver, alpha=0, **QUICK).fit(usual, SCORE)
    scaled = cp.MLPRegressor(solver=solver, alpha=0, **QUICK).fit(usual * units, SCORE)
    expected = plain.predict(usual)
    np.testing.assert_allclose(scaled.predict(usual * units), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("more", [
    {}, {"early_stopping": True}, {"test_fraction": 0.2}, {"dropout": 0.2, "solver": "adam"},
    {"restarts": 2}, {"warm_start": True},
    {"hidden_layer_sizes": "auto"}, {"solver": "bayesian_regularization"},
    {"hidden_layer_sizes": (4, 3), "activation": ["softmax", "tanh"], "solver": "adam"},
])  # fmt: skip
def test_every_way_to_train_takes_sparse_tables(more: dict[str, Any]) -> None:
    table, classes = TABLE[:150, :15], CLASSES[:150]
    settings = QUICK | {"hidden_layer_sizes": (4,)} | more
    model = cp.MLPClassifier(**settings).fit(table, classes, sample_weight=np.ones(150))
    model.fit(table, classes)
    assert model.predict_proba(table).shape == (150, 3)
    np.testing.assert_allclose(
        model.predict_proba(table), model.predict_proba(table.toarray()), atol=1e-9
    )
    assert model.decision_function(table).shape == (150, 3)
    assert "150" in model.summary() or more


def test_validation_rows_may_be_sparse_or_not() -> None:
    model = cp.MLPClassifier(solver="adam", **QUICK)
    one = model.fit(TABLE[:300], CLASSES[:300], X_val=TABLE[300:], y_val=CLASSES[300:])
    curve = one.validation_loss_curve_
    model.fit(TABLE[:300], CLASSES[:300], X_val=TABLE[300:].toarray(), y_val=CLASSES[300:])
    assert model.validation_loss_curve_ == pytest.approx(curve)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_stream_may_be_sparse(solver: str) -> None:
    settings = QUICK | {"solver": solver, "activation": "relu"}
    ours = cp.MLPClassifier(standardize=False, **settings)
    scaled, sklearns = cp.MLPClassifier(**settings), theirs.MLPClassifier(**settings)
    for first in range(0, 400, 50):
        rows = slice(first, first + 50)
        for each in (ours, scaled, sklearns):
            each.partial_fit(TABLE[rows], CLASSES[rows], classes=[0, 1, 2])
    np.testing.assert_allclose(ours.coefs_[0], sklearns.coefs_[0], rtol=1e-6, atol=1e-9)
    assert np.isfinite(scaled.predict_proba(TABLE)).all()


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_zeros_are_never_written_out(solver: str, monkeypatch: Any) -> None:
    wide = random_table(3000, 20_000, 5e-4)
    y = np.asarray(wide[:, :9000].sum(axis=1)).ravel()
    model = cp.MLPRegressor(solver=solver, **(QUICK | {"max_iter": 2})).fit(wide[:50], y[:50])
    tracemalloc.start()
    try:
        model.fit(wide, y).predict(wide)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.2 * 8 * 3000 * 20_000  # the table written out has 480 MB


def test_what_needs_the_zeros_is_refused_where_they_take_too_much() -> None:
    wide = sparse.csr_array((np.ones(3), ([0, 1, 2], [5, 7, 400_000])), shape=(2000, 500_000))
    model = cp.MLPRegressor(solver="levenberg_marquardt", hidden_layer_sizes=(2,))
    with pytest.raises(cp.InputError, match=r"written out.*would take"):
        model.fit(wide, np.arange(2000.0))
