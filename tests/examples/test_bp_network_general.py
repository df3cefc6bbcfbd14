import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.dummy import DummyRegressor


def sigmoid(z: float) -> float:
    return 1 / (1 + np.exp(-z))


def test_scalar_expansions_give_the_matrix_form(example) -> None:
    """δ_i of the hidden layer unit by unit, as the notes expand it, in the column convention."""
    network, params = example.SMALL, example.SMALL.initialize("xavier", seed=1)
    x, y = [0.5, -1.0], [1.0, 0.0]
    w = {1: params["W1"].T, 2: params["W2"].T}  # w[l][i, j]: from unit j to unit i
    h1 = [sigmoid(sum(w[1][i, j] * x[j] for j in range(2))) for i in range(3)]
    h2 = [sigmoid(sum(w[2][i, j] * h1[j] for j in range(3))) for i in range(2)]
    delta2 = [(h2[i] - y[i]) * h2[i] * (1 - h2[i]) for i in range(2)]
    delta1 = [sum(delta2[i] * w[2][i, j] for i in range(2)) * h1[j] * (1 - h1[j]) for j in range(3)]
    trace = network.trace(params, x, [y])
    np.testing.assert_allclose(trace["delta2"][0], delta2, rtol=1e-13)
    np.testing.assert_allclose(trace["delta1"][0], delta1, rtol=1e-13)
    np.testing.assert_allclose(trace["dW1"].T, np.outer(delta1, x), rtol=1e-13)
    np.testing.assert_allclose(trace["dW2"].T, np.outer(delta2, h1), rtol=1e-13)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_derivation_checks_dimensions_and_derives_sigma_from_the_limit(
    example, lang: str
) -> None:
    derivation = example.derivation(lang)
    assert all(step.is_exact for step in derivation.steps)
    text = str(derivation)
    assert "((3×2) (2×1)) ⊙ (3×1)" in text  # the dimension check of δ of the hidden layer
    assert "δ¹ = ─── = ─── ⊙ σ′(z¹) = (W²ᵀ δ²) ⊙ σ′(z¹)" in text
    assert "lim" in text
    for name in ("error term", "sensitivity", "local gradient"):
        assert (name in text) == (lang == "en")


def test_training_stops_by_validation_and_beats_the_mean(example) -> None:
    result = example.trained()
    assert result.stop_reason.name == "validation"
    assert result.best_epoch < result.history[-1].epoch
    losses = [record.validation_loss for record in result.history]
    assert min(losses) == losses[result.best_epoch]
    X, y = load_diabetes(return_X_y=True, scaled=False)
    test = result.division.test
    error = example.FACTORS.forward(result.parameters, X[test]).ravel() - y[test]
    mean = (
        DummyRegressor().fit(X[result.division.train], y[result.division.train]).predict(X[test])
        - y[test]
    )
    assert np.mean(error**2) < 0.7 * np.mean(mean**2)
    assert result.parameters == example.trained().parameters


def test_sensitivities_are_the_derivatives(example) -> None:
    result = example.trained()
    X, y = load_diabetes(return_X_y=True, scaled=False)
    mean = example.sensitivities(result).mean[0]
    for i, spread in enumerate(X.std(axis=0)):
        step = np.zeros(10)
        step[i] = 1e-4 * spread
        above = example.FACTORS.forward(result.parameters, X + step)
        below = example.FACTORS.forward(result.parameters, X - step)
        assert mean[i] == pytest.approx(np.mean(above - below) / 2e-4 / y.std(), abs=1e-6)


def test_what_it_prints(printed, tmp_path) -> None:
    text = printed("zh", tmp_path)
    assert "误差项（敏感度、局部梯度）" in text
    assert "  bmi  +" in text
    assert {path.name for path in tmp_path.iterdir()} == {"losses.png", "sensitivities.png"}
