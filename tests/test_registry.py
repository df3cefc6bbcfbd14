import pytest

import clearprop.activations.sigmoid
import clearprop.training.schedules
from clearprop import ACTIVATIONS, LOSSES, Activation
from clearprop._registry import settings_of, spelled
from clearprop.training import RATES
from clearprop.training.solvers import SOLVERS
from clearprop.updates import UPDATES
from refusals import refused


def test_a_catalogue_holds_one_rule_a_file_by_its_name() -> None:
    assert list(ACTIVATIONS) == sorted(ACTIVATIONS)
    assert len(ACTIVATIONS) == len(list(ACTIVATIONS)) >= 10
    assert ACTIVATIONS["sigmoid"] is clearprop.activations.sigmoid.Sigmoid
    for catalogue in (ACTIVATIONS, LOSSES, UPDATES):
        for name, rule in catalogue.items():
            assert rule.name == name
            assert rule.__module__.endswith(f".{name}")


def test_rules_may_stand_in_one_file() -> None:
    assert {"constant", "cosine", "step"} <= set(RATES)
    assert RATES["cosine"] is clearprop.training.schedules.Cosine
    assert RATES.make("cosine(warmup=3)") == clearprop.training.schedules.Cosine(warmup=3)


def test_rules_are_made_from_names_from_texts_and_from_rules() -> None:
    leaky = ACTIVATIONS["leaky_relu"]
    assert ACTIVATIONS.make("leaky_relu") == leaky()
    assert ACTIVATIONS.make("leaky_relu()") == leaky()
    assert ACTIVATIONS.make(" leaky_relu (0.2) ") == leaky(0.2)
    assert ACTIVATIONS.make("leaky_relu(slope=0.2)") == leaky(0.2)
    assert ACTIVATIONS.make(leaky(0.3)) == leaky(0.3)
    assert settings_of(leaky) == {"slope": 0.01}
    assert settings_of(leaky(0.3)) == {"slope": 0.3}
    assert spelled(ACTIVATIONS.make("relu")) == "relu"


@pytest.mark.parametrize(
    "wanted",
    [
        "sigmiod",
        "",
        "relu)",
        "relu(",
        "relu(0.1)",
        "leaky_relu(0.1",
        "leaky_relu(0.1, 0.2)",
        "leaky_relu(slop=0.1)",
        "leaky_relu(slope=0.1, slope=0.2)",
        "leaky_relu(slope=nan)",
        "leaky_relu(slope=1 < 2)",
        "leaky_relu(slope='a')",
        "leaky_relu(slope=__import__('os').getpid())",
        "leaky_relu(**{'slope': 0.1})",
        "leaky_relu(*[0.1])",
        "leaky_relu(0.1)(0.2)",
        "leaky_relu(0.1) + 1",
        "leaky_relu(" + "-" * 100_000 + "1)",
        "leaky_relu(" + "(" * 1_000 + "1" + ")" * 1_000 + ")",
        "relu\0",
        "relu(\0)",
        None,
        3,
        b"relu",
        ["relu"],
        ACTIVATIONS["relu"],
    ],
    ids=lambda wanted: repr(wanted)[:40],
)
def test_what_names_no_rule_is_refused(wanted: object) -> None:
    with refused("activation"):
        ACTIVATIONS.make(wanted)


def test_a_refusal_names_the_nearest_rule_and_the_settings() -> None:
    with refused("activation", "try: 'sigmoid'."):
        ACTIVATIONS.make("sigmiod")
    with refused("activation", "settings: slope"):
        ACTIVATIONS.make("leaky_relu(slop=0.1)")
    with refused("slope", "(=2.0)"):
        ACTIVATIONS.make("leaky_relu(2.0)")
    with refused("loss", "adam"):
        LOSSES.make("adamm", also_known=["adam"])


def test_rules_with_numbers_of_numpy_are_spelled_like_others() -> None:
    import numpy as np

    assert spelled(ACTIVATIONS["leaky_relu"](np.float64(0.25))) == "leaky_relu(slope=0.25)"
    assert spelled(LOSSES["huber"](np.float32(0.5))) == "huber(delta=0.5)"
    assert spelled(LOSSES["huber"](2)) == spelled(LOSSES["huber"](2.0)) == "huber(delta=2.0)"


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_rules_are_equal_by_their_settings(name: str) -> None:
    rule = ACTIVATIONS[name]
    assert isinstance(rule(), Activation)
    assert rule() == rule()
    assert hash(rule()) == hash(rule())


def test_a_brief_text_leaves_out_what_a_repr_does() -> None:
    rule = SOLVERS["lbfgs"](memory=7, gtol=0.5)
    assert spelled(rule) == "lbfgs(memory=7, gtol=0.5)"
    assert spelled(rule, brief=True) == "lbfgs(memory=7)"
    assert SOLVERS.make(spelled(rule)) == rule
