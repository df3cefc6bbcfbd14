"""Check the gradient of a trained network on the data that it is for."""

from typing import Any

import numpy as np

from clearprop.check.gradients import check_gradients
from clearprop.check.report import GradientReport
from clearprop.data import as_table
from clearprop.model import as_model
from clearprop.network.network import Network

MAX_ROWS = 500
MOVED = 0.05
"""At a minimum the gradient is 0 and says nothing: each parameter is moved by this part of it."""


def check_model(model: Any, table: Any, *, every: bool = False) -> GradientReport:
    """Compare the gradient with which a model is trained with differences of its loss.

    The gradient is that of the model's own engine, the loss that of the reference in float64, near
    the trained parameters, on at most 500 rows spread over the table.

    Parameters
    ----------
    model : Model or fitted estimator
    table : Table
        With the columns and the target of the model.
    every : bool, default=False
        Whether to check every parameter rather than random directions.

    Raises
    ------
    InputError
        If the table has not the model's columns.
    """
    model = as_model(model)
    table = as_table(table).with_values(model.target.names)  # as in training
    X, Y = model.encoding.matrix(table), model.target.encode(table)
    rows = np.unique(np.linspace(0, len(X) - 1, min(MAX_ROWS, len(X))).astype(int))
    X, Y, net = X[rows], Y[rows], model.network
    exact = Network(
        net.inputs, net.layers, net.loss_rule, net.reduction, "float64", engine="reference"
    )
    random = np.random.default_rng(0)
    vector = model.parameters.vector.astype(float)
    vector = vector * (1 + MOVED * random.standard_normal(vector.size))
    tolerance = 1e-6 if net.dtype == "float64" else 1e-3
    return check_gradients(
        (
            lambda params: exact.loss(params.vector, X, Y),
            lambda params: dict(net.gradient(params.vector, X, Y)[1]),
        ),
        exact.parameters(vector),
        every=every,
        tolerance=tolerance,
        counts={"m": len(X), "K": net.outputs},
        show=False,
    )
