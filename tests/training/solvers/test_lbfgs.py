"""L-BFGS against SciPy's L-BFGS-B, whose iterates it must have, and against dense BFGS."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from clearprop import Layer, Network, Objective
from clearprop.training.solvers.lbfgs import LBFGS, InverseHessian
from clearprop.training.stopping import StopReason
from solver_problems import HARD, SOLVABLE, Problem, curve


def scipys(problem: Problem, memory: int, **options: Any) -> tuple[list[np.ndarray], Any]:
    """Return the iterates of SciPy's solver, and its result."""
    iterates: list[np.ndarray] = []
    options = {"maxcor": memory, "ftol": 0, "gtol": 0, "maxfun": 10**8} | options
    result = minimize(problem.objective.gradient, problem.start, jac=True, method="L-BFGS-B",
                      callback=lambda x: iterates.append(x.copy()), options=options)  # fmt: skip
    return iterates, result


def ours(problem: Problem, solver: LBFGS, iterations: int) -> tuple[list[np.ndarray], Any]:
    """Return the iterates of ours, and why it stopped: None after so many iterations."""
    state, iterates = solver.init(problem.objective, problem.start), []
    for _ in range(iterations):
        following = solver.step(problem.objective, state)
        if isinstance(following, StopReason):
            return iterates, following
        state = following
        iterates.append(state.theta)
    return iterates, None


def test_settings_of_scikit_learn_leave_scipys_defaults():
    solver = LBFGS.from_settings({"tolerance": 1e-4, "max_evaluations": 15000, "more": 1})
    assert solver == LBFGS(10, 2.220446049250313e-09, 1e-4, 15000)


@pytest.mark.parametrize("memory", [3, 20])
@pytest.mark.parametrize("name", SOLVABLE | HARD)
def test_its_iterates_are_scipys(name: str, memory: int) -> None:
    problem = (SOLVABLE | HARD)[name]()
    theirs, _ = scipys(problem, memory, maxiter=10)
    mine, _ = ours(problem, LBFGS(memory), 10)
    moved = [point for point in theirs if problem.objective.value(point) > 1e-20]
    assert moved
    for mine_at, theirs_at in zip(mine, moved, strict=False):
        np.testing.assert_allclose(mine_at, theirs_at, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    ("options", "name"),
    [({"ftol": 1e-4}, "converged"), ({"gtol": 1e-2}, "converged"), ({"maxfun": 20}, "evaluations")],
)
def test_its_limits_mean_what_scipys_mean(options: dict[str, float], name: str) -> None:
    theirs, result = scipys(curve(), 20, **options)
    limits = {"max_evaluations" if key == "maxfun" else key: v for key, v in options.items()}
    mine, reason = ours(curve(), LBFGS(20, **limits), 100)
    assert reason.name == name
    assert len(mine) == len(theirs) == result.nit
    if name == "evaluations":
        assert f"{result.nfev} times" in reason.sentence.en


def test_convergence_says_by_what() -> None:
    by_value = ours(curve(), LBFGS(ftol=1e-4), 100)[1]
    by_gradient = ours(curve(), LBFGS(gtol=1e-2), 100)[1]
    assert "0.0001 of it" in by_value.sentence.en
    assert "larger than 0.01" in by_gradient.sentence.en


def dense(pairs: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return H by the recurrence of Broyden, Fletcher, Goldfarb and Shanno, from γ I."""
    s, y = pairs[-1]
    H = np.eye(s.size) * (s @ y) / (y @ y)
    for s, y in pairs:
        V = np.eye(s.size) - np.outer(y, s) / (s @ y)
        H = V.T @ H @ V + np.outer(s, s) / (s @ y)
    return H


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 4))
def test_the_inverse_hessian_is_that_of_bfgs(seed: int, count: int, memory: int) -> None:
    random = np.random.default_rng(seed)
    root = random.normal(size=(7, 7))
    A = root @ root.T + np.eye(7)
    pairs = [(s, A @ s) for s in random.normal(size=(count, 7))]
    H = InverseHessian.identity(7)
    for s, y in pairs:
        H = H.with_pair(s, y, memory)
    expected = dense(pairs[-memory:])
    np.testing.assert_allclose(
        np.array([H @ e for e in np.eye(7)]), expected, rtol=1e-7, atol=1e-9 * abs(expected).max()
    )


def test_the_threads_of_the_blas_change_nothing() -> None:
    """Where P is large, the BLAS adds in an order that depends on them."""
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(40, 200)), random.normal(size=(40, 1))
    network = Network(200, [Layer(60, "tanh"), Layer(1)])  # P = 12,121
    wide = Problem(Objective(network, X, Y), network.initialize(seed=0).vector, 0.0)
    points = []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            points.append(ours(wide, LBFGS(), 8)[0][-1])
    np.testing.assert_array_equal(*points)


def test_a_gradient_whose_square_vanishes_ends_it() -> None:
    network = Network(1, [Layer(1)])
    flat = Objective(network, np.array([[1e-200]]), np.array([[0.0]]), sample_weight=[1e-5])
    problem = Problem(flat, np.array([1e-3, 0.0]), 0.0)
    _, reason = ours(problem, LBFGS(), 3)
    assert reason.name in ("line_search", "converged")


def test_it_is_shown_by_its_memory_alone() -> None:
    assert repr(LBFGS(ftol=0.1, gtol=0.2, max_evaluations=3)) == "LBFGS(memory=20)"
