"""A trained network in words: at the prompt, printed, and in Chinese."""

import numpy as np
import pytest

import clearprop as cp
from clearprop._aligned import width_of
from clearprop.training import History

X = np.linspace(-1, 1, 40)[:, None]
NETWORK = cp.Network(1, [cp.Layer(3, "tanh"), cp.Layer(1)])


@pytest.fixture(scope="module")
def result():
    division = cp.divide(40, fractions=(0.75, 0.15, 0.1), seed=0)
    stopping = cp.Stopping(max_epochs=7)
    config = cp.TrainingConfig("levenberg_marquardt", seed=0, stopping=stopping, division=division)
    return cp.train(NETWORK, X, np.sin(3 * X), config)


def test_a_line_says_each_thing(result):
    told = dict(line.split(None, 1) for line in result.summary().splitlines())
    assert told["network"] == "1 → 3 tanh → 1 identity (10 parameters, 30 equations)"
    assert told["loss"] == f"half_squared_error = {result.history[-1].loss:.6g}"
    assert told["solver"].startswith("levenberg_marquardt")
    assert told["rows"] == "30 train, 6 validate, 4 test"
    assert told["epochs"] == "7"
    assert told["stopped"] == result.stop_reason.sentence.en
    assert str(result) == result.summary()


def test_chinese_values_stand_below_each_other_too(result):
    lines = result.summary("zh").splitlines()
    assert lines[0].startswith("网络")
    assert len({width_of(line) - width_of(line.split(None, 1)[1]) for line in lines}) == 1


def test_the_prompt_shows_a_line(result):
    assert repr(result).count("\n") == 0
    assert repr(result).startswith("<TrainingResult of Network(1, [Layer(3, 'tanh')")
    assert "<History to epoch 7: loss " in repr(result)
    assert len(repr(result)) < 300
    assert repr(History()) == "<History of no epoch>"
