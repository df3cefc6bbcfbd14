"""The NumPy program of a network computes what the engine computes, and prints what is promised."""

import numpy as np
import pytest

import clearprop as cp

from .networks import pairs, targets


def functions_of(program: str) -> dict:
    space: dict = {"__name__": "program"}
    exec(compile(program, "program.py", "exec"), space)
    return space


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_every_pair_of_output_and_loss_has_the_engines_gradient(reduction):
    hidden = [name for name in cp.ACTIVATIONS if name != "exp"]
    for number, (activation, loss) in enumerate(pairs()):
        random = np.random.default_rng(number)
        below = hidden[number % len(hidden)]
        net = cp.Network(3, [cp.Layer(4, below), cp.Layer(2, activation)], loss, reduction)
        params = net.initialize("xavier", seed=random)
        X = random.normal(size=(5, 3))
        Y = targets(net, 5, random)
        program = functions_of(cp.explain(net, params, X, Y, topics=[]).printed("numpy"))
        parameters = program["initialize_parameters"]()
        output, cache = program["forward_propagation"](X, parameters)
        with np.errstate(all="ignore"):
            cost = program["compute_cost"](output, Y)
            gradients = program["backward_propagation"](parameters, cache, X, Y)
        value, gradient = net.gradient(params, X, Y)
        assert np.allclose(output, net.forward(params, X)), (below, activation, loss)
        assert np.isclose(cost, value) or not np.isfinite(cost), (below, activation, loss)
        for name in gradient:
            found = np.reshape(gradients[f"d{name}"], gradient[name].shape)
            assert np.allclose(found, gradient[name], atol=1e-10), (below, activation, loss, name)


def test_a_program_that_would_say_something_else_is_refused():
    net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)])
    arguments = (net, net.initialize(seed=0), [[1, 2], [0, 1]], [[1], [0]])
    for options in ({"dropout": 0.5}, {"sample_weight": [1, 2]}):
        with pytest.raises(cp.InputError, match="try:"):
            cp.explain(*arguments, topics=[], **options).printed("numpy")


def test_two_settings_of_one_activation_have_a_function_each():
    layers = [cp.Layer(2, "leaky_relu(0.1)"), cp.Layer(2, "leaky_relu(0.3)"), cp.Layer(1)]
    net = cp.Network(2, layers)
    derivation = cp.explain(net, net.initialize(seed=0), [[1, -2]], [[3]], topics=[])
    program = functions_of(derivation.printed("numpy"))
    assert program["leaky_relu_1"](np.array(-1.0)) == pytest.approx(-0.1)
    assert program["leaky_relu_2"](np.array(-1.0)) == pytest.approx(-0.3)


def test_the_program_prints_what_the_derivation_says_it_prints(capsys):
    net = cp.Network(2, [cp.Layer(2, "tanh"), cp.Layer(1, "sigmoid")], "binary_cross_entropy")
    X, Y = [[0.5, -1.0], [1.0, 2.0]], [[1.0], [0.0]]
    derivation = cp.explain(net, net.initialize(seed=1), X, Y, topics=["code"])
    *_, output = derivation.sections[0].items
    program = derivation.printed("numpy").replace('if __name__ == "__main__":', "if True:")
    functions_of(program)
    printed = capsys.readouterr().out
    assert printed.startswith(output.lines.en + "\n")
    assert "Accuracy: 1.0" in printed
