"""Frames and columns in memory are tables, whose errors name the place of a value."""

import io

import pandas as pd
import pytest

from clearprop._errors import InputError
from clearprop.data import Table, as_table


def test_frames_and_columns_in_memory_are_tables():
    import polars

    columns = {"x": [1, 2], "city": ["Oslo", "Rome"]}
    for frame in (columns, pd.DataFrame(columns), polars.DataFrame(columns)):
        assert as_table(frame).frame.to_dict("list") == columns
    table = as_table(columns)
    assert as_table(table) is table


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "it is no table"),
        (io.StringIO("x\n1\n"), "an open file. try: the name"),
        (
            [pd.DataFrame({"x": [1]}), pd.DataFrame({"x": [2]})],
            "several tables. try: pandas.concat",
        ),
        ({"x": []}, "a header and no rows"),
        ({}, "no columns"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "two columns named 'x'"),
    ],
)
def test_what_is_no_table_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        as_table(given)


def test_a_missing_column_is_answered_with_the_nearest_name():
    table = Table(pd.DataFrame({"Price": [1], "area": [2]}), "houses.csv")
    assert str(table.unknown_column("price")) == (
        "houses.csv: there is no column 'price'. try: 'Price'."
    )
    assert "try: 'Price', 'area'." in str(table.unknown_column("zzz"))


def test_words_for_missing_values_are_missing_in_text_of_every_kind():
    words, missing = ["a", " NA ", "", None, "b"], [False, True, True, True, False]
    for dtype in ("object", "string", "category"):
        table = Table(pd.DataFrame({"x": pd.Series(words, dtype=dtype)}))
        assert table.missing("x").tolist() == missing


def test_rows_without_a_target_keep_the_places_of_the_others(read):
    table = read("x,y\n1,\n2,5\n3,NA\n4,6\n").with_values(["y"])
    assert table.frame["x"].tolist() == [2, 4]
    assert [table.place(row) for row in range(2)] == ["line 3", "line 5"]
    with pytest.raises(InputError, match="column 'y': every value is missing"):
        read("x,y\n1,\n2,\n").with_values(["y"])
