"""Quadratic models: their damped minimum, ridges, the shortest step, and their memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop import InputError
from clearprop.training.solvers.curvature import (
    QuadraticModel,
    check_matrix_fits,
)


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 6))
def test_the_damped_step_minimises_the_damped_model(seed, P, rank):
    random = np.random.default_rng(seed)
    J = random.normal(size=(rank, P))
    model = QuadraticModel(1.0, random.normal(size=P), J.T @ J)
    damping = random.uniform(0.1, 1, size=P)
    step = model.damped(damping).solve(-model.gradient)
    residual = (model.matrix + np.diag(damping)) @ step + model.gradient
    assert np.abs(residual).max() < 1e-9
    assert model.predicted_decrease(step) > 0 or not model.gradient.any()


def test_a_singular_matrix_has_a_shortest_step():
    J = np.array([[1.0, 1.0, 0.0]])
    model = QuadraticModel(1.0, J.T[:, 0].copy(), J.T @ J)
    assert model.damped(np.zeros(3)) is None
    assert model.least_squares_step() == pytest.approx([-0.5, -0.5, 0])


@given(st.integers(0, 10**6), st.integers(1, 6))
def test_a_factor_knows_the_inverse_and_the_determinant(seed, P):
    random = np.random.default_rng(seed)
    J = random.normal(size=(P, P))
    A = J.T @ J + np.eye(P)
    factor = QuadraticModel(1.0, np.zeros(P), A).damped(np.zeros(P))
    assert factor.inverse_diagonal() == pytest.approx(np.diagonal(np.linalg.inv(A)))
    assert factor.log_determinant() == pytest.approx(np.linalg.slogdet(A)[1])


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_a_singular_matrix_gets_the_smallest_ridge_that_suffices(size):
    model = QuadraticModel(1.0, np.zeros(3), size * np.ones((3, 3)))
    right = size * np.array([1.0, 1.0, 1.0])
    solution = model.factored(np.zeros(3)).solve(right)
    assert solution == pytest.approx(np.full(3, 1 / 3), abs=1e-5)
    ridge = (right - model.matrix @ solution) / (size * solution)
    assert ridge == pytest.approx(np.full(3, 1e-10), rel=0.01)


def test_a_matrix_that_is_not_semidefinite_has_no_factor():
    assert QuadraticModel(1.0, np.zeros(2), np.diag([1.0, -1.0])).factored(np.zeros(2)) is None


@pytest.mark.parametrize(
    ("parameters", "needed"),
    [(5, "600 bytes"), (100, "240 KB"), (10_000, "2.4 GB"), (250_000, "1,500 GB")],
)
def test_the_memory_is_told_in_units_that_people_read(parameters, needed):
    exactly = 3 * 8 * parameters**2
    check_matrix_fits("levenberg_marquardt", parameters, exactly)
    with pytest.raises(InputError, match=f"need {needed}, and the limit"):
        check_matrix_fits("levenberg_marquardt", parameters, exactly - 1)


@pytest.mark.parametrize(
    ("eigenvalue", "ridge"),
    [(1e-3, 0.0), (-3e-11, 1e-10), (-3e-9, 1e-8), (-3e-7, 1e-6), (-3e-6, None)],
)
def test_rounding_below_zero_gets_the_next_ridge(eigenvalue, ridge):
    model = QuadraticModel(0.0, np.zeros(2), np.diag([5.0, 5 * eigenvalue]))
    factor = model.factored(np.zeros(2))
    if ridge is None:
        assert factor is None
        return
    diagonal = np.diagonal(np.asarray(factor.factor)) ** 2
    assert diagonal == pytest.approx([5 * (1 + ridge), 5 * (eigenvalue + ridge)], rel=1e-9)


def test_a_model_is_finite_where_all_of_it_is():
    one, two = np.ones(1), np.eye(2)
    assert QuadraticModel(1.0, one, two).is_finite
    for broken in (np.nan, np.inf):
        assert not QuadraticModel(broken, one, two).is_finite
        assert not QuadraticModel(1.0, broken * one, two).is_finite
        assert not QuadraticModel(1.0, one, np.diag([1.0, broken])).is_finite
