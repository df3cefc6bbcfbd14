"""Whatever is handed over: a right answer, or an error that says what is wrong."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import sparse

from clearprop import InputError, MLPClassifier, MLPRegressor

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore:invalid value encountered in reduce"),  # by scikit-learn
]

X = np.random.default_rng(0).normal(size=(30, 3))
QUICK: dict[str, Any] = {"hidden_layer_sizes": (3,), "max_iter": 5, "random_state": 0}


@pytest.mark.parametrize(
    ("parameter", "value", "hint"),
    [
        ("hidden_layer_sizes", (10, 0), "'auto'"),
        ("hidden_layer_sizes", -1, "'auto'"),
        ("activation", "rleu", "'relu'"),
        ("activation", ["tanh", "tanh"], "one activation"),
        ("output_activation", "sigmod", "'sigmoid'"),
        ("solver", "adm", "'adam'"),
        ("solver", "adam(rate=1)", "learning_rate"),
        ("loss", "squared", "'squared_error'"),
        ("alpha", -1.0, "alpha=0.0001"),
        ("alpha", float("nan"), "alpha=0.0001"),
        ("batch_size", 0, "batch_size='auto'"),
        ("learning_rate", "cosinus", "'cosine'"),
        ("learning_rate_init", 0, "0.001"),
        ("max_iter", 2.5, "max_iter=200"),
        ("validation_fraction", 1.0, "0.1"),
        ("beta_1", 1.0, "0.9"),
        ("momentum", 2, "0.9"),
        ("random_state", -3, "None"),
        ("standardize", "yes", "True"),
        ("initializer", "xaver", "'xavier'"),
        ("dropout", 1.0, "0.0"),
        ("dropout", (0.1, 0.1), "one number"),
        ("clip_norm", 0, "None"),
        ("restarts", 0, "'auto'"),
        ("combine", "averaged", "'average'"),
        ("callbacks", 3, "None"),
        ("checkpoint", 3, "None"),
        ("n_iter_no_change", 0, "10"),
    ],
)
def test_parameters_are_refused_with_what_to_try(parameter: str, value: Any, hint: str) -> None:
    model = MLPRegressor(**(QUICK | {"solver": "adam"} | {parameter: value}))
    with pytest.raises(InputError) as error:
        model.fit(X, X[:, 0])
    text = str(error.value)
    assert text.startswith("`")
    assert hint in text.partition("try: ")[2]


@pytest.mark.parametrize("model", [MLPRegressor, MLPClassifier])
@pytest.mark.parametrize(
    ("inputs", "answers", "words"),
    [
        (np.where(X > 2, np.nan, X) * np.nan, X[:, 0] > 0, "NaN"),
        (X * np.inf, X[:, 0] > 0, "infinity"),
        (X, np.where(X[:, 0] > 0, np.nan, 1), "NaN"),
        (X[:, 0], X[:, 0] > 0, "2D array"),
        (X, X[:10, 0] > 0, "inconsistent"),
        (X[:0], X[:0, 0] > 0, "0 sample"),
        (X[:, :0], X[:, 0] > 0, "0 feature"),
        (np.array([["a", "b"]] * 30), X[:, 0] > 0, "could not convert"),
        (sparse.coo_array(X) * np.nan, X[:, 0] > 0, "NaN"),
        (X + 1j, X[:, 0] > 0, "Complex"),
    ],
)
def test_data_that_cannot_be_used_are_refused(
    model: Any, inputs: Any, answers: Any, words: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        model(solver="lbfgs", **QUICK).fit(inputs, answers)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"sample_weight": -np.ones(30)}, "`sample_weight` .*at least 0"),
        ({"sample_weight": np.zeros(30)}, "zero"),
        ({"sample_weight": np.ones(29)}, "30 rows"),
        ({"sample_weight": ["a"] * 30}, "does not hold real numbers"),
        ({"X_val": X}, "`y_val` .*both"),
        ({"X_val": X[:, :2], "y_val": X[:, 0]}, "features"),
        ({"X_val": X, "y_val": X[:, :2]}, "`y_val` .*shape"),
        ({"sample_weight_val": np.ones(30)}, "`sample_weight_val`"),
    ],
)
def test_weights_and_validation_rows_are_checked(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        MLPRegressor(solver="lbfgs", **QUICK).fit(X, X[:, 0], **more)


@pytest.mark.parametrize("size", [1e-310, 1e-160, 1e-5, 1e5, 1e160, 1e300])
@pytest.mark.parametrize("solver", ["lbfgs", "adam", "levenberg_marquardt"])
def test_units_of_the_data_do_not_matter(size: float, solver: str) -> None:
    y = X[:, 0] + X[:, 1]
    ours = QUICK | {"max_iter": 30, "alpha": 0}
    plain = MLPRegressor(solver=solver, **ours).fit(X, y).predict(X)
    scaled = MLPRegressor(solver=solver, **ours).fit(X * size, y).predict(X * size)
    if size > 1e-300:
        np.testing.assert_allclose(scaled, plain, rtol=1e-3, atol=1e-3)
    else:
        assert np.isfinite(scaled).all()
    answers = MLPRegressor(solver=solver, **ours).fit(X, y * size).predict(X)
    if size > 1e-300:
        np.testing.assert_allclose(answers / size, plain, rtol=1e-3, atol=1e-3)
    else:
        assert np.isfinite(answers).all()


def test_overflow_without_scaling_is_said() -> None:
    with pytest.raises(ValueError, match=r"non-finite parameter weights.*try: standardize=True"):
        MLPRegressor(solver="adam", standardize=False, **QUICK).fit(X * 5e307, X[:, 0])


def test_one_row_and_one_class_have_answers() -> None:
    assert np.isfinite(MLPRegressor(solver="lbfgs", **QUICK).fit(X[:1], [2.0]).predict(X)).all()
    model = MLPClassifier(solver="lbfgs", **QUICK).fit(X, ["only"] * 30)
    assert set(model.predict(X)) == {"only"}
    np.testing.assert_array_equal(model.predict_proba(X), np.ones((30, 1)))


def test_more_outputs_than_rows() -> None:
    y = np.random.default_rng(2).normal(size=(4, 9))
    assert MLPRegressor(solver="lbfgs", **QUICK).fit(X[:4], y).predict(X).shape == (30, 9)


@settings(deadline=None, max_examples=40)
@given(
    data=arrays(
        st.sampled_from([np.float64, np.float32, np.int64]),
        array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5),
    ),
    answers=arrays(np.float64, array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=5)),
    classify=st.booleans(),
    solver=st.sampled_from(["lbfgs", "adam"]),
)
@pytest.mark.filterwarnings("ignore")
def test_anything_is_answered_with_finite_numbers_or_a_sentence(
    data: np.ndarray, answers: np.ndarray, classify: bool, solver: str
) -> None:
    model = (MLPClassifier if classify else MLPRegressor)(solver=solver, **QUICK)
    try:
        predicted = model.fit(data, np.sign(answers) if classify else answers).predict(data)
    except (ValueError, TypeError) as error:
        said = str(error)
        assert len(said) > 10
        return
    assert len(predicted) == len(data)
    assert np.isfinite(np.asarray(predicted, dtype=float)).all()
