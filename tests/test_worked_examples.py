"""Published worked examples: the same inputs give the same numbers, or the published one is wrong.

Recomputed in float64. Layers are in the row convention, so the weights of a unit are a column.
"""

import numpy as np
import pytest

from clearprop import Layer, Network, Objective, Parameters


def network_of(sizes, activations, loss="half_squared_error") -> Network:
    layers = [Layer(n, name) for n, name in zip(sizes[1:], activations, strict=True)]
    return Network(sizes[0], layers, loss=loss, reduction="sum")


def parameters_of(network: Network, **values) -> Parameters:
    parameters = network.parameters(np.zeros(network.parameter_count))
    for name, value in values.items():
        parameters[name] = value
    return parameters


def step_on_weights(network: Network, parameters: Parameters, rate: float, x, y) -> Parameters:
    """Return the parameters after a step of gradient descent that leaves the biases alone."""
    _, gradient = network.gradient(parameters, x, y)
    moved = parameters.copy()
    for name in parameters:
        if name.startswith("W"):
            moved[name] -= rate * gradient[name]
    return moved


class TestMazur:
    """Mazur, "A Step by Step Backpropagation Example", 2015: 2-2-2, sigmoid, biases not updated."""

    network = network_of((2, 2, 2), ("sigmoid", "sigmoid"))
    start = parameters_of(
        network,
        W1=[[0.15, 0.25], [0.20, 0.30]],  # columns: w1, w2 into h1; w3, w4 into h2
        b1=[0.35, 0.35],
        W2=[[0.40, 0.50], [0.45, 0.55]],  # columns: w5, w6 into o1; w7, w8 into o2
        b2=[0.60, 0.60],
    )
    x, y, rate = [0.05, 0.10], [[0.01, 0.99]], 0.5

    def test_forward_pass(self) -> None:
        trace = self.network.trace(self.start, self.x, self.y)
        assert trace["z1"][0, 0] == pytest.approx(0.3775, abs=5e-15)
        assert trace["a1"][0] == pytest.approx([0.593269992, 0.596884378], abs=5e-10)
        assert trace["z2"][0, 0] == pytest.approx(1.105905967, abs=5e-10)
        # a widely copied Chinese translation prints 0.75136079 for the first output
        assert trace["a2"][0] == pytest.approx([0.75136507, 0.772928465], abs=5e-9)
        assert trace["a2"][0, 0] != pytest.approx(0.75136079, abs=1e-6)
        assert trace.total_loss == pytest.approx(0.298371109, abs=5e-10)

    def test_backward_pass(self) -> None:
        trace = self.network.trace(self.start, self.x, self.y)
        assert trace["dW2"][0, 0] == pytest.approx(0.082167041, abs=5e-10)
        assert trace["dW1"][0, 0] == pytest.approx(0.000438568, abs=5e-10)
        assert trace["delta2"][0] == pytest.approx([0.138498561629, -0.038098236517], abs=5e-13)
        assert trace["delta1"][0] == pytest.approx([0.008771354689, 0.009954254705], abs=5e-13)

    def test_weights_after_one_step(self) -> None:
        moved = step_on_weights(self.network, self.start, self.rate, self.x, self.y)
        w1_w2, w3_w4 = moved["W1"].T
        w5_w6, w7_w8 = moved["W2"].T
        assert w1_w2 == pytest.approx([0.149780716, 0.19956143], abs=5e-9)
        assert w3_w4 == pytest.approx([0.24975114, 0.29950229], abs=5e-9)
        assert w5_w6 == pytest.approx([0.35891648, 0.408666186], abs=5e-9)
        assert w7_w8 == pytest.approx([0.511301270, 0.561370121], abs=5e-10)

    def test_totals_of_the_article_are_not_those_of_its_weights(self) -> None:
        parameters = step_on_weights(self.network, self.start, self.rate, self.x, self.y)
        after_one = self.network.loss(parameters, self.x, self.y)
        assert after_one == pytest.approx(0.291027774, abs=5e-10)
        assert after_one != pytest.approx(0.291027924, abs=1e-8)  # as the article prints it
        for _ in range(9999):
            parameters = step_on_weights(self.network, parameters, self.rate, self.x, self.y)
        outputs = self.network.forward(parameters, self.x)[0]
        assert outputs == pytest.approx([0.015913620, 0.984064274], abs=5e-10)
        assert outputs != pytest.approx([0.015912196, 0.984065734], abs=5e-7)  # the article's
        assert self.network.loss(parameters, self.x, self.y) == pytest.approx(
            3.5101878e-5, abs=5e-13
        )

    def test_totals_of_the_article_come_from_an_error_sent_through_updated_weights(self) -> None:
        """The mistake behind the article's totals: W2 is moved before δ1 is taken through it."""
        W1, b1, W2, b2 = (np.array(self.start[name]) for name in ("W1", "b1", "W2", "b2"))
        x, y, losses = np.array(self.x), np.array(self.y[0]), []

        def forward() -> tuple[np.ndarray, np.ndarray]:
            a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
            return a1, 1 / (1 + np.exp(-(a1 @ W2 + b2)))

        for _ in range(10_000):
            a1, a2 = forward()
            delta2 = (a2 - y) * a2 * (1 - a2)
            W2 -= self.rate * np.outer(a1, delta2)
            delta1 = W2 @ delta2 * a1 * (1 - a1)
            W1 -= self.rate * np.outer(x, delta1)
            losses.append(0.5 * np.sum((forward()[1] - y) ** 2))
        outputs = forward()[1]
        assert losses[0] == pytest.approx(0.291027924, abs=5e-10)
        assert outputs == pytest.approx([0.015912196, 0.984065734], abs=5e-10)


