"""One drawing of every picture. A new picture adds a line, without which a test fails."""

import numpy as np

from clearprop import Layer, Network, plots
from clearprop.sensitivity import input_sensitivity, partial_effect
from clearprop.training import History, Record, divide
from clearprop.training.stopping import StopReason

RANDOM = np.random.default_rng(0)
M = 60
X = RANDOM.normal(size=(M, 2))
Y = X[:, 0] ** 2 + X[:, 1]
A = Y + 0.3 * RANDOM.normal(size=M)
DIVISION = divide(M, seed=0)
LABELS = np.where(X[:, 0] > 0, "up", "down")
NETWORK = Network(2, [Layer(3, "tanh"), Layer(1, "sigmoid")], loss="binary_cross_entropy")
PARAMS = NETWORK.initialize("normal", seed=1)
GRADIENT = NETWORK.gradient(PARAMS, X, (LABELS == "up").astype(float))[1]
HISTORY = History(
    [
        Record(n, 2.0**-n, 2.0**-n + 0.02 * n, 2.0**-n + 0.1, 3.0**-n, 0.1 * n, {"mu": 10.0**-n})
        for n in range(12)
    ]
)
STOPPED = StopReason.of("validation.loss", patience=6, best=5)
SENSITIVITY = input_sensitivity(NETWORK, PARAMS, X)
EFFECT = partial_effect(lambda X: NETWORK.forward(PARAMS, X), X, [0], np.linspace(-2, 2, 9))


def chance(X):
    return NETWORK.forward(PARAMS, X)


PICTURES = {
    "plot_activation": lambda **where: plots.plot_activation("relu", **where),
    "plot_confusion": lambda **where: plots.plot_confusion(LABELS, LABELS[::-1], **where),
    "plot_decision_boundary": lambda **where: plots.plot_decision_boundary(
        chance, X, LABELS, **where
    ),
    "plot_error_autocorrelation": lambda **where: plots.plot_error_autocorrelation(Y - A, **where),
    "plot_error_histogram": lambda **where: plots.plot_error_histogram(Y, A, DIVISION, **where),
    "plot_fit": lambda **where: plots.plot_fit(
        lambda x: x[:, 0] ** 2, X[:, 0], Y, DIVISION, std=lambda x: np.ones(len(x)), **where
    ),
    "plot_gradients": lambda **where: plots.plot_gradients(GRADIENT, **where),
    "plot_importance": lambda **where: plots.plot_importance(
        {"exact": [3.0, 1.0], "Olden": [-1.0, 1.0]}, **where
    ),
    "plot_input_error_correlation": lambda **where: plots.plot_input_error_correlation(
        X[:, 0], Y - A, **where
    ),
    "plot_label_histogram": lambda **where: plots.plot_label_histogram(LABELS, DIVISION, **where),
    "plot_network": lambda **where: plots.plot_network(NETWORK, PARAMS, **where),
    "plot_partial_effect": lambda **where: plots.plot_partial_effect(
        EFFECT, samples=X[:, 0], **where
    ),
    "plot_performance": lambda **where: plots.plot_performance(HISTORY, 5, STOPPED, **where),
    "plot_regression": lambda **where: plots.plot_regression(Y, A, DIVISION, **where),
    "plot_residuals": lambda **where: plots.plot_residuals(Y, A, DIVISION, **where),
    "plot_response": lambda **where: plots.plot_response(Y, A, 2 * A, **where),
    "plot_roc": lambda **where: plots.plot_roc(LABELS, chance(X), **where),
    "plot_sensitivity": lambda **where: plots.plot_sensitivity(SENSITIVITY, **where),
    "plot_training_state": lambda **where: plots.plot_training_state(HISTORY, **where),
    "plot_weights": lambda **where: plots.plot_weights(PARAMS, **where),
}
"""By function: draws on a new pyplot figure, or where its keywords say."""

ON_A_FIGURE = {"plot_regression", "plot_training_state"}
"""Those of several panels, which are told a figure instead of axes."""
