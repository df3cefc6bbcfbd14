"""Code as people paste it: without its imports, and with its indentation spoiled on the way."""

import ast

import pytest

from clearprop.check.script import check_file
from clearprop.check.script.source.indentation import indented_anew
from clearprop.check.script.source.outside_class import with_methods_inside
from clearprop.check.script.source.reordered import in_order
from clearprop.check.script.source.undefined import undefined
from clearprop.check.script.source.unimported import unimported, with_usual_imports

CLASS = """\
import numpy as np
class Net:
def __init__(self, n, h, o):
    self.V = np.random.randn(n, h)
    self.W = np.random.randn(h, o)
def train(self, X, Y):
      for i in range(9):
          H = np.tanh(X @ self.V)
          d = H @ self.W - Y
          below = d @ self.W.T
         self.V -= 0.01 * X.T @ below
          self.W -= 0.01 * H.T @ d
net = Net(3, 5, 2)
net.train(np.random.randn(20, 3), np.random.randn(20, 2))
"""


def test_a_paste_is_judged_as_its_author_ran_it(tmp_path):
    path = tmp_path / "paste.py"
    path.write_text(CLASS.removeprefix("import numpy as np\n"))
    report = check_file(path, seed=1977)
    assert report.mistake == "derivative_left_out"
    assert report.line == "9: below = d @ self.W.T"
    said = " ".join(note.en for note in report.notes)
    assert "np is used and not imported" in said
    assert "the indentation is not Python's" in said


@pytest.mark.parametrize(
    "text",
    [
        CLASS,
        "  x = 1\n  y = 2\n",
        "x = 1\n    y = 2\n    if y:\n        z = 3\nw = 4\n",
        "if x:\n        y = 2\n    z = 3\n",
        "class A:\n@staticmethod\ndef f():\n    pass\ndef g():\n    pass\na = 1\n",
    ],
)
def test_mended_indentation_changes_no_line_but_for_its_column(text):
    mended = indented_anew(text)
    ast.parse(mended)
    assert [line.strip() for line in mended.splitlines()] == [
        line.strip() for line in text.splitlines()
    ]


@pytest.mark.parametrize("text", ["def f():\nreturn 1\n", "x = (1\n", "x = 1\n"])
def test_what_cannot_be_mended_or_needs_not_stays(text):
    assert indented_anew(text).strip() == text.strip()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f(x):\n    return np.exp(math.pi * x)", ("np", "math")),
        ("import numpy as np\nnp.exp(0)", ()),
        ("from pylab import *\nnp.exp(0)", ()),
        ("def f(np):\n    return np.exp(0)", ()),
        ("random = MyGenerator()\nrandom.next()", ()),
        ("np = 3", ()),
    ],
)
def test_names_of_modules_that_nothing_binds(text, names):
    assert unimported(ast.parse(text)) == names


def test_imports_come_after_what_must_be_first():
    tree = with_usual_imports(ast.parse('"""Text."""\nfrom __future__ import division\nnp.e'))
    assert [type(node).__name__ for node in tree.body] == ["Expr", "ImportFrom", "Import", "Expr"]
    exec(compile(tree, "paste", "exec"), {})


def test_the_methods_of_a_class_that_stand_too_far_out_end_where_a_function_begins():
    text = (
        "class A:\ndef f(self):\n    pass\n@staticmethod\ndef g():\n    pass\ndef h():\n    A()\n"
    )
    inside, outside = ast.parse(indented_anew(text)).body
    assert [node.name for node in inside.body] == ["f", "g"]
    assert outside.name == "h"


def test_a_method_alone_stands_too_far_out_where_what_it_does_stands_inside():
    text = (
        "class A:\n    def f(self):\n        pass\n"
        "def g(self):\n        pass\n    def h(self):\n        pass\n"
    )
    [inside] = ast.parse(indented_anew(text)).body
    assert [node.name for node in inside.body] == ["f", "g", "h"]


NEURON = """
X = np.random.randn(20, 3)
y = (X[:, :1] > 0) * 1.0
V, W = np.random.randn(3, 4), np.random.randn(4, 1)
for _ in range(50):
    H = sigmoid(X @ V)
    A = sigmoid(H @ W)
    d = (A - y) * sigmoid_derivative(A)
    below = d @ W.T * sigmoid_derivative(H)
    W -= 0.1 * H.T @ d
    V -= 0.1 * X.T @ below
"""


