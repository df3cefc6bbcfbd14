"""Keras: files that it wrote are read without it; live models where it is installed."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from refusals import refused

FOLDER = Path(__file__).parent / "files"
"""net.keras and functional.keras were written by Keras 3, and net.json has what it predicted."""
KNOWN = json.loads((FOLDER / "keras.json").read_text())


@pytest.mark.parametrize("name", ["sequential", "functional"])
def test_a_file_gives_what_keras_gave(name):
    model = cp.load(FOLDER / f"{name}.keras")
    assert model.network.dtype == "float32"
    X = np.array(KNOWN["X"], dtype=np.float32)
    np.testing.assert_allclose(model.outputs(X), KNOWN[name], rtol=2e-6, atol=2e-6)


def test_batch_norm_and_normalization_are_folded():
    model = cp.load(FOLDER / "sequential.keras")
    kinds = [(layer.units, layer.activation.name) for layer in model.network.layers]
    assert kinds == [(5, "tanh"), (4, "relu"), (3, "softmax")]


def changed(tmp_path, change, weights=None):
    """Return the sequential network with another description."""
    with zipfile.ZipFile(FOLDER / "sequential.keras") as archive:
        config = json.loads(archive.read("config.json"))
        content = archive.read("model.weights.h5") if weights is None else weights
    change(config)
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", content)
    return tmp_path / "net.keras"


def layer(config, kind):
    return next(each for each in config["config"]["layers"] if each["class_name"] == kind)


def to_lambda(config):
    found = layer(config, "Activation")
    found["class_name"] = "Lambda"
    found["config"]["function"] = {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}


def to_own_function(config):
    settings = layer(config, "Dense")["config"]
    settings["activation"] = {"class_name": "function", "config": "os.system", "module": "os"}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (to_lambda, "Lambda"),
        (to_own_function, "os.system"),
        (lambda config: layer(config, "Dense").update(class_name="LSTM"), "LSTM"),
        (lambda config: config["config"].pop("layers"), "own"),
        (lambda config: layer(config, "Dense").update(
            inbound_nodes=[{"args": [{"config": {"keras_history": [name, 0, 0]}}
                                     for name in "ab"]}]), "a, b"),
        (lambda config: layer(config, "Dense")["config"].update(activation="nonsense"), "nonsense"),
    ],
)  # fmt: skip
def test_what_is_no_chain_is_refused_and_nothing_is_run(change, word, tmp_path):
    with refused("source", word):
        cp.load(changed(tmp_path, change))


def test_a_damaged_file_is_one_sentence(tmp_path):
    (tmp_path / "net.keras").write_bytes(b"PK\3\4 nonsense")
    with refused("source"):
        cp.load(tmp_path / "net.keras")
    with refused("source", "HDF5"):
        cp.load(changed(tmp_path, lambda config: None, weights=b"no such thing" * 9))


def test_a_member_that_claims_too_much_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("clearprop.imports.sources.keras_file.MAX_WEIGHTS", 100)
    with refused("source", "larger than"):
        cp.load(FOLDER / "sequential.keras")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_live_model_is_read_and_proved():
    keras = pytest.importorskip("keras")
    model = keras.saving.load_model(FOLDER / "sequential.keras")
    ours = cp.load(model)
    X = np.array(KNOWN["X"], dtype=np.float32)
    np.testing.assert_allclose(ours.outputs(X), model.predict(X, verbose=0), rtol=2e-6, atol=2e-6)
    assert ours.summary["import"]["by"] == "Keras"
