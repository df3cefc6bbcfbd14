"""Which activations fit what was seen: the likeliest comes first."""

import numpy as np

from clearprop.check.script.observed import Run
from clearprop.check.script.watched.activations import output_activations, rules
from clearprop.check.script.watched.nets import Net


def test_an_output_of_0_is_that_of_a_relu_only_where_nothing_else_was_seen():
    z = np.array([[-2.9]])
    net = Net((), (1, 1), (z,), False, 8)
    run = Run((z,), (np.zeros((1, 1)), 1 / (1 + np.exp(-z))), ())
    names = [f.name for f, _ in output_activations(net, (run,), z)]
    assert names[0] == "sigmoid"
    assert "relu" in names


def test_saturated_units_are_those_of_a_smooth_activation():
    """Where every sigmoid is 1, a hard tanh would be too."""
    z = np.full((5, 3), 40.0)
    fitting = [f.name for f in rules(z, np.ones_like(z)) if np.all(f.value(z) == 1)]
    assert "hard_tanh" in fitting
    assert "sigmoid" in fitting[:2]
