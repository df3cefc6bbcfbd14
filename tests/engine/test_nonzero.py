"""Tables of which most numbers are 0 train without their zeros, to the same bits."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop._sparse import is_sparse
from clearprop.engine.choice import obstacle
from clearprop.engine.nonzero import FEW, WIDEST, without_zeros
from clearprop.training import Stopping, TrainingConfig, train
from clearprop.training.descending import MiniBatchDescent

pytestmark = pytest.mark.skipif(bool(obstacle()), reason="there is no compiled code")
LARGE = Network(90, [Layer(100, "relu"), Layer(3)], dtype="float32")


def table(part, m=300, n=90, dtype="float32"):
    random = np.random.default_rng(0)
    return (random.normal(size=(m, n)) * (random.random((m, n)) < part)).astype(dtype)


@pytest.mark.parametrize("n_jobs", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_numbers_are_there(n_jobs, dtype):
    X = table(0.2, dtype=dtype)
    X[7] = X[-1] = 0
    for given in (X, np.asfortranarray(X), X[::2], X[:1]):
        rows = without_zeros(given, n_jobs)
        assert is_sparse(rows)
        assert rows.dtype == given.dtype
        assert rows.nnz == np.count_nonzero(given)
        np.testing.assert_array_equal(rows.toarray(), given)


@pytest.mark.parametrize(("part", "sparse"), [(0.8 * FEW, True), (1.2 * FEW, False)])
def test_tables_of_many_numbers_stay(part, sparse):
    X = table(part)
    rows = without_zeros(X)
    assert is_sparse(rows) == sparse
    assert sparse or rows is X


def test_small_and_very_wide_networks_take_rows_as_they_are():
    X = table(0.1)
    assert Network(90, [Layer(4), Layer(1)]).engine.laid_out(X) is X
    assert Network(90, [Layer(100), Layer(1)], engine="reference").engine.laid_out(X) is X
    assert Network(90, [Layer(WIDEST + 1), Layer(1)], dtype="float32").engine.laid_out(X) is X


@pytest.mark.parametrize("solver", ["adam", "sgd(momentum=0.9)"])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_training_without_zeros_has_the_same_bits(solver, n_jobs, monkeypatch):
    X = table(0.2)
    Y = X @ np.random.default_rng(1).normal(size=(90, 3)).astype("float32")
    network = LARGE.with_layers(LARGE.layers, n_jobs=n_jobs)
    config = TrainingConfig(
        solver=solver, seed=0, batch_size=37, stopping=Stopping(4), scale_inputs="none"
    )
    seen, init = [], MiniBatchDescent.__init__

    def without(self, *arguments):
        init(self, *arguments)
        seen.append(self.X)

    def written_out(self, *arguments):
        init(self, *arguments)
        self.X = self.objective.X

    monkeypatch.setattr(MiniBatchDescent, "__init__", without)
    quick = train(network, X, Y, config)
    monkeypatch.setattr(MiniBatchDescent, "__init__", written_out)
    whole = train(network, X, Y, config)
    assert is_sparse(seen[0])
    np.testing.assert_array_equal(quick.parameters.vector, whole.parameters.vector)
    assert quick.history.column("loss") == whole.history.column("loss")
