import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import ALL_LOSSES, PAIRS, network_cases
from clearprop import ACTIVATIONS, LOSSES, Layer, Network, Objective, Parameters
from refusals import refused

NET = Network(2, [Layer(3, "tanh"), Layer(1, "sigmoid")], loss="binary_cross_entropy")
PARAMS = NET.initialize("xavier", seed=0)
X, Y = [[0.5, -1.0], [0.0, 2.0]], [[1.0], [0.0]]


def test_a_network_says_what_it_is() -> None:
    assert NET.sizes == (2, 3, 1)
    assert NET.outputs == 1
    assert NET.parameter_count == 13
    assert repr(NET) == (
        "Network(2, [Layer(3, 'tanh'), Layer(1, 'sigmoid')], loss='binary_cross_entropy', "
        "reduction='mean', dtype='float64')"
    )
    assert eval(repr(NET), {"Network": Network, "Layer": Layer}) == NET
    assert Network(2, NET.layers, loss="binary_cross_entropy", reduction="sum") != NET
    assert hash(NET) == hash(eval(repr(NET), {"Network": Network, "Layer": Layer}))


def test_layers_may_come_from_a_generator() -> None:
    assert Network(1, (Layer(n) for n in (3, 2))).sizes == (1, 3, 2)


@given(data=st.data(), loss=st.sampled_from(ALL_LOSSES), depth=st.integers(1, 4))
def test_shapes(data: st.DataObject, loss: str, depth: int) -> None:
    network, theta, X, Y, weights = data.draw(network_cases(loss, depth))
    m, K, P = len(X), network.outputs, network.parameter_count
    assert network.forward(theta, X).shape == (m, K)
    assert isinstance(network.loss(theta, X, Y, weights), float)
    assert network.jacobian(theta, X).shape == (m, K, P)
    assert network.input_gradient(theta, X).shape == (m, K, network.inputs)
    value, gradient, matrix = network.gauss_newton(theta, X, Y)
    assert isinstance(value, float)
    assert gradient.shape == (P,)
    assert matrix.shape == (P, P)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_float32_stays_float32_and_near_float64(output: str, loss: str) -> None:
    layers = [Layer(4, "tanh"), Layer(3, output)]
    exact = Network(2, layers, loss=loss, engine="reference")
    small = Network(2, layers, loss=loss, dtype="float32", engine="reference")
    params = exact.initialize("xavier", seed=1)
    random = np.random.default_rng(2)
    X, Y = random.normal(size=(6, 2)), np.eye(3)[random.integers(3, size=6)]
    weights = random.uniform(0.5, 1.5, 6)

    def numbers_of(network: Network) -> list[np.ndarray]:
        trace = network.trace(params, X, Y, weights)
        objective = Objective(network, X, Y, penalty=0.1, sample_weight=weights)
        theta = params.vector.astype(network.dtype)
        return [
            network.forward(params, X),
            network.gradient(params, X, Y, weights)[1].vector,
            network.jacobian(params, X),
            network.input_gradient(params, X),
            *network.gauss_newton(params, X, Y, weights)[1:],
            objective.gradient(theta)[1],
            *objective.gauss_newton(theta)[1:],
            trace.share,
            trace.sample_losses,
            trace.loss_derivative,
            *(trace[f"{kind}{layer}"] for kind in ("z", "a", "delta", "dW") for layer in (1, 2)),
        ]

    for few_digits, right in zip(numbers_of(small), numbers_of(exact), strict=True):
        assert few_digits.dtype == np.float32
        assert right.dtype == np.float64
        np.testing.assert_allclose(few_digits, right, rtol=2e-4, atol=2e-5)
    assert small.loss(params, X, Y) == pytest.approx(exact.loss(params, X, Y), rel=1e-5)


def test_parameters_are_taken_as_parameters_or_as_a_vector() -> None:
    for params in (PARAMS, PARAMS.vector, list(PARAMS.vector)):
        np.testing.assert_array_equal(NET.forward(params, X), NET.forward(PARAMS, X))
    assert np.shares_memory(NET.parameters(PARAMS.vector).vector, PARAMS.vector)


@given(data=st.data(), loss=st.sampled_from(ALL_LOSSES))
def test_a_weight_of_two_counts_as_two_rows(data: st.DataObject, loss: str) -> None:
    case = data.draw(network_cases(loss, 2))
    twice = np.full(len(case.X), 2.0)
    rows = np.concatenate([case.X, case.X]), np.concatenate([case.Y, case.Y])
    for reduction in ("sum", "mean"):
        network = case.reduced_by(reduction)
        weighted = network.gradient(case.theta, case.X, case.Y, twice)
        doubled = network.gradient(case.theta, *rows)
        assert weighted[0] == pytest.approx(doubled[0], rel=1e-12, abs=1e-15)
        np.testing.assert_allclose(weighted[1].vector, doubled[1].vector, rtol=1e-10, atol=1e-14)


def test_the_mean_is_the_sum_over_the_samples() -> None:
    total = Network(2, NET.layers, loss="binary_cross_entropy", reduction="sum")
    assert total.loss(PARAMS, X, Y) == pytest.approx(2 * NET.loss(PARAMS, X, Y), rel=1e-15)


