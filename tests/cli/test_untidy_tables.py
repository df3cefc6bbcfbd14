"""A table as it comes goes in, the program says what it did, and the model remembers it."""

import io
import sys

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from pages import read
from report_cases import without_pictures


def untidy(rows=60):
    random = np.random.default_rng(0)
    age = random.integers(20, 60, rows).astype(float)
    price = (3 * age + random.normal(size=rows)).round(3)
    frame = pd.DataFrame({"id": range(1000, 1000 + rows), "age": age, "price": price})
    frame["city"] = random.choice(["Oslo", "Rome"], rows)
    frame["name"] = [f"Name {n}" for n in range(rows)]
    frame["sold"] = pd.date_range("2024-01-01", periods=rows).strftime("%d.%m.%Y")
    frame.loc[::7, "age"] = np.nan
    frame.loc[::9, "city"] = np.nan
    frame.loc[5:7, "price"] = np.nan
    return frame


TRAIN = ["train", "untidy.csv", "--target", "price", "--hidden", "4", "--max-epochs", "5"]
NOTES = {
    "en": [
        "the first column has no name: it holds the names of the rows",
        "3 rows have no 'price' and are left out.",
        "id: left out, numbers that only tell the rows apart.",
        "name: left out, text of which too little repeats",
        "age (9): a missing number becomes the mean of the training rows",
        "city (7): missing text is a category of its own.",
        "sold: dates become days since 1970-01-01.",
    ],
    "zh": [
        "首列无列名，视为行名",
        "3 行缺少 'price'，已略去。",
        "id：已略去，仅用于区分各行的编号。",
        "name：已略去",
        "age (9)：缺失的数值用训练行的均值填补",
        "city (7)：缺失的文本自成一类。",
        "sold：日期转为自 1970-01-01 起的天数。",
    ],
}


@pytest.fixture
def table(folder):
    untidy().to_csv("untidy.csv")
    return folder


@pytest.mark.parametrize("lang", NOTES)
def test_what_was_done_is_said_and_kept(clearprop, table, lang):
    code, out, _ = clearprop(*TRAIN, "--lang", lang)
    assert code == 0
    kept = [note[lang] for note in cp.load("untidy.clearprop").summary["notes"]]
    assert len(kept) == len(NOTES[lang])
    for note in NOTES[lang]:
        assert note in out
        assert any(note in each for each in kept)


def test_the_report_says_it_and_knows_the_table_again(clearprop, table):
    with without_pictures():
        assert clearprop(*TRAIN, report=True)[0] == 0
        page = (table / "untidy.html").read_text(encoding="utf-8")
        assert clearprop("report", "untidy.clearprop", "untidy.csv")[0] == 0
    words = " ".join(read(page).text.split())
    assert all(note in words for note in NOTES["en"])
    assert (table / "untidy.html").read_text(encoding="utf-8") == page


def test_the_model_remembers_what_fills_the_gaps(clearprop, table):
    assert clearprop(*TRAIN)[0] == 0
    code, _, _ = clearprop("predict", "untidy.clearprop", "untidy.csv", "--out", "p.csv")
    assert code == 0
    assert len(pd.read_csv("p.csv")) == 60
    later = "age,city,sold\n?,,01.02.2024\n"
    (table / "later.csv").write_text(later)
    code, out, _ = clearprop("predict", "untidy.clearprop", "later.csv")
    assert code == 0
    model = cp.load("untidy.clearprop")
    features = dict.fromkeys(model.encoding.features, 0.0)
    train = untidy().dropna(subset="price").reset_index(drop=True)
    division = np.array(list(model.summary["division"]))
    features["age"] = train.age[division == "T"].mean()
    features |= {"age is missing": 1, "city is missing": 1, "sold": 19754}
    expected = model.network.forward(model.parameters, [list(features.values())])[0, 0]
    assert float(out.splitlines()[1]) == pytest.approx(expected, rel=1e-12)


GAPS = {
    "en": ["area (2): a missing number becomes", "city (1): missing text becomes 'Rome'"],
    "zh": ["area (2)：缺失的数值", "city (1)：缺失的文本视为训练行中最常见的 'Rome'"],
}