def test_functions_of_one_meaning_need_no_definition(tmp_path):
    path = tmp_path / "paste.py"
    path.write_text(NEURON)
    report = check_file(path, seed=1977)
    assert report.outcome == "right", report
    assert "sigmoid, sigmoid_derivative is called and not defined" in str(report)
    path.write_text(NEURON.replace(" * sigmoid_derivative(H)", ""))
    assert check_file(path, seed=1977).mistake == "derivative_left_out"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("relu(z)", {"relu": "np.maximum(z, 0)"}),
        ("sigmoid_prime(zs)", {"sigmoid_prime": "np.exp(-z) / (1 + np.exp(-z)) ** 2"}),
        ("dtanh(self.a1)", {"dtanh": "1 - z ** 2"}),
        ("d_sigmoid(v)", {}),
        ("d_sigmoid(z1) + d_sigmoid(a2)", {}),
        ("sigmoid(z, True)", {}),
        ("from mine import *\nsigmoid(z)", {}),
        ("def f(sigmoid):\n    return sigmoid(1)", {}),
        ("net.sigmoid(z)", {}),
    ],
)
def test_functions_that_nothing_defines(text, found):
    assert undefined(ast.parse(text)) == found


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("a = b\nb = 1", "b = 1\na = b"),
        ("f()\n\ndef f():\n    pass", "def f():\n    pass\nf()"),
        ("C()\nclass C(B):\n    pass", "C()\nclass C(B):\n    pass"),
        ("a = len(b)\nb = np.ones(3)", "b = np.ones(3)\na = len(b)"),
        ("a = b\nb = c", "a = b\nb = c"),
        ("a = sum(x)\nsum = 0\nx = [1]", "x = [1]\na = sum(x)\nsum = 0"),
        ("b = 2\na = b\nb = 1", "b = 2\na = b\nb = 1"),
        ("def f():\n    return b\nb = 1", "def f():\n    return b\nb = 1"),
        ("[b for b in (1, 2)]\nb = 1", "[b for b in (1, 2)]\nb = 1"),
    ],
)
def test_what_stands_behind_its_use_is_taken_before_it(text, ordered):
    assert ast.unparse(in_order(ast.parse(text))) == ast.unparse(ast.parse(ordered))


OUTSIDE = """\
class Net:
    def __init__(self):
        self.W1 = np.random.randn(5, 4) * 0.5
        self.b1 = np.zeros((1, 4))
        self.W2 = np.random.randn(4, 3) * 0.5
        self.b2 = np.zeros((1, 3))

def forward(self, X):
    self.a1 = self.sigmoid(X @ self.W1 + self.b1)
    self.a2 = self.softmax(self.a1 @ self.W2 + self.b2)
    return self.a2

def backward(self, X, y, learning_rate):
    m = X.shape[0]
    dz2 = self.a2 - y
    dz1 = dz2 @ self.W2.T * self.a1 * (1 - self.a1)
    self.W1 -= learning_rate * X.T @ dz1 / m
    self.b1 -= learning_rate * np.sum(dz1, axis=0, keepdims=True) / m
    self.W2 -= learning_rate * self.a1.T @ dz2 / m
    self.b2 -= learning_rate * np.sum(dz2, axis=0, keepdims=True) / m
"""


@pytest.mark.parametrize(
    ("slip", "mistake"), [("", None), (" * self.a1 * (1 - self.a1)", "derivative_left_out")]
)
def test_methods_that_stand_behind_their_class_belong_to_it(tmp_path, slip, mistake):
    path = tmp_path / "paste.py"
    path.write_text(OUTSIDE.replace(slip, "") if slip else OUTSIDE)
    report = check_file(path, seed=1979)
    assert (report.ok, report.mistake) == (mistake is None, mistake)


def test_a_function_that_is_called_by_its_name_stays_outside():
    text = "class A:\n    pass\ndef f(self):\n    return self\nf(A())\n"
    assert ast.unparse(with_methods_inside(ast.parse(text))) == ast.unparse(ast.parse(text))


def test_functions_of_numpy_need_no_name_before_them(tmp_path):
    path = tmp_path / "paste.py"
    path.write_text(CLASS.replace("import numpy as np\n", "Z = zeros(3)\n"))
    report = check_file(path, seed=1982)
    assert report.mistake == "derivative_left_out"
    assert any("zeros is used and not imported" in note.en for note in report.notes)


OF_TABLES = """\
import numpy as np
import pandas as pd
X["one"] = 1.0
y = pd.DataFrame(y, columns=["goal"])
theta = pd.DataFrame(np.random.randn(X.shape[1]), columns=["goal"], index=X.columns)
for turn in range(50):
    error = X.dot(theta) - y
    theta = theta - 0.01 / len(X) * X.T.dot(error)
"""
DATA = """\
import numpy as np
import pandas as pd
X = pd.DataFrame(np.random.default_rng(1).normal(size=(30, 3)), columns=["a", "b", "c"])
y = X["a"] - 2 * X["b"]
"""


@pytest.mark.parametrize("data", ["", DATA])
@pytest.mark.parametrize("slip", [None, ("X.dot(theta) - y", "y - X.dot(theta)")])
def test_tables_that_learn_are_followed_also_without_their_data(data, slip, tmp_path):
    pytest.importorskip("pandas")
    path = tmp_path / "paste.py"
    path.write_text(data + (OF_TABLES if slip is None else OF_TABLES.replace(*slip)))
    report = check_file(path, seed=1977)
    assert report.ok == (slip is None)
    assert report.mistake == (None if slip is None else "sign")
