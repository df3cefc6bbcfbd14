"""Sparse first layers of every width, in strips and what is left over, against whole products."""

import numpy as np
import pytest
from scipy import sparse

from clearprop import Layer, Network
from clearprop.engine.choice import obstacle
from clearprop.engine.sparse_products import LISTED

pytestmark = pytest.mark.skipif(bool(obstacle()), reason="there is no compiled code")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("units", [1, 3, 40, 100])
def test_value_and_gradient_have_the_bits_of_whole_products(units, dtype):
    random = np.random.default_rng(units)
    m, n = LISTED + 77, -(-8000 // units)  # large enough for whole products
    X = (random.normal(size=(m, n)) * (random.random((m, n)) < 0.05)).astype(dtype)
    X[5] = X[:, 7] = 0
    Y = random.normal(size=(m, 2)).astype(dtype)
    network = Network(n, [Layer(units, "tanh"), Layer(2)], dtype=dtype)
    theta = network.initialize(seed=0).vector
    share = np.full((m, 1), 1 / m, dtype)
    value, gradient = network.engine.gradient(theta, X, Y, share)
    found, other = network.engine.gradient(theta, sparse.csr_array(X), Y, share)
    assert found == value
    np.testing.assert_array_equal(other, gradient)
