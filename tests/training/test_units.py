"""Raw and scaled units: outputs with bounds, where training goes on, and the goal."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import clearprop as cp
from clearprop.search import train_restarts
from clearprop.training import Scaling, Stopping, TrainingConfig, divide, train
from clearprop.training.units import in_raw_units, in_scaled_units, target_scaling
from refusals import refused

RANDOM = np.random.default_rng(2)
X = RANDOM.uniform(90, 110, size=(60, 2))
WAVE = np.sin(X[:, :1] / 3)
NETWORK = cp.Network(2, [cp.Layer(6, "tanh"), cp.Layer(1)], loss="squared_error")
WITH_BOUNDS = [
    name
    for name, rule in cp.ACTIVATIONS.items()
    if rule.elementwise and np.isfinite(rule.range).any()
]


def ending_with(output: str, outputs: int = 1) -> cp.Network:
    return cp.Network(2, [cp.Layer(8, "tanh"), cp.Layer(outputs, output)], "squared_error")


def r2(a: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 1 - ((a - y) ** 2).mean(axis=0) / y.var(axis=0)


@pytest.mark.parametrize("output", WITH_BOUNDS)
def test_targets_beyond_the_bounds_of_the_output_are_reached(output):
    Y = 10 * np.hstack([WAVE, -3 * WAVE + 1])
    network = ending_with(output, 2)
    result = train(network, X, Y, TrainingConfig("lbfgs", seed=0, stopping=Stopping(400)))
    assert result.network.layers[:-1] == network.layers
    assert result.network.layers[-1] == cp.Layer(2)
    assert (r2(result.network.forward(result.parameters, X), Y) > 0.8).all()
    W, b = result.parameters.layers[-1]
    # the layer that was added is the map back, and the network before it the one that was given
    inner = cp.Parameters(network.sizes, result.parameters.vector[: network.parameter_count])
    by_hand = network.forward(inner, X) * np.diagonal(W) + b
    np.testing.assert_allclose(result.network.forward(result.parameters, X), by_hand, rtol=1e-12)
    np.testing.assert_array_equal(W, np.diag(np.diagonal(W)))


def test_the_span_of_the_targets_goes_onto_that_of_the_outputs_as_mapminmax_does():
    Y = np.array([[-10.0, 0.0], [30.0, 1.0], [10.0, 0.25]])
    for output, low, high in (("tanh", -1, 1), ("sigmoid", 0, 1), ("hard_tanh", -1, 1)):
        scaled = target_scaling(ending_with(output, 2), Y, "minmax").apply(Y)
        np.testing.assert_allclose(scaled.min(axis=0), low, atol=1e-15)
        np.testing.assert_allclose(scaled.max(axis=0), high, atol=1e-15)
    scaled = target_scaling(ending_with("softplus", 2), Y - 100, "minmax").apply(Y - 100)
    np.testing.assert_allclose(scaled.min(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=0), 1)


@pytest.mark.parametrize(("output", "Y"), [("tanh", WAVE), ("sigmoid", WAVE > 0), ("exp", WAVE**2)])
def test_targets_within_the_bounds_are_left_alone(output, Y):
    network = ending_with(output)
    config = {"solver": "lbfgs", "seed": 0, "stopping": Stopping(20)}
    result = train(network, X, Y, TrainingConfig(**config))
    without = train(network, X, Y, TrainingConfig(**config, scale_targets="none"))
    assert result.network is network
    np.testing.assert_array_equal(result.parameters.vector, without.parameters.vector)


def test_no_scaling_at_all_is_what_is_done_where_it_is_asked_for():
    config = TrainingConfig("lbfgs", seed=0, scale_targets="none", stopping=Stopping(5))
    assert train(ending_with("tanh"), X, 10 * WAVE, config).network == ending_with("tanh")


def test_targets_that_stand_for_something_are_never_mapped():
    network = cp.Network(2, [cp.Layer(1, "sigmoid")], "binary_cross_entropy")
    with refused("Y", "between 0 and 1"):
        train(network, X, 10 * WAVE, "lbfgs")


def test_scores_and_inspectors_are_given_parameters_in_the_unit_of_the_targets():
    Y, network, seen = 10 * WAVE, ending_with("tanh"), {}
    longer = network.with_layers([*network.layers, cp.Layer(1)])
    config = TrainingConfig(
        "lbfgs",
        seed=0,
        stopping=Stopping(9),
        division=divide(60, seed=0),
        score=lambda parameters, rows: -longer.loss(parameters, X[rows], Y[rows]),
        inspect=lambda record, parameters: seen.update({record.epoch: parameters}),
    )
    result = train(network, X, Y, config)
    assert longer == result.network
    for epoch in (1, 8):  # the score of an epoch is that of the parameters that were shown
        assert result.history[epoch].validation_score == -longer.loss(
            seen[epoch], X[result.division.validation], Y[result.division.validation]
        )


@pytest.mark.parametrize("combine", ["average", "best"])
def test_several_starts_reach_targets_beyond_the_bounds(combine):
    config = TrainingConfig("lbfgs", seed=0, stopping=Stopping(200))
    result = train_restarts(ending_with("tanh"), X, 10 * WAVE, config, restarts=3, combine=combine)
    assert r2(result.network.forward(result.parameters, X), 10 * WAVE) > 0.8
    assert len(result.members) == 3


@pytest.mark.parametrize("options", [{"restarts": 1}, {"restarts": 3}, {"validation": 0.2}])
def test_tables_and_estimators_map_targets_too(options):
    y, told = 10 * WAVE[:, 0] + 3, []
    quick = {"solver": "lbfgs", "output_activation": "tanh"}
    table = {"u": X[:, 0], "v": X[:, 1], "y": y}
    fitted = cp.fit(table, "y", hidden=(8,), max_epochs=300, **quick, **options)
    assert r2(fitted.model.predict(X), y) > 0.8
    assert fitted.measures[1].train > 0.8
    assert fitted.result.network == fitted.model.network
    if "validation" not in options:
        model = cp.MLPRegressor(
            hidden_layer_sizes=(8,), max_iter=300, random_state=0, **quick, **options
        )
        model.set_params(callbacks=lambda view, record: told.append(view.predict(X)) and None)
        model.fit(X, y)
        np.testing.assert_array_equal(model.predict(X), fitted.model.predict(X))
        assert r2(told[-1], y) > 0.8


@pytest.mark.parametrize("hidden", [(4,), "auto"])
def test_an_estimator_goes_on_behind_bounds(hidden):
    quick = {"solver": "lbfgs", "max_iter": 5, "random_state": 0, "output_activation": "tanh"}
    model = cp.MLPRegressor(hidden_layer_sizes=hidden, restarts=1, warm_start=True, **quick)
    y = 10 * WAVE[:, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a few epochs are meant
        scores = [model.fit(X, y).score(X, y) for _ in range(4)]
    assert scores == sorted(scores)
    assert scores[-1] > scores[0]


def test_a_network_with_a_layer_behind_bounds_is_a_model_like_others(tmp_path):
    result = train(ending_with("hard_tanh"), X, 10 * WAVE, TrainingConfig("lbfgs", seed=0))
    model = cp.Model(result.network, result.parameters)
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(cp.load(tmp_path / "model").predict(X), model.predict(X))
    assert "hardtanh" in str(cp.explain(result.network, result.parameters, X[:1], WAVE[:1]))


@pytest.mark.parametrize("solver", ["levenberg_marquardt", "lbfgs", "bayesian_regularization"])
@pytest.mark.parametrize("output", ["identity", "tanh"])
@pytest.mark.parametrize("scaling", ["standardize", "minmax", "none"])
def test_training_goes_on_where_it_ended(solver, output, scaling):
    """MATLAB's ``net = train(net, x, t)`` a second time, for inputs around 100."""
    network = ending_with(output)
    Y = 10 * WAVE if scaling != "none" else WAVE / 2
    config = TrainingConfig(
        solver, seed=0, scale_inputs=scaling, scale_targets=scaling, stopping=Stopping(15)
    )
    first = train(network, X, Y, config)
    second = train(network, X, Y, config, start=first.parameters)
    assert second.history[0].loss == pytest.approx(first.history[-1].loss, rel=1e-6, abs=1e-12)
    if solver != "bayesian_regularization":  # which weighs its penalty anew
        errors = [((e.network.forward(e.parameters, X) - Y) ** 2).mean() for e in (first, second)]
        assert errors[1] <= errors[0] * (1 + 1e-9)


