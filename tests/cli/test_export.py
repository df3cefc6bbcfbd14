"""clearprop export writes a file that stands for itself, and says how near it is."""

import shutil
import subprocess
import sys

import pandas as pd
import pytest

from clearprop.export import TARGETS
from clearprop.model import Model


@pytest.mark.parametrize("to", TARGETS)
def test_a_model_is_written_in_every_form(clearprop, models, to):
    if TARGETS[to].binary:
        pytest.importorskip("onnx")
    code, out, err = clearprop("export", "kind.clearprop", "--to", to)
    path = models / f"kind{TARGETS[to].suffix}"
    assert (code, out) == (0, "")
    assert err.startswith(f"wrote {path.name}\nLargest difference from the model: ")
    assert path.stat().st_size > 500
    code, _, err = clearprop("export", "kind.clearprop", "--to", to, "--lang", "zh")
    assert code == 0
    assert err.startswith(f"已写入 {path.name}\n与模型的最大差异：")
    if not TARGETS[to].binary:
        assert f"{path.name}: 神经网络，exported by clearprop" in path.read_text(encoding="utf-8")


def test_the_file_predicts_what_the_model_does_without_clearprop(clearprop, models):
    assert clearprop("export", "price.clearprop", "--to", "python", "--out", "p.py")[0] == 0
    code = (
        "import sys, p, pandas as pd\n"
        "values = p.predict(pd.read_csv('houses.csv'))\n"
        "assert 'clearprop' not in sys.modules\n"
        "print(*map(repr, values.tolist()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wanted = Model.load("price.clearprop").predict(pd.read_csv("houses.csv"))
    assert [float(v) for v in done.stdout.split()] == pytest.approx(wanted.tolist(), rel=1e-14)


def test_standard_output_takes_text_and_no_bytes(clearprop, models):
    code, out, err = clearprop("export", "kind.clearprop", "--to", "c", "--out", "-")
    assert (code, err) == (0, "")
    assert out.startswith("/* kind.h: a neural network exported by clearprop ")
    code, out, err = clearprop("export", "kind.clearprop", "--to", "onnx", "--out", "-")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_check_names_what_ran_the_file(clearprop, models):
    code, _, err = clearprop("export", "kind.clearprop", "--to", "pure_python", "--check")
    assert code == 0
    assert "every class the same (Python 3." in err
    assert "(Python 3." in (models / "kind.py").read_text()


def test_a_check_without_its_runtime_is_one_line(clearprop, models, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, out, err = clearprop("export", "kind.clearprop", "--to", "c", "--check")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "C compiler" in err
    assert not (models / "kind.h").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["kind.clearprop", "--to", "cobol"], "c, formula, javascript"),
        (["kind.clearprop", "--to", "c", "--dtype", "float16"], "float16"),
        (["houses.csv", "--to", "c"], "houses.csv"),
        (["none.clearprop", "--to", "c"], "no such file"),
        (["kind.clearprop"], "--to"),
    ],
)
def test_bad_input_is_one_line(clearprop, models, arguments, word):
    code, out, err = clearprop("export", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert word in err