class TestHanKamber:
    """Han, Kamber, "Data Mining", backpropagation example: 3-2-1 sigmoid, three digits printed."""

    network = network_of((3, 2, 1), ("sigmoid", "sigmoid"))
    start = parameters_of(
        network,
        W1=[[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]],
        b1=[-0.4, 0.2],
        W2=[[-0.3], [-0.2]],
        b2=[0.1],
    )
    x, y, rate = [1, 0, 1], [[1]], 0.9

    def test_outputs_and_errors(self) -> None:
        trace = self.network.trace(self.start, self.x, self.y)
        assert trace["a1"][0] == pytest.approx([0.332, 0.525], abs=1e-3)
        assert trace["a2"][0] == pytest.approx([0.474], abs=1e-3)
        # the book's Err is −δ
        assert -trace["delta2"][0] == pytest.approx([0.1311], abs=1e-3)
        assert -trace["delta1"][0] == pytest.approx([-0.0087, -0.0065], abs=1e-3)

    def test_parameters_after_one_step(self) -> None:
        _, gradient = self.network.gradient(self.start, self.x, self.y)
        moved = self.network.parameters(self.start.vector - self.rate * gradient.vector)
        assert moved["W2"][:, 0] == pytest.approx([-0.261, -0.138], abs=1e-3)
        assert moved["W1"][0] == pytest.approx([0.192, -0.306], abs=1e-3)
        assert moved["W1"][1] == pytest.approx([0.4, 0.1], abs=1e-15)  # its input is 0
        assert moved["W1"][2] == pytest.approx([-0.508, 0.194], abs=1e-3)
        assert moved["b1"] == pytest.approx([-0.408, 0.194], abs=1e-3)
        assert moved["b2"] == pytest.approx([0.218], abs=1e-3)


