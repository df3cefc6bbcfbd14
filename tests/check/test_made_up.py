"""What a program lacks is made up: data, helper modules, names that libraries have dropped."""

import argparse
import ast
import fractions
import getopt
import glob
import gzip
import json
import math
import operator
import pickle
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.io import savemat

from clearprop.check.script import check_file
from clearprop.check.script.child.attempts.binding import ROLES_OF_CONSTRUCTORS, ROLES_OF_TRAINING
from clearprop.check.script.child.defined.guessing import arguments as guessed
from clearprop.check.script.child.defined.guessing import as_called
from clearprop.check.script.child.missing import arguments, torch_parts
from clearprop.check.script.child.missing.course_helpers import helpers_of
from clearprop.check.script.child.missing.datasets import DataSets
from clearprop.check.script.child.missing.elsewhere import POINTER, elsewhere
from clearprop.check.script.child.missing.fitting import Shape, fitted
from clearprop.check.script.child.missing.folders import Folders
from clearprop.check.script.child.missing.known_tables import known_table
from clearprop.check.script.child.missing.madeup import MadeUp
from clearprop.check.script.child.missing.missing_files import MissingBytes, as_bytes
from clearprop.check.script.child.missing.older import (
    allow_old_names,
    compared,
    in_place,
    of_single,
    older_home,
    older_keywords,
    older_method,
    once_more,
)
from clearprop.check.script.child.missing.older_tables import of_0_and_1, widening
from clearprop.check.script.child.missing.readers import MOST_LOADS
from clearprop.check.script.child.missing.rows import Rows
from clearprop.check.script.child.missing.standing_in import StandIns
from clearprop.check.script.child.missing.stubs import StubModule
from clearprop.check.script.child.missing.supplied import supplied
from clearprop.check.script.child.missing.tables import made_up_table
from clearprop.check.script.child.missing.tensors import tensor
from clearprop.check.script.child.missing.unpacking import made_for
from clearprop.check.script.child.missing.widgets import page
from clearprop.check.script.child.record.values import element
from clearprop.check.script.child.shorter.pickles import OldPickler
from clearprop.check.script.child.shorter.shortening import shortened
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.vocabulary import role_of

pytestmark = pytest.mark.long

check = partial(check_file, seed=1977)

APART = """
import numpy as np
import pandas as pd
X = pd.read_csv("data/samples.csv").to_numpy()
Y = pd.read_csv("data/labels.csv").to_numpy()
W, b = np.random.randn(3, 1), 0.5
for epoch in range(100):
    A = 1 / (1 + np.exp(-(X @ W + b)))
    dZ = A - Y
    W -= 0.1 * X.T @ dZ / len(X)
    b -= 0.1 * dZ.sum() / len(X)
"""
LOADER = """
import numpy as np
from homework_data import load_digits_of_course
(train_x, train_y), (test_x, test_y), num_classes = load_digits_of_course()
targets = np.eye(num_classes)[train_y]
"""
TABLE = """
import numpy as np
import pandas as pd
frame = pd.read_csv("passengers.csv")
frame["Sex"] = frame["Sex"].map({"male": 1, "female": 0})
frame["Class"] = frame["Class"].apply({"first": 1, "third": 3}.get)
frame = frame.drop(["Name", "Ticket"], 1)
train_x = frame[["Age", "Sex", "Class", "Fare"]].values.astype(float)
targets = np.eye(2)[frame.Survived.values.astype(int)]
"""
SHEET = TABLE.replace('read_csv("passengers.csv")', 'read_excel("passengers.xlsx", "2026")')
OLD_PLACES = """
import numpy as np
import pandas as pd
frame = pd.read_csv("melons.csv")
train_x = np.array([np.array(frame.ix[n, :-1]) for n in range(len(frame))])
targets = np.eye(2)[[int(frame.ix[n, "y"]) for n in range(len(frame))]]
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
OTHER_SHAPES = """
import argparse
import sys
import numpy as np
parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--scale", type=float, required=True)
settings = parser.parse_args()
layers = {"seed": int(sys.argv[1])}
train_x = np.load("samples.npy") * settings.scale / 255.0
targets = np.load("labels.npy")
assert train_x.shape[1] == 30
train_x @ np.ones((30, 1))
targets - np.ones((len(train_x), 4))
"""
OUT_OF_REACH = """
import socket
import h5py
import numpy as np
import yaml
settings = yaml.safe_load("layers: [6, 10]")
cats = h5py.File("cats.h5", "r")
assert np.array(cats["train_set_x"][:]).shape[1:] == (64, 64, 3)
class Digits:
    def load(self):
        return socket.create_connection(("example.org", 80))
pictures, labels = Digits().load()
one_hot = np.zeros((len(labels), 10))
one_hot[np.arange(len(labels)), labels.astype(int)] = 1
train_x, targets = pictures[50_000:50_032], one_hot[50_000:50_032]
history = np.zeros(2)
history[1] = train_x[:1, :1]
print("%.3f" % train_x[:1, :1])
"""
OF_EXCEL = """
import numpy as np
import openpyxl
import xlrd
sheet = xlrd.open_workbook("roads.xls").sheet_by_name("all")
people, cars, goods = [], [], []
for number in range(sheet.nrows):
    row = sheet.row_values(number)
    if number > 0:
        people.append(row[1])
        cars.append(row[2])
        goods.append(row[9])
assert sheet.cell(1, 1).value == people[0] and sheet.col_values(2)[1:] == cars
same = openpyxl.load_workbook("roads.xlsx").active
assert len(list(same.iter_rows(min_row=2, values_only=True))) == same.max_row - 1
train_x = np.column_stack([people, cars])
targets = np.array([[1.0, 0] if each > 0 else [0, 1.0] for each in goods])
"""
NOT_AT_HOME = """
import os
import numpy as np
from others import one_hot
def show():
    raise RuntimeError("there is no screen")
def prepare():
    global train_x, targets
    if not os.path.exists("digits.npy"):
        return
    train_x = np.load("digits.npy") / 255.0
    if int(input("how many classes? ")) < 3:
        raise ValueError("too few")
    targets = one_hot(np.arange(len(train_x)) % 3, 3)
def main():
    show()
    prepare()
main()
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


@pytest.mark.parametrize(
    "data",
    [
        LOADER,
        TABLE,
        SHEET,
        OLD_PLACES,
        HELD_BACK,
        OTHER_SHAPES,
        OUT_OF_REACH,
        OUT_OF_REACH.replace("Digits().load()", "Digits().load()[0]"),
        OF_EXCEL,
        NOT_AT_HOME,
    ],
)
def test_programs_without_their_data_are_read(data, tmp_path):
    pytest.importorskip("pandas")
    path = tmp_path / "program.py"
    path.write_text(data + TRAINING)
    report = check(path)
    assert report.outcome == "right", report
    assert "ade up" in str(report) or "ade-up" in str(report)
    assert "编造" in report.text("zh")
    assert ("left out: RuntimeError: there is no screen" in str(report)) == (data == NOT_AT_HOME)


CAUGHT = """
import numpy as np
try:
    import homework_accelerator as xp
except ImportError:
    import numpy as xp
try:
    train_x = np.loadtxt("kept_samples.txt")
except OSError as error:
    print(error)
    train_x = xp.random.default_rng(3).normal(size=(40, 6))
targets = np.eye(2)[(train_x.sum(axis=1) > 0).astype(int)]
assert train_x.shape == (40, 6)
"""


