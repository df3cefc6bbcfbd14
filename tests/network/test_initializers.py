import math

import numpy as np
import pytest
from scipy import stats

from clearprop import INITIALIZERS, Layer, Network
from refusals import refused

WIDE = Network(60, [Layer(50, "tanh"), Layer(40, "tanh"), Layer(3)])


def weights_of(method: str, layer: int = 1, seed: int = 0) -> np.ndarray:
    return WIDE.initialize(method, seed)[f"W{layer}"]


@pytest.mark.parametrize("method", INITIALIZERS)
def test_one_seed_gives_the_same_bits_and_another_seed_others(method: str) -> None:
    first, again = WIDE.initialize(method, seed=3), WIDE.initialize(method, seed=3)
    assert first.vector.tobytes() == again.vector.tobytes()
    assert (first == WIDE.initialize(method, seed=4)) == (method == "zeros")
    assert first.sizes == WIDE.sizes
    assert first.vector.dtype == np.float64


@pytest.mark.parametrize("method", INITIALIZERS)
def test_a_generator_is_drawn_from_and_moves_on(method: str) -> None:
    generator = np.random.default_rng(3)
    assert WIDE.initialize(method, generator) == WIDE.initialize(method, seed=3)
    assert (WIDE.initialize(method, generator) == WIDE.initialize(method, 3)) == (method == "zeros")


@pytest.mark.parametrize("method", ["zeros", "normal", "xavier", "he"])
def test_biases_start_at_zero(method: str) -> None:
    parameters = WIDE.initialize(method, seed=0)
    assert not any(parameters[f"b{layer}"].any() for layer in (1, 2, 3))


def test_zeros_are_zeros() -> None:
    assert not WIDE.initialize("zeros").vector.any()


def test_normal_is_the_standard_normal_distribution() -> None:
    assert stats.kstest(weights_of("normal").ravel(), "norm").pvalue > 0.01


def test_he_is_normal_with_variance_two_over_the_inputs() -> None:
    for layer, n_in in ((1, 60), (2, 50)):
        drawn = weights_of("he", layer).ravel() / math.sqrt(2 / n_in)
        assert stats.kstest(drawn, "norm").pvalue > 0.01


def test_xavier_is_uniform_on_its_bounds() -> None:
    for layer, n_in, n_out in ((1, 60, 50), (2, 50, 40)):
        bound = math.sqrt(6 / (n_in + n_out))
        drawn = weights_of("xavier", layer).ravel()
        assert np.abs(drawn).max() <= bound
        assert stats.kstest(drawn, "uniform", (-bound, 2 * bound)).pvalue > 0.01
        assert drawn.var() == pytest.approx(2 / (n_in + n_out), rel=0.1)  # Glorot's aim


@pytest.mark.parametrize(("n_in", "n_out"), [(1, 10), (3, 5), (8, 1), (60, 50)])
def test_nguyen_widrow_weights_have_one_length_and_biases_spread_over_it(
    n_in: int, n_out: int
) -> None:
    length = 0.7 * n_out ** (1 / n_in)
    parameters = Network(n_in, [Layer(n_out, "tanh")]).initialize("nguyen_widrow", seed=1)
    W, b = parameters["W1"], parameters["b1"]
    np.testing.assert_allclose(np.linalg.norm(W, axis=0), length, rtol=1e-14)
    # the j-th bias is length · (−1 … 1) in even steps, with the sign of its first weight
    even = np.linspace(-length, length, n_out) if n_out > 1 else np.zeros(1)
    np.testing.assert_allclose(b * np.sign(W[0]), even, atol=1e-15)


def test_nguyen_widrow_units_of_one_input_bend_at_different_places_within_the_data() -> None:
    parameters = Network(1, [Layer(9, "tanh")]).initialize("nguyen_widrow", seed=2)
    bends = -parameters["b1"] / parameters["W1"][0]
    np.testing.assert_allclose(np.sort(bends), np.linspace(-1, 1, 9), atol=1e-14)


def test_a_legacy_random_state_gives_the_draws_of_np_random_seed() -> None:
    # np.random.seed(42); np.random.randn(2, 2): the most copied numbers of all course notes
    parameters = Network(2, [Layer(2), Layer(1)]).initialize("normal", np.random.RandomState(42))
    printed = [[0.49671415, -0.1382643], [0.64768854, 1.52302986]]
    np.testing.assert_allclose(parameters["W1"], printed, atol=5e-9)
    legacy = np.random.RandomState(42)
    np.testing.assert_array_equal(parameters["W1"], legacy.randn(2, 2))
    np.testing.assert_array_equal(parameters["W2"], legacy.randn(2, 1))


@pytest.mark.parametrize("method", INITIALIZERS)
def test_float32_is_the_rounded_float64(method: str) -> None:
    small = Network(3, [Layer(4, "tanh"), Layer(2)], dtype="float32").initialize(method, seed=0)
    exact = Network(3, [Layer(4, "tanh"), Layer(2)]).initialize(method, seed=0)
    assert small.vector.dtype == np.float32
    np.testing.assert_array_equal(small.vector, exact.vector.astype(np.float32))


def test_a_function_is_asked_for_the_weights_of_each_layer() -> None:
    def course_notes(random, n_in: int, n_out: int):
        return random.standard_normal((n_in, n_out)) / math.sqrt(n_in)

    parameters = WIDE.initialize(course_notes, seed=7)
    random = np.random.default_rng(7)
    for layer, (n_in, n_out) in enumerate([(60, 50), (50, 40), (40, 3)], start=1):
        drawn = random.standard_normal((n_in, n_out)) / math.sqrt(n_in)
        np.testing.assert_array_equal(parameters[f"W{layer}"], drawn)

    with_biases = WIDE.initialize(
        lambda random, n_in, n_out: (np.ones((n_in, n_out)), [2.0] * n_out)
    )
    assert (with_biases["b2"] == 2.0).all()


def test_functions_that_return_other_shapes_are_refused() -> None:
    with refused("W1", "(60, 50)"):
        WIDE.initialize(lambda random, n_in, n_out: np.zeros((n_out, n_in)))
    with refused("b1", "(50,)"):
        WIDE.initialize(lambda random, n_in, n_out: (np.zeros((n_in, n_out)), 0.0))


def test_unknown_methods_and_seeds_are_refused() -> None:
    with refused("method", "'xavier'"):
        WIDE.initialize("xaviar")
    for method in (None, 3):
        with refused("method"):
            WIDE.initialize(method)
    for seed in (-1, 1.5, "0", True, [1]):
        with refused("seed"):
            WIDE.initialize("he", seed)


def test_names_from_elsewhere_draw_the_same_numbers():
    for name, ours in (
        ("initnw", "nguyen_widrow"),
        ("glorot_uniform", "xavier"),
        ("kaiming_normal", "he"),
    ):
        network = Network(3, [Layer(4, "tanh"), Layer(2)])
        assert network.initialize(name, seed=0) == network.initialize(ours, seed=0)
