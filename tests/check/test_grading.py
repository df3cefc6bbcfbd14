"""Marks for a folder of scripts."""

import csv
import io
import shutil
from pathlib import Path

import pytest

import clearprop as cp
from check.attacks import RIGHT, WRONG
from check.test_attacks import with_hook
from clearprop.check.grading import folder as grading
from clearprop.check.grading import grade_folder
from clearprop.check.grading.folder import Mark, as_csv
from clearprop.check.grading.rubric import Rubric, read_rubric
from clearprop.cli.check import check_folder

pytestmark = pytest.mark.long

SCRIPTS = Path(__file__).parent / "scripts"
RUBRIC = """
network = "tanh,sigmoid binary_cross_entropy mean"
seconds = 2

[points]
runs = 2
forward = 2
loss = 1
gradient = 5

[mistakes]
average_missing = 4
"""


@pytest.fixture
def folder(tmp_path):
    """A class: one right, several wrong, some that crash, hang or are no Python at all."""
    moons = (SCRIPTS / "moons.py").read_text("utf-8")
    text = moons.replace("return initialize(2, 4, 1)", "while True: pass")
    scripts = {
        "right": text,
        "unaveraged": text.replace(") / m\n    dZ1", ")\n    dZ1").replace(" / m", ""),
        "no_derivative": text.replace(" * (1 - A1**2)", ""),
        "kills_itself": text.replace("dZ2 = A2 - Y", "import os; os._exit(1)"),
        "hangs": text.replace("dZ2 = A2 - Y\n", "while True: pass\n"),
        "no_python": "this is no Python",
        "other_network": text.replace("np.tanh(Z1)", "sigmoid(Z1)").replace(
            "1 - A1**2", "A1 * (1 - A1)"
        ),
    }
    scripts["unaveraged"] = text.replace("dZ2 = A2 - Y", "dZ2 = (A2 - Y) * m")
    submissions = tmp_path / "class"
    submissions.mkdir()
    for name, script in scripts.items():
        (submissions / f"{name}.py").write_text(script, "utf-8")
    inner = submissions / "late"
    inner.mkdir()
    shutil.copy(SCRIPTS / "moons.py", inner / "=late.py")
    (tmp_path / "rubric.toml").write_text(RUBRIC, "utf-8")
    return tmp_path


@pytest.mark.as_people_start_it
def test_every_submission_gets_a_row_whatever_the_others_do(folder):
    told = []
    rubric = read_rubric(folder / "rubric.toml")
    marks = {
        m.submission: m
        for m in grade_folder(
            folder / "class", rubric, when_marked=lambda mark, report: told.append(mark)
        )
    }
    assert [mark.submission for mark in told] == sorted(marks)
    assert {name: (mark.score, mark.first_mistake) for name, mark in marks.items()} == {
        "right.py": (10.0, ""),
        "late/=late.py": (10.0, ""),
        "unaveraged.py": (9.0, "average_missing"),
        "no_derivative.py": (7.5, "derivative_left_out"),
        "other_network.py": (8.0, "forward_pass"),
        "kills_itself.py": (0.0, "does_not_run"),
        "hangs.py": (0.0, "does_not_run"),
        "no_python.py": (0.0, "does_not_run"),
    }
    assert all(mark.possible == 10 for mark in marks.values())
    assert "average over samples is missing" in marks["unaveraged.py"].message
    assert all("\n" not in mark.message for mark in marks.values())


MISCHIEF = {
    # a submission of this name, with these lines at its top, is worth so much; None: whatever
    "pandas": ("np.dot = np.sum = np.matmul = lambda *a, **k: 0", None),
    "random": ("import random; random.random()", 10.0),
    "utils": ("", 10.0),
    "numpy": ("", 10.0),
    "reads": ("os.stat('right.py'); print(open('right.py').read())", 10.0),
    "borrows": ("from right import *", 10.0),
    "kills": ("signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9)", 10.0),
    "hides": ("os.unlink(__file__); os.mkfifo(__file__)", 10.0),
    "silent": ("os._exit(0)", 0.0),
}


