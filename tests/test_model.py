"""A model predicts in the target's own values, and comes back from its file as it was."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import clearprop as cp
from clearprop.files import read_container, write_container
from clearprop.fitting import fit

TABLE = pd.DataFrame(
    {
        "area": [50.0, 70.0, 60.0, 90.0] * 6,
        "city": ["Oslo", "Rome", "Rome", "Bonn"] * 6,
        "new": [True, False, False, True] * 6,
        "price": np.arange(24) * 1.5,
        "kind": ["flat", "house", "flat", "hut"] * 6,
    }
)


@pytest.fixture(scope="module")
def regression():
    return fit(
        TABLE, "price", ignore=["kind"], hidden=(3,), activation="tanh", solver="lbfgs"
    ).model


@pytest.fixture(scope="module")
def classification():
    return fit(
        TABLE, "kind", ignore=["price"], hidden=(3,), activation="tanh", solver="lbfgs"
    ).model


def test_a_table_in_any_order_gives_the_outputs_of_the_network(regression):
    X = np.column_stack(
        [
            TABLE.area,
            *(TABLE.city == name for name in ("Bonn", "Oslo", "Rome")),
            TABLE.new,
        ]
    ).astype(float)
    expected = regression.network.forward(regression.parameters, X)
    np.testing.assert_array_equal(regression.outputs(TABLE[TABLE.columns[::-1]]), expected)
    np.testing.assert_array_equal(regression.predict(TABLE), expected[:, 0])


def test_a_classifier_predicts_the_most_probable_class(classification):
    probabilities = classification.predict_proba(TABLE)
    assert classification.target.classes == ("flat", "house", "hut")
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    best = np.array(classification.target.classes)[probabilities.argmax(axis=1)]
    np.testing.assert_array_equal(classification.predict(TABLE), best)
    np.testing.assert_array_equal(classification.predict(TABLE), TABLE.kind)


def test_two_classes_have_probabilities_that_add_up():
    model = fit(TABLE, "new", ignore=["price", "kind"], hidden=(3,), solver="lbfgs").model
    assert model.predict(TABLE).tolist() == TABLE.new.tolist()
    np.testing.assert_allclose(model.predict_proba(TABLE).sum(axis=1), 1, rtol=1e-12)


def test_several_targets_are_predicted_together():
    model = fit(TABLE, ["price", "area"], ignore=["kind"], hidden=(3,), solver="lbfgs").model
    assert model.predict(TABLE).shape == (24, 2)


def test_a_model_without_columns_takes_a_matrix():
    net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(2)])
    params = net.initialize(seed=0)
    model = cp.Model(net, params)
    X = [[0.5, -1.0], [0.0, 2.0], [1.0, 1.0]]
    np.testing.assert_array_equal(model.predict(X), net.forward(params, X))
    named = pd.DataFrame(X, columns=["x1", "x2"])
    np.testing.assert_array_equal(model.predict(named), net.forward(params, X))


@pytest.mark.parametrize("name", ["regression", "classification"])
def test_a_saved_model_comes_back_to_the_bit(name, request, tmp_path):
    model = request.getfixturevalue(name)
    cp.save(model, tmp_path / "model")
    read = cp.load(tmp_path / "model")
    assert read.network == model.network
    assert read.parameters == model.parameters
    assert read.encoding == model.encoding
    assert read.target == model.target
    assert read.summary == model.summary
    np.testing.assert_array_equal(read.outputs(TABLE), model.outputs(TABLE))


@st.composite
def networks(draw):
    hidden = st.sampled_from([*sorted(set(cp.ACTIVATIONS) - {"softmax"}), "leaky_relu(slope=0.3)"])
    layers = [
        cp.Layer(draw(st.integers(1, 4)), draw(hidden)) for _ in range(draw(st.integers(0, 3)))
    ]
    loss = draw(st.sampled_from(["half_squared_error", "huber(delta=0.7)", "absolute_error"]))
    reduction = draw(st.sampled_from(["sum", "mean"]))
    dtype = draw(st.sampled_from(["float64", "float32"]))
    return cp.Network(draw(st.integers(1, 4)), [*layers, cp.Layer(2)], loss, reduction, dtype)


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(networks(), st.integers(0, 2**32))
def test_any_network_comes_back_from_its_file(tmp_path, net, seed):
    model = cp.Model(net, net.initialize("normal", seed=seed), summary={"seed": seed})
    model.save(tmp_path / "model")
    read = cp.Model.load(tmp_path / "model")
    assert read.network == net
    assert read.parameters == model.parameters
    assert read.parameters.vector.dtype == net.dtype


def test_parts_that_do_not_fit_are_refused(classification):
    net = cp.Network(2, [cp.Layer(1)])
    with pytest.raises(cp.InputError, match=r"`parameters` \(=\(3, 1\)\)"):
        cp.Model(net, cp.Network(3, [cp.Layer(1)]).initialize(seed=0))
    with pytest.raises(cp.InputError, match="`encoding`"):
        cp.Model(net, net.initialize(seed=0), encoding=classification.encoding)
    with pytest.raises(cp.InputError, match="`target`"):
        cp.Model(net, net.initialize(seed=0), target=classification.target)


def test_what_cannot_be_asked_is_refused(regression, classification):
    with pytest.raises(cp.InputError, match="no probabilities"):
        regression.predict_proba(TABLE)
    with pytest.raises(cp.InputError, match="column 'city' holds categories"):
        regression.predict(np.zeros((2, 5)))
    with pytest.raises(cp.InputError, match=r"row 1, column 'city' .*not trained"):
        classification.predict(TABLE.assign(city=["Oslo", "Nice"] * 12))
    net = cp.Network(3, [cp.Layer(1)])
    plain = cp.Model(net, net.initialize(seed=0))
    with pytest.raises(cp.InputError, match="3 columns"):
        plain.predict(np.zeros((2, 5)))


def set_in(header, path, value):
    *steps, last = path
    for step in steps:
        header = header[step]
    header[last] = value


NONSENSE = [
    (("network",), None),
    (("network", "inputs"), -1),
    (("network", "inputs"), 10**30),
    (("network", "inputs"), "many"),
    (("network", "layers"), []),
    (("network", "layers", 0, "units"), 10**12),
    (("network", "layers", 0, "units"), 2),
    (("network", "layers", 0, "activation"), "__import__('os').system('true')"),
    (("network", "layers", 0, "activation"), "leaky_relu(slope=__import__('os'))"),
    (("network", "layers", 0, "activation"), "leaky_relu(" + "(" * 500),
    (("network", "loss"), 7),
    (("network", "dtype"), "float32"),
    (("encoding",), []),
    (("encoding", 0), {"kind": "magic", "name": "x"}),
    (("encoding", 1, "categories"), ["one"]),
    (("target",), {"task": "dance", "names": ["x"]}),
    (("target", "names"), 5),
    (("summary",), 3),
]


@pytest.mark.parametrize(("path", "value"), NONSENSE, ids=map(str, range(len(NONSENSE))))
def test_a_file_with_a_right_checksum_and_a_nonsense_header_is_refused(
    regression, tmp_path, path, value
):
    regression.save(tmp_path / "model")
    arrays, header = read_container(tmp_path / "model")
    set_in(header, path, value)
    write_container(tmp_path / "model", arrays, header)
    with pytest.raises(cp.InputError, match="no model that this clearprop understands"):
        cp.load(tmp_path / "model")


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.pop("b1"),
        lambda arrays: arrays.update(extra=np.zeros(2)),
        lambda arrays: arrays.update(W1=arrays["W1"].T.copy()),
        lambda arrays: arrays.update(b1=np.full_like(arrays["b1"], np.nan)),
        lambda arrays: arrays.update(b1=arrays["b1"].astype(np.float32)),
    ],
)
def test_a_file_with_wrong_arrays_is_refused(regression, tmp_path, change):
    regression.save(tmp_path / "model")
    arrays, header = read_container(tmp_path / "model")
    change(arrays)
    write_container(tmp_path / "model", arrays, header)
    with pytest.raises(cp.InputError, match="no model that this clearprop understands"):
        cp.load(tmp_path / "model")


@pytest.fixture(scope="module")
def believed():
    return fit(TABLE, "price", ignore=["kind"], hidden=(2,), solver="auto").model


def test_standard_deviations_come_back_from_the_file(believed, tmp_path):
    believed.save(tmp_path / "m")
    again = cp.load(tmp_path / "m")
    deviations = believed.predict_std(TABLE)
    assert deviations.shape == (24,)
    assert (deviations > 0).all()
    np.testing.assert_array_equal(again.predict_std(TABLE), deviations)
    np.testing.assert_array_equal(again.predict(TABLE), believed.predict(TABLE))


@pytest.mark.parametrize("name", ["sizes", "theta", "factor", "noise", "inputs", "targets"])
@pytest.mark.parametrize("change", ["missing", "short", "not a number"])
def test_a_posterior_that_does_not_fit_is_refused(believed, tmp_path, name, change):
    believed.save(tmp_path / "m")
    arrays, header = read_container(tmp_path / "m")
    array = arrays.pop(f"posterior.{name}").astype(float)
    if change == "short":
        arrays[f"posterior.{name}"] = array[..., :-1]
    elif change == "not a number":
        arrays[f"posterior.{name}"] = np.full_like(array, np.nan)
    write_container(tmp_path / "m", arrays, header)
    with pytest.raises(cp.InputError, match="no model that this clearprop understands"):
        cp.load(tmp_path / "m")


def test_a_model_without_a_posterior_knows_no_deviations(regression):
    with pytest.raises(cp.InputError, match="bayesian_regularization"):
        regression.predict_std(TABLE)