def test_udacity_backpropagation_exercise() -> None:
    """3-2-1 sigmoid without biases: they stay 0 and are not updated."""
    network = network_of((3, 2, 1), ("sigmoid", "sigmoid"))
    start = parameters_of(network, W1=[[0.5, -0.6], [0.1, -0.2], [0.1, 0.7]], W2=[[0.1], [-0.3]])
    moved = step_on_weights(network, start, 0.5, [0.5, 0.1, -0.2], [[0.6]])
    assert (moved["W2"] - start["W2"])[:, 0] == pytest.approx([0.00804047, 0.00555918], abs=5e-9)
    assert (moved["W1"] - start["W1"]).ravel() == pytest.approx(
        [1.77005547e-4, -5.11178506e-4, 3.54011093e-5,
         -1.02235701e-4, -7.08022187e-5, 2.04471402e-4],
        abs=5e-13,
    )  # fmt: skip
    assert not moved["b1"].any()
    assert not moved["b2"].any()


def test_g_eoj_cs231n_by_hand() -> None:
    """2-2-3, ReLU and softmax cross-entropy, one sample."""
    network = network_of((2, 2, 3), ("relu", "softmax"), "categorical_cross_entropy")
    parameters = parameters_of(
        network,
        W1=[[0.18, 0.04], [0.1, 0.22]],
        W2=[[0.19, -0.1, 0.1], [-0.02, -0.01, 0.04]],
    )
    trace = network.trace(parameters, [16, -6], [[0, 0, 1]])
    assert trace["z1"][0] == pytest.approx([2.28, -0.68], abs=5e-15)
    assert trace["a1"][0] == pytest.approx([2.28, 0], abs=5e-15)
    assert trace["z2"][0] == pytest.approx([0.4332, -0.228, 0.228], abs=5e-15)
    assert trace.total_loss == pytest.approx(1.051375468504, abs=5e-13)
    assert trace["delta2"][0] == pytest.approx(
        [0.429052723714, 0.221490524653, -0.650543248367], abs=5e-13
    )
    assert trace["dW2"][0] == pytest.approx(
        [0.978240210068, 0.504998396209, -1.483238606277],
        abs=2.28 * 5e-13 + 5e-13,  # 2.28 times the rounded δ
    )
    assert not trace["dW2"][1].any()  # its unit is off
    assert trace["dW1"] == pytest.approx(np.array([[-0.09093376, 0], [0.03410016, 0]]), abs=5e-9)


class TestCS231n:
    """CS231n, TwoLayerNet of assignment 1: ReLU, softmax, 3 samples, and a penalty ½ Σ W²."""

    network = network_of((5, 50, 7), ("relu", "softmax"), "categorical_cross_entropy")
    mean = Network(5, network.layers, network.loss_rule, reduction="mean")
    parameters = parameters_of(
        network,
        W1=np.linspace(-0.7, 0.3, 250).reshape(5, 50),
        b1=np.linspace(-0.1, 0.9, 50),
        W2=np.linspace(-0.3, 0.4, 350).reshape(50, 7),
        b2=np.linspace(-0.9, 0.1, 7),
    )
    X, Y = np.linspace(-5.5, 4.5, 15).reshape(5, 3).T, np.eye(7)[[0, 5, 1]]

    def test_scores(self) -> None:
        scores = self.mean.trace(self.parameters, self.X, self.Y)["z2"][0]
        assert scores == pytest.approx(
            [11.53165108, 12.2917344, 13.05181771, 13.81190102, 14.57198434, 15.33206765,
             16.09215096],
            abs=5e-8,
        )  # fmt: skip

    def test_losses(self) -> None:
        theta = self.parameters.vector
        assert self.mean.loss(theta, self.X, self.Y) == pytest.approx(3.4702243556, abs=5e-11)
        penalised = Objective(self.mean, self.X, self.Y, penalty=1.0)
        assert penalised.value(theta) == pytest.approx(26.5948426952, abs=5e-11)

    def test_norms_of_the_gradients(self) -> None:
        _, gradient = self.mean.gradient(self.parameters, self.X, self.Y)
        norms = {name: np.linalg.norm(values) for name, values in gradient.items()}
        assert norms == pytest.approx(
            {
                "W1": 0.297958919684,
                "b1": 0.043142677863,
                "W2": 25.852978619669,
                "b2": 0.696370832548,
            },
            abs=5e-13,
        )
