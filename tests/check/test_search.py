"""How many mistakes are looked for at once, and a common factor beside them."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.check.case import Case
from clearprop.check.problem import Problem
from clearprop.check.search import explanations

NET = cp.Network(4, [cp.Layer(6, "tanh"), cp.Layer(3, "sigmoid")], "binary_cross_entropy", "mean")


@pytest.fixture
def case():
    """Return a function: the case of a gradient without f′, biases above and all of it scaled."""
    random = np.random.default_rng(5)
    X, Y = random.normal(size=(8, 4)), random.integers(0, 2, (8, 3)).astype(float)
    params = NET.initialize(seed=1)

    def made(of_bias=1.0, of_all=1.0):
        A1 = np.tanh(X @ params["W1"] + params["b1"])
        delta2 = (1 / (1 + np.exp(-(A1 @ params["W2"] + params["b2"]))) - Y) / len(X)
        delta1 = delta2 @ params["W2"].T
        given = {"W1": X.T @ delta1, "b1": delta1.sum(axis=0), "W2": A1.T @ delta2}
        given["b2"] = of_bias * delta2.sum(axis=0)
        given = {name: of_all * array for name, array in given.items()}
        return Case.of(Problem(NET, params, X, Y), given, "row")

    return made


def names(found):
    return [[each.mistake.name for each in explanation.suspicions] for explanation in found]


def test_of_a_single_mistake_a_common_factor_is_looked_for_where_it_is_asked_for(case):
    assert names(explanations(case(), most=1)) == [["derivative_left_out"]]
    assert explanations(case(of_all=1.7), most=1) == []
    [found] = explanations(case(of_all=1.7), most=1, scaled=True)
    assert names([found]) == [["derivative_left_out"]]
    assert found.factor == pytest.approx(1.7)


def test_no_more_mistakes_are_combined_than_were_asked_for(case):
    two = case(of_bias=-1.0)
    whole = {"W1", "b1", "W2", "b2"}
    assert {len(each.suspicions) for each in explanations(two)} == {2}
    assert {len(each.suspicions) for each in explanations(two, most=2)} == {2}
    few = explanations(two, most=1, scaled=True)
    assert all(len(each.suspicions) <= 1 and each.explained < whole for each in few)
