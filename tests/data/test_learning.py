"""The kind of a column follows its content; what teaches nothing is left out, and said."""

import json

import numpy as np
import pandas as pd
import pytest

from clearprop._errors import InputError
from clearprop.data import (
    CategoricalColumn,
    Encoding,
    NumericColumn,
    as_table,
)
from clearprop.data.learning import repeats_too_little
from notes import notes_of


def table(**columns):
    return as_table(columns)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, 3], NumericColumn),
        ([1.5, -2.0, 3e8], NumericColumn),
        ([True, False, True], NumericColumn),
        (["1", "2", "3"], NumericColumn),
        (["a", "b", "a"], CategoricalColumn),
        (["1", "b", "c"], CategoricalColumn),
        (pd.array([1, 2, 1], dtype="Int64"), NumericColumn),
        (pd.Categorical([1, 2, 1]), CategoricalColumn),
        (np.array([1, 2, 1], dtype="uint8"), NumericColumn),
    ],
)
def test_the_kind_of_a_column_follows_its_content(values, kind):
    (column,) = Encoding.learn(table(x=values), leave_out=()).columns
    assert type(column) is kind


def test_numbers_can_be_asked_to_be_categories():
    given = table(zip=[501, 90210, 501], x=[1, 2, 3])
    encoding = Encoding.learn(given, leave_out=["x"], categorical=["zip"])
    assert encoding.features == ("zip=501", "zip=90210")
    as_floats = table(zip=[501.0])
    np.testing.assert_array_equal(encoding.matrix(as_floats), [[1, 0]])


@pytest.mark.parametrize(
    "values",
    [
        np.array([1 + 2j, 0]),
        pd.to_timedelta(["1 days", "2 days"]),
        [[1, 2], [3, 4]],
        [{"a": 1}, {"a": 2}],
        [b"a", b"b"],
    ],
    ids=["complex", "durations", "lists", "records", "bytes"],
)
@pytest.mark.parametrize("strict", [True, False])
def test_what_is_neither_number_nor_text_nor_date_is_refused(values, strict):
    given = table(x=values, y=[1, 2])
    with pytest.raises(InputError, match=r"column 'x'.*no plain number"):
        Encoding.learn(given, leave_out=["y"], strict=strict).matrix(given)


def test_a_column_that_only_rows_outside_of_training_have_is_left_out(read):
    table = read("x,z,d,y\n,1,,0\n,2,,0\n3,3,2024-01-31,0\n")
    encoding = Encoding.learn(table, ["y"], rows=np.array([0, 1]))
    assert encoding.features == ("z",)
    notes = notes_of(encoding)
    assert "x (2), d (2): left out, no training row has a value." in notes
    assert "dates" not in notes


def test_whole_numbers_beyond_those_that_floats_hold_are_said_to_be_rounded():
    assert "rounded" in notes_of(Encoding.learn(table(x=[2**53 + 2, 1]), ()))
    assert notes_of(Encoding.learn(table(x=[2**53, 1]), ())) == ""


def test_up_to_a_thousand_categories_are_inputs():
    assert not repeats_too_little(1000, 10**5)
    assert repeats_too_little(1001, 10**5)


DATES = {
    "ISO": (["2024-01-31", "1970-01-01"], [19753, 0]),
    "time of day": (["2024-01-31 12:00", "1970-01-01 00:00"], [19753.5, 0]),
    "slashes": (["2024/1/31", "1970/01/01"], [19753, 0]),
    "German": (["31.01.2024", "01.01.1970"], [19753, 0]),
    "day first": (["31/01/2024", "01/01/1970"], [19753, 0]),
    "month first": (["01/31/2024", "01/01/1970"], [19753, 0]),
    "English": (["Jan 31, 2024", "Jan 01, 1970"], [19753, 0]),
    "Chinese": (["2024年1月31日", "1970年1月1日"], [19753, 0]),
}


@pytest.mark.parametrize(("cells", "days"), DATES.values(), ids=DATES)
def test_dates_become_days(cells, days):
    table = as_table({"d": cells})
    encoding = Encoding.learn(table, ())
    np.testing.assert_allclose(encoding.matrix(table)[:, 0], days, rtol=1e-12)
    assert notes_of(encoding) == "d: dates become days since 1970-01-01."
    again = Encoding.from_record(json.loads(json.dumps(encoding.record())))
    assert again == encoding
    with pytest.raises(InputError, match="this is no date as in training"):
        again.matrix(as_table({"d": ["yesterday"]}))


def test_dates_whose_day_and_month_cannot_be_told_are_left_out():
    encoding = Encoding.learn(as_table({"d": ["01/02/2024", "03/04/2024"], "x": [1, 2]}), ())
    assert [column.name for column in encoding.columns] == ["x"]
    assert "d: left out, dates of which day and month" in notes_of(encoding)


LEFT_OUT = {
    "names": (["name", "Name", "title"], [f"word {n}" for n in range(30)]),
    "identifiers": (["id", "PassengerId", "user_id", "编号"], list(range(100, 130))),
    "row numbers": (["RowNumber", "row_no", "S.No", "Serial No.", "sl_no"], list(range(30))),
    "identifiers of which some repeat": (["Id"], [*range(100, 128), 100, 101]),
    "nothing": (["x"], [None] * 30),
}


@pytest.mark.parametrize(("names", "values"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_columns_that_teach_nothing_are_left_out(names, values):
    for name in names:
        encoding = Encoding.learn(as_table({name: values, "z": range(30)}), ())
        assert encoding.features == ("z",)
        assert f"{name}: left out" in notes_of(encoding)


def test_numbers_of_groups_are_an_input():
    table = as_table({"shop_id": list(range(100, 115)) * 2, "x": range(30)})
    assert Encoding.learn(table, ()).features == ("shop_id", "x")


def test_counting_numbers_under_another_name_are_an_input():
    for name in ("x", "grid", "paid", "time"):
        assert Encoding.learn(as_table({name: range(30)}), ()).features == (name,)


@pytest.mark.parametrize("value", [3.5, "DE", True])
def test_a_column_that_never_changes_is_said(value):
    known = table(same=[value] * 4, x=[1, 2, 3, 4])
    assert "same: the same in every row" in notes_of(Encoding.learn(known, leave_out=()))
