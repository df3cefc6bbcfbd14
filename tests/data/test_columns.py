"""Columns become numbers, gaps are filled, and a wrong value is named by its place."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder

from clearprop._errors import InputError
from clearprop.data import (
    DateColumn,
    Encoding,
    as_table,
    read_table,
)
from notes import notes_of


def table(**columns):
    return as_table(columns)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["a", "b", "c", "误差", "ü"]), min_size=1, max_size=30))
def test_one_hot_agrees_with_scikit_learn(words):
    given = table(word=words)
    ours = Encoding.learn(given, leave_out=()).matrix(given)
    theirs = OneHotEncoder(sparse_output=False).fit_transform(np.array(words)[:, None])
    np.testing.assert_array_equal(ours, theirs)


WRONG = {
    "missing number": ("x,y\n1,0\n,1\n", r"line 3, column 'x': the value is missing\. try"),
    "missing numbers": ("x,y\n1,0\n,1\n2,2\nNA,3\n", r"line 3.*missing \(2 rows lack it\)"),
    "missing text": ("x,y\na,0\n,1\na,2\n", "line 3, column 'x': the value is missing"),
    "all missing": ("x,y\n,0\n,1\n", "column 'x': every value is missing"),
    "text in numbers": ("x,y\n1,0\n2,1\n\n1O,2\n", r"line 5, column 'x' \(='1O'\): this is text"),
    "word for none": ("x,y\n1,0\n2,1\n\n?,2\n", "line 5, column 'x': the value is missing"),
    "dates": ("x,y\n2024-01-31,0\n2024-02-01,1\n", r"line 2, column 'x' .*this is a date"),
    "per cent": ("x,y\n10%,0\n20%,1\n", r"line 2, column 'x' \(='10%'\): per cent signs stand"),
    "thousands": ('x,y\n"1,200",0\n900,1\n', r"line 2, column 'x' \(='1,200'\): commas stand"),
    "square too large": ("x,y\n1,0\n2e160,1\n", "line 3, column 'x'.*its square is beyond"),
    "400 digits": (f"x,y\n1,0\n{'9' * 400},1\n", "line 3, column 'x'.*infinite or too large"),
    "infinite": ("x,y\n1,0\ninf,1\n", r"line 3, column 'x' \(=inf\): the number is infinite"),
    "too large": ("x,y\n1,0\n-1e999,1\n", r"line 3, column 'x'.*infinite or too large"),
    "decimal commas": ("x;y\n1,5;0\n2,5;1\n", r"line 2, column 'x' \(='1,5'\): commas"),
    "identifiers": (
        "x,y\n" + "".join(f"name{n},0\n" for n in range(30)),
        "column 'x': its 30 rows hold 30 different values",
    ),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_named_with_line_and_column(tmp_path, content, message):
    path = tmp_path / "data.csv"
    path.write_text(content)
    read = read_table(path, strict=True)
    with pytest.raises(InputError, match=message) as caught:
        Encoding.learn(read, leave_out=["y"], strict=True).matrix(read)
    assert "\n" not in str(caught.value)


def test_an_unknown_category_names_its_row_and_the_known_ones():
    encoding = Encoding.learn(table(city=["Oslo", "Rome"]), leave_out=())
    message = r"row 1, column 'city' \(='Bonn'\): the model was not trained with this category"
    with pytest.raises(InputError, match=message + r"\. try: one of 'Oslo', 'Rome'\."):
        encoding.matrix(table(city=["Rome", "Bonn"]))


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "magic", "name": "x"},
        {"kind": "numeric"},
        {"kind": "numeric", "name": 3},
        {"kind": "numeric", "name": "x", "fill": "1"},
        {"kind": "numeric", "name": "x", "fill": True},
        {"kind": "numeric", "name": "x", "says_missing": 1},
        {"kind": "numeric", "name": "x", "more": 1},
        {"kind": "date", "name": "x", "format": 3},
        {"kind": "categorical", "name": "x", "categories": "ab"},
        {"kind": "categorical", "name": "x", "categories": []},
        {"kind": "categorical", "name": "x", "categories": ["a", "a"]},
        {"kind": "categorical", "name": "x", "categories": [1]},
        {"kind": "categorical", "name": "x", "categories": ["a"], "fill": "b"},
    ],
)
def test_a_record_of_no_column_is_refused(record):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Encoding.from_record([record])


def test_missing_numbers_become_the_mean_of_the_training_rows(read):
    table = read("x,y\n1,0\n,0\n3,0\n100,0\n")
    encoding = Encoding.learn(table, ["y"], rows=np.array([0, 1, 2]))
    assert encoding.features == ("x", "x is missing")
    assert encoding.fills_gaps
    assert not Encoding.learn(table, ["x"]).fills_gaps
    np.testing.assert_array_equal(encoding.matrix(table), [[1, 0], [2, 1], [3, 0], [100, 0]])
    assert "x (1): a missing number becomes the mean" in notes_of(encoding)
    again = Encoding.from_record(json.loads(json.dumps(encoding.record())))
    assert again == encoding
    np.testing.assert_array_equal(again.matrix(as_table({"x": [None, 5.0]})), [[2, 1], [5, 0]])
    np.testing.assert_array_equal(again.matrix(read("x\n?\n")), [[2, 1]])


def test_a_number_that_lacks_outside_of_training_only_needs_no_feature(read):
    table = read("x,y\n1,0\n3,0\n,0\n")
    encoding = Encoding.learn(table, ["y"], rows=np.array([0, 1]))
    np.testing.assert_array_equal(encoding.matrix(table), [[1], [3], [2]])


def test_missing_text_is_a_category_of_its_own(read):
    table = read("c,y\nb,0\n,0\na,0\n")
    encoding = Encoding.learn(table, ["y"])
    assert encoding.features == ("c is missing", "c=a", "c=b")
    np.testing.assert_array_equal(encoding.matrix(table), [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    again = Encoding.from_record(json.loads(json.dumps(encoding.record())))
    np.testing.assert_array_equal(again.matrix(as_table({"c": [None]})), [[1, 0, 0]])
    with pytest.raises(InputError, match=r"try: one of 'a', 'b'\."):
        again.matrix(as_table({"c": ["z"]}))


def test_a_gap_that_training_never_saw_becomes_what_is_usual_and_is_said(read):
    table = read("x,d,c,y\n1,2024-01-01,a,0\n2,2024-01-03,b,0\n6,2024-01-05,b,0\n")
    encoding = Encoding.learn(table, ["y"])
    encoding = encoding.filling_gaps(encoding.matrix(table))
    assert Encoding.from_record(json.loads(json.dumps(encoding.record()))) == encoding
    assert encoding.unforeseen(table) == ()
    later = read("x,d,c\n5,2024-01-02,a\n?,,\n,,\n")
    usual = [3, 19725, 0, 1]
    np.testing.assert_array_equal(encoding.matrix(later), [[5, 19724, 1, 0], usual, usual])
    said = encoding.unforeseen(later)
    assert [note.en.partition(":")[0] for note in said] == ["x (2)", "d (2)", "c (2)"]
    assert "a missing number becomes the mean of the training rows, none of" in said[0].en
    assert "missing text becomes 'b', the most frequent of the training rows" in said[2].en
    assert all("训练行" in note.zh for note in said)


def test_a_gap_that_training_knew_is_not_worth_a_word(read):
    table = read("x,c,y\n1,a,0\n,,0\n3,b,0\n")
    encoding = Encoding.learn(table, ["y"])
    filling = encoding.filling_gaps(encoding.matrix(table))
    assert filling == encoding
    assert filling.unforeseen(table) == ()


def test_a_category_that_other_readers_take_for_missing_stands_for_missing_text(read):
    table = read("bags,y\nNone,0\nDriver,0\nDriver,0\n")
    encoding = Encoding.learn(table, ["y"])
    encoding = encoding.filling_gaps(encoding.matrix(table))
    (bags,) = encoding.columns
    assert bags.categories == ("Driver", "None")
    later = as_table(pd.DataFrame({"bags": ["Driver", None]}))  # as pandas reads that file
    np.testing.assert_array_equal(encoding.matrix(later), [[1, 0], [0, 1]])
    (said,) = encoding.unforeseen(later)
    assert said.en == "bags (1): missing text becomes 'None', a category of the training rows."


def test_na_that_is_a_category_is_no_gap(read):
    table = read("c,y\nNA,0\nFR,0\nFR,0\nDE,0\nCN,0\n")
    encoding = Encoding.learn(table, ["y"])
    encoding = encoding.filling_gaps(encoding.matrix(table))
    later = read("c\nNA\n")
    np.testing.assert_array_equal(encoding.matrix(later), [[0, 0, 0, 1]])
    assert encoding.unforeseen(later) == ()
    assert "(1): missing text becomes 'NA'" in encoding.unforeseen(read("c,x\n,1\nNA,2\n"))[0].en


def test_without_what_is_usual_a_gap_is_refused(read):
    encoding = Encoding.learn(read("x,c,y\n1,a,0\n2,b,0\n"), ["y"])
    for later in ("x,c\n1,a\n,b\n", "x,c\n1,a\n2,\n"):
        with pytest.raises(InputError, match=r"line 3, column '.': the value is missing"):
            encoding.matrix(read(later))


def test_na_among_codes_is_a_category_and_stays_one(read):
    table = read("c,y\nNA,0\nFR,0\nDE,0\nCN,0\n")
    encoding = Encoding.learn(table, ["y"])
    assert "NA is a category" in notes_of(encoding)
    np.testing.assert_array_equal(encoding.matrix(read("c\nNA\n")), [[0, 0, 0, 1]])


def test_dates_with_gaps_are_filled_and_dates_of_parquet_are_read(tmp_path):
    when = pd.to_datetime(["1970-01-03", None, "1970-01-05"])
    pd.DataFrame({"d": when, "e": [d if d is pd.NaT else d.date() for d in when]}).to_parquet(
        tmp_path / "d.parquet"
    )
    table = read_table(tmp_path / "d.parquet")
    encoding = Encoding.learn(table, ())
    assert all(type(column) is DateColumn for column in encoding.columns)
    np.testing.assert_array_equal(
        encoding.matrix(table), [[2, 0, 2, 0], [3, 1, 3, 1], [4, 0, 4, 0]]
    )