@pytest.mark.as_people_start_it
def test_no_submission_costs_another_its_mark(tmp_path):
    submissions = tmp_path / "class"
    submissions.mkdir()
    user = RIGHT.replace("import numpy as np", "import pandas, random, numpy as np")
    (submissions / "right.py").write_text(with_hook(user, "assert pandas.DataFrame"), "utf-8")
    for name, (hook, _) in MISCHIEF.items():
        (submissions / f"{name}.py").write_text(with_hook(RIGHT, hook), "utf-8")
    wrong = with_hook(WRONG, "from right import loss_and_grad as right")
    wrong = wrong.replace(
        "    m = len(X)", "    return right(W1, b1, W2, b2, X, Y)\n    m = len(X)"
    )
    (submissions / "copies.py").write_text(wrong, "utf-8")
    told = []
    marks = {
        mark.submission: mark
        for mark in grade_folder(
            submissions, Rubric(), "en", lambda mark, report: told.append(mark)
        )
    }
    assert len(told) == len(MISCHIEF) + 2
    assert marks["right.py"].score == 10.0
    assert not marks["copies.py"].score
    expected = {f"{name}.py": worth for name, (_, worth) in MISCHIEF.items() if worth is not None}
    assert {name: marks[name].score for name in expected} == expected
    assert "No module named 'right'" in marks["borrows.py"].notes


@pytest.mark.as_people_start_it
def test_a_submission_may_be_a_folder_of_its_own(tmp_path):
    head, rest = with_hook(RIGHT, "").split("def loss_and_grad")
    for name, rate in (("anna", 1), ("ben", -1)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rates.py").write_text(f"RATE = {rate}\n")
        body = rest.replace("(A2 - Y) / m", "RATE * (A2 - Y) / m")
        text = f"{head}\nfrom rates import RATE\n\ndef loss_and_grad{body}"
        (tmp_path / name / "main.py").write_text(text, "utf-8")
    marks = grade_folder(tmp_path, Rubric(main="main.py"))
    assert [(mark.submission, mark.first_mistake) for mark in marks] == [
        ("anna/main.py", ""),
        ("ben/main.py", "sign"),
    ]
    with pytest.raises(cp.InputError, match="no folder in it holds a file"):
        grade_folder(tmp_path, Rubric(main="train.py"))


def test_a_persons_folder_is_one_program_and_its_modules_are_no_submissions(tmp_path):
    head, rest = with_hook(RIGHT, "").split("def loss_and_grad")
    for name, rate in (("anna", 1), ("ben", -1)):
        package = tmp_path / name / "net"
        package.mkdir(parents=True)
        (package / "rates.py").write_text(f"RATE = {rate}\n")
        (package.parent / "test_it.py").write_text("import train\n")
        (package.parent / "sheet.py").write_text("print('nothing to train')\n")
        (package.parent / "venv").mkdir()
        (package.parent / "venv" / "pyvenv.cfg").touch()
        (package.parent / "venv" / "library.py").touch()
        body = rest.replace("(A2 - Y) / m", "RATE * (A2 - Y) / m")
        text = f"{head}\nfrom net.rates import RATE\n\ndef loss_and_grad{body}"
        (package.parent / "train.py").write_text(text, "utf-8")
    marks = {
        mark.submission: mark.first_mistake for mark in grade_folder(tmp_path, Rubric(seconds=4))
    }
    assert {name: mark for name, mark in marks.items() if "test" not in name} == {
        "anna/sheet.py": "not_read",
        "anna/train.py": "",
        "ben/sheet.py": "not_read",
        "ben/train.py": "sign",
    }


def test_a_script_that_imports_another_of_the_class_is_told_of_main(tmp_path):
    (tmp_path / "rates.py").write_text("RATE = 1\n")
    (tmp_path / "train.py").write_text("from rates import RATE\nprint(RATE)\n")
    marks = grade_folder(tmp_path, Rubric())
    notes = {mark.submission: mark.notes for mark in marks}
    assert "imports rates, which lies beside it" in notes["train.py"]
    assert "lies beside" not in notes["rates.py"]


def test_data_that_the_rubric_names_can_be_read_and_nothing_else(tmp_path):
    submissions = tmp_path / "class"
    submissions.mkdir()
    (tmp_path / "factor.txt").write_text("1")
    (submissions / "secret.txt").write_text("2")
    for name in ("factor", "secret"):
        hook = f"one = float(open('{name}.txt').read())"
        text = with_hook(RIGHT, hook).replace("(A2 - Y) / m", "one * (A2 - Y) / m")
        (submissions / f"{name}.py").write_text(text, "utf-8")
    (tmp_path / "rubric.toml").write_text('data = ["factor.txt"]')
    marks = grade_folder(submissions, read_rubric(tmp_path / "rubric.toml"))
    assert [mark.score for mark in marks] == [10.0, None]
    assert marks[1].first_mistake == "not_read"
    assert "secret.txt" in marks[1].notes


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    (tmp_path / "key.py").write_text("password = 'swordfish'!")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "link.py").symlink_to(tmp_path / "key.py")
    [mark] = grade_folder(tmp_path / "class", Rubric())
    assert mark.score == 0
    assert "outside the folder" in mark.message


