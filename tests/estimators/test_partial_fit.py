"""What goes from one call of `partial_fit` to the next."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError, Layer, MLPRegressor, Network
from clearprop.estimators.partial_fit import Stream, _growth, _where
from clearprop.estimators.running_scaling import RunningScaling
from clearprop.training import Stopping, TrainingConfig, train
from clearprop.training.monitor import Monitor
from clearprop.training.scaling import Scaling, fold, unfold

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 2)) * [3, 0.5] + [1, 2]
Y = X[:, :1] - X[:, 1:]
NET = Network(2, [Layer(3, "tanh"), Layer(1)])


def scaling(*columns):
    shift, spread = np.array(columns, dtype=float).T
    return Scaling(shift, 1 / spread)


def test_columns_are_read_by_the_one_scaling_or_the_other():
    both = _where(np.array([True, False]), scaling((1, 2), (3, 4)), scaling((5, 6), (7, 8)))
    np.testing.assert_array_equal(both.shift, [1, 7])
    np.testing.assert_allclose(both.spread, [2, 8])


def test_parameters_grow_as_the_units_of_their_columns_do():
    """Those of the first layer with its inputs, those of the last against its targets."""
    old = scaling((0, 1), (0, 1)), scaling((0, 1))
    new = scaling((0, 2), (0, 5)), scaling((0, 4))
    raw = NET.initialize(seed=0)
    raw.layers[0][1][:], raw.layers[1][1][:] = 0.3, 0.7
    before, after = unfold(raw, *old).vector, unfold(raw, *new).vector
    np.testing.assert_allclose(_growth(NET, old, new) * before, after)
    np.testing.assert_allclose(fold(NET.parameters(after), *new).vector, raw.vector)


def stream(raw=False, output="identity"):
    known = RunningScaling.nothing_seen
    network = Network(2, [Layer(3, "tanh"), Layer(1, output)])
    return Stream(network, known(2).with_rows(X), known(1).with_rows(Y), Monitor(Stopping(), 0),
                  raw=raw)  # fmt: skip


def test_targets_are_scaled_behind_an_identity_and_nothing_where_columns_stay_raw():
    inputs, targets = stream().scalings(standardize=True)
    np.testing.assert_allclose(inputs.spread, X.std(axis=0))
    np.testing.assert_allclose(targets.spread, Y.std(axis=0))
    inputs, targets = stream(output="sigmoid").scalings(standardize=True)
    assert targets.is_identity
    assert not inputs.is_identity
    for each in (stream().scalings(standardize=False), stream(raw=True).scalings(standardize=True)):
        assert all(part.is_identity for part in each)


def test_a_fit_leaves_its_rows_scalings_and_memory():
    config = TrainingConfig(solver="adam", seed=0, stopping=Stopping(2))
    result = train(NET, X, Y, config)
    left = Stream.after(result)
    assert left.inputs.count == left.targets.count == 30
    assert left.inputs.scaling.shift == pytest.approx(X.mean(axis=0))
    assert left.descent is result.descent
    assert not left.raw
    wide = Network(2, [Layer(6, "tanh"), Layer(1)])  # an average of two
    assert Stream.after(replace(result, network=wide)).descent is None


def test_a_stream_begins_with_a_hundred_units_unless_it_is_said():
    for given, hidden in (("auto", (100,)), ((4, 3), (4, 3)), (5, (5,))):
        model = MLPRegressor(hidden_layer_sizes=given, random_state=0).partial_fit(X, Y[:, 0])
        assert model.network_.sizes == (2, *hidden, 1)
        assert model.solver_.name == "adam"
        assert model.n_iter_ == 1
        assert model.t_ == 30
    model.partial_fit(X[:7], Y[:7, 0])
    assert (model.t_, len(model.loss_curve_), model.n_iter_) == (37, 2, 1)
    assert [record.epoch for record in model._records] == [1, 2]


def test_every_hidden_layer_may_drop_units():
    settings = {"hidden_layer_sizes": (40, 30), "random_state": 0, "solver": "sgd"}
    plain = MLPRegressor(**settings).partial_fit(X, Y[:, 0])
    dropped = MLPRegressor(dropout=(0.5, 0.25), **settings).partial_fit(X, Y[:, 0])
    assert not np.allclose(plain.coefs_[1], dropped.coefs_[1])
    with pytest.raises(InputError, match="dropout"):
        MLPRegressor(dropout=(0.5, 0.25, 0.1), **settings).partial_fit(X, Y[:, 0])
