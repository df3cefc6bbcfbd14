"""`train`: what it returns, whom it calls, and what it does when it is cut short."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError, Layer, Network
from clearprop.training import Checkpoint, Stopping, StopReason, TrainingConfig, divide, train
from refusals import refused

RANDOM = np.random.default_rng(4)
X = RANDOM.normal(size=(60, 2)) * [1, 100] + [0, 1000]
Y = 1e4 + 30 * X[:, :1] + np.abs(X[:, 1:]) + RANDOM.normal(size=(60, 1))
NETWORK = Network(2, [Layer(4, "tanh"), Layer(1)])
SOLVERS = ["lbfgs", "bayesian_regularization", "adam"]


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_parameters_are_for_raw_inputs_and_targets(solver):
    """The loss of the last epoch, which is measured in scaled units, is that of the raw table."""
    stopping = Stopping(60, min_gradient=0)
    result = train(NETWORK, X, Y, TrainingConfig(solver=solver, seed=1, stopping=stopping))
    scaled = NETWORK.loss(result.parameters, X, Y) / Y.var()
    last = result.history[-1].loss
    if solver == "adam":  # which reports the loss before each step
        assert 0 < scaled < last
    else:
        assert scaled == pytest.approx(last, rel=1e-9)


@pytest.mark.parametrize("solver", SOLVERS)
def test_validation_rows_choose_the_epoch_and_do_not_train(solver):
    division = divide(60, seed=0)
    config = TrainingConfig(solver=solver, seed=1, division=division, stopping=Stopping(80))
    result = train(NETWORK, X, Y, config)
    losses = [record.validation_loss for record in result.history]
    best = result.history[losses.index(min(losses))]
    assert best.epoch == result.best_epoch
    rows = division.validation
    scaled = NETWORK.loss(result.parameters, X[rows], Y[rows]) * result.targets.rate**2
    assert scaled == pytest.approx(best.validation_loss, rel=1e-9)
    others = X.copy(), Y.copy()
    others[0][rows], others[1][rows] = 77.0, -77.0
    changed = train(NETWORK, *others, config)
    assert [record.loss for record in changed.history][:5] == [
        record.loss for record in result.history
    ][:5]


@pytest.mark.parametrize("solver", SOLVERS)
def test_rows_without_weight_do_not_count(solver):
    weights = np.ones(60)
    weights[40:] = 0
    config = TrainingConfig(solver=solver, seed=1, stopping=Stopping(15), batch_size=60)
    weighted = train(NETWORK, X, Y, config, sample_weight=weights)
    alone = train(NETWORK, X[:40], Y[:40], config)
    np.testing.assert_allclose(
        weighted.parameters.vector, alone.parameters.vector, rtol=1e-6, atol=1e-8
    )


def test_scores_and_inspectors_are_given_folded_parameters():
    division, seen = divide(60, seed=0), []

    def score(parameters, rows):
        np.testing.assert_array_equal(rows, division.validation)
        return -NETWORK.loss(parameters, X[rows], Y[rows])

    def inspect(record, parameters):
        seen.append(parameters)
        return StopReason.of("callback", epoch=record.epoch) if record.epoch == 7 else None

    config = TrainingConfig(solver="rprop", seed=1, division=division, score=score, inspect=inspect)
    result = train(NETWORK, X, Y, config)
    assert result.stop_reason.sentence.en == "A callback asked to stop after epoch 7."
    scores = [record.validation_score for record in result.history]
    assert result.best_epoch == scores.index(max(scores))
    np.testing.assert_array_equal(seen[result.best_epoch].vector, result.parameters.vector)


@pytest.mark.parametrize("solver", SOLVERS)
def test_an_interrupted_training_leaves_its_best_parameters_and_its_checkpoint(solver, tmp_path):
    def interrupt(record):
        if record.epoch == 6:
            raise KeyboardInterrupt

    config = TrainingConfig(solver=solver, seed=1, stopping=Stopping(30))
    path = tmp_path / "file"
    saving = Checkpoint(path, every=0)
    result = train(NETWORK, X, Y, replace(config, observe=interrupt, checkpoint=saving))
    assert result.stop_reason.name == "interrupted"
    first = train(NETWORK, X, Y, replace(config, stopping=Stopping(1)))
    # mini-batch descent knows the parameters between its calls of the engine only
    least = NETWORK.loss(first.parameters, X, Y)
    assert NETWORK.loss(result.parameters, X, Y) <= least
    assert (result.posterior is not None) == (solver == "bayesian_regularization")
    assert path.exists()
    resumed = train(NETWORK, X, Y, replace(config, checkpoint=saving))
    whole = train(NETWORK, X, Y, config)
    np.testing.assert_array_equal(resumed.parameters.vector, whole.parameters.vector)
    assert not path.exists()


def test_no_epoch_at_all_is_the_start():
    for solver in ("adam", "lbfgs"):
        config = TrainingConfig(
            solver=solver, seed=1, stopping=Stopping(0), scale_inputs="none", scale_targets="none"
        )
        start = NETWORK.initialize(seed=9)
        result = train(NETWORK, X, Y, config, start=start)
        np.testing.assert_array_equal(result.parameters.vector, start.vector)
        assert result.stop_reason.name == "epochs"


def test_a_division_in_which_nothing_trains_is_refused():
    nobody = divide(60, "index", rows=([0], [1], [2]))
    empty = type(nobody)(nobody.train[:0], nobody.validation, nobody.test)
    with refused("division", "no row trains"):
        train(NETWORK, X, Y, TrainingConfig(division=empty))


def test_a_solver_alone_stands_for_a_configuration():
    network = Network(1, [Layer(2, "tanh"), Layer(1)])
    X = np.linspace(-1, 1, 20)[:, None]
    start = network.initialize(seed=0)
    by_name = train(network, X, X**2, "rprop", start=start)
    by_config = train(network, X, X**2, TrainingConfig(solver="rprop"), start=start)
    assert np.array_equal(by_name.parameters.vector, by_config.parameters.vector)
    with pytest.raises(InputError, match="try: 'rprop'"):
        train(network, X, X**2, "rprp")
    with pytest.raises(InputError, match="`solver`"):
        train(network, X, X**2, {"solver": "rprop"})
