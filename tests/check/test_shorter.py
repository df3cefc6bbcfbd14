"""Files with very many rows are shortened where a program has no time for all of them."""

import gzip
import pickle
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from clearprop.check.script import check_file
from clearprop.check.script.child.shorter.pickles import OldPickler
from clearprop.check.script.child.shorter.rows import MANY, with_few_rows
from clearprop.check.script.child.shorter.shortening import shortened
from clearprop.check.script.observed import Watched
from clearprop.check.script.second_look import SecondLook

pytestmark = pytest.mark.long

check = partial(check_file, seed=1977)
X, y = np.arange(2.0 * MANY).reshape(MANY, 2), np.random.default_rng(1).integers(0, 7, MANY)
KEPT = [0, (MANY - 1) // 2, MANY - 1]


def idx(array):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def old_pickle(path, held):
    with path.open("wb") as file:
        OldPickler(file, 2).dump(held)


def of_mat(path):
    held = loadmat(path)
    return held["X"], held["y"].ravel()


def of_pickle(path, **settings):
    with path.open("rb") as file:
        held = pickle.load(file, **settings)
    return [*held.values()][:2]


FORMATS = {
    "data.npz": (lambda path: np.savez(path, X=X, y=y), lambda path: np.load(path).values()),
    "data.mat": (lambda path: savemat(path, {"X": X, "y": y[:, None]}), of_mat),
    "data.pkl": (
        lambda path: path.write_bytes(pickle.dumps({"X": X, "y": y.tolist(), "names": ["a"]})),
        of_pickle,
    ),
    "data_batch_1": (
        lambda path: old_pickle(path, {b"X": X, b"y": y.tolist()}),
        partial(of_pickle, encoding="latin1"),
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_samples_keep_their_targets(name, tmp_path):
    write, read = FORMATS[name]
    write(tmp_path / name)
    assert shortened(tmp_path, 3).en.endswith(f"of {name}, about 3 rows were kept.")
    few_x, few_y = read(tmp_path / name)
    assert np.array_equal(few_x, X[KEPT])
    assert np.array_equal(few_y, y[KEPT])
    assert shortened(tmp_path, 3) is None


@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress])
def test_files_of_pictures_and_of_labels_keep_the_same_rows(pack, tmp_path):
    pictures = np.random.default_rng(0).integers(0, 256, (MANY, 2, 3))
    (tmp_path / "images").write_bytes(pack(idx(pictures)))
    (tmp_path / "labels").write_bytes(pack(idx(y)))
    assert shortened(tmp_path, 3) is not None
    images, labels = ((tmp_path / name).read_bytes() for name in ("images", "labels"))
    unpack = gzip.decompress if pack is gzip.compress else bytes
    assert unpack(images) == idx(pictures[KEPT])
    assert unpack(labels) == idx(y[KEPT])


def test_what_has_few_rows_or_cannot_be_read_stays(tmp_path):
    np.save(tmp_path / "few.npy", X[: MANY - 1])
    np.save(tmp_path / "many.npy", X)
    (tmp_path / "broken.npy").write_bytes((tmp_path / "many.npy").read_bytes()[:-8])
    (tmp_path / "cut-ubyte").write_bytes(idx(y)[:-1])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert "of many.npy, about" in shortened(tmp_path, 3).en
    assert np.array_equal(np.load(tmp_path / "many.npy"), X[KEPT])
    for name in {*before} - {"many.npy"}:
        assert (tmp_path / name).read_bytes() == before[name]


def test_a_list_is_cut_only_beside_an_array_of_its_length():
    words = list(range(MANY))
    assert with_few_rows({"words": words}, 3)["words"] is words
    assert with_few_rows((y, words), 3)[1] == KEPT


@pytest.mark.parametrize("encoding", ["bytes", "latin1"])
def test_strings_of_python_2_are_what_the_program_says(encoding, tmp_path):
    path = tmp_path / "batch"
    old_pickle(path, {b"data": X, b"label": b"training batch"})
    assert shortened(tmp_path, 3) is not None
    with path.open("rb") as file:
        held = pickle.load(file, encoding=encoding)
    names = ["data", "label"] if encoding == "latin1" else [b"data", b"label"]
    assert [*held] == names
    assert np.array_equal(held[names[0]], X[KEPT])


ONE_BY_ONE = """
import numpy as np
data = np.load("samples.npz")
X, y = data["X"], data["y"]
m = len(X)
rng = np.random.default_rng(0)
W1, W2 = rng.normal(size=(6, 4)), rng.normal(size=(3, 6))
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(200):
    dW1, dW2, J = np.zeros_like(W1), np.zeros_like(W2), 0
    for i in range(m):
        x = X[i].reshape(4, 1)
        target = np.zeros((3, 1))
        target[y[i]] = 1
        a1 = sigmoid(W1 @ x)
        a2 = sigmoid(W2 @ a1)
        J += -np.sum(target * np.log(a2) + (1 - target) * np.log(1 - a2)) / m
        delta2 = a2 - target
        delta1 = (W2.T @ delta2) * a1 * (1 - a1)
        dW2 += delta2 @ a1.T / m
        dW1 += delta1 @ x.T / m
    W1 -= 0.5 * dW1
    W2 -= 0.5 * dW2
"""
"""Goes through all samples for every step."""


@pytest.mark.parametrize(
    ("program", "outcome"),
    [(ONE_BY_ONE, "right"), (ONE_BY_ONE.replace(" * (1 - a1)", ""), "wrong")],
)
def test_a_training_that_goes_through_very_many_samples_is_seen(program, outcome, tmp_path):
    x = np.random.default_rng(1).normal(size=(MANY, 4))
    np.savez(tmp_path / "samples.npz", X=x, y=np.argsort(x[:, :3])[:, 0])
    path = tmp_path / "program.py"
    path.write_text(program)
    report = check(path)
    assert report.outcome == outcome, report
    assert "of samples.npz, about 48 rows were kept" in str(report)


def test_a_shape_that_counts_all_samples_is_that_of_those_that_were_kept(tmp_path):
    x = np.random.default_rng(1).normal(size=(MANY, 4))
    np.savez(
        tmp_path / "samples.npz", X=x.ravel().reshape(MANY, 2, 2), y=np.argsort(x[:, :3])[:, 0]
    )
    path = tmp_path / "program.py"
    path.write_text(ONE_BY_ONE.replace('data["X"]', f'data["X"].reshape({MANY}, 4)'))
    report = check(path)
    assert report.outcome == "right", report
    assert "of samples.npz, about 48 rows were kept" in str(report)


SLOWLY = """
import numpy as np
data = np.load("samples.npz")
points, wanted = data["X"], np.eye(3)[data["y"]]
rng = np.random.default_rng(0)
U, V = rng.normal(size=(4, 6)), rng.normal(size=(6, 3))
for turn in range(200):
    hidden = np.tanh(points @ U)
    shares = np.exp(hidden @ V)
    shares /= shares.sum(axis=1, keepdims=True)
    counted = [sum(range(4_000)) for point in points for again in range(60)]
    gap = (shares - wanted) / len(points)
    back = gap @ V.T * (1 - hidden**2)
    V -= 0.5 * hidden.T @ gap
    U -= 0.5 * points.T @ back
"""


@pytest.mark.thorough
def test_a_step_that_takes_too_long_with_all_samples_is_taken_with_few(tmp_path):
    np.savez(tmp_path / "samples.npz", X=np.random.default_rng(1).normal(size=(MANY, 4)), y=y % 3)
    path = tmp_path / "program.py"
    path.write_text(SLOWLY)
    report = check(path)
    assert report.outcome == "right", report
    assert "of samples.npz, about 48 rows were kept" in str(report)


def test_a_program_that_had_no_time_to_train_is_told_so():
    look = SecondLook(SimpleNamespace(sandbox=None, reading=None))
    assert "had taken no step" in look.why_nothing_trained(Watched(finished=False)).en
    assert look.why_nothing_trained(Watched()) is None
