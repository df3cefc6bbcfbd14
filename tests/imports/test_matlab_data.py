"""Networks in MATLAB data files: structs as SciPy writes them, with processing on both sides."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

import clearprop as cp
from refusals import refused

RANDOM = np.random.default_rng(3)
W1, b1 = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(4, 1))
W2, b2 = RANDOM.normal(size=(2, 4)), RANDOM.normal(size=(2, 1))


def cells(rows):
    """Return nested lists as a cell array."""
    found = np.empty((len(rows), len(rows[0])), dtype=object)
    for place in np.ndindex(found.shape):
        found[place] = rows[place[0]][place[1]]
    return found


def column(*values):
    return np.array(values, dtype=float)[:, None]


EMPTY = np.zeros((0, 0))


def network(hidden="tansig", output="purelin", **changes):
    """Return a network of four inputs, one of them constant, and three outputs, likewise."""
    rows = {"xrows": 4.0, "keep": np.array([[1, 2, 4]]), "remove": np.array([[3]]), "value": 0.0}
    scale = {"xoffset": column(1, -2, 0), "gain": column(0.5, 2, 1), "ymin": -1.0}
    back = {"xoffset": column(10, 20), "gain": column(0.1, 4), "ymean": 0.5}
    back_rows = {
        "xrows": 3.0, "keep": np.array([[1, 3]]), "remove": np.array([[2]]), "constants": 7.5,
    }  # fmt: skip
    return {
        "numInputDelays": 0.0,
        "numLayerDelays": 0.0,
        "IW": cells([[W1], [EMPTY]]),
        "LW": cells([[EMPTY, EMPTY], [W2, EMPTY]]),
        "b": cells([[b1], [b2]]),
        "layers": cells([[{"transferFcn": hidden}], [{"transferFcn": output}]]),
        "inputs": cells([[{
            "processFcns": cells([["removeconstantrows", "mapminmax"]]),
            "processSettings": cells([[rows, scale]]),
        }]]),
        "outputs": cells([[EMPTY, {
            "processFcns": cells([["removeconstantrows", "mapstd"]]),
            "processSettings": cells([[back_rows, back]]),
        }]]),
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("hidden", "f"), [("tansig", np.tanh), ("poslin", lambda z: np.maximum(z, 0))]
)
def test_a_network_gives_what_its_formula_gives(hidden, f, tmp_path):
    savemat(tmp_path / "net.mat", {"net": network(hidden), "x": np.ones(3)})
    model = cp.load(tmp_path / "net.mat")
    X = RANDOM.normal(size=(6, 4))
    x = (X[:, [0, 1, 3]] - [1, -2, 0]) * [0.5, 2, 1] - 1
    a = f(x @ W1.T + b1.T) @ W2.T + b2.T
    y = (a - 0.5) / [0.1, 4] + [10, 20]
    wanted = np.column_stack([y[:, 0], np.full(6, 7.5), y[:, 1]])
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-12)


def test_a_struct_of_weights_alone_is_a_tansig_network(tmp_path):
    kept = {name: network()[name] for name in ("IW", "LW", "b")}
    savemat(tmp_path / "net.mat", {"s": kept})
    X = RANDOM.normal(size=(5, 3))
    wanted = np.tanh(X @ W1.T + b1.T) @ W2.T + b2.T
    model = cp.load(tmp_path / "net.mat")
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-12)
    assert "tansig" in model.summary["import"]["assumed"]


def test_a_file_of_version_7_3_is_read_too():
    """It was written by h5py as MATLAB lays such a file out; the numbers are those above."""
    model = cp.load(Path(__file__).parent / "files" / "struct73.mat")
    X = np.random.default_rng(0).normal(size=(6, 4))
    x = (X[:, [0, 1, 3]] - [1, -2, 0]) * [0.5, 2, 1] - 1
    wanted = (np.tanh(x @ W1.T + b1.T) @ W2.T + b2.T - 0.5) / [0.1, 4] + [10, 20]
    np.testing.assert_allclose(model.predict(X), wanted, rtol=1e-12)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"x": np.ones(3)}, "0 networks"),
        ({"a": network(), "b": network()}, "2 networks"),
        ({"net": network("hardlims")}, "hardlims"),
        ({"net": network(numInputDelays=2.0)}, "delays"),
        ({"net": network(IW=cells([[W1], [W2]]))}, "first layer"),
        ({"net": network(LW=cells([[EMPTY, W2], [W2, EMPTY]]))}, "feeds"),
        ({"net": network(inputs=cells([[{"processFcns": cells([["processpca"]]),
                                         "processSettings": cells([[{"gain": 1.0}]])}]]))},
         "processing"),
    ],
)  # fmt: skip
def test_what_is_no_chain_is_refused(content, word, tmp_path):
    savemat(tmp_path / "net.mat", content)
    with refused("source", word):
        cp.load(tmp_path / "net.mat")


@pytest.mark.parametrize("content", [b"", b"MATLAB 5.0" + b"\0" * 300, b"\x89HDF\r\n\x1a\n" * 40])
def test_a_damaged_file_is_one_sentence(content, tmp_path):
    (tmp_path / "net.mat").write_bytes(content)
    with refused("source"):
        cp.load(tmp_path / "net.mat")
