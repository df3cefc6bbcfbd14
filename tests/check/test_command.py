"""``clearprop check``, as people type it."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from clearprop.check.trained import check_model
from clearprop.cli.app import run
from clearprop.data import read_table

pytestmark = pytest.mark.as_people_start_it

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture
def call(capsys):
    """Run the program here: returns exit code, standard output and standard error."""

    def called(*arguments):
        capsys.readouterr()
        code = run(["check", *map(str, arguments)])
        return code, *capsys.readouterr()

    return called


def test_a_right_script_exits_with_0(call):
    code, out, err = call(SCRIPTS / "moons.py")
    assert code == 0
    assert "Every gradient is right" in out
    assert err == ""


def test_a_wrong_script_exits_with_1_and_says_why(call, tmp_path):
    text = (SCRIPTS / "moons.py").read_text("utf-8").replace(" * (1 - A1**2)", "")
    (tmp_path / "moons.py").write_text(text, "utf-8")
    page = tmp_path / "page.html"
    code, out, _ = call(tmp_path / "moons.py", "--lang", "zh", "--page", page)
    assert code == 1
    assert "漏" in out
    assert "δ¹ = ∂L/∂z¹ = (δ² W²ᵀ) ⊙ f′(z¹)" in page.read_text("utf-8")
    assert "你的代码" in page.read_text("utf-8")


def test_a_folder_may_be_one_program(call, tmp_path):
    (tmp_path / "net.py").write_text((SCRIPTS / "moons.py").read_text("utf-8"), "utf-8")
    code, out, _ = call(tmp_path, "--main", "net.py", "--json")
    assert code == 0
    assert json.loads(out)["outcome"] == "right"


def test_a_script_that_is_not_read_exits_with_3(call, tmp_path):
    (tmp_path / "hello.py").write_text("print('hello')\n")
    code, out, _ = call(tmp_path / "hello.py")
    assert code == 3
    assert "look at it yourself" in out
    (tmp_path / "broken.ipynb").write_text("{}")
    code, out, _ = call(tmp_path / "broken.ipynb")
    assert code == 1
    assert "it is no notebook" in out


def test_a_report_is_a_page_on_request(call, tmp_path):
    page = tmp_path / "page.html"
    code, _, err = call(SCRIPTS / "moons.py", "--page", page)
    assert code == 0
    assert str(page) in err
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert "Every gradient is right" in text
    assert "<script" not in text


def test_a_report_is_data_on_request(call):
    code, out, _ = call(SCRIPTS / "moons.py", "--json", "--seed", 3)
    report = json.loads(out)
    assert code == 0
    assert (report["ok"], report["mistake"], report["seed"]) == (True, None, 3)
    assert "limits" in report["walls"]


def test_a_folder_is_marked_into_a_file(call, tmp_path):
    (tmp_path / "moons.py").write_text((SCRIPTS / "moons.py").read_text("utf-8"), "utf-8")
    (tmp_path / "broken.py").write_text("def")
    rubric = tmp_path / "rubric.toml"
    rubric.write_text("[points]\ngradient = 10\n")
    out = tmp_path / "grades.csv"
    code, printed, noted = call(tmp_path, "--rubric", rubric, "--out", out)
    assert code == 0
    assert printed == ""
    assert "broken.py: 0/10 does_not_run" in noted
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["submission"]: row for row in csv.DictReader(stream)}
    assert rows["moons.py"]["score"] == "10.0"
    assert rows["broken.py"]["score"] == "0.0"
    assert "Walls around the script" in noted
    code, printed, _ = call(tmp_path)
    assert printed.startswith("submission,score,possible")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"area": random.uniform(30, 200, 40), "age": random.uniform(0, 50, 40)})
    frame["price"] = 3 * frame.area - frame.age
    frame.to_csv(folder / "houses.csv", index=False)
    code = run([
        "train", str(folder / "houses.csv"), "--target", "price", "--hidden", "4",
        "--solver", "lbfgs", "--max-epochs", "5",
        "--out", str(folder / "houses.clearprop"), "--quiet",
    ])  # fmt: skip
    assert code == 0
    return folder / "houses.clearprop", folder / "houses.csv"


@pytest.mark.parametrize("every", [(), ("--every",)])
def test_a_trained_model_is_checked_on_its_table(every, model, call):
    code, out, _ = call(*model, *every)
    assert code == 0
    assert "W1" in out
    assert "The gradient is right" in out


def test_a_model_whose_engine_is_wrong_is_found(model, monkeypatch):
    trained, table = cp.load(model[0]), read_table(model[1])
    assert check_model(trained, table).ok
    right = type(trained.network).gradient

    def wrong(self, *arguments):
        loss, gradient = right(self, *arguments)
        gradient["b1"][:] *= 40
        return loss, gradient

    monkeypatch.setattr(type(trained.network), "gradient", wrong)
    report = check_model(trained, table)
    assert [array.name for array in report.arrays if not array.ok] == ["b1"]


BAD = {
    "nothing there": (("nowhere.py",), "nothing at this path"),
    "no script": (("{here}/data.txt",), "no Python script and no notebook"),
    "no such function": (("{scripts}/moons.py", "--function", "nope"), "no function of that name"),
    "unknown network": (("{scripts}/moons.py", "--network", "foo"), "network"),
    "main of a file": (("{scripts}/moons.py", "--main", "x.py"), "is no folder"),
    "rubric for a file": (("{scripts}/moons.py", "--rubric", "x.toml"), "is no folder"),
    "no time": (("{scripts}/moons.py", "--seconds", "0"), "seconds"),
    "no seed": (("{scripts}/moons.py", "--seed", "-1"), "seed"),
    "no model": (("{here}/data.txt", "{here}/data.txt"), "data.txt"),
    "no rubric": (("{here}", "--rubric", "{here}/none.toml"), "cannot be read"),
    "unwritable": (("{here}", "--out", "{here}/none/x.csv"), "no folder"),
    "unknown language": (("{scripts}/moons.py", "--lang", "fr"), "lang"),
}


@pytest.mark.parametrize(("arguments", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_exit_code_2(arguments, said, call, tmp_path):
    (tmp_path / "data.txt").write_text("x")
    code, out, err = call(*(a.format(here=tmp_path, scripts=SCRIPTS) for a in arguments))
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert said in err
