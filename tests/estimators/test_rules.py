"""Names that people write, and the rules that they mean."""

import re

import pytest

from clearprop import ACTIVATIONS, InputError
from clearprop.estimators import rules


@pytest.mark.parametrize("name", ["log_loss", "cross_entropy"])
def test_a_cross_entropy_is_left_to_the_output(name):
    assert rules.classification_loss(name) is None


@pytest.mark.parametrize("name", ["binary_cross_entropy", "huber", "poisson"])
def test_any_other_loss_is_itself(name):
    assert rules.classification_loss(name).name == name
    assert rules.regression_loss(name).name == name


def test_names_of_scikit_learn_mean_what_they_mean_there():
    assert rules.regression_loss("squared_error").name == "half_squared_error"
    assert rules.activation("logistic").name == "sigmoid"
    assert [rules.activation(name).name for name in ACTIVATIONS] == list(ACTIVATIONS)
    assert rules.solver("auto") is None
    assert rules.initializer("auto") is None


@pytest.mark.parametrize(
    "read", [rules.activation, rules.classification_loss, rules.solver, rules.schedule]
)
def test_a_name_that_does_not_exist_is_refused(read):
    with pytest.raises(InputError, match="nonsense"):
        read("nonsense")


@pytest.mark.parametrize("sizes", [10, (5, 5), [8]])
def test_sizes_in_the_place_of_a_loss_are_told_theirs(sizes):
    with pytest.raises(InputError, match=re.escape(f"try: hidden_layer_sizes={sizes!r}.")):
        rules.regression_loss(sizes)
