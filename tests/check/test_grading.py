"""Marks for a folder of scripts."""

import csv
import io
import shutil
from pathlib import Path

import pytest

import clearprop as cp
from clearprop.check.grading import grade_folder
from clearprop.check.grading.folder import Mark, as_csv
from clearprop.check.grading.rubric import Rubric, read_rubric

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
    text = (SCRIPTS / "moons.py").read_text("utf-8")
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


def test_every_submission_gets_a_row_whatever_the_others_do(folder):
    told = []
    rubric = read_rubric(folder / "rubric.toml")
    marks = {
        m.submission: m for m in grade_folder(folder / "class", rubric, when_marked=told.append)
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


def test_the_table_is_csv_that_no_spreadsheet_executes():
    marks = [Mark("=1+1.py", 3.0, 10.0, "sign", 2, 1, 0, 0, 'he said "no", twice')]
    [header, row] = csv.reader(io.StringIO(as_csv(marks)))
    assert header[:4] == ["submission", "score", "possible", "first_mistake"]
    assert row[0] == "'=1+1.py"
    assert row[-1] == 'he said "no", twice'


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
