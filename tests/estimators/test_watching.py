"""Who is told of every epoch: callbacks, and what scores the validation rows."""

from types import SimpleNamespace

import numpy as np
import pytest

from clearprop import Layer, MLPRegressor, Network
from clearprop.estimators.watching import watching_of
from clearprop.training import Record

X = np.linspace(-1, 1, 12)[:, None]
DATA = SimpleNamespace(X=X, y=X[:, 0], score_weights=None)
NET = Network(1, [Layer(1)])
RECORD = Record(3, 1.0, None, None, None, 0.0)


def told(callbacks):
    return watching_of(MLPRegressor(callbacks=callbacks), DATA, None).callback


@pytest.mark.parametrize("nobody", [None, [], ()])
def test_nobody_is_told_where_there_is_nobody(nobody):
    assert told(nobody) is None


def test_one_callback_or_several_see_the_model_of_the_epoch():
    seen = []

    def watch(model, record):
        seen.append((model.coefs_[0].item(), record.epoch))

    parameters = NET.parameters([2.0, 0.0])
    assert told(watch)(NET, RECORD, parameters) is None
    assert told([watch, watch])(NET, RECORD, parameters) is None
    assert seen == [(2.0, 3)] * 3


def test_true_ends_training_and_nothing_else_does():
    for answer in (1, "yes", None, False):
        assert (
            told(lambda *_, answer=answer: answer)(NET, RECORD, NET.parameters([2.0, 0.0])) is None
        )
    reason = told([lambda *_: None, lambda *_: True])(NET, RECORD, NET.parameters([2.0, 0.0]))
    assert reason.name == "callback"
    assert "epoch 3" in reason.sentence.en


@pytest.mark.parametrize("weights", [None, np.arange(12.0)])
def test_a_score_is_that_of_scikit_learn_by_weight(weights):
    data = SimpleNamespace(X=X, y=X[:, 0], score_weights=weights)
    model = MLPRegressor(early_stopping=True, scoring="neg_mean_squared_error")
    model.n_features_in_, model._task = 1, SimpleNamespace(decode=lambda outputs: outputs[:, 0])
    watching = watching_of(model, data, None)
    rows = np.array([1, 5, 9])
    found = watching.score(NET, NET.parameters([2.0, 0.5]), rows)
    errors = (2 * X[rows, 0] + 0.5 - X[rows, 0]) ** 2
    assert found == pytest.approx(-np.average(errors, weights=weights if weights is None else rows))


def test_scores_are_asked_for_by_early_stopping_only():
    def score(**given):
        return watching_of(MLPRegressor(**given), DATA, None)

    assert score(scoring="r2").score is None
    assert score(early_stopping=True).score is None
    loss = score(early_stopping=True, scoring="loss")
    assert (loss.score, loss.by_loss) == (None, True)
    other = score(early_stopping=True, scoring="r2")
    assert other.score is not None
    assert not other.by_loss