def test_a_start_that_was_drawn_belongs_to_the_scaled_variables():
    config = TrainingConfig("lbfgs", seed=5, initializer="he", stopping=Stopping(10))
    drawn = NETWORK.initialize("he", seed=5)
    given = train(NETWORK, X, WAVE, config, start=drawn, start_in="scaled")
    np.testing.assert_array_equal(
        given.parameters.vector, train(NETWORK, X, WAVE, config).parameters.vector
    )


def test_a_start_may_be_a_flat_vector_and_a_result_is_answered():
    first = train(NETWORK, X, WAVE, TrainingConfig("lbfgs", seed=0, stopping=Stopping(3)))
    config = TrainingConfig("lbfgs", stopping=Stopping(3))
    by_name = train(NETWORK, X, WAVE, config, start=first.parameters)
    by_vector = train(NETWORK, X, WAVE, config, start=first.parameters.vector)
    assert by_vector.parameters == by_name.parameters
    with refused("start", "result.parameters"):
        train(NETWORK, X, WAVE, config, start=first)
    with refused("vector", "25 parameters"):
        train(NETWORK, X, WAVE, config, start=np.ones(3))


def test_no_step_at_all_leaves_a_start_as_it_is():
    start = NETWORK.initialize(seed=3)
    result = train(NETWORK, X, WAVE, TrainingConfig("lbfgs", stopping=Stopping(0)), start=start)
    np.testing.assert_allclose(
        NETWORK.forward(result.parameters, X), NETWORK.forward(start, X), rtol=1e-9
    )