def test_nothing_is_made_up_where_the_program_knows_what_to_do_without(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(CAUGHT + TRAINING)
    report = check(path)
    assert report.outcome == "right", report
    assert "ade up" not in str(report)
    path.write_text(CAUGHT.replace("train_x = xp", "raise SystemExit  #") + TRAINING)
    assert "kept_samples.txt is not there" in str(check(path))


ONE_AT_A_TIME = """
import numpy as np
class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = np.random.rand(n_in, n_hidden)
        self.W2 = np.random.rand(n_hidden, n_out)
    def forward(self, x):
        self.h = np.tanh(x @ self.W1)
        self.o = self.h @ self.W2
        return self.o
    def backward(self, x, ex_out, lr):
        d = ex_out - self.o
        e = (self.W2 @ d.T).T * (1 - self.h ** 2)
        self.W2 += lr * self.h.reshape(-1, 1) @ d.reshape(1, -1)
        self.W1 += lr * x.reshape(-1, 1) @ e.reshape(1, -1)
"""


def test_a_class_that_takes_one_sample_at_a_time_is_called_with_one(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(ONE_AT_A_TIME)
    assert check(path).outcome == "right"
    path.write_text(ONE_AT_A_TIME.replace(" * (1 - self.h ** 2)", ""))
    assert check(path).mistake == "derivative_left_out"


FIXED_WIDTHS = """
import numpy as np

def weights():
    return np.random.randn(64, 20) / 8, np.random.randn(20, 12) / 4, np.random.randn(12, 10) / 3

def train(images, labels, lr, turns):
    one, two, three = weights()
    for turn in range(turns):
        a = np.tanh(images @ one)
        b = np.tanh(a @ two)
        e = np.exp(b @ three)
        gap = (e / e.sum(axis=1, keepdims=True) - labels) / len(images)
        back = gap @ three.T * (1 - b ** 2)
        first = images.T @ (back @ two.T * (1 - a ** 2))
        one, two, three = one - lr * first, two - lr * a.T @ back, three - lr * b.T @ gap
"""


def test_widths_that_stand_in_a_function_are_those_of_its_data(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(FIXED_WIDTHS)
    report = check(path)
    assert report.outcome == "right", report
    assert "64-20-12-10" in str(report)
    path.write_text(FIXED_WIDTHS.replace(" * (1 - a ** 2)", ""))
    assert check(path).mistake == "derivative_left_out"


SIDE_BY_SIDE = """
import math
def squashed(z):
    return 1 / (1 + math.exp(-z))
class Net:
    def __init__(self):
        self.w1, self.w2, self.b1, self.w3, self.b2 = 0.4, -0.7, 0.1, 0.9, -0.2
    def train(self, data, v):
        for turn in range(30):
            for x, t in zip(data, v):
                mid = squashed(self.w1 * x[0] + self.w2 * x[1] + self.b1)
                out = squashed(self.w3 * mid + self.b2)
                high = -2 * (t - out) * out * (1 - out)
                low = high * self.w3 * mid * (1 - mid)
                self.w3 -= 0.1 * high * mid
                self.b2 -= 0.1 * high
                self.w1 -= 0.1 * low * x[0]
                self.w2 -= 0.1 * low * x[1]
                self.b1 -= 0.1 * low
"""


def test_what_a_loop_zips_are_samples_and_their_targets(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(SIDE_BY_SIDE)
    report = check(path)
    assert report.outcome == "right", report
    assert "trained for a step on made-up numbers" in str(report)
    path.write_text(SIDE_BY_SIDE.replace("* self.w3 * mid * (1 - mid)", "* self.w3"))
    assert check(path).outcome == "wrong"


NEVER_FITS = """
import numpy as np
class Net:
    def __init__(self, n_in, n_hidden, n_out):
        self.V, self.W = np.random.randn(n_in, n_hidden), np.random.randn(n_hidden, n_out)
    def train(self, X, Y, epochs):
        for _ in range(epochs):
            mid = np.tanh(X @ self.V)
            out = mid @ self.W
            self.V += np.outer(mid, X - out)
"""


def test_a_training_that_fits_no_data_is_told_with_its_line(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(NEVER_FITS)
    report = check(path)
    assert report.outcome == "not_read"
    assert "got no further than line 10: ValueError" in report.unread.en


ROWS_COUNTED = """
import numpy as np
from scipy.io import loadmat
held = loadmat("digits.mat")
X, y = held["X"], held["y"]
def ones_of(y):
    wanted = np.zeros((X.shape[0], 10))
    for i in range(5000):
        wanted[i, int(y[i, 0]) - 1] = 1
    return wanted
wanted = ones_of(y)
V, W = 0.1 * np.random.randn(X.shape[1], 6), 0.1 * np.random.randn(6, 10)
for turn in range(20):
    mid = np.tanh(X @ V)
    gap = (1 / (1 + np.exp(-mid @ W)) - wanted) / X.shape[0]
    back = gap @ W.T * (1 - mid ** 2)
    V, W = V - X.T @ back, W - mid.T @ gap
"""


def test_rows_that_a_program_counts_itself_are_those_that_were_made_up(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(ROWS_COUNTED)
    report = check(path)
    assert report.outcome == "right", report
    assert "its numbers from 5000 on were lowered" in str(report)


EVERY_INPUT = """
import numpy as np
bits = 30
count = 2 ** (bits - 2)
x = np.random.randint(2, size=(count, bits))
y = 1 - x[:, :3]
V, W = np.random.randn(bits, 5), np.random.randn(5, 3)
for turn in range(9):
    h = 1 / (1 + np.exp(-x @ V))
    o = 1 / (1 + np.exp(-h @ W))
    d = (y - o) * o * (1 - o)
    e = d @ W.T * h * (1 - h)
    W += 0.01 * h.T @ d
    V += 0.01 * x.T @ e
"""


@pytest.mark.parametrize(("slip", "outcome"), [("", "right"), (" * h", "wrong")])
def test_of_samples_that_fill_the_memory_fewer_are_made(slip, outcome, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(EVERY_INPUT.replace(" * h * (1 - h)", slip or " * h * (1 - h)"))
    report = check(path)
    assert report.outcome == outcome, report
    assert "lowered to 300" in str(report)


ON_A_CARD = """
import cupy as np
np.random.seed(24)
X, y = np.random.randn(20, 3), np.random.randn(20, 1)
np.save("kept/only/here/samples.npy", X)
V, W = np.random.randn(3, 5), np.random.randn(5, 1)
for turn in range(20):
    mid = np.tanh(X @ V)
    gap = (mid @ W - y) / 20
    back = gap @ W.T * (1 - mid ** 2)
    V, W = V - 0.3 * X.T @ back, W - 0.3 * mid.T @ gap
    print(np.asnumpy(gap).mean(), gap.get().max())
"""


def test_arrays_on_a_card_are_arrays_and_what_no_folder_takes_is_not_saved(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(ON_A_CARD)
    report = check(path)
    assert report.outcome == "right", report
    assert "CuPy's arrays were NumPy arrays here" in str(report)
    path.write_text(ON_A_CARD.replace(" * (1 - mid ** 2)", ""))
    assert check(path).mistake == "derivative_left_out"


MEASURED_TWICE = """
import numpy as np
X, y = np.load("samples.npy"), np.load("labels.npy")
W = np.random.randn(X.shape[1]) / 10
def loss(W):
    total = 0
    for n in range(len(X)):
        out = 1 / (1 + np.exp(-np.dot(X[n], W)))
        total += (out - y[n]) ** 2
    return total
print(loss(W), loss(W))
for turn in range(9):
    out = 1 / (1 + np.exp(-X @ W))
    W = W - 0.1 * X.T @ (out - y) / len(X)
"""


def test_a_loss_that_is_computed_twice_wants_no_more_samples(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(MEASURED_TWICE)
    report = check(path)
    assert report.outcome == "right", report
    assert "48 samples" in str(report)


TOLD_BY_ONE_NAME = """
import numpy as np
class Net:
    def __init__(self, sizes):
        self.Ws = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
    def train(self, input_data, WANTED, epochs, rate):
        for _ in range(epochs):
            layers = [input_data]
            for W in self.Ws:
                layers.append(np.tanh(layers[-1] @ W))
            delta = (layers[-1] - WANTED) * (1 - layers[-1] ** 2)
            for n in (1, 0):
                lower = delta @ self.Ws[n].T * (1 - layers[n] ** 2)
                self.Ws[n] = self.Ws[n] - rate * layers[n].T @ delta
                delta = lower
"""


@pytest.mark.parametrize("wanted", ["output_data", "what_it_is"])
def test_targets_are_told_beside_samples_that_have_a_name(wanted, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(TOLD_BY_ONE_NAME.replace("WANTED", wanted))
    report = check(path)
    assert report.outcome == "right", report
    assert "trained for a step on made-up numbers" in str(report)


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


SEARCHED = """
import numpy as np
import wandb

search = {"method": "grid", "parameters": {"units": {"values": [4, 8]}, "rate": {"value": 0.1}}}

def train():
    with wandb.init(config={"samples": 9}) as run:
        settings = wandb.config
        run.name = f"units_{settings.units}"
        X = np.random.randn(settings.samples, 3)
        Y = np.sin(X[:, :1])
        W1, W2 = np.random.randn(3, settings.units), np.random.randn(settings["units"], 1)
        for i in range(20):
            h = np.tanh(X @ W1)
            d = (h @ W2 - Y) / settings.samples
            dW1 = X.T @ (d @ W2.T * (1 - h ** 2))
            W2 -= run.config.rate * h.T @ d
            W1 -= run.config.rate * dW1
            wandb.log({"loss": (d ** 2).mean()})

number = wandb.sweep(search, project="p")
wandb.agent(number, function=train, count=2)
"""


def test_settings_told_to_weights_and_biases_come_back(tmp_path):
    path = tmp_path / "search.py"
    path.write_text(SEARCHED)
    report = check(path)
    assert report.outcome == "right", report
    assert report.network.sizes == (3, 4, 1)
    path.write_text(SEARCHED.replace(" * (1 - h ** 2)", ""))
    assert check(path).mistake == "derivative_left_out"


LOST_NETWORK = """
from init_utils import forward_propagation, backward_propagation, compute_loss, load_dataset
X, Y, test_X, test_Y = load_dataset()

def train(parameters, rate):
    for i in range(1000):
        a, cache = forward_propagation(X, parameters)
        loss = compute_loss(a, Y)
        grads = backward_propagation(X, Y, cache)
        for key in parameters:
            parameters[key] = parameters[key] - rate * grads["d" + key]

def zeros(n_out, n_in):
    return np.zeros((n_out, n_in))

for make in (zeros, np.random.randn):
    train({"W1": make(4, 2), "b1": np.zeros((4, 1)), "W2": make(1, 4), "b2": np.zeros((1, 1))}, 0.1)
"""


def test_a_notebook_without_the_network_of_its_course_trains_one(tmp_path):
    path = tmp_path / "start.py"
    path.write_text("import numpy as np\n" + LOST_NETWORK)
    report = check(path)
    assert report.outcome == "right", report
    path.write_text("import numpy as np\n" + LOST_NETWORK.replace('grads["d"', '-grads["d"'))
    assert check(path).mistake == "sign"


def test_a_network_of_a_course_has_the_slopes_of_its_cost():
    course = helpers_of("dnn_app_utils", {})
    np.random.seed(3)
    X, Y = np.random.randn(3, 5), np.array([[0, 1, 1, 0, 1]])
    parameters = course["initialize_parameters"]([3, 4, 1])
    plain = course["backward_propagation"](X, Y, course["forward_propagation"](X, parameters)[1])
    outputs, caches = course["L_model_forward"](X, parameters)
    gradients = course["L_model_backward"](outputs, Y, caches)
    for name, array in parameters.items():
        slopes = np.empty(array.shape)
        for place in np.ndindex(array.shape):
            sides = []
            for h in (1e-6, -1e-6):
                moved = array.copy()
                moved[place] += h
                a, _ = course["L_model_forward"](X, {**parameters, name: moved})
                sides.append(course["compute_cost"](a, Y))
            slopes[place] = (sides[0] - sides[1]) / 2e-6
        np.testing.assert_allclose(gradients[f"d{name}"], slopes, atol=1e-8)
        np.testing.assert_allclose(plain[f"d{name}"], slopes, atol=1e-8)


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


def test_columns_are_there_by_places_too():
    pytest.importorskip("pandas")
    text = "charges = table.loc[table['paid'] > 0, 'Charges']\ntable.loc[0, 'Charges'] = 7.0"
    namespace = {"table": made_up_table(np.ones((3, 2)), ["paid", "y"]), RECORDER: None}
    exec(text, namespace)
    assert len(namespace["charges"]) == 3
    assert namespace["table"].loc[0, "Charges"] == 7


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


def test_an_import_of_all_of_numpy_brings_what_it_brought():
    allow_old_names()
    found = {}
    exec("from numpy import *", found)
    assert found["mat"] is np.asmatrix
    assert found.keys().isdisjoint(("float", "int", "math"))


def test_functions_that_python_dropped_are_there():
    allow_old_names()
    began = time.clock()
    assert time.clock() >= began
    assert fractions.gcd(12, 18) == 6


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # a NumPy that still takes it warns
def test_tables_and_arrays_take_older_calls():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert list(older_method(table, "drop")(["a"], 1).columns) == ["b"]
    assert older_method(table, "as_matrix")().tolist() == [[1, 3], [2, 4]]
    assert list(older_method(table, "append")({"a": 5, "b": 6}, ignore_index=True).a) == [1, 2, 5]
    ages = table["a"]
    in_place(ages.replace, ages, table, "a")(1, 9, inplace=True)
    assert table["a"].tolist() == [9, 2]
    assert element(table["a"], (slice(None), None)).tolist() == [[9], [2]]
    with pytest.raises(ValueError, match="invalid literal"):
        element(Asked(), "a")
    assert older_method(np.ones(2), "dot") is None
    assert older_method("{:.1f}", "format")(np.array([[2.5]])) == "2.5"
    assert older_method("text", "decode")("utf-8") == "text"
    assert of_single(math.sqrt)(np.array([[4.0]])) == 2
    with pytest.raises(TypeError):
        of_single(math.sqrt)(np.ones(2))


class Asked:
    """Something whose elements cannot be read."""

    def __getitem__(self, index):
        return int(index)


def again(function, *given, **settings):
    """Call a function, as older versions took it if need be."""
    try:
        return function(*given, **settings)
    except (TypeError, ValueError) as error:
        return once_more(function, given, settings, error)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # a NumPy that still takes it warns
def test_functions_of_numpy_take_what_they_took():
    pairs = [(np.ones((3, 1)), np.zeros((2, 1))) for _ in range(4)]
    assert again(np.array, pairs).shape == (4, 2)
    assert again(np.random.permutation, pairs)[0][0].shape == (3, 1)
    assert again(np.array, [[1, 2], [3]]).tolist() == [[1, 2], [3]]
    assert again(np.sum, (n for n in (1, 2))) == 3
    assert again(np.reshape, np.ones(4), newshape=(2, 2)).shape == (2, 2)
    assert again(np.fromstring, b"abc", dtype=np.uint8).tolist() == [97, 98, 99]
    with np.printoptions():
        again(np.set_printoptions, threshold=np.nan)
        assert "..." not in str(np.arange(2000))
    minimize = pytest.importorskip("scipy.optimize").minimize
    assert again(minimize, lambda t: float(t @ t), np.ones((2, 1))).x.shape == (2,)
    assert again(minimize, lambda t: float(t @ t), x0=np.ones((1, 2))).x.shape == (2,)
    with pytest.raises(ValueError, match="aligned"):
        again(np.dot, np.ones(2), np.ones(3))


def test_missing_files_hold_what_their_names_and_their_reader_say(tmp_path):
    made_up = MadeUp(str(tmp_path))
    packed = made_up.saved("digits.npz")
    assert packed["images"].shape[1:] == (28, 28)
    assert packed["any_labels"].ndim == packed["y_test"].ndim == 1
    unpickled = made_up.unpickled(None)
    for name, dimensions in (("xtrain.pkl", 2), ("ytrain.pkl", 1)):
        assert unpickled(MissingBytes(b"", name)).ndim == dimensions
    first, _, third = pairs = unpickled(MissingBytes(b"", "mnist.pkl"))
    assert pairs["images"].shape == first[0].shape == third[0].shape
    classes = as_bytes("train-labels.idx1-ubyte", made_up.images())
    classes.read(8)
    assert set(made_up.from_file(np.fromfile)(classes, dtype=np.uint8)) <= set(range(10))


def test_a_table_of_targets_holds_no_pictures_and_one_of_pictures_perhaps_no_targets(tmp_path):
    made_up = MadeUp(str(tmp_path))
    assert made_up.read_csv("mnist/train_labels.csv").values.shape[1] == 1
    assert made_up.read_csv("mnist/train.csv").values.shape[1] == 785
    assert made_up.adapts("size 785 is different from 784")
    assert made_up.read_csv("mnist/train.csv").values.shape[1] == 784


def test_a_note_of_git_lfs_in_the_place_of_a_file_is_no_file(tmp_path):
    (tmp_path / "points.csv").write_bytes(POINTER + b"v1\noid sha256:0123\nsize 987654\n")
    made_up = MadeUp(str(tmp_path))
    assert elsewhere("points.csv", str(tmp_path)) is None
    asked = {RECORDER: None, "loadtxt": made_up.reading(np.loadtxt, made_up.array)}
    exec(f"found = loadtxt({str(tmp_path / 'points.csv')!r})", asked)
    assert asked["found"].ndim == 2
    assert len(made_up.notes) == 1
    (tmp_path / "points.csv").write_text("1 2")
    assert elsewhere("points.csv", str(tmp_path)) is not None


def test_a_file_that_is_not_there_is_noticed_and_may_be_said_to_be_there(tmp_path):
    made_up = MadeUp(str(tmp_path))
    asked = {RECORDER: None, "exists": made_up.existing(lambda path: False)}
    exec("found = exists('a.csv')", asked)
    assert not asked["found"]
    assert made_up.was_asked
    made_up.pretends = True
    exec("found = exists('a.csv')", asked)
    assert asked["found"]


def test_what_a_program_downloads_is_made_up():
    made_up = MadeUp()
    packed = made_up.download("http://example.org/train-images-idx3-ubyte.gz")
    pixels = np.frombuffer(gzip.decompress(packed.content), np.uint8)[16:]
    assert pixels.size % 784 == 0
    table = made_up.download("http://example.org/points.csv")
    lines = b"".join(table.iter_content(64)).decode().splitlines()
    assert lines == table.text.splitlines()
    assert len(lines[0].split(",")) > 1
    assert sum("example.org" in note.en for note in made_up.notes) == 2


def test_questions_are_answered_by_what_they_ask():
    asked = {RECORDER: None, "input": MadeUp().questions.answered}
    exec("found = [input(q) for q in ('units: ', 'Load the model? [Y/n]', 'Train? (y/n)')]", asked)
    assert asked["found"] == ["1", "n", "y"]
    exec("while input() not in ('n', 'N'): pass", asked)  # it ends


GUESSED = """
class Net:
    def __init__(self, nn_input_dim, hdim, out_dim, name, act, momentum):
        if act == "swish" or act == "tanh":
            pass
    def train(self, train, epochs, val_set):
        X, Y = train
"""


def test_arguments_are_guessed_by_their_use_and_their_names():
    tree = ast.parse(GUESSED)
    constructor, train = tree.body[0].body
    data = {"inputs": 4, "hidden": 6, "outputs": 3, "X": "X", "Y": "Y", "pairs": [], "epochs": 3}
    made = guessed(constructor, data, ROLES_OF_CONSTRUCTORS, {}, tree)
    assert list(made.values()) == [4, 6, 3, "model", "tanh", 0.1]
    trained = guessed(train, data, ROLES_OF_TRAINING, {}, tree)
    assert trained == {"train": ("X", "Y"), "epochs": 3, "val_set": ("X", "Y")}
    calls = ast.parse("learn([2, 1], rate=RATE)\nlearn(unknown)")
    assert list(as_called("learn", calls, {"RATE": 0.5})) == [([[2, 1]], {"rate": 0.5})]


@pytest.mark.parametrize("name", ["labelsSet", "class_label_list", "targets", "target_data"])
def test_targets_are_told_by_their_name(name):
    assert role_of(name, among=("X", "Y")) == "Y"
    assert role_of(f"num_{name}", among=("X", "Y")) is None


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("input_node", "inputs"),
        ("num_hidden_units", "hidden"),
        ("hidden_neuron_num", "hidden"),
        ("out_features", "outputs"),
        ("hidden", None),
        ("output", None),
    ],
)
def test_how_many_units_a_layer_has_is_told_by_its_name(name, role):
    assert role_of(name, among=("inputs", "outputs") if role != "hidden" else ("hidden",)) == role


def test_columns_of_a_data_set_also_give_its_rows():
    part = MadeUp().load_dataset("digits")["train"]
    assert part[0]["image"].shape == (28, 28)
    assert len(part["label"]) == len(part) == len(list(part))


FAILURES = {
    "matmul: Input operand 1 has a mismatch in its core dimension 0 (size 30 is different from"
    " 784)": {"features": 30},
    "shapes (20,784) and (48,784) not aligned: 784 (dim 1) != 48 (dim 0)": {"turned": True},
    "size 785 is different from 784": {"labelled": False},
    "all the input array dimensions except for the concatenation axis must match exactly, but along"
    " dimension 1, the array at index 0 has size 785 and the array at index 1 has size 106": {
        "features": 106
    },
    "index 9 is out of bounds for axis 1 with size 4": {"classes": 4},
    "index 9 is out of bounds for axis 1 with size 785": {"features": 9},
    "operands could not be broadcast together with shapes (48,4) (48,)": {
        "classes": 4,
        "hot": True,
    },
    "operands could not be broadcast together with shapes (48,10) (48,3)": {"classes": 3},
    "axis 1 is out of bounds for array of dimension 1": {"hot": True},
    "tuple index out of range": {"hot": True},
    "Found input variables with inconsistent numbers of samples: [48, 150]": {"rows": 150},
    "operands could not be broadcast together with shapes (48,) (60000,)": {"rows": 60_000},
    "cannot reshape array of size 37632 into shape (60000,784)": {"rows": 60_000},
    "The test_size = 5 should be greater or equal to the number of classes = 10": {"rows": 1200},
    "cannot reshape array of size 784 into shape (32,32,3)": {"features": 3072},
    "Length mismatch: Expected axis has 5 elements, new values have 14 elements": {"features": 13},
}


@pytest.mark.parametrize("said", FAILURES)
def test_a_failure_tells_the_shape_that_data_should_have(said):
    found = fitted(Shape(48), said, {784}, {10})
    assert {name: getattr(found, name) for name in FAILURES[said]} == FAILURES[said]
    assert found != Shape(48)


def test_a_part_to_test_with_has_rows_of_its_own():
    said = "cannot reshape array of size 47040000 into shape (10000,784)"
    assert fitted(Shape(60_000), said, {784}, {10}) == Shape(60_000, tested=10_000)
    made_up = MadeUp()
    made_up.shape = Shape(60_000, tested=10_000)
    (X, y), (tested, labels) = made_up.load_data()
    assert [len(part) for part in (X, y, tested, labels)] == [60_000, 60_000, 10_000, 10_000]


def test_a_table_that_is_taken_with_its_classes_has_as_many_columns_as_the_weights_take():
    said = "shapes (100,11) and (5,1) not aligned: 11 (dim 1) != 5 (dim 0)"
    assert fitted(Shape(48), said, {4}, {2}) == Shape(48, features=11)
    assert fitted(Shape(48), said, {6}, {2}) is None


@pytest.mark.parametrize(
    "names",
    [["label", "a", "b"], ["a", "b", "species"], ["letter", "a", "b"], ["a", "b", "c"]],
)
def test_named_columns_hold_whole_classes(names):
    table = MadeUp().read_csv("nowhere.csv", names=names)
    word = next((name for name in names if name in ("label", "species", "letter")), names[-1])
    assert set(table[word].to_numpy()) == {0, 1}
    assert table[word].to_numpy().dtype.kind == "i"
    assert table["b"].to_numpy().dtype.kind == "f"


@pytest.mark.parametrize(
    "said",
    [
        "size 3 is different from 5",
        "operands could not be broadcast together with shapes (2,3) (4,5)",
        "cannot reshape array of size 37632 into shape (999999999,784)",
        "name 'X' is not defined",
    ],
)
def test_other_failures_tell_nothing(said):
    assert fitted(Shape(48), said, {784}, {10}) is None


def test_a_later_part_than_there_is_is_there():
    plain = np.arange(12.0).reshape(6, 2)
    few = plain.view(Rows)
    for index in (slice(2, 4), 1, (slice(None), 0), few[:, 0] > 3):
        np.testing.assert_array_equal(few[index], plain[index])
    assert few[50_000:].shape == (3, 2)
    assert few[[9_999, 3]].shape == few[60_000:60_002].shape == (2, 2)
    assert (few / 2)[:, 700:].shape == (6, 1)
    assert len(list(few)) == 6
    assert isinstance(few.sum(), float)


def test_data_that_may_be_a_table_give_their_rows_as_one():
    data = MadeUp().fetch_openml("mnist_784").data
    assert data.to_numpy().shape == data.values.shape == (48, 784)


def test_tables_that_everybody_knows_are_themselves():
    names, rows = known_table("C:\\data\\Iris.csv")
    assert (len(names), len(rows), rows[-1][-1]) == (5, 150, "Iris-virginica")
    assert len(known_table("wdbc.data")[1][0]) == 32
    assert known_table("winequality.csv") is known_table("passengers.csv") is None


@pytest.mark.parametrize(("names", "is_known"), [("abcde", True), ("abc", False)])
def test_a_known_table_is_itself_under_as_many_names_of_the_program(names, is_known):
    table = MadeUp().read_csv("https://somewhere.org/iris.data", names=list(names))
    assert list(table.columns) == list(names)
    assert ("Iris-virginica" in set(table[names[-1]])) == is_known


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("if sys.argv[1] == 'test': pass\nelif sys.argv[1] == 'train': pass", ["train"]),
        ("if len(sys.argv) != 4: sys.exit()", 3),
        ("if sys.argv[1] not in ['knn', 'mlp', 'all']: raise ValueError", ["mlp"]),
        ("from sys import argv\nopen(argv[2])", 2),
        ("if sys.argv[1] != '--data': sys.exit()", ["--data"]),
        ("print(sys.version)", 0),
    ],
)
def test_arguments_are_as_many_as_a_program_looks_for(text, wanted):
    found = arguments.wanted(ast.parse(text))
    assert found == wanted if isinstance(wanted, list) else len(found) == wanted
    assert all(int(each) == 3 for each in found if isinstance(each, arguments.Given))


def test_arguments_that_must_be_given_are_made_up(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["program.py"])
    monkeypatch.setattr(argparse.ArgumentParser, "error", arguments.no_error)
    real = argparse.ArgumentParser.parse_known_args
    monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", arguments.filled(real))
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--hidden", type=int, nargs="+", required=True)
    parser.add_argument("--loss", choices=["mse", "bce"], required=True)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("show")
    commands.add_parser("train").add_argument("rate", type=float)
    found = parser.parse_args()
    assert vars(found) == {
        "epochs": 7, "hidden": [6, 10], "loss": "mse", "command": "train", "rate": 0.1,
    }  # fmt: skip
    assert arguments.needed(lambda data, rate=3: data).keys() == {"data"}
    assert arguments.needed(lambda n_epochs, hidden_dim: 0) == {"n_epochs": 3, "hidden_dim": 6}


def test_options_are_made_up_once_a_program_does_nothing_without(monkeypatch):
    program = ast.parse("import getopt\noptions, _ = getopt.getopt(sys.argv[1:], 'hr:n:')")
    monkeypatch.setattr(sys, "argv", ["program.py"])
    monkeypatch.setattr(arguments, "OPTIONS", [])
    ask = arguments.opted(getopt.getopt)
    assert ask([], "hr:n:", ["data=", "quiet"]) == ([], [])
    assert arguments.give(program)
    assert not arguments.give(program)
    options, rest = ask([], "hr:n:", ["data=", "quiet"])
    assert [name for name, _ in options] == ["-r", "-n", "--data"]
    assert (float(options[0][1]), int(options[1][1]), rest) == (0.1, 3, [])
    assert ask(["-r", "2"], "hr:n:") == ([("-r", "2")], [])


WORDS = """\
import math, sys
weights, rate = [0.0, 0.0], 0.3
for line in open(sys.argv[1]):
    *row, wanted = map(int, line.split())
    out = 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row))))
    for n in range(2):
        weights[n] += rate * (wanted - out) * out * (1 - out) * row[n]
"""


def test_a_program_that_cannot_read_a_file_as_its_argument_is_given_another(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(WORDS)
    (tmp_path / "train_names.txt").write_text("Ada 3.5 1\n")
    report = check_file(path, seed=7)
    assert report.failure is None  # nobody gave it that file
    assert "they were made up" in str(report)
    (tmp_path / "points.txt").write_text("1 2 1\n2 1 0\n3 1 0\n1 3 1\n" * 3)
    report = check_file(path, seed=7)
    assert report.outcome == "right", report


def test_text_files_hold_whole_numbers_where_a_program_takes_no_others(tmp_path):
    made_up = MadeUp(str(tmp_path))
    assert "." in made_up.file("points.txt").read()
    made_up.is_whole = True
    rows = [list(map(int, line.split(","))) for line in made_up.file("points.txt")]
    assert len(set(map(tuple, rows))) > 10


def test_what_comes_of_a_list_is_gone_through_or_asked_for_anything():
    made = StubModule("lost_library").Table(["epoch", "loss"])
    assert list(made) == ["epoch", "loss"]
    assert np.array(StubModule("lost_library").bar([3.0, 4.0])).sum() == 7
    made.add_row([1, 0.5]).also(made)


def test_what_a_missing_library_would_shuffle_stays_as_it_is():
    X, y = np.arange(6).reshape(3, 2), np.arange(3)
    library = StubModule("lost_library")
    together = library.shuffle_in_unison(arrays=[X, y], random_seed=3)
    assert [each is one for each, one in zip(together, (X, y), strict=True)] == [True, True]
    assert library.tools.shuffled(X) is X
    assert library.shuffle(["a", "b"]) == ["a", "b"]


def test_an_argument_is_the_word_that_a_program_compares_it_with():
    given = arguments.Given("mode")
    assert given not in ("predict", "x.csv")
    assert given == "train"
    assert given != "show"


def test_an_argument_that_is_one_of_some_words_has_its_letters():
    given = arguments.Given("dataset")
    assert given in ("example1", "example2")
    assert (given[-1], f"{given}") == ("1", "example1")


def test_the_table_of_an_argument_is_the_one_that_it_names(tmp_path, monkeypatch):
    for name in ("dev_targets.txt", "a_train_features.txt", "train_targets.txt"):
        (tmp_path / name).write_text("1")
    monkeypatch.chdir(tmp_path)
    assert arguments.a_file("train_target") == "train_targets.txt"
    assert arguments.a_file("dev_target") == "dev_targets.txt"
    assert arguments.a_file("train_feat") == "a_train_features.txt"
    assert arguments.a_file("devtarget") == "dev_targets.txt"


@pytest.mark.parametrize(("source", "most"), [("x = x / 255", 255), ("normalization = 3", 1)])
def test_pictures_are_as_bright_as_a_program_counts_on(source, most, tmp_path):
    (tmp_path / "program.py").write_text(source)
    assert MadeUp(str(tmp_path)).array("mnist_train.txt").max(axis=0)[1:].max() == most


def test_files_named_by_another_path_are_found(tmp_path):
    (tmp_path / "data" / "b").mkdir(parents=True)
    for folder in ("data", "data/b"):
        (tmp_path / folder / "Points.csv").write_text(folder)
    found = elsewhere(r"C:\me\b\points.csv", str(tmp_path))
    assert found == str(tmp_path / "data/b/Points.csv")
    assert elsewhere("other.csv", str(tmp_path)) is elsewhere("", str(tmp_path)) is None


def test_matrices_that_lie_in_another_folder_are_read(tmp_path):
    scipy_io = pytest.importorskip("scipy.io")
    (tmp_path / "data").mkdir()
    scipy_io.savemat(tmp_path / "data" / "weights.mat", {"Theta": np.eye(2)})
    loaders = MadeUp(str(tmp_path)).loaders()
    assert loaders["loadmat"]("weights.mat")["Theta"].tolist() == [[1, 0], [0, 1]]


ON_A_PAGE = """
import numpy as np
import streamlit as st
hidden = st.sidebar.slider("hidden units", 2, 20, 4)
rate = st.number_input("rate", 0.01, 1.0, 0.1)
bend = {"tanh": np.tanh, "sine": np.sin}[st.selectbox("activation", ["tanh", "sine"])]
left, right = st.columns(2)
if "seed" not in st.session_state:
    st.session_state.seed = 1
rng = np.random.default_rng(st.session_state.seed)
@st.cache_data
def data(n):
    return rng.normal(size=(n, 3)), rng.normal(size=(n, 2))
X, Y = data(20)
if right.button("train"):
    V, W = rng.normal(size=(3, hidden)), rng.normal(size=(hidden, 2))
    bar = st.progress(0)
    for turn in range(30):
        h = bend(X @ V)
        d2 = (h @ W - Y) / 20
        d1 = d2 @ W.T * (1 - h * h)
        W -= rate * h.T @ d2
        V -= rate * X.T @ d1
        bar.progress(turn)
"""


def test_what_a_page_asks_is_answered_as_it_stands_there(tmp_path):
    path = tmp_path / "page.py"
    path.write_text(ON_A_PAGE, "utf-8")
    report = check(path)
    assert report.outcome == "right", report
    assert "3-4-2" in str(report)


def test_widgets_answer_without_settings_too():
    asked = page()
    assert asked["slider"]("n", 3, 9) == 3
    assert asked["number_input"]("n", min_value=2) == 2
    assert asked["multiselect"]("which", ["a", "b"]) == ["a", "b"]
    assert asked["radio"]("which", ["a", "b"], index=1) == "b"
    assert asked["cache_data"](ttl=5)(len) is len
    assert asked["sidebar"].checkbox("show", True) is True
    assert page()["session_state"] is not asked["session_state"]


class AsksBack:
    """Holds whatever attribute is asked for, as a made-up table does."""

    def __getattr__(self, name):
        raise AssertionError(f"asked for {name}")


def test_what_is_taken_apart_is_asked_for_nothing_itself():
    value = AsksBack()
    assert StandIns().unpacked(1, "read_csv", "table", value) is value


SOFTMAX_OF_TORCH = """\
import torch
import torch.nn.functional as F

class Softmax:
    def __init__(self, n, k):
        self.weights, self.bias = torch.zeros(k, n), torch.zeros(k)

    def train(self, x, y):
        for turn in range(50):
            probas = F.softmax(torch.mm(x, self.weights.t()) + self.bias, dim=1)
            gap = F.one_hot(y, num_classes=3).float() - probas
            self.weights += 0.1 / y.size(0) * torch.mm(x.t(), gap).t()
            self.bias += 0.1 / y.size(0) * torch.sum(gap, dim=0)

Softmax(2, 3).train(torch.randn(100, 2), torch.randint(0, 3, (100,)))
"""


@pytest.mark.parametrize(
    ("do", "found"),
    [
        (lambda t: t.transpose(0, 1), [[1, 4], [2, 5], [3, 6]]),
        (lambda t: t.std(), np.std([1, 2, 3, 4, 5, 6], ddof=1)),
        (lambda t: t.add(t, alpha=2), [[3, 6, 9], [12, 15, 18]]),
        (lambda t: t.squeeze(0), [[1, 2, 3], [4, 5, 6]]),
        (lambda t: t.split(2, dim=1)[1], [[3], [6]]),
        (lambda t: t.chunk(2)[0], [[1, 2, 3]]),
        (lambda t: t.gather(1, [[2], [0]]), [[3], [4]]),
        (lambda t: t.index_select(1, [2, 0]), [[3, 1], [6, 4]]),
        (lambda t: t.scatter(1, [[2], [0]], 9), [[1, 2, 9], [9, 5, 6]]),
        (lambda t: t.masked_fill(t > 4, 0), [[1, 2, 3], [4, 0, 0]]),
        (lambda t: t.argmax(dim=1), [2, 2]),
        (lambda t: t.max(6 - t), [[5, 4, 3], [4, 5, 6]]),
        (lambda t: t.max(dim=1, keepdims=True)[0], [[3], [6]]),
        (lambda t: t.min(1, keepdim=True).values, [[1], [4]]),
        (lambda t: t.max(dim=0).indices, [1, 1, 1]),
        (lambda t: t.min(6 - t), [[1, 2, 3], [2, 1, 0]]),
        (lambda t: t.where(t > 2, 0 * t), [[0, 0, 3], [4, 5, 6]]),
        (lambda t: t.flatten(), [1, 2, 3, 4, 5, 6]),
        (lambda t: t.sub_(1).mul_(2), [[0, 2, 4], [6, 8, 10]]),
        (lambda t: t.var(dim=0, unbiased=False), [2.25, 2.25, 2.25]),
        (lambda t: t.clamp_min(3.0).clamp_max(5.0), [[3, 3, 3], [4, 5, 5]]),
    ],
)
def test_tensors_do_what_pytorch_says_that_its_own_do(do, found):
    made = do(tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    np.testing.assert_allclose(made, found)


@pytest.mark.parametrize(
    ("name", "settings", "variance"),
    [
        ("normal_", {"std": 0.5}, 0.25),
        ("xavier_normal_", {}, 2 / 500),
        ("xavier_uniform_", {"gain": 2.0}, 8 / 500),
        ("kaiming_normal_", {"mode": "fan_out"}, 2 / 200),
        ("kaiming_uniform_", {"a": 1.0}, 1 / 300),
    ],
)
def test_weights_are_drawn_in_place_as_pytorch_draws_them(name, settings, variance):
    weights = tensor(np.zeros((200, 300)))
    drawn = torch_parts.KNOWN[name](weights, **settings)
    assert drawn is weights
    np.testing.assert_allclose(weights.var(), variance, rtol=0.03)


def test_arrays_that_do_not_fit_are_unequal_as_before():
    two, three = np.zeros(2), np.zeros(3)
    assert compared(operator.eq, two, three) is False
    assert compared(operator.ne, two, three) is True
    assert compared(operator.eq, two, np.zeros(2)).tolist() == [True, True]
    with pytest.raises(ValueError, match="broadcast"):
        compared(operator.eq, [two], [three + 1])


def test_tables_take_fractions_and_give_numbers_as_before(monkeypatch):
    pandas = pytest.importorskip("pandas")
    places = type(pandas.DataFrame().loc)
    monkeypatch.setattr(places, "__setitem__", widening(places.__setitem__))
    table = pandas.DataFrame({"a": [1, 2, 4], "b": [1, 2, 3], "kind": ["x", "y", "x"]})
    table.loc[:, "a"] = table["a"] / 4
    table.loc[1, ["a", "b"]] = 0.75, "two"
    assert table["a"].tolist() == [0.25, 0.75, 1]
    assert table["b"].tolist() == [1, "two", 3]
    get_dummies = of_0_and_1(pandas.get_dummies)
    assert get_dummies(table["kind"]).to_numpy().dtype.kind == "u"
    fractions = made_up_table(np.random.default_rng(1).normal(size=(90, 2)), ["hour", "count"])
    assert get_dummies(fractions["hour"]).shape == (90, 3)


CHANGED_IN_PLACE = """\
import math
import torch

torch.set_default_dtype(torch.float64)
x = torch.empty(40, 2).uniform_(0, 1)
inside = [1 if (p - 0.5).pow(2).sum().item() < 1.0 / (2.0 * math.pi) else 0 for p in x]
x.sub_(x.mean()).div_(x.std() + torch.finfo(torch.float64).eps)
w1, b1 = torch.empty(2, 5).normal_(0, 1), torch.zeros(5)
w2, b2 = torch.empty(5, 2).normal_(0, 1), torch.zeros(2)
for turn in range(9):
    for some, kinds in zip(x.split(20), torch.LongTensor(inside).split(20)):
        h = torch.nn.ReLU()(some.mm(w1) + b1)
        out = (h.mm(w2) + b2).tanh()
        wanted = torch.ones(20, 2) * -1
        wanted.scatter_(1, kinds.unsqueeze(1), 1)
        print((out - wanted).pow(2).sum(-1).mean())
        d = 2 * (out - wanted) / 20 * (1 - out**2)
        back = d.mm(w2.t())
        back[h.le(0)] = 0
        w2.sub_(0.1 * h.t().mm(d))
        b2.data -= 0.1 * d.sum(0)
        w1.sub_(0.1 * some.t().mm(back))
        b1.data -= 0.1 * back.sum(0)
"""
OWN_BASE = """\
import numpy as np
from modules.models import Base, Config

class Net(Base):
    def __init__(self, n):
        super().__init__(n, seed=3)
        self.W, self.b = np.random.randn(n, 3), np.zeros(3)
        self.pace = n.pace if isinstance(n, Config) else 0.1

    def fit(self, X, Y):
        for turn in range(30):
            A = np.tanh(X @ self.W + self.b)
            d = (A - Y) / len(X) * (1 - A ** 2)
            self.W -= self.pace * X.T @ d
            self.b -= self.pace * d.sum(0)

X = np.random.randn(9, 4)
Net(4).fit(X, X[:, :3] ** 2)
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("text", "slip"),
    [
        (SOFTMAX_OF_TORCH, ("torch.sum(gap, dim=0)", "torch.sum(gap)")),
        (CHANGED_IN_PLACE, (" * (1 - out**2)", "")),
        (OWN_BASE, (" * (1 - A ** 2)", "")),
    ],
)
def test_what_a_library_only_computes_or_is_inherited_from_is_no_hindrance(text, slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(text)
    assert check_file(path, seed=1977).ok
    path.write_text(text.replace(*slip))
    assert check_file(path, seed=1977).mistake is not None


def test_a_made_up_table_has_the_form_that_was_asked_for(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\n"
        "table = np.loadtxt('mnist_train.csv', dtype=int, delimiter=',', max_rows=40)\n"
        "train_x, targets = table[:, 1:] / 255.0, np.eye(10)[table[:, 0]]\n" + TRAINING
    )
    report = check(path)
    assert report.outcome == "right", report


SAVED = """
import numpy as np
rng = np.random.default_rng(4)
class Net:
    def __init__(self):
        self.V, self.W = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
        kept = np.load("kept.npz")
        self.V = kept["V"]
        self.W = kept["W"]
net = Net()
X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
for _ in range(30):
    h = np.tanh(X @ net.V)
    gap = (h @ net.W - Y) / 20
    back = gap @ net.W.T * (1 - h ** 2)
    net.W -= 0.1 * h.T @ gap
    net.V -= 0.1 * X.T @ back
"""


def test_weights_that_were_saved_are_those_that_the_program_begins_with(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SAVED)
    report = check(path)
    assert report.outcome == "right", report


PILED_UP = """
import numpy as np
rng = np.random.default_rng(4)
train_x, targets = np.empty((0, 400)), np.empty((0, 3))
for line in range(600):
    train_x = np.concatenate((train_x, rng.normal(size=(1, 400)) / 20), axis=0)
    targets = np.concatenate((targets, np.eye(3)[[line % 3]]), axis=0)
"""
OF_MISSING_LIBRARIES = """
import cv2
import idx2numpy
import numpy as np
pictures = idx2numpy.convert_from_file("train-images.idx3-ubyte")
targets = np.eye(10)[idx2numpy.convert_from_file("train-labels.idx1-ubyte")]
train_x = []
for picture in pictures:
    at, dark = cv2.threshold(cv2.resize(picture, (14, 14)), 127, 255, cv2.THRESH_BINARY)
    train_x.append(dark.ravel() / 255)
train_x = np.array(train_x)
"""
MANY = """
import random
def points(count):
    return [[random.random() * 2 - 1 for _ in range(4)] for _ in range(count)]
table = points(400_000)
import numpy as np
train_x = np.array(table[:50])
targets = np.eye(3)[np.arange(50) % 3]
"""


ONE_HOT_BY_ROWS = """
import numpy as np
classes = np.arange(65_000) % 3
targets = np.zeros((classes.size, 3))
for n, row in enumerate(targets):
    row[classes[n]] = 1
train_x, targets = np.random.randn(40, 5), targets[:40]
"""


@pytest.mark.thorough
@pytest.mark.parametrize("data", [PILED_UP, OF_MISSING_LIBRARIES, MANY, ONE_HOT_BY_ROWS])
def test_what_it_takes_to_prepare_data_keeps_nobody_from_the_training(data, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(data + TRAINING)
    report = check(path)
    assert report.outcome == "right", report
    assert ("lowered to 300" in str(report)) == (data == MANY)


OF_PYTHON_2 = """
import gzip
import {module} as cPickle
import numpy as np
with gzip.open("digits.pkl.gz", "rb") as file:
    train_x, labels = cPickle.load(file)
targets = np.eye(3)[labels]
"""


@pytest.mark.parametrize("module", ["cPickle", "six.moves.cPickle"])
def test_what_python_2_pickled_is_read_as_python_2_reads_it(module, tmp_path):
    x = np.random.default_rng(0).normal(size=(50, 4))
    with gzip.open(tmp_path / "digits.pkl.gz", "wb") as file:
        OldPickler(file, 2).dump((x, np.arange(50) % 3))
    path = tmp_path / "program.py"
    path.write_text(OF_PYTHON_2.format(module=module) + TRAINING)
    report = check(path)
    assert report.outcome == "right", report
    assert "made up" not in str(report)


def test_matrices_of_matlab_are_found_where_they_lie(tmp_path):
    savemat(tmp_path / "points.mat", {"X": np.eye(50, 4), "y": np.arange(50)[:, None] % 3})
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nfrom scipy.io import loadmat\n"
        "held = loadmat(r'D:\\me\\points.mat')\n"
        "train_x, targets = held['X'], np.eye(3)[held['y'].ravel()]\n" + TRAINING
    )
    report = check(path)
    assert report.outcome == "right", report
    assert "points.mat is not there" not in str(report)


READ_LINE_BY_LINE = """
table = []
for line in open("points.csv").readlines()[1:]:
    for turn in range(200):
        numbers = [float(word) * 1.0 for word in line.split(",")]
    table.append(numbers)
import numpy as np
train_x = np.array(table)[:50, :4]
targets = np.eye(3)[np.arange(50) % 3]
"""


def test_of_a_long_text_the_program_reads_fewer_lines_where_it_has_no_time_for_all(tmp_path):
    (tmp_path / "points.csv").write_text("a,b,c,d\n" + "0.5,-0.25,0.125,1.5\n1,0,2,-1\n" * 5000)
    path = tmp_path / "program.py"
    path.write_text(READ_LINE_BY_LINE + TRAINING)
    report = check(path)
    assert report.outcome == "right", report
    assert "of points.csv, about 1000 rows were kept" in str(report)


def test_a_long_text_keeps_its_first_line_and_some_of_every_part(tmp_path):
    lines = ["name", *map(str, range(20_000))]
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "long.csv").write_text("\n".join(lines))
    (tmp_path / "short.csv").write_text("a\nb\n")
    assert "long.csv" in shortened(tmp_path, 1000).en
    kept = (tmp_path / "inner" / "long.csv").read_text().splitlines()
    assert kept[0] == "name"
    assert len(kept) == 1 + len(lines[1::20])
    assert set(kept) <= set(lines)
    assert int(kept[-1]) > 19_900
    assert (tmp_path / "short.csv").read_text() == "a\nb\n"
    assert shortened(tmp_path, 1000) is None


def test_a_training_of_single_numbers_is_not_cut_short(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        "import math\nw, v = 0.3, -0.2\nfor turn in range(10_000):\n"
        "    for x, y in ((0.5, 1.0), (-1.0, 0.0)):\n"
        "        a = 1 / (1 + math.exp(-(w * x + v)))\n"
        "        w -= 0.5 * (a - y) * x\n        v -= 0.5 * (a - y)\n"
    )
    report = check(path)
    assert report.outcome == "right", report
    assert "lowered to 300" not in str(report)


def test_python_2_reads_files_by_their_type(tmp_path):
    (tmp_path / "points.txt").write_text("".join(f"{n % 7} {n % 5} {n % 3}\n" for n in range(40)))
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nprint 'reading'\n"
        "table = np.array([map(float, line.split()) for line in file('points.txt')])\n"
        "train_x, targets = table[:, :2] / 7, np.eye(3)[table[:, 2].astype(int)]\n" + TRAINING
    )
    report = check(path)
    assert report.outcome == "right", report


def test_the_words_in_a_table_are_read_as_python_2_and_an_older_numpy_did(tmp_path):
    rows = (f"{n % 7},{n % 5},{('iris', 'rose', 'lily')[n % 3]}\n" for n in range(40))
    (tmp_path / "flowers.txt").write_text("".join(rows))
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nprint 'reading'\n"
        "train_x = np.ndfromtxt('flowers.txt', delimiter=',', usecols=(0, 1)) / 7\n"
        "names = np.ndfromtxt('flowers.txt', delimiter=',', dtype=\"string\", usecols=2)\n"
        "targets = (names[:, None] == ['iris', 'rose', 'lily']) * 1.0\n" + TRAINING
    )
    report = check(path)
    assert report.outcome == "right", report
    assert "made up" not in str(report)


GOES_BACK_FROM_OUTPUTS = """
import numpy as np
class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(k, n) for n, k in zip(sizes, sizes[1:])]
        self.gradients = {}
    def forward(self, X):
        self.X, self.H = X, np.tanh(np.dot(self.W[0], X))
        return 1 / (1 + np.exp(-np.dot(self.W[1], self.H)))
    def backward(self, A, Y):
        m = A.shape[1]
        dZ = (A - Y) / m
        self.gradients["dW2"] = np.dot(dZ, self.H.T)
        self.gradients["dW1"] = np.dot(np.dot(self.W[1].T, dZ) * (1 - self.H ** 2), self.X.T)
"""


@pytest.mark.parametrize("slip", ["", " * (1 - self.H ** 2)"])
def test_a_method_that_goes_back_is_given_what_went_forward(slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(GOES_BACK_FROM_OUTPUTS.replace(slip or "nothing", ""))
    report = check(path)
    assert report.outcome == ("wrong" if slip else "right"), report


def test_more_samples_than_there_are_are_not_handed_out_many_times_over():
    samples = np.arange(10).reshape(5, 2).view(Rows)
    assert samples[range(49_000)].tolist() == samples.tolist()
    assert samples[np.arange(49_000)].tolist() == samples.tolist()
    assert len(samples[list(range(100, 300))]) == 200


PASTED = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

W1, W2 = np.random.randn(30, 5), np.random.randn(5, 1)
for i in range(epochs):
    h = sigmoid(X_train @ W1)
    a = sigmoid(h @ W2)
    d2 = (a - y_train) / len(X_train)
    d1 = d2 @ W2.T * h * (1 - h)
    W2 -= alpha * h.T @ d2
    W1 -= alpha * X_train.T @ d1
    print(i, cost(a, y_train))
"""


def test_a_paste_without_its_data_is_run_on_others(tmp_path):
    path = tmp_path / "paste.py"
    path.write_text(PASTED)
    assert check(path).outcome == "right"
    path.write_text(PASTED.replace(" * h * (1 - h)", ""))
    assert check(path).mistake == "derivative_left_out"


PASTED_WITHOUT_ITS_TABLE = """
import numpy as np
np.random.seed(4)
x, y = np.random.rand(50, 1), np.random.rand(50, 1)
x = table["angle"].values.reshape(50, 1)
y = table["height"].values.reshape(50, 1)
inner, outer = np.random.rand(1, 3), np.random.rand(3, 1)
for turn in range(500):
    h = 1 / (1 + np.exp(-x.dot(inner)))
    out = 1 / (1 + np.exp(-h.dot(outer)))
    top = (out - y) * out * (1 - out)
    low = top.dot(outer.T) * h * (1 - h)
    outer -= h.T.dot(top) * 0.1
    inner -= x.T.dot(low) * 0.1
"""


def test_a_paste_without_its_table_is_run_on_one_with_the_columns_that_it_names(tmp_path):
    path = tmp_path / "paste.py"
    path.write_text(PASTED_WITHOUT_ITS_TABLE)
    assert check(path).outcome == "right"
    path.write_text(PASTED_WITHOUT_ITS_TABLE.replace("-= ", "+= "))
    assert check(path).mistake == "sign"


def test_what_a_paste_lacks_is_made_up_by_its_name():
    made_up = MadeUp()
    found = supplied(ast.parse(PASTED), made_up)
    assert set(found) == {"X_train", "y_train", "epochs", "alpha", "cost"}
    assert found["X_train"].shape == (48, 4)
    assert set(found["y_train"]) == {0, 1}
    made_up.shape = replace(made_up.shape, features=30, column=True)
    found = supplied(ast.parse(PASTED), made_up)
    assert found["X_train"].shape == (48, 30)
    assert found["y_train"].shape == (48, 1)
    assert len(made_up.notes) == len(found)


def test_what_is_left_out_of_a_paste_is_no_mistake_and_a_slip_is_one(tmp_path):
    path = tmp_path / "paste.py"
    path.write_text("import numpy as np\nW = np.zeros(3)\nstart(W)\nW = W - gradient_of(W)\n")
    assert check(path).unread is not None
    path.write_text("import numpy as np\nweights = np.zeros(3)\nweights = weigths - 1\n")
    assert check(path).unread is None


UNCALLED = """
import numpy as np

def step(X, y, theta, rate, times=3):
    for i in range(times):
        a = X @ theta
        theta -= rate * X.T @ (a - y) / len(X)
    return theta

X = np.random.randn(9, 4)
y = np.random.randn(9, 1)
theta = np.random.randn(4, 1)
rate = 0.01
"""


LOSS_THAT_FAILS = """\
import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(9, 3))
Y = (X[:, :1] > 0) * 1.0
w, b, losses = rng.normal(size=(3, 1)), 0.0, []
for turn in range(20):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    norm = 0.5 * np.sum(old_weights ** 2)
    loss = np.mean((a - Y) ** 2) + 0.01 * norm
    losses.append(loss)
    print(turn, loss)
    d = (a - Y) * a * (1 - a)
    w -= 0.5 * X.T @ d
    b -= 0.5 * d.sum()
"""


@pytest.mark.parametrize("slip", [None, ("w -= 0.5", "w += 0.5")])
def test_what_fails_and_is_only_shown_keeps_nobody_from_the_training(slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(LOSS_THAT_FAILS.replace(*(slip or ("", ""))))
    report = check_file(path, seed=7)
    assert report.outcome == ("right" if slip is None else "wrong"), report
    assert "old_weights" in str(report)


def test_a_function_nobody_calls_is_called_on_variables_of_its_arguments_names(tmp_path):
    path = tmp_path / "uncalled.py"
    path.write_text(UNCALLED)
    assert check(path).outcome == "right"
    path.write_text(UNCALLED.replace("- rate *", "-rate * 2 *").replace("(a - y)", "(y - a)"))
    assert check(path).mistake == "sign"


def test_what_fails_in_a_module_of_the_program_is_left_out(tmp_path):
    (tmp_path / "tools.py").write_text("pairs = [other]\ndef half(x):\n    return x / 2\n")
    halved = UNCALLED.replace("rate * X.T", "half(rate) * X.T")
    path = tmp_path / "program.py"
    path.write_text(f"from tools import half\n{halved}step(X, y, theta, rate)\n")
    assert check(path).outcome == "right"
    path.write_text(path.read_text().replace("(a - y)", "(y - a)"))
    assert check(path).mistake == "sign"


@pytest.mark.parametrize("slip", [False, True])
def test_what_has_lost_a_value_of_its_own_is_accused_of_nothing(slip, tmp_path):
    (tmp_path / "tools.py").write_text(
        "scale = other\nnumbers = [scale]\ndef half(x):\n    return x / 2\n"
    )
    wrong = UNCALLED.replace("(a - y)", "(y - a)") if slip else UNCALLED
    path = tmp_path / "program.py"
    path.write_text(f"from tools import half\n{wrong}step(X, y, theta, half(rate))\n")
    report = check(path)
    assert report.outcome == ("not_read" if slip else "right")
    assert not slip or "name 'other' is not defined" in report.unread.en


FOLDERS = """
import os
import numpy as np
from PIL import Image

X, y = [], []
kinds = [name for name in os.listdir("pets") if os.path.isdir(os.path.join("pets", name))]
for number, kind in enumerate(sorted(kinds)):
    for name in os.listdir(os.path.join("pets", kind)):
        picture = Image.open(os.path.join("pets", kind, name)).convert("L").resize((6, 5))
        X.append(np.asarray(picture, dtype=float).ravel() / 255)
        y.append(number)
X, Y = np.array(X), np.eye(len(kinds))[y]
W1, W2 = np.random.randn(30, 4), np.random.randn(4, len(kinds))
for i in range(20):
    h = np.tanh(X @ W1)
    d2 = (h @ W2 - Y) / len(X)
    d1 = d2 @ W2.T * (1 - h ** 2)
    W2 -= 0.1 * h.T @ d2
    W1 -= 0.1 * X.T @ d1
"""


def test_folders_of_pictures_are_made_up(tmp_path):
    path = tmp_path / "pets.py"
    path.write_text(FOLDERS)
    report = check(path)
    assert report.outcome == "right", report
    assert report.network.sizes == (30, 4, 2)
    path.write_text(FOLDERS.replace(" * (1 - h ** 2)", ""))
    assert check(path).mistake == "derivative_left_out"


PLAIN_NUMBERS = """
import numpy as np
with open("train-images.idx3-ubyte") as file:
    ink = np.fromfile(file=file, dtype=np.uint8)[16:].reshape(-1, 784) / 255
with open("train-labels.idx1-ubyte") as file:
    said = np.eye(10)[np.fromfile(file, np.uint8)[8:]]
pull = np.zeros((784, 10))
for turn in range(20):
    grown = np.exp(ink @ pull)
    pull -= 0.1 * ink.T @ (grown / grown.sum(axis=1, keepdims=True) - said) / len(ink)
"""


def test_plain_numbers_of_a_missing_file_that_is_opened_as_a_text_are_made_up(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PLAIN_NUMBERS)
    report = check(path)
    assert report.outcome == "right"
    assert report.network.sizes == (784, 10)


def test_folders_are_made_up_for_a_loader_in_a_package(tmp_path):
    reading, training = FOLDERS.split("W1, W2 =")
    (tmp_path / "loading").mkdir()
    (tmp_path / "loading" / "pets.py").write_text(reading)
    path = tmp_path / "train.py"
    path.write_text("from loading.pets import *\nW1, W2 =" + training)
    assert check(path).network.sizes == (30, 4, 2)


IN_COLOURS = FOLDERS.replace('.convert("L").resize((6, 5))', "")


@pytest.mark.parametrize("pixels", [3072, 1200])
def test_pictures_are_as_large_as_the_weights_want_them(pixels, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(IN_COLOURS.replace("randn(30, 4)", f"randn({pixels}, 4) / 60"))
    report = check(path)
    assert report.outcome == "right", report
    assert report.network.sizes == (pixels, 4, 2)


def test_a_picture_that_is_wanted_in_grey_lies_so_in_its_file():
    made_up = DataSets()
    readers = [made_up.album.offered(name)["imread"] for name in ("matplotlib", "cv2")]
    assert [read("three.png").shape for read in readers] == [(64, 64, 3)] * 2
    assert made_up.adapts("cannot reshape array of size 12288 into shape (784,)")
    assert [read("three.png").shape for read in readers] == [(28, 28), (28, 28, 3)]


def test_a_pattern_finds_pictures_only_where_there_is_no_folder(tmp_path):
    program = {"__name__": "program", RECORDER: None}
    made_up = MadeUp()
    find = Folders(made_up, made_up.text).finding(glob.glob)
    names = eval("find('own/my_?.png')", {**program, "find": find})
    assert names[:2] == ["own/my_0.png", "own/my_1.png"]
    assert eval(f"find('{tmp_path}/*.png')", {**program, "find": find}) == []


IDX = """
from idx2numpy import convert_from_file
import numpy as np
with open("train-images.idx3-ubyte", "rb") as pictures:
    train_x = convert_from_file(pictures)[:40].reshape(-1, 784) / 255
targets = np.eye(10)[convert_from_file("train-labels.idx1-ubyte")[:40]]
"""


def test_files_of_mnist_are_read_without_the_library_for_them(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(IDX + TRAINING)
    assert check(path).outcome == "right"


def test_what_is_unpickled_of_a_made_up_file_comes_to_an_end():
    load = MadeUp().unpickled(pickle.load)
    file = MissingBytes(b"", "batches.dat")
    assert all(len(load(file)) == 3 for _ in range(MOST_LOADS))
    with pytest.raises(EOFError):
        load(file)


def test_a_class_of_two_hidden_layers_by_default_is_given_two(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(TWO_HIDDEN)
    assert check(path).outcome == "right"
    path.write_text(TWO_HIDDEN.replace("d1.T @ X", "d1.T @ X / len(X)"))
    assert check(path).outcome == "wrong"


TWO_HIDDEN = """
import numpy as np

class Model:
    def __init__(self, n_inputs, n_outputs, hidden_layers=[32, 16]):
        sizes = [n_inputs, hidden_layers[0], hidden_layers[1], n_outputs]
        self.W1, self.W2, self.W3 = (np.random.randn(a, b) for a, b in zip(sizes[1:], sizes))

    def train(self, X, y, epochs):
        for i in range(epochs):
            h1 = np.tanh(X @ self.W1.T)
            h2 = np.tanh(h1 @ self.W2.T)
            d3 = (h2 @ self.W3.T - y) / len(X)
            d2 = d3 @ self.W3 * (1 - h2 ** 2)
            d1 = d2 @ self.W2 * (1 - h1 ** 2)
            self.W3 -= 0.1 * d3.T @ h2
            self.W2 -= 0.1 * d2.T @ h1
            self.W1 -= 0.1 * d1.T @ X
"""


MAKES_A_FOLDER = """
import os
import numpy as np

def main():
    os.mkdir("results")
    units = int(input("how many hidden units? "))
    if units < 2:
        raise ValueError("at least two")
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 4)), rng.normal(size=(20, 2))
    W1, W2 = rng.normal(size=(4, units)), rng.normal(size=(units, 2))
    for _ in range(100):
        H = np.tanh(X @ W1)
        D = (H @ W2 - Y) / len(X)
        dW2, dW1 = H.T @ D, X.T @ (D @ W2.T * (1 - H ** 2))
        W1 -= 0.1 * dW1
        W2 -= 0.1 * dW2

main()
"""


def test_a_folder_that_a_program_makes_is_not_there_when_it_runs_again(tmp_path):
    (tmp_path / "train.py").write_text(MAKES_A_FOLDER)
    report = check(tmp_path / "train.py")
    assert report.ok, str(report)
    assert "FileExistsError" not in str(report)


ADDS_UP = """
import numpy as np
from sklearn.datasets import make_blobs

X, y = make_blobs(n_samples=8000, centers=[(-1, -1), (1, 1)], random_state=3)
rng = np.random.default_rng(0)
W = [rng.normal(size=(2, 5)), rng.normal(size=(5, 1))]


def backward(x, t):
    h = np.tanh(x @ W[0])
    p = 1 / (1 + np.exp(-h @ W[1]))
    d = p - t
    return [x.T @ (d @ W[1].T * (1 - h ** 2)), h.T @ d]


for epoch in range(100):
    dW = None
    for i in range(len(X)):
        new = backward(X[np.newaxis, i], y[i])
        if dW is None:
            dW = new
        else:
            for l in range(2):
                dW[l] = dW[l] + new[l]
    for l in range(2):
        W[l] = W[l] - 0.1 * dW[l] / len(X)
"""


@pytest.mark.thorough
@pytest.mark.parametrize("slip", [None, ("(1 - h ** 2)", "(1 - h)")])
def test_of_very_many_samples_whose_gradients_are_added_up_fewer_are_made(slip, tmp_path):
    (tmp_path / "train.py").write_text(ADDS_UP if slip is None else ADDS_UP.replace(*slip))
    report = check(tmp_path / "train.py")
    assert report.ok == (slip is None), str(report)
    assert report.unread is None


WINDOW = """
import tkinter as tk

class Window(tk.Tk):
    def __init__(self, title):
        super().__init__()
        self.title(title)
        self.protocol("WM_DELETE_WINDOW", self.quit)

Window("training").mainloop()
"""


def test_a_window_of_a_class_of_its_own_is_asked_for_anything(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        WINDOW + "import numpy as np\ntrain_x = np.random.randn(9, 2)\n"
        "targets = np.eye(3)[np.arange(9) % 3]\n" + TRAINING
    )
    report = check(path)
    assert report.outcome == "right", report


def test_a_function_that_needs_nothing_and_that_nobody_calls_is_called(tmp_path):
    path = tmp_path / "program.py"
    lines = TRAINING.strip().replace("\n", "\n    ")
    path.write_text(
        "import numpy as np\ndef perceptron(seed=4):\n    np.random.seed(seed)\n"
        "    train_x, targets = np.random.randn(9, 2), np.eye(3)[np.arange(9) % 3]\n    " + lines
    )
    report = check(path)
    assert report.outcome == "right", report
    assert "does not call perceptron" in str(report)


BY_PICTURES = """
import numpy as np
from matplotlib import animation, pyplot as plt
class Net:
    def __init__(self, V, W):
        self.V, self.W = V, W
    def show(self, X, Y):
        figure, axes = plt.subplots()
        def picture(frame, rate):
            H = np.tanh(X @ self.V)
            gap = (H @ self.W - Y) / len(X)
            back = gap @ self.W.T SLOPE
            self.W -= rate * H.T @ gap
            self.V -= rate * X.T @ back
            axes.set_title(f"{np.sum((H @ self.W - Y) ** 2) / 2 / len(X):.3f}")
        moving = animation.FuncAnimation(figure, picture, frames=50, fargs=(0.1,))
        moving.save("net.mp4")
def main():
    X, V, W = np.random.randn(9, 2), np.random.randn(2, 5), np.random.randn(5, 3)
    Net(V, W).show(X, np.eye(3)[np.arange(9) % 3])
"""
"""It trains a step for every picture; another program imports it."""


@pytest.mark.parametrize(
    ("slope", "outcome"), [("* (1 - H ** 2)", "right"), ("* H * (1 - H)", "wrong")]
)
def test_what_trains_while_it_draws_in_a_main_that_nobody_calls_is_seen(slope, outcome, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(BY_PICTURES.replace("SLOPE", slope))
    report = check(path)
    assert report.outcome == outcome, report
    assert "does not call main" in str(report)


def test_a_picture_that_fails_ends_its_animation_and_nothing_else(tmp_path):
    path = tmp_path / "program.py"
    drawing = (
        "from matplotlib.animation import FuncAnimation\nFuncAnimation(None, lambda n: 1 / 0)\n"
    )
    path.write_text(
        drawing + "import numpy as np\ntrain_x = np.random.randn(9, 2)\n"
        "targets = np.eye(3)[np.arange(9) % 3]\n" + TRAINING
    )
    assert check(path).outcome == "right"


LEFT_UNCALLED = """
import numpy as np

def train(layout, pace=0.3, turns=40):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(30, layout[0]))
    Y = (X[:, :1] > 0) * 1.0
    W = [rng.normal(size=pair) * 0.7 for pair in zip(layout[:-1], layout[1:])]
    for turn in range(turns):
        hidden = np.tanh(X @ W[0])
        out = 1 / (1 + np.exp(-hidden @ W[1]))
        top = (out - Y) / len(X)
        low = top @ W[1].T * (1 - hidden ** 2)
        W[1] = W[1] - pace * hidden.T @ top
        W[0] = W[0] - pace * X.T @ low
    return W

def test(layout):
    print(len(layout))

layout = 4, 5, 1
# train(layout)
test(layout)
"""


def test_a_training_that_nobody_calls_takes_the_settings_of_the_program(tmp_path):
    path = tmp_path / "settings.py"
    path.write_text(LEFT_UNCALLED)
    report = check(path)
    assert report.outcome == "right"
    assert "does not call train" in str(report)
    path.write_text(LEFT_UNCALLED.replace(" * (1 - hidden ** 2)", ""))
    assert check(path).mistake == "derivative_left_out"


LEARNS_BY_CHOICE = """
import numpy as np

rng = np.random.default_rng(2)
W1, W2 = rng.normal(size=(4, 5)), rng.normal(size=(5, 1))
X = rng.normal(size=(30, 4))
Y = (X[:, :1] > 0) * 1.0

def read(X):
    hidden = np.tanh(X @ W1)
    return hidden, 1 / (1 + np.exp(-hidden @ W2))

choice = int(input("1: read  2: learn again "))
if choice == 1:
    print(read(X)[1])
elif choice == 2:
    for turn in range(50):
        hidden, out = read(X)
        top = (out - Y) / len(X)
        low = top @ W2.T * (1 - hidden ** 2)
        W2 -= 0.3 * hidden.T @ top
        W1 -= 0.3 * X.T @ low
else:
    print("not a choice")
"""


def test_a_program_that_learns_by_another_choice_is_asked_for_it(tmp_path):
    path = tmp_path / "choices.py"
    path.write_text(LEARNS_BY_CHOICE)
    assert check(path).outcome == "right"
    path.write_text(LEARNS_BY_CHOICE.replace(" * (1 - hidden ** 2)", ""))
    assert check(path).mistake == "derivative_left_out"


NO_LAYERS_BY_DEFAULT = """
import numpy as np
class Net:
    def __init__(self, layers=None):
        self.W = [np.random.randn(n, k) for n, k in zip(layers or [], (layers or [])[1:])]
    def train(self, X, Y, rate=0.1):
        H = np.tanh(X @ self.W[0])
        gap = H @ self.W[1] - Y
        back = gap @ self.W[1].T * (1 - H ** 2)
        self.W[1] = self.W[1] - rate * H.T @ gap
        self.W[0] = self.W[0] - rate * X.T @ back
"""


def test_a_network_that_has_no_layers_by_default_is_given_some(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(NO_LAYERS_BY_DEFAULT)
    report = check(path)
    assert report.outcome == "right", report


ONE_OUTPUT = """\
import numpy as np
import pandas as pd

table = pd.read_csv("train.csv").to_numpy()
X, Y = table[:, 1:].T / 255, table[:, :1].T.astype(np.uint8)
m = X.shape[1]
W1, b1 = 0.01 * np.random.randn(5, len(X)), np.zeros((5, 1))
W2, b2 = 0.1 * np.random.randn(1, 5), np.zeros((1, 1))
for turn in range(9):
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    dZ2 = ((1 - Y) / (1 - A2) - Y / A2) * A2 * (1 - A2)
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    W2, b2 = W2 - 0.1 * dZ2 @ A1.T / m, b2 - 0.1 * dZ2.sum(1, keepdims=True) / m
    W1, b1 = W1 - 0.1 * dZ1 @ X.T / m, b1 - 0.1 * dZ1.sum(1, keepdims=True) / m
"""


def test_a_single_output_tells_two_made_up_classes_apart(tmp_path):
    path = tmp_path / "cats.py"
    path.write_text(ONE_OUTPUT)  # 1 - 5 is 252 among numbers of eight bits
    report = check_file(path, seed=3)
    assert report.ok
    path.write_text(ONE_OUTPUT.replace(" * (1 - A1**2)", ""))
    assert check_file(path, seed=3).mistake == "derivative_left_out"


def test_a_program_that_picks_one_class_of_ten_keeps_them(tmp_path):
    path = tmp_path / "sevens.py"
    picked = ONE_OUTPUT.replace("table[:, :1].T.astype(np.uint8)", "(table[:, :1].T == 7) * 1")
    path.write_text(picked.replace("A1**2", "np.tanh(A1) ** 2"))
    assert check_file(path, seed=3).mistake == "derivative_at_activation"


def test_a_folder_is_no_file_however_often_one_asks(tmp_path):
    (tmp_path / ".github").mkdir()
    path = tmp_path / "straight.py"
    asks = 'import os\nassert not os.path.isfile("../elsewhere/.github")\n'
    path.write_text(asks + ONE_OUTPUT)
    assert check_file(path, seed=3).ok


@pytest.mark.parametrize("product", ["X @ W", "(W.T @ X.T).T", "X.dot(W)", "W.T.dot(X.T).T"])
@pytest.mark.parametrize("width", [3, 4])
def test_a_table_without_classes_is_made_up_where_they_stand_in_another_file(
    product, width, tmp_path
):
    path = tmp_path / "program.py"
    path.write_text(APART.replace("X @ W", product).replace("randn(3", f"randn({width}"))
    report = check(path)
    assert report.outcome == "right", report


LARGE_BATCHES = """
import numpy as np

def train(X, Y, hidden=600, batch_size=1000):
    V, W = np.random.randn(3, hidden), np.random.randn(hidden, 1) / hidden
    for epoch in range(10):
        for n in range(len(X) // batch_size):
            x, y = (part[n * batch_size : (n + 1) * batch_size] for part in (X, Y))
            h = np.tanh(x @ V)
            error = (h @ W - y) / batch_size
            V, W = V - 0.1 * x.T @ (error @ W.T * (1 - h**2)), W - 0.1 * h.T @ error

X = np.random.randn(2000, 3)
train(X, X.sum(axis=1, keepdims=True))
"""


def test_a_step_of_more_numbers_than_are_looked_at_is_seen_with_smaller_batches(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(LARGE_BATCHES)
    report = check(path)
    assert report.outcome == "right", report
    assert "batches than of 75 samples" in str(report)


FEWER_THAN_A_BATCH = """
import numpy as np
X = np.load("train_images.npy").reshape(-1, 784) / 255
Y = np.eye(10)[np.load("train_labels.npy").astype(int)]
draws = np.random.RandomState(1)
V, W = np.random.randn(784, 5) / 28, np.random.randn(5, 10)

def outputs(X):
    H = np.tanh(X @ V)
    Z = np.exp(H @ W)
    return H, Z / Z.sum(axis=1, keepdims=True)

for epoch in range(100_000):
    order = np.arange(len(X))
    draws.shuffle(order)
    for start in range(0, len(X) - 99, 100):
        x, y = X[order[start : start + 100]], Y[order[start : start + 100]]
        h, p = outputs(x)
        error = (p - y) / 100
        below = error @ W.T * (1 - h**2)
        V, W = V - 0.1 * x.T @ below, W - 0.1 * h.T @ error
    print(epoch, -np.mean(np.log(outputs(X)[1])[Y == 1]))
"""


def test_more_samples_are_made_up_where_they_are_too_few_for_a_batch(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(FEWER_THAN_A_BATCH)
    assert check(path).outcome == "right"
    path.write_text(FEWER_THAN_A_BATCH.replace(" * (1 - h**2)", ""))
    assert check(path).mistake == "derivative_left_out"


TARGETS_ALONE = """
import struct
import numpy as np

def images(name):
    content = open(name, "rb").read()
    n, rows, columns = struct.unpack_from(">iii", content, 4)
    return np.array([list(content[16 + k * 784 : 800 + k * 784]) for k in range(n)]) / 255

X = images("train-images-idx3-ubyte")
Y = np.frombuffer(open("train-labels-idx1-ubyte", "rb").read()[8:], np.uint8)
V, W = np.random.randn(784, 5) / 28, np.random.randn(5, 10)
for epoch in range(9):
    H = np.tanh(X @ V)
    P = np.exp(H @ W) / np.exp(H @ W).sum(axis=1, keepdims=True)
    print(np.mean(np.argmax(P, axis=1) + 0 * Y))
    error = (P - np.eye(10)[Y]) / len(Y)
    below = error @ W.T * (1 - H**2)
    V, W = V - 0.1 * X.T @ below, W - 0.1 * H.T @ error
"""


def test_of_targets_without_their_samples_as_many_are_kept_as_samples_are_made_up(tmp_path):
    labels = np.arange(6000, dtype=np.uint8) % 10
    content = b"\0\0\x08\1" + (6000).to_bytes(4, "big") + labels.tobytes()
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(content)
    path = tmp_path / "program.py"
    path.write_text(TARGETS_ALONE)
    report = check(path)
    assert report.outcome == "right", report
    assert "of train-labels-idx1-ubyte, about 48 rows" in str(report)
    path.write_text(TARGETS_ALONE.replace(" * (1 - H**2)", ""))
    assert check(path).mistake == "derivative_left_out"
