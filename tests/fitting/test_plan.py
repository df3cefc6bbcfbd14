"""What is asked for becomes a network: outputs and losses follow the target."""

import pytest

from clearprop.data import ClassificationTarget, RegressionTarget
from clearprop.fitting import FitOptions
from clearprop.fitting.plan import network_of


@pytest.mark.parametrize(
    ("target", "loss", "output", "name"),
    [
        (RegressionTarget(("y",)), None, "identity", "half_squared_error"),
        (RegressionTarget(("y",)), "huber(delta=2.0)", "identity", "huber"),
        (RegressionTarget(("y",)), "poisson", "exp", "poisson"),
        (ClassificationTarget(("y",), (0, 1)), None, "sigmoid", "binary_cross_entropy"),
        (ClassificationTarget(("y",), (0, 1, 2)), None, "softmax", "categorical_cross_entropy"),
        (ClassificationTarget(("y",), (0, 1)), "squared_error", "sigmoid", "half_squared_error"),
    ],
)
def test_output_and_loss_follow_the_target(target, loss, output, name):
    network = network_of(target.rule, FitOptions(loss=loss), 4, (3,))
    assert network.layers[-1].activation.name == output
    assert network.loss_rule.name == name
    assert network.outputs == target.outputs
