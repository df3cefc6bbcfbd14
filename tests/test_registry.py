import pytest

import clearprop.activations.sigmoid
import clearprop.training.schedules
from clearprop import ACTIVATIONS, LOSSES, Activation, Layer, Network
from clearprop._registry import settings_of, spelled
from clearprop.training import RATES
from clearprop.training.solvers import SOLVERS, make_solver
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


ELSEWHERE = {
    "activation": {
        "tansig": "tanh",
        "logsig": "sigmoid",
        "logistic": "sigmoid",
        "purelin": "identity",
        "linear": "identity",
        "poslin": "relu",
        "ReLU": "relu",
        "Leaky ReLU": "leaky_relu",
        "radbas": "gaussian",
        "elliotsig": "softsign",
        "satlin": "saturating_linear",
        "satlins": "hard_tanh",
        "softmax": "softmax",
        "swish": "silu",
    },
    "loss": {"mse": "squared_error", "MSE": "squared_error", "mae": "absolute_error"},
    "solver": {
        "trainlm": "levenberg_marquardt",
        "trainbr": "bayesian_regularization",
        "trainscg": "scaled_conjugate_gradient",
        "trainrp": "rprop",
        "trainbfg": "lbfgs",
        "L-BFGS": "lbfgs",
        "Adam": "adam",
        "SGD": "sgd",
    },
}
"""Names that other toolboxes have, and the rules that they stand for."""
MAKERS = {"activation": ACTIVATIONS.make, "loss": LOSSES.make, "solver": make_solver}


@pytest.mark.parametrize(
    ("kind", "name", "ours"),
    [(kind, *pair) for kind, names in ELSEWHERE.items() for pair in names.items()],
)
def test_a_name_from_elsewhere_stands_for_its_rule(kind, name, ours):
    assert MAKERS[kind](name) == MAKERS[kind](ours)
    assert spelled(MAKERS[kind](name)) == spelled(MAKERS[kind](ours))


def test_a_name_from_elsewhere_takes_settings():
    for name in ("LeakyReLU(slope=0.2)", "Leaky ReLU(0.2)", "leaky-relu (slope=0.2)"):
        assert ACTIVATIONS.make(name) == ACTIVATIONS["leaky_relu"](0.2)
    assert make_solver("L-BFGS(memory=7)") == SOLVERS["lbfgs"](memory=7)
    assert make_solver("trainlm(damping=0.1)") == SOLVERS["levenberg_marquardt"](damping=0.1)


@pytest.mark.parametrize("registry", [ACTIVATIONS, LOSSES, SOLVERS, UPDATES])
def test_names_from_elsewhere_are_no_names_of_other_rules(registry):
    for name, rule in registry.items():
        for other in rule.also_called:
            assert other not in registry
            assert rule in registry.called(other.upper())
            assert other not in list(registry)  # lists of rules hold each of them once
        assert registry.called(name) == [rule]


HINTS = {
    "sse": ("loss", "'squared_error', with reduction='sum'"),
    "hardlim": ("activation", "'sigmoid'"),
    "hardlims": ("activation", "'tanh'"),
    "tribas": ("activation", "'gaussian'"),
    "compet": ("activation", "'softmax'"),
    "msereg": ("loss", "weight_decay="),
    "trainc": ("solver", "batch_size=1"),
    "traingd": ("solver", "'sgd', with batch_size="),
    "traingdx": ("solver", "'adaptive'"),
    "trainoss": ("solver", "'lbfgs'"),
    "traincgf": ("solver", "'scaled_conjugate_gradient'"),
    "trainlm(mu=0.1)": ("solver", "damping=0.001"),
    "trainlm(mu_inc=10)": ("solver", "leave it out"),
    "trainbr(mu_max=1e9)": ("solver", "max_damping="),
    "trainrp(delta0=0.1)": ("solver", "initial_step="),
    "sgd(lr=0.1)": ("solver", "learning_rate="),
    "trainlm(lr=0.1)": ("solver", "its settings: damping"),
    "cross_entropy": ("loss", "'binary_cross_entropy' or 'categorical_cross_entropy'"),
}
"""What has no rule of its own here, and what is said of it."""


@pytest.mark.parametrize("name", HINTS)
def test_what_is_near_a_rule_is_answered_with_what_to_try(name):
    kind, words = HINTS[name]
    with refused(kind, words):
        MAKERS[kind](name)


@pytest.mark.parametrize(
    ("kind", "name", "ours"),
    [
        ("activation", "tansigg", "tanh"),
        ("activation", "purelinn", "identity"),
        ("solver", "trainlmm", "levenberg_marquardt"),
        ("loss", "msee", "squared_error"),
    ],
)
def test_a_slip_in_a_name_from_elsewhere_is_answered_with_its_rule(kind, name, ours):
    with refused(kind, f"try: {ours!r}."):
        MAKERS[kind](name)


@pytest.mark.parametrize("name", ["cross_entropy", "crossentropy", "CrossEntropy"])
def test_the_output_says_which_cross_entropy_is_meant(name):
    for output in ("sigmoid", "softmax"):
        network = Network(2, [Layer(3, output)], loss=name)
        assert network.loss_rule.canonical == output
    with refused("loss", "'binary_cross_entropy' or 'categorical_cross_entropy'"):
        Network(2, [Layer(3, "gaussian")], loss=name)
