"""Sparse inputs, with the same results as the same table written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from clearprop import InputError, Layer, Network
from clearprop._sparse import as_rows, dense, is_sparse
from clearprop.backprop.descent import Descent, Schedule
from clearprop.updates import UPDATES

FORMATS = ["csr", "csc", "coo", "lil", "dok", "bsr"]
LAYERS = [
    [Layer(1)],
    [Layer(5, "tanh"), Layer(2)],
    [Layer(60, "relu"), Layer(7, "gelu"), Layer(3)],
    [Layer(6, "softmax"), Layer(2)],
]
ENGINES = ["reference", "compiled"]


def table(seed: int, m: int = 300, n: int = 80, part: float = 0.06) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.random((m, n)) < part) * random.normal(size=(m, n))


def of(engine: str, layers: list[Layer], n: int = 80, dtype: str = "float64") -> Network:
    return Network(n, layers, dtype=dtype, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_outputs_loss_and_gradient_are_those_of_the_table_written_out(engine, layers, dtype):
    net, X = of(engine, layers, dtype=dtype), table(0).astype(dtype)
    written, theta = of("reference", layers, dtype=dtype), net.initialize(seed=1)
    Y = np.random.default_rng(2).normal(size=(300, net.outputs))
    weights = np.linspace(0, 2, 300)
    exact = {"rtol": 1e-9, "atol": 1e-12} if dtype == "float64" else {"rtol": 1e-3, "atol": 1e-5}
    rows = sparse.csr_array(X)
    np.testing.assert_allclose(net.forward(theta, rows), written.forward(theta, X), **exact)
    loss, gradient = net.gradient(theta, rows, Y, weights)
    expected, slope = written.gradient(theta, X, Y, weights)
    assert loss == pytest.approx(expected, rel=exact["rtol"])
    np.testing.assert_allclose(gradient.vector, slope.vector, **exact)
    assert net.loss(theta, rows, Y, weights) == pytest.approx(expected, rel=exact["rtol"])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("rule", list(UPDATES))
def test_descent_takes_the_same_steps(engine, layers, rule):
    net, X = of(engine, layers), table(3)
    Y, theta = np.random.default_rng(4).normal(size=(300, net.outputs)), net.initialize(seed=5)
    orders = np.array([np.random.default_rng(seed).permutation(300) for seed in range(3)])
    penalty = np.full(net.parameter_count, 1e-3)
    schedule = Schedule(orders, 64, UPDATES[rule](), "mean", penalty, np.linspace(0.1, 1, 300))
    ends, losses = [], []
    for one, rows in ((net, sparse.csr_array(X)), (of("reference", layers), X)):
        descent = Descent.start(theta.vector)
        losses.append(one.engine.run_epochs(descent, rows, Y, schedule))
        ends.append(descent.theta)
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-9)


@pytest.mark.parametrize("engine", ENGINES)
def test_gauss_newton_is_added_up_over_rows_written_out(engine):
    net, X = of(engine, LAYERS[1]), table(6)
    Y, theta = np.ones((300, 2)), net.initialize(seed=7)
    found = net.gauss_newton(theta, sparse.csr_array(X), Y, memory=10 * 80 * 8)
    for part, expected in zip(found, net.gauss_newton(theta, X, Y), strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_results_do_not_depend_on_the_number_of_threads(workers, monkeypatch):
    from clearprop.engine import threads

    monkeypatch.setattr(threads, "_cores", lambda: 4)
    X, Y = sparse.csr_array(table(8, m=3000)), np.ones((3000, 3))
    ends = []
    for n_jobs in (1, workers):
        net = Network(80, LAYERS[2], engine="compiled", n_jobs=n_jobs)
        theta = net.initialize(seed=9)
        loss, gradient = net.gradient(theta, X, Y)
        ends.append([loss, *gradient.vector, *net.forward(theta, X).ravel()])
    assert ends[0] == ends[1]


@given(st.integers(0, 10**6), st.sampled_from(FORMATS), st.integers(1, 30), st.integers(1, 12))
def test_every_format_is_read_and_rows_without_entries_too(seed, kind, m, n):
    X = table(seed, m, n, 0.3)
    for given_ in (sparse.coo_array(X).asformat(kind), sparse.csr_matrix(X).asformat(kind)):
        rows = as_rows("X", given_, n, "float64")
        assert is_sparse(rows)
        assert rows.has_canonical_format
        np.testing.assert_array_equal(dense(rows), X)


def test_entries_that_stand_twice_are_added_and_the_given_table_stays_as_it_is():
    twice = sparse.csr_array((np.array([2.0, 1.0, 4.0]), [1, 0, 1], [0, 3, 3]), shape=(2, 3))
    rows = as_rows("X", twice, 3, "float64")
    np.testing.assert_array_equal(dense(rows), [[1, 6, 0], [0, 0, 0]])
    assert twice.nnz == 3


@pytest.mark.parametrize(
    "wrong",
    [
        sparse.csr_array(np.ones((2, 4))),
        sparse.csr_array(np.array([[1.0, np.nan, 0]])),
        sparse.csr_array(np.array([[1j, 0, 0]])),
        sparse.csr_array((0, 3)),
    ],
)
def test_what_cannot_be_used_is_refused(wrong):
    with pytest.raises(InputError, match="`X`"):
        Network(3, [Layer(1)]).forward(np.zeros(4), wrong)