@pytest.mark.parametrize("lang", GAPS)
def test_gaps_that_training_did_not_know_are_filled_and_said(clearprop, models, lang):
    houses = pd.read_csv("houses.csv")
    rome = houses.assign(city=houses.city.where(houses.index % 2 == 0, "Rome"))
    rome.to_csv("rome.csv", index=False)
    train = ["train", "rome.csv", "--target", "price", "--ignore", "kind", "--max-epochs", "5"]
    assert clearprop(*train, "--hidden", "2", "--out", "m")[0] == 0
    (models / "later.csv").write_text("area,city\n,Rome\n?,Oslo\n70,\n70,Rome\n")
    code, out, err = clearprop("predict", "m", "later.csv", "--lang", lang)
    assert code == 0
    first, second = err.splitlines()
    assert GAPS[lang][0] in first
    assert GAPS[lang][1] in second
    values = [float(line) for line in out.splitlines()[1:]]
    assert values[2] == values[3]
    usual = pd.DataFrame({"area": [rome.area.mean()] * 2, "city": ["Rome", "Oslo"]})
    np.testing.assert_allclose(values[:2], cp.load("m").predict(usual), rtol=1e-12)
    with pytest.warns(UserWarning, match=r"area \(1\): a missing number") as caught:
        cp.load("m").predict(pd.DataFrame({"area": [None], "city": ["Rome"]}))
    assert caught[0].filename == __file__


def test_a_strict_model_refuses_gaps(clearprop, models):
    train = ["train", "houses.csv", "--target", "price", "--hidden", "2", "--max-epochs", "5"]
    assert clearprop(*train, "--strict", "--out", "m")[0] == 0
    (models / "later.csv").write_text("area,city,kind\n,Rome,dear\n")
    code, out, err = clearprop("predict", "m", "later.csv")
    assert (code, out) == (2, "")
    assert "column 'area': every value is missing" in err


def test_rows_without_a_target_are_left_out_of_a_check_and_cannot_be_explained(clearprop, table):
    assert clearprop(*TRAIN)[0] == 0
    assert clearprop("check", "untidy.clearprop", "untidy.csv")[0] == 0
    assert clearprop("explain", "untidy.clearprop", "untidy.csv", "--row", "0")[0] == 0
    code, _, err = clearprop("explain", "untidy.clearprop", "untidy.csv", "--row", "5")
    assert code == 2
    assert "'price': every value is missing" in err


def test_strict_refuses_all_of_it(clearprop, table):
    code, _, err = clearprop(*TRAIN, "--strict")
    assert code == 2
    assert "line 1: column 1 has no name" in err


class Piped:
    """Standard input with a table in it."""

    def __init__(self, content):
        self.buffer = io.BytesIO(content)


def test_a_minus_is_standard_input_and_output(clearprop, models, monkeypatch):
    content = (models / "houses.csv").read_bytes()
    monkeypatch.setattr(sys, "stdin", Piped(content))
    code, piped, _ = clearprop("predict", "price.clearprop", "-", "--out", "-")
    assert (code, piped) == clearprop("predict", "price.clearprop", "houses.csv")[:2]
    monkeypatch.setattr(sys, "stdin", Piped(content))
    code, out, _ = clearprop("train", "-", "--target", "kind", "--out", "m", "--max-epochs", "2")
    assert code == 0
    assert "standard input: 60 rows" in out
    with without_pictures():
        code, out, err = clearprop("report", "price.clearprop", "houses.csv", "--out", "-")
    assert (code, err) == (0, "")
    assert out.startswith("<!DOCTYPE html>")


def test_cells_that_a_spreadsheet_would_execute_are_marked_as_text(clearprop, folder):
    classes = ["=1+1", "@SUM(1)", "+x", "-y"]
    frame = pd.DataFrame({"x": range(40), "=target": classes * 10})
    frame.to_csv("t.csv", index=False)
    clearprop("train", "t.csv", "--target", "=target", "--max-epochs", "2", "--out", "m")
    assert clearprop("predict", "m", "t.csv", "--probabilities", "--out", "p.csv")[0] == 0
    predicted = pd.read_csv("p.csv")
    assert next(iter(predicted)) == "'=target"
    assert not any(name.startswith(("=", "+", "-", "@")) for name in predicted)
    assert set(predicted["'=target"]) <= {f"'{name}" for name in classes}
    assert clearprop("predict", "m", "t.csv", "--probabilities", "--out", "p.csv")[0] == 0
    assert set(cp.load("m").predict(frame)) <= set(classes)
