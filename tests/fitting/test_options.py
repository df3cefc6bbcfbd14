"""Options of a fit: the same defaults everywhere, and what cannot be used is refused."""

import inspect

import pytest

import clearprop as cp
from clearprop.cli.train import train as command
from clearprop.estimators.options import options_of
from clearprop.fitting import FitOptions, fit


def test_all_doors_have_the_same_defaults():
    mine = FitOptions()
    for kind in (cp.MLPRegressor, cp.MLPClassifier):
        theirs = vars(options_of(kind())) | {"loss": None}
        assert theirs == vars(mine)
    for name, parameter in inspect.signature(command).parameters.items():
        if name in ("seed", "patience", "validation", "test"):
            continue  # 0, and None for what FitOptions says
        if hasattr(mine, name):
            assert parameter.default == getattr(mine, name), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": "targte"}, "no column 'targte'. try: 'target'"),
        ({"ignore": ["agee"]}, "no column 'agee'. try: 'age'"),
        ({"categorical": ["agee"]}, "no column 'agee'. try: 'age'"),
        ({"hidden": (10, 0)}, "`units`"),
        ({"activation": "tanhh"}, "try: 'tanh'"),
        ({"solver": "adm"}, "try: 'adam'"),
        ({"loss": "hubre"}, "try: 'huber'"),
        ({"loss": "binary_cross_entropy"}, "binary_cross_entropy needs targets between 0 and 1"),
        ({"seed": -1}, "it is negative"),
        ({"patience": -1}, "it is negative"),
        ({"weight_decay": -1.0}, "at least 0"),
        ({"weight_decay": float("nan")}, "must be finite"),
        ({"hiden": (3,)}, "try: 'hidden'"),
        ({"batch_size": 0}, "at least one row"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(diabetes, change, message):
    arguments = {"target": "target", "hidden": (3,), "solver": "lbfgs"} | change
    with pytest.raises(cp.InputError, match=message):
        fit(diabetes, **arguments)
