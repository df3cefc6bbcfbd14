"""Code as people paste it: without its imports, and with its indentation spoiled on the way."""

import ast

import pytest

from clearprop.check.script import check_file
from clearprop.check.script.source.indentation import indented_anew
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