@pytest.mark.as_people_start_it
def test_what_a_teacher_should_know_is_noted_in_the_row(tmp_path):
    differences = """
import numpy as np

def forward(p, X):
    return np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]

def loss(p, X, Y):
    return np.mean(np.sum((forward(p, X) - Y) ** 2, axis=1)) / 2

def loss_and_grad(p, X, Y):
    grads, eps = {}, 1e-5
    for name in p:
        grads["d" + name] = np.zeros_like(p[name])
        for i in np.ndindex(p[name].shape):
            kept = p[name][i]
            p[name][i] = kept + eps
            ahead = loss(p, X, Y)
            p[name][i] = kept - eps
            behind = loss(p, X, Y)
            p[name][i] = kept
            grads["d" + name][i] = (ahead - behind) / (2 * eps)
    return loss(p, X, Y), grads
"""
    (tmp_path / "differences.py").write_text(differences, "utf-8")
    (tmp_path / "imports.py").write_text(with_hook(RIGHT, "import clearprop"), "utf-8")
    (tmp_path / "own.py").write_text(with_hook(RIGHT, ""), "utf-8")
    marks = grade_folder(tmp_path, Rubric(), seed=3)
    assert ["differences of the loss" in mark.notes for mark in marks] == [True, False, False]
    assert ["imports clearprop" in mark.notes for mark in marks] == [False, True, False]
    assert all(mark.walls for mark in marks)


def test_an_interrupt_leaves_whole_rows(tmp_path, monkeypatch):
    for name in "abc":
        (tmp_path / f"{name}.py").write_text("x = 1")
    out = tmp_path / "grades.csv"
    marked = grading.check_file

    def interrupted(path, *arguments):
        if path.name == "c.py":
            raise KeyboardInterrupt
        if path.name == "b.py":
            raise RuntimeError("of the checker's own")
        return marked(path, *arguments)

    monkeypatch.setattr(grading, "check_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check_folder(tmp_path, Rubric(), out, None, "en")
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["submission"] for row in rows] == ["a.py", "b.py"]
    assert rows[1]["message"] == "of the checker's own"


def test_the_table_is_csv_that_no_spreadsheet_executes():
    marks = [Mark("=1+1.py", 3.0, 10.0, "sign", 2, 1, 0, 0, 'he said "no", twice')]
    [header, row] = csv.reader(io.StringIO(as_csv(marks)))
    assert header[:4] == ["submission", "score", "possible", "first_mistake"]
    assert row[0] == "'=1+1.py"
    assert row[8] == 'he said "no", twice'


def test_messages_are_chinese_on_request(folder):
    [mark] = grade_folder(folder / "class", Rubric(files="unaveraged.py"), "zh")
    assert "漏掉了对样本取平均" in mark.message


BAD = {
    "no TOML": ("points = [", "no TOML"),
    "unknown key": ("colour = 1", "colour"),
    "unknown part": ("[points]\nbeauty = 1", "beauty"),
    "negative": ("[points]\nruns = -1", "not negative"),
    "text": ('[points]\nruns = "many"', "not negative"),
    "no table": ("points = 3", "is no table"),
    "unknown mistake": ("[mistakes]\naverage_mising = 1", "average_missing"),
    "no time": ("seconds = 0", "seconds"),
    "no text": ("files = 3", "files"),
    "bad network": ('network = "tahn"', "tanh"),
    "no list of data": ('data = "digits.csv"', "no list of names"),
    "no such data": ('data = ["digits.csv"]', "no such file beside the rubric"),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_bad_rubrics_are_refused(text, said, tmp_path):
    path = tmp_path / "rubric.toml"
    path.write_text(text)
    with pytest.raises(cp.InputError, match=said):
        read_rubric(path)


def test_bad_folders_are_refused(tmp_path):
    with pytest.raises(cp.InputError, match="cannot be read"):
        read_rubric(tmp_path / "none.toml")
    with pytest.raises(cp.InputError, match="no such folder"):
        grade_folder(tmp_path / "none", Rubric())
    with pytest.raises(cp.InputError, match="no file in it"):
        grade_folder(tmp_path, Rubric())
