"""What a program lacks is made up: data, helper modules, names that libraries have dropped."""

import json
from functools import partial

import numpy as np
import pytest

from clearprop.check.script import check_file
from clearprop.check.script.child.course_helpers import helpers_of
from clearprop.check.script.child.older import older_home, older_keywords, older_method
from clearprop.check.script.child.tables import made_up_table
from clearprop.check.script.child.unpacking import made_for
from clearprop.check.script.source.instrument import RECORDER

check = partial(check_file, seed=1977)

LOADER = """
import numpy as np
from sklearn.preprocessing import OneHotEncoder
from homework_data import load_digits_of_course
(train_x, train_y), (test_x, test_y), num_classes = load_digits_of_course()
targets = OneHotEncoder(sparse=False).fit_transform(train_y.reshape(-1, 1))
"""
TABLE = """
import numpy as np
import pandas as pd
frame = pd.read_csv("passengers.csv")
frame["Sex"] = frame["Sex"].map({"male": 1, "female": 0})
frame = frame.drop(["Name", "Ticket"], 1)
train_x = frame[["Age", "Sex", "Fare"]].values.astype(float)
targets = np.eye(2)[frame.Survived.values.astype(int)]
"""
HELD_BACK = """
import numpy as np
import gzip
with gzip.open("train-images-idx3-ubyte.gz") as file:
    pictures = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784) / 255.0
with gzip.open("train-labels-idx1-ubyte.gz") as file:
    labels = np.frombuffer(file.read(), np.uint8, offset=8)
train_x, targets = pictures[1000:], np.eye(10)[labels[1000:]]
"""
TRAINING = """
np.random.seed(4)
V = np.random.randn(train_x.shape[1], 6) * 0.1
W = np.random.randn(6, targets.shape[1]) * 0.1
for turn in range(50):
    hidden = np.tanh(train_x @ V)
    shares = np.exp(hidden @ W)
    shares /= shares.sum(axis=1, keepdims=True)
    gap = (shares - targets) / len(train_x)
    back = gap @ W.T * (1 - hidden ** 2)
    W -= 0.1 * hidden.T @ gap
    V -= 0.1 * train_x.T @ back
"""


@pytest.mark.parametrize("data", [LOADER, TABLE, HELD_BACK])
def test_programs_without_their_data_are_read(data, tmp_path):
    pytest.importorskip("pandas")
    path = tmp_path / "program.py"
    path.write_text(data + TRAINING)
    report = check(path)
    assert report.outcome == "right", report
    assert "ade up" in str(report) or "ade-up" in str(report)
    assert "编造" in report.text("zh")


def test_a_course_notebook_without_its_helpers_is_read(tmp_path):
    cells = [
        "import numpy as np\nfrom dnn_utils_v2 import *\nfrom testCases import *",
        "X = np.random.randn(3, 9); Y = (X[:1] > 0) * 1.0\n"
        "p = {'W1': np.random.randn(4, 3), 'W2': np.random.randn(1, 4)}",
        "for i in range(20):\n"
        "    A1, z1 = relu(p['W1'] @ X)\n"
        "    A2, z2 = sigmoid(p['W2'] @ A1)\n"
        "    dZ2 = sigmoid_backward((A2 - Y) / (A2 * (1 - A2)), z2)\n"
        "    dZ1 = relu_backward(p['W2'].T @ dZ2, z1)\n"
        "    p['W2'] = p['W2'] - 0.1 * dZ2 @ A1.T / 9\n"
        "    p['W1'] = p['W1'] - 0.1 * dZ1 @ X.T / 9",
    ]
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    path = tmp_path / "week4.ipynb"
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4}))
    report = check(path)
    assert report.outcome == "right", report
    assert [layer.activation.name for layer in report.network.layers] == ["relu", "sigmoid"]


def test_helpers_go_back_as_they_went_forward():
    helpers = helpers_of("dnn_utils", {})
    z = np.array([-0.7, 0.4, 1.3])
    for name in ("sigmoid", "relu"):
        f = helpers[name]
        slope = helpers[f"{name}_backward"](np.ones(3), f(z)[1])
        np.testing.assert_allclose(slope, (f(z + 1e-6)[0] - f(z - 1e-6)[0]) / 2e-6, atol=1e-8)
    assert helpers_of("numpy", {}) == {}


def test_a_made_up_table_has_every_column_that_the_program_asks_for():
    pytest.importorskip("pandas")
    asked = {RECORDER: None, "table": made_up_table(np.zeros((6, 2)), ["a", "b"])}
    exec("age, target = table['Age'], table.target", asked)
    exec("words = table['Sex'].map({'male': 1, 'female': 0})", asked)
    assert len(set(asked["age"])) == 6
    assert set(asked["target"]) == set(asked["words"]) == {0, 1}
    assert "Ticket" not in asked["table"].drop(columns=["Ticket", "a"]).columns
    with pytest.raises(KeyError):  # nobody else is answered so
        asked["table"]["Cabin"]


def test_data_take_the_places_of_their_names():
    X, y = np.ones((4, 3)), np.array([0, 1, 2, 0])
    pattern = (("X_train", "y_train"), ("images", "one_hot_labels"), "n_classes")
    (first, second), (third, fourth), classes = made_for(pattern, X, y)
    assert first.shape == third.shape == (4, 3)
    np.testing.assert_array_equal(second, y)
    np.testing.assert_array_equal(fourth, np.eye(3)[y])
    assert classes == 3


def test_names_that_libraries_dropped_are_found_where_they_are_now():
    model_selection = pytest.importorskip("sklearn.model_selection")
    found = older_home("sklearn.cross_validation", "train_test_split")
    assert found is model_selection.train_test_split
    assert older_home("sklearn.datasets", "load_boston_") is None
    assert older_keywords(print) is print

    def OneHotEncoder(sparse_output):  # noqa: N802 - the library's name
        return sparse_output

    assert older_keywords(OneHotEncoder)(sparse=7) == 7


def test_tables_and_arrays_take_older_calls():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert list(older_method(table, "drop")(["a"], 1).columns) == ["b"]
    assert older_method(table, "as_matrix")().tolist() == [[1, 3], [2, 4]]
    assert older_method(np.ones(2), "dot") is None