def test_a_single_sample_may_be_a_plain_vector() -> None:
    np.testing.assert_array_equal(NET.forward(PARAMS, [0.5, -1.0]), NET.forward(PARAMS, X[:1]))
    assert NET.loss(PARAMS, [0.5, -1.0], [1]) == NET.loss(PARAMS, X[:1], Y[:1])


def test_nothing_is_changed_by_asking() -> None:
    params, inputs, targets = PARAMS.copy(), np.array(X), np.array(Y)
    NET.gradient(params, inputs, targets)
    NET.gauss_newton(params, inputs, targets)
    NET.trace(params, inputs, targets)
    assert params == PARAMS
    np.testing.assert_array_equal(inputs, X)
    np.testing.assert_array_equal(targets, Y)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_saturated_networks_stay_finite(output: str, loss: str, dtype: str) -> None:
    network = Network(1, [Layer(2, output)], loss=loss, dtype=dtype)
    theta = [1.0, -1.0, 0.0, 0.0]
    X = [[1e4], [-1e4], [700.0], [-90.0], [40.0]]
    Y = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
    value, gradient, matrix = network.gauss_newton(theta, X, Y)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    assert np.isfinite(matrix).all()


FITTING = {
    "binary_cross_entropy": {"sigmoid", "softmax"},
    "categorical_cross_entropy": {"sigmoid", "softmax"},
    "poisson": {"exp", "gaussian", "sigmoid", "softmax", "softplus"},
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", ACTIVATIONS)
def test_losses_are_refused_for_outputs_for_which_they_do_not_exist(output: str, loss: str) -> None:
    if output in FITTING.get(loss, ACTIVATIONS):
        assert Network(1, [Layer(2, output)], loss=loss).loss_rule.name == loss
    else:
        with refused("loss", loss, output):
            Network(1, [Layer(2, output)], loss=loss)


@pytest.mark.parametrize(
    ("argument", "arguments"),
    [
        ("inputs", {"inputs": 0}),
        ("inputs", {"inputs": 2.5}),
        ("inputs", {"inputs": True}),
        ("inputs", {"inputs": "two"}),
        ("inputs", {"inputs": None}),
        ("layers", {"layers": []}),
        ("layers", {"layers": [3]}),
        ("layers", {"layers": ["relu"]}),
        ("layers", {"layers": Layer(3)}),
        ("layers", {"layers": None}),
        ("layers", {"layers": 3}),
        ("loss", {"loss": "cross_entropy"}),
        ("loss", {"loss": None}),
        ("loss", {"loss": "huber(0.5, 0.5)"}),
        ("delta", {"loss": "huber(delta=-1)"}),
        ("reduction", {"reduction": "average"}),
        ("reduction", {"reduction": None}),
        ("reduction", {"reduction": ["sum"]}),
        ("dtype", {"dtype": "float16"}),
        ("dtype", {"dtype": np.float32}),
        ("engine", {"engine": "gpu"}),
    ],
    ids=lambda given: repr(given)[:40],
)
def test_networks_that_cannot_be_are_refused(argument: str, arguments: dict) -> None:
    with refused(argument):
        Network(**({"inputs": 2, "layers": [Layer(1)]} | arguments))


@pytest.mark.parametrize(
    "params",
    [np.zeros(12), np.zeros((13, 1)), Parameters([12, 1]), None, "W1", {"W1": [[1.0]]},
     np.full(13, "a"), np.zeros(13, complex)],
    ids=lambda given: repr(given)[:40],
)  # fmt: skip
def test_other_parameters_are_refused(params: object) -> None:
    for ask in (
        lambda: NET.forward(params, X),
        lambda: NET.loss(params, X, Y),
        lambda: NET.gradient(params, X, Y),
        lambda: NET.jacobian(params, X),
        lambda: NET.gauss_newton(params, X, Y),
        lambda: NET.input_gradient(params, X),
        lambda: NET.trace(params, X, Y),
    ):
        with refused("params"):
            ask()


@pytest.mark.parametrize(
    ("argument", "data"),
    [
        ("X", ([[1.0, 2.0, 3.0]], Y)),
        ("X", ([], Y)),
        ("X", ([["a", "b"]], [[1]])),
        ("X", ([[np.nan, 1.0]], [[1]])),
        ("Y", (X, [[1.0]])),
        ("Y", (X, [[1.0, 0.0], [0.0, 1.0]])),
        ("Y", (X, [[1.0], [2.0]])),
        ("Y", (X, [[1.0], [-0.5]])),
        ("Y", (X, ["yes", "no"])),
        ("sample_weight", (X, Y, [1.0])),
        ("sample_weight", (X, Y, [1.0, -1.0])),
        ("sample_weight", (X, Y, ["a", "b"])),
    ],
    ids=repr,
)
def test_data_that_do_not_fit_are_refused(argument: str, data: tuple) -> None:
    for ask in (NET.loss, NET.gradient, NET.gauss_newton, NET.trace):
        with refused(argument):
            ask(PARAMS, *data)


def test_a_target_outside_its_range_is_refused_with_its_place() -> None:
    with refused("Y", "row 1, column 0", "between 0 and 1"):
        NET.loss(PARAMS, X, [[1.0], [2.0]])
