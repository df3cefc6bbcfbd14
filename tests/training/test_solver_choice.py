"""The solver that suits a network and a number of rows."""

import pytest

from clearprop import Layer, Network
from clearprop.training import choose_solver
from clearprop.training.solver_choice import choose_solver_for_any_size


def build(hidden):
    return Network(1, [*(Layer(units, "tanh") for units in hidden), Layer(1)])


@pytest.mark.parametrize(
    ("network", "rows", "solver"),
    [
        (build((10,)), 1000, "bayesian_regularization"),
        (Network(8, [Layer(9, "tanh"), Layer(3, "softmax")], "categorical_cross_entropy"), 500,
         "bayesian_regularization"),
        (Network(8, [Layer(9, "tanh"), Layer(1)], "absolute_error"), 500, "lbfgs"),
        (Network(50, [Layer(100, "tanh"), Layer(1)]), 1000, "lbfgs"),
        (Network(784, [Layer(256, "relu"), Layer(10)]), 60_000, "adam"),
    ],
)  # fmt: skip
def test_the_solver_follows_from_loss_and_size(network, rows, solver):
    choice = choose_solver(network, rows)
    assert choice.solver == solver
    assert f"{rows:,}" in choice.reason.en
    assert choice.reason.zh != choice.reason.en


def test_many_columns_leave_no_room_for_second_order_steps():
    def of_columns(count):
        return lambda hidden: Network(count, [*(Layer(n, "tanh") for n in hidden), Layer(1)])

    assert choose_solver_for_any_size(build, 1000).solver == "bayesian_regularization"
    few, many = (choose_solver_for_any_size(of_columns(n), 500).solver for n in (20, 400))
    assert (few, many) == ("bayesian_regularization", "lbfgs")
    # four units would do, but rows are too many for the sixteen that are usual
    assert choose_solver_for_any_size(of_columns(20), 10**5).solver == "adam"


@pytest.mark.parametrize(
    ("parameters", "rows", "solver"),
    [
        (1500, 1000, "bayesian_regularization"), (1501, 1000, "lbfgs"),
        (1000, 3000, "bayesian_regularization"), (1000, 3001, "lbfgs"),
        (1000, 30_000, "lbfgs"), (1000, 30_001, "adam"),
    ],
)  # fmt: skip
def test_bounds_of_what_is_cheap(parameters, rows, solver):
    line = Network(parameters - 1, [Layer(1)])
    assert line.parameter_count == parameters
    assert choose_solver(line, rows).solver == solver


def test_sixteen_units_must_be_cheap_and_a_hundred_are_meant_otherwise():
    asked = []

    def noting(hidden):
        asked.append(hidden)
        return build(hidden)

    assert choose_solver_for_any_size(noting, 10).solver == "bayesian_regularization"
    assert set(asked) == {(4,), (16,)}
    assert choose_solver_for_any_size(noting, 2_000_000).solver == "adam"
    assert asked[-1] == (100,)
