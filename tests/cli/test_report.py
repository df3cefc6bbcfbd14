"""``clearprop report``, and the report that a training writes."""

import re

import pytest

from pages import read
from report_cases import without_pictures

QUICKLY = ["--hidden", "3", "--max-epochs", "5"]
TRAIN = ["train", "houses.csv", "--target", "price", "--ignore", "kind", *QUICKLY]


def words_of(path):
    return " ".join(read(path.read_text(encoding="utf-8")).text.split())


def test_a_training_writes_a_report_that_names_its_command_and_rows(clearprop, folder):
    code, out, _ = clearprop(*TRAIN, "--out", "my model.clearprop", report=True)
    assert code == 0
    assert re.findall(r"^wrote +(.*)$", out, re.MULTILINE) == [
        "my model.clearprop",
        "my model.html",
    ]
    words = words_of(folder / "my model.html")
    assert "clearprop train houses.csv --target price" in words
    assert "--out 'my model.clearprop'" in words
    assert "houses.csv (the table of this report)" in words
    assert "Seed0" in words
    assert re.search(r"line \d+(Training|Validation|Test)", words)


def test_the_report_of_a_model_is_that_of_its_training(clearprop, folder):
    with without_pictures():
        clearprop(*TRAIN, report=True)
        said = clearprop("report", "houses.clearprop", "houses.csv", "--out", "again.html")
    assert said == (0, "", "wrote again.html\n")
    assert (folder / "again.html").read_bytes() == (folder / "houses.html").read_bytes()


def test_it_is_written_in_chinese(clearprop, folder):
    clearprop(*TRAIN)
    with without_pictures():
        code, _, err = clearprop("report", "houses.clearprop", "houses.csv", "--lang", "zh")
    assert (code, err) == (0, "已写入 houses.html\n")
    assert "如何复现" in words_of(folder / "houses.html")


def test_classes_that_look_like_numbers_are_read_as_text(clearprop, folder):
    rows = "".join(f"{n},{'007' if n % 3 else '7'}\n" for n in range(40))
    (folder / "agents.csv").write_text(f"age,number\n{rows}")
    clearprop("train", "agents.csv", "--target", "number", "--categorical", "number", *QUICKLY)
    with without_pictures():
        code, _, err = clearprop("report", "agents.clearprop", "agents.csv")
    assert (code, err) == (0, "wrote agents.html\n")
    assert "P(7)" in words_of(folder / "agents.html")


BAD = {
    "no model": (["report", "none.clearprop", "houses.csv"], "there is no such file"),
    "no table": (["report", "houses.clearprop", "none.csv"], "there is no such file"),
    "not a model": (["report", "houses.csv", "houses.csv"], "it is no clearprop model file"),
    "no target": (
        ["report", "houses.clearprop", "other.csv"],
        "other.csv: there is no column 'price'",
    ),
    "out is a folder": (
        ["report", "houses.clearprop", "houses.csv", "--out", "."],
        "it is a folder",
    ),
    "language": (["report", "houses.clearprop", "houses.csv", "--lang", "fr"], "--lang"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_no_file(clearprop, models, folder, arguments, message):
    (models / "price.clearprop").rename("houses.clearprop")
    (folder / "other.csv").write_text("area,city\n50,Oslo\n")
    before = {path.name for path in folder.iterdir()}
    code, out, err = clearprop(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err
    assert {path.name for path in folder.iterdir()} == before


def test_a_report_that_could_not_be_written_stops_before_training(clearprop, folder):
    (folder / "houses.html").mkdir()
    code, out, err = clearprop(*TRAIN, report=True)
    assert (code, out) == (2, "")
    assert "houses.html" in err
    assert not (folder / "houses.clearprop").exists()


def test_beside_a_pipe_there_is_no_report(clearprop, folder):
    code, out, _ = clearprop(*TRAIN, "--out", "/dev/null", report=True)
    assert code == 0
    assert "html" not in out


@pytest.mark.parametrize("out", ["model.html", "folder.with.dots"])
def test_the_report_never_takes_the_models_name(clearprop, folder, out, monkeypatch):
    def written(model, table, page, **_):  # what is in it, other tests say
        page.write_text("<!DOCTYPE html>")

    monkeypatch.setattr("clearprop.report.write_report", written)
    code, _, _ = clearprop(*TRAIN, "--out", out, report=True)
    assert code == 0
    assert (folder / out).read_bytes()[8:20] != b"<!DOCTYPE ht"
    assert sorted(p.suffix for p in folder.iterdir() if p.suffix == ".html")


def test_an_interrupted_report_leaves_the_model(clearprop, folder, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("clearprop.report.write_report", interrupted)
    code, _, err = clearprop(*TRAIN, "--quiet", report=True)
    assert (code, err) == (
        130,
        "clearprop: interrupted; houses.clearprop is written, its report is not.\n",
    )
    assert (folder / "houses.clearprop").exists()
    assert not (folder / "houses.html").exists()
