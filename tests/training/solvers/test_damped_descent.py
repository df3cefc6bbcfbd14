"""Damped steps, one after the other."""

import pytest

from clearprop.training.solvers.curvature import QuadraticModel
from clearprop.training.solvers.damped_descent import DampedDescent
from clearprop.training.solvers.damping import Damping
from clearprop.training.solvers.levenberg_marquardt import LevenbergMarquardt
from solver_problems import line


def test_where_no_damping_helped_the_undamped_step_is_tried_once():
    problem = line()
    solver = LevenbergMarquardt(damping=0.5, max_damping=1.0)
    descent = DampedDescent(solver, problem.start, Damping(2.0))  # beyond the largest
    model = QuadraticModel.at(problem.objective, problem.start)
    assert descent.step(problem.objective, model) is None
    assert problem.objective.value(descent.theta) < 1e-20  # a plane is found at once
    assert descent.damping.mu == pytest.approx(0.5 / 3)
