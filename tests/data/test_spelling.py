"""Columns of a CSV file are numbers, yes and no, or text, by what is written in them."""

import numpy as np
import pandas as pd
import pytest

from clearprop._errors import InputError
from clearprop.data import Encoding, NumericColumn, as_table, infer_task, read_table
from notes import notes_of


def test_columns_get_the_type_of_their_content(write):
    frame = read_table(write("n,x,yes,city\n1,0.5,True,Oslo\n2,1e3,false,Rome\n")).frame
    assert frame["n"].tolist() == [1, 2]
    assert frame["x"].tolist() == [0.5, 1000.0]
    assert frame["yes"].tolist() == [True, False]
    assert frame["city"].tolist() == ["Oslo", "Rome"]


def test_text_columns_keep_what_is_written(write):
    frame = read_table(write("code,x\n007,1\n1.50,2\n"), text_columns=["code", "absent"]).frame
    assert frame["code"].tolist() == ["007", "1.50"]


NUMERALS = {
    "decimal commas": ("x;y\n0,5;1\n1,25;2\n3;4\n", [0.5, 1.25, 3]),
    "decimal commas and points for thousands": ("x;y\n1.200,5;1\n7,25;2\n", [1200.5, 7.25]),
    "decimal commas of three places": ("x;y\n0,5;1\n1,250;2\n", [0.5, 1.25]),
    "points for thousands beside commas": ("x;y\n1.200;0,5\n900;7,25\n", [1200, 900]),
    "money below zero": ('x,y\n-$3,1\n"($1,200.50)",2\n$ -,3\n', [-3, -1200.5, 0]),
    "bookkeepers": ("x,y\n(12),1\n30,2\n", [-12, 30]),
    "thousands": ('x,y\n"1,200",1\n900,2\n', [1200, 900]),
    "millions": ("x;y\n1,200.5;1\n1,234,567;2\n", [1200.5, 1234567]),
    "quoted decimal commas": ('x,y\n"0,500",1\n"1,250",2\n', [0.5, 1.25]),
    "commas in text": ('x,y,t\n"1,200",1,a\n"2,300",2,"3,5"\n', [1200, 2300]),
    "spaces": ("x,y\n1 200,1\n12 345 678,2\n", [1200, 12345678]),
    "money": ('x,y\n"$1,200.50",1\n$3,2\n', [1200.5, 3]),
    "per cent": ("x,y\n10%,1\n12.5 %,2\n", [10, 12.5]),
    "minus": ("x;y\n−0,5;1\n1,5;2\n", [-0.5, 1.5]),
    "missing": ("x;y\n0,5;1\n;2\n-;3\n#DIV/0!;4\n", [0.5, np.nan, np.nan, np.nan]),
}


@pytest.mark.parametrize(("content", "expected"), NUMERALS.values(), ids=NUMERALS)
def test_numbers_written_for_people_are_read_and_said(read, content, expected):
    table = read(content)
    np.testing.assert_array_equal(table.frame["x"], expected)
    assert "column 'x': " in notes_of(table)
    assert read(content, strict=True).notes == ()


UNCLEAR = {
    "points and commas": ("x;y\n0.1;0,5\n0.3;1,5\n", "commas stand in its numbers"),
    "thousands or decimals": ("x;y\n3;1,200\n4;2,300\n", "commas stand in its numbers"),
    "points for thousands": ("x;y\n1.000;0,5\n2.000;1,5\n", "commas stand in its numbers"),
    "per cent and plain": ("x;y\n3;10%\n4;20%\n5;7\n", "per cent signs stand"),
    "two units": ("x;y\n3;$10\n4;€20\n", "other signs than digits"),
}


@pytest.mark.parametrize(("content", "message"), UNCLEAR.values(), ids=UNCLEAR)
def test_numbers_of_which_the_file_leaves_a_doubt_are_refused(read, content, message):
    table = read(content)
    with pytest.raises(InputError, match=f"line 2, column 'y'.*{message}"):
        infer_task(table, ["y"])
    with pytest.raises(InputError, match=f"line 2, column 'y'.*{message}"):
        Encoding.learn(table, leave_out=["x"])


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (["", "a", "b"], [0]),
        (["NA", "a", "b"], [0]),
        (["N/A", "a", "NaN"], [0, 2]),
        (["NA", "FR", "DE", "CN"], []),
        (["None", "Attic", "Cellar"], []),
        (["NO", "YES", "NA"], [2]),
    ],
)
def test_words_for_missing_text_are_told_by_the_column(read, cells, missing):
    rows = "".join(f"{cell},{n}\n" for n, cell in enumerate(cells))
    assert np.flatnonzero(read("c,y\n" + rows).missing("c")).tolist() == missing


def test_words_for_missing_text_are_known_in_frames_of_any_type():
    for kind in (object, "str", "category"):
        frame = pd.DataFrame({"c": pd.Series([" NA ", "a", None, "n/a", "b"], dtype=kind)})
        assert as_table(frame).missing("c").tolist() == [True, False, True, True, False]


def test_a_word_for_missing_numbers_is_one_for_missing_text(read):
    table = read("c,x\nNone,1\na,None\nb,3\n")
    assert table.missing("c").tolist() == [True, False, False]
    np.testing.assert_array_equal(table.frame["x"], [1, np.nan, 3])


def test_unknown_is_a_missing_number_and_a_word_of_text(read):
    table = read("c,x\nUnknown,1950\na,2\nb,3\n")
    assert not table.missing("c").any()
    years = read("year\n1950\nUnknown\n1961\n").frame["year"]
    np.testing.assert_array_equal(years, [1950, np.nan, 1961])


def test_codes_among_numbers_are_text(read):
    table = read("c,y\n" + "".join(f"{n % 5},0\n{n % 5}a,0\n" for n in range(40)))
    assert len(Encoding.learn(table, ["y"]).features) == 10
    slip = read("c,y\n" + "1,0\n2,0\n" * 40 + "1O,0\n")
    with pytest.raises(InputError, match=r"line 82, column 'c' \(='1O'\): this is text"):
        Encoding.learn(slip, ["y"])


def test_per_cent_stays_per_cent(read):
    encoding = Encoding.learn(read("x,y\n10%,1\n20%,2\n"), ["y"])
    assert encoding.columns == (NumericColumn("x", percent=True),)
    np.testing.assert_array_equal(encoding.matrix(read("x\n5%\n")), [[5]])
    with pytest.raises(InputError, match=r"no per cent signs, and had per cent signs"):
        encoding.matrix(read("x\n0.05\n"))
    plain = Encoding.learn(read("x,y\n0.1,1\n0.2,2\n"), ["y"])
    with pytest.raises(InputError, match=r"per cent signs, and had no per cent signs"):
        plain.matrix(read("x\n5%\n"))


def test_whole_numbers_that_float64_rounds_are_said():
    column = np.array([2**63, 2**63 + 1], dtype=np.uint64)
    assert "beyond 2^53" in notes_of(Encoding.learn(as_table({"x": column}), ()))
    column = np.array([2**53, -(2**53)])
    assert notes_of(Encoding.learn(as_table({"x": column}), ())) == ""


@pytest.mark.parametrize(("cell", "rounded"), [("9" * 20, True), ("9" * 18, False), ("1.5", False)])
def test_numbers_of_more_digits_than_any_integer_has_are_said_when_they_are_read(
    read, cell, rounded
):
    table = read(f"x,y\n{cell},1\n2,3\n")
    assert any("beyond 2^53" in note.en and "x" in note.en for note in table.notes) == rounded