@pytest.mark.parametrize("output", ["identity", "tanh"])
def test_raw_and_scaled_units_undo_each_other(output):
    network = ending_with(output, 2)
    parameters = network.initialize("normal", seed=1)
    inputs = Scaling(np.array([100.0, -3.0]), np.array([0.1, 7.0]))
    targets = Scaling(np.array([5.0, 6.0]), np.array([0.5, 0.01]))
    longer, raw = in_raw_units(network, parameters, inputs, targets)
    expected = targets.undo(network.forward(parameters, inputs.apply(X)))
    np.testing.assert_allclose(longer.forward(raw, X), expected, rtol=1e-9)
    again, scaling = in_scaled_units(network, raw, inputs, targets)
    np.testing.assert_allclose(again.vector, parameters.vector, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(scaling.shift, targets.shift)
    np.testing.assert_allclose(scaling.rate, targets.rate)


def test_a_start_of_another_network_is_refused():
    other = cp.Network(2, [cp.Layer(3), cp.Layer(1)]).initialize(seed=0)
    for start_in in ("raw", "scaled"):
        with refused("start", "sizes (2, 6, 1)"):
            train(NETWORK, X, WAVE, "lbfgs", start=other, start_in=start_in)
    with refused("start_in", "raw, scaled"):
        train(NETWORK, X, WAVE, "lbfgs", start=NETWORK.initialize(seed=0), start_in="folded")
    longer = cp.Network(2, [cp.Layer(8), cp.Layer(2), cp.Layer(2)]).initialize(seed=0)
    with refused("start", "sizes (2, 8, 2)"):  # its last layer is no map of each output alone
        train(ending_with("tanh", 2), X, np.hstack([WAVE, WAVE]), "lbfgs", start=longer)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("scaling", ["standardize", "minmax", "none"])
def test_the_goal_is_in_the_unit_of_the_targets(loss, outputs, scaling):
    network = cp.Network(2, [cp.Layer(6, "tanh"), cp.Layer(outputs)], loss)
    Y = np.hstack([50 * WAVE + 7, WAVE])[:, :outputs]
    goal, losses = {"squared_error": 1000.0, "absolute_error": 26.0}[loss], []
    config = TrainingConfig(
        "lbfgs",
        seed=0,
        scale_targets=scaling,
        stopping=Stopping(3000, goal=goal),
        inspect=lambda record, parameters: losses.append(network.loss(parameters, X, Y)),
    )
    result = train(network, X, Y, config)
    assert result.stop_reason.name == "goal"
    assert f"goal {goal:g}" in result.stop_reason.sentence.en
    # the inspector is not asked any more once training has ended
    assert losses
    assert all(each > goal for each in losses)
    assert network.loss(result.parameters, X, Y) <= goal * (1 + 1e-9)


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
def test_the_goal_of_mini_batches_is_in_that_unit_too(loss):
    network = cp.Network(2, [cp.Layer(6, "tanh"), cp.Layer(1)], loss)
    goal = {"squared_error": 1000.0, "absolute_error": 28.0}[loss]
    config = TrainingConfig("adam", seed=0, batch_size=20, stopping=Stopping(5000, goal=goal))
    result = train(network, X, 50 * WAVE, config)
    assert result.stop_reason.name == "goal"
    spread = 50 * WAVE.std()
    if loss == "squared_error":  # whose epochs are judged by their own losses
        raw = [record.loss * spread**2 for record in result.history]
        assert raw[-1] <= goal < min(raw[:-1])
    else:
        assert network.loss(result.parameters, X, 50 * WAVE) <= goal


def test_a_start_is_taken_in_the_type_of_the_network():
    single = cp.Network(2, [cp.Layer(6, "tanh"), cp.Layer(1)], "squared_error", dtype="float32")
    config = TrainingConfig("lbfgs", seed=0, stopping=Stopping(10))
    first = train(NETWORK, X, WAVE, config)
    second = train(single, X, WAVE, config, start=first.parameters)
    assert second.parameters.vector.dtype == "float32"
    assert second.history[0].loss == pytest.approx(first.history[-1].loss, rel=1e-3)


def test_a_start_from_within_bounds_goes_on_beyond_them():
    network = ending_with("tanh")
    config = TrainingConfig("lbfgs", seed=0, stopping=Stopping(10))
    first = train(network, X, WAVE, config)
    second = train(network, X, 10 * WAVE, config, start=first.parameters)
    np.testing.assert_allclose(
        network.loss(first.parameters, X, second.targets.apply(10 * WAVE)),
        second.history[0].loss,
        rtol=1e-6,
    )
