"""A table file is read as it stands, or refused in one line that names the place."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearprop._errors import InputError
from clearprop._extras import MissingExtraError
from clearprop.data import Table, as_table, read_table


@pytest.fixture
def write(tmp_path):
    def writer(content, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writer


def test_columns_get_the_type_of_their_content(write):
    frame = read_table(write("n,x,yes,city\n1,0.5,True,Oslo\n2,1e3,false,Rome\n")).frame
    assert frame["n"].tolist() == [1, 2]
    assert frame["x"].tolist() == [0.5, 1000.0]
    assert frame["yes"].tolist() == [True, False]
    assert frame["city"].tolist() == ["Oslo", "Rome"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(write, separator):
    text = f'"a, b; c | d"{separator}x\n1{separator}2\n'.replace("\t;", ";")
    table = read_table(write(text))
    assert table.names == ["a, b; c | d", "x"]
    assert table.frame.to_numpy().tolist() == [[1, 2]]


def test_blank_lines_byte_order_mark_and_windows_line_ends_do_not_matter(write):
    table = read_table(write("\ufeff\r\n a , b\r\n\r\n1, 2\r\n   \r\n3,4\r\n\r\n"))
    assert table.names == ["a", "b"]
    assert table.frame.to_numpy().tolist() == [[1, 2], [3, 4]]
    assert [table.place(row) for row in range(2)] == ["line 4", "line 6"]


def test_a_line_break_in_quotes_is_text_and_lines_are_still_right(write):
    table = read_table(write('text,x\n"two\nlines",1\nplain,2\n'))
    assert table.frame["text"].tolist() == ["two\nlines", "plain"]
    assert [table.place(row) for row in range(2)] == ["line 2", "line 4"]


def test_text_columns_keep_what_is_written(write):
    frame = read_table(write("code,x\n007,1\n1.50,2\n"), text_columns=["code", "absent"]).frame
    assert frame["code"].tolist() == ["007", "1.50"]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6).filter(
    lambda text: text == text.strip()
)


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(CELLS, CELLS, st.floats(allow_nan=False)), min_size=1, max_size=6))
def test_what_pythons_own_writer_wrote_is_read(write, rows):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["left", "right", "number"])
    writer.writerows(rows)
    table = read_table(write(stream.getvalue()), text_columns=["left", "right"])
    for name, column in zip(("left", "right"), range(2), strict=True):
        expected = [row[column] or None for row in rows]
        read = [None if pd.isna(value) else value for value in table.frame[name]]
        assert read == expected
    np.testing.assert_array_equal(table.frame["number"], [row[2] for row in rows])
    lines = stream.getvalue().splitlines(keepends=True)
    assert len(table) == len(rows)
    assert all(int(table.place(n).removeprefix("line ")) <= len(lines) for n in range(len(rows)))


REFUSED = {
    "empty": ("", "data.csv is empty"),
    "blank": (" \n\n ", "data.csv is empty"),
    "header only": ("a,b\n", "a header and no rows"),
    "header and blank lines": ("a,b\n\n  \n", "a header and no rows"),
    "repeated name": ("a,b,a\n1,2,3\n", "line 1: two columns are named 'a'"),
    "repeated name, blanks": ("\na, a\n1,2\n", "line 2: two columns are named 'a'"),
    "nameless column": ("a,,b\n0,1,2\n", "line 1: column 2 has no name"),
    "no name at all": (",,\n0,1,2\n", "line 1: no column has a name"),
    "too few fields": ("a,b\n1,2\n3\n", "line 3: 1 fields, and the header has 2"),
    "too many fields": ("a,b\n1,2\n\n3,4,5\n", "line 4: 3 fields, and the header has 2"),
    "every row too long": ("a,b\n1,2,3\n4,5,6\n", "line 2: 3 fields"),
    "open quote": ('a,b\n1,"x\n2,y\n', "line 2: .*quote"),
    "text after a quote": ('a,b\n"1"2,x\n', "line 2: .*quote"),
    "cyrillic": ("город,x\nМосква,1\n".encode("cp1251"), "line 1: this is not UTF-8"),
    "damaged UTF-16": ("a,b\n1,2\n".encode("utf-16") + b"\xd8", "damaged UTF-16"),
    "binary": (b"a,b\n\x00\x01,2\n", "not a text file"),
    "old spreadsheet": (b"\xd0\xcf\x11\xe0rest", "spreadsheet"),
    "damaged zip": (b"PK\x03\x04rest", "damaged archive"),
    "damaged gzip": (b"\x1f\x8brest", "damaged archive"),
    "damaged Parquet": (b"PAR1 and nothing else PAR1", "damaged Parquet"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_table_is_refused_in_one_line(write, content, message):
    with pytest.raises(InputError, match=message) as caught:
        read_table(write(content))
    assert "data.csv" in str(caught.value)
    assert " try: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InputError, match="a folder"):
        read_table(tmp_path)


def test_parquet_is_read(tmp_path):
    frame = pd.DataFrame({"x": [1.5, 2.5], "city": ["Oslo", "Rome"]}, index=[7, 9])
    frame.to_parquet(tmp_path / "anything")
    table = read_table(tmp_path / "anything")
    pd.testing.assert_frame_equal(table.frame, frame.reset_index(drop=True))
    assert table.place(1) == "row 1"


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    pd.DataFrame({"x": [1.0]}).to_parquet(tmp_path / "data.parquet")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pip install "clearprop\[parquet\]"'):
        read_table(tmp_path / "data.parquet")


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
    assert str(table.unknown_column("price")) == ("houses.csv has no column 'price'. try: 'Price'.")
    assert "try: 'Price', 'area'." in str(table.unknown_column("zzz"))
