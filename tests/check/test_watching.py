"""Programs that are watched while they run by themselves: right ones are right, slips are named."""

import json
from functools import partial

import pytest

from check.programs import PROGRAMS, SLIPS
from clearprop.check.script import check_file

check = partial(check_file, seed=1977)


@pytest.fixture
def written(tmp_path):
    """Write a program with some of its text replaced, and return its path."""

    def write(name, *replacements):
        text = PROGRAMS[name][0]
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / f"{name}.py"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_programs_are_right(name, written):
    report = check(written(name))
    assert report.outcome == "right", report
    assert report.mistake is None
    activations = [layer.activation.name for layer in report.network.layers]
    assert activations == PROGRAMS[name][1].split()


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_are_named(slip, written):
    name, mistake, *replacements = SLIPS[slip]
    report = check(written(name, *replacements))
    assert report.outcome == "wrong", report
    assert report.mistake == mistake, report


def test_a_common_factor_is_the_learning_rate(written):
    report = check(written("straight", ("0.2 * ", "0.7 * ")))
    assert report.ok
    assert "η = 0.7" in str(report) or "η = 21" in str(report)


def test_the_line_shown_computes_the_first_wrong_array(written):
    report = check(written("straight", (" * soil * (1 - soil)", "")))
    assert "pull = push.dot(second.T)" in report.line


def test_made_up_data_is_said(written):
    report = check(written("one_by_one"))
    assert "mnist_train_small.csv is not there" in str(report)
    assert "编造" in report.text("zh")


def test_python_2_is_said(written):
    assert "this is Python 2" in str(check(written("old_python")))


def test_a_network_in_a_file_of_its_own(tmp_path):
    text = PROGRAMS["objects"][0]
    definitions, training = text.split("np.random.seed(5)")
    package = tmp_path / "parts"
    (package / "nets").mkdir(parents=True)
    (package / "nets" / "__init__.py").write_text("")
    (package / "nets" / "layers.py").write_text(definitions)
    main = package / "lesson" / "train.py"
    main.parent.mkdir()
    head = "import os, sys\nsys.path.append(os.pardir)\nimport numpy as np\n"
    main.write_text(head + "from nets.layers import *\nnp.random.seed(5)" + training)
    assert check(main).outcome == "right"
    (package / "nets" / "layers.py").write_text(
        definitions.replace("return dout * self.on", "return dout")
    )
    report = check(main)
    assert report.mistake == "relu_mask"


def notebook(*cells):
    """Return a notebook with these cells of code."""
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    words = {"cell_type": "markdown", "source": ["# words"], "metadata": {}}
    return json.dumps({"cells": [words, *made], "metadata": {}, "nbformat": 4})


def test_a_notebook_is_read_cell_by_cell(tmp_path):
    path = tmp_path / "homework.ipynb"
    head, loop = PROGRAMS["straight"][0].split("for season")
    path.write_text(notebook("%matplotlib inline\n" + head, "!ls\nfor season" + loop))
    assert check(path).outcome == "right"
    wrong = loop.replace(" * soil * (1 - soil)", "")
    path.write_text(notebook("%matplotlib inline\n" + head, "!ls\nfor season" + wrong))
    report = check(path)
    assert report.mistake == "derivative_left_out"
    assert report.line.startswith("[2] ")


UNREAD = {
    "gradients of PyTorch": """
import torch
w = torch.randn(3, 1, requires_grad=True)
loss = (torch.randn(5, 3).mm(w) - torch.randn(5, 1)).pow(2).sum()
loss.backward()
""",
    "nothing learns": "import numpy as np\nprint(np.ones(3) @ np.ones(3))\n",
    "another network": """
import numpy as np
w = np.random.randn(4, 3)
x, y = np.random.randn(20, 4), np.random.randn(20, 3)
for i in range(50):
    out = np.sin(x @ w) ** 2 + np.cos(x @ w)
    w -= 0.01 * x.T @ np.sign(out - y)
""",
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_cannot_be_read_is_neither_right_nor_wrong(case, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(UNREAD[case])
    report = check(path)
    assert report.outcome == "not_read", report
    assert report.mistake is None
    assert "look at it yourself" in str(report)
    assert "请人工查看" in report.text("zh")


def test_a_program_that_stops_does_not_run(tmp_path):
    path = tmp_path / "program.py"
    path.write_text("import numpy as np\nW = np.ones((2, 3)) @ np.ones((2, 3))\n")
    report = check(path)
    assert report.mistake == "does_not_run"
    assert "line 2" in str(report)
