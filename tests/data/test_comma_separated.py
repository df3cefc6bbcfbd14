"""CSV files are read as they stand, or refused in one line that names the place."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearprop._errors import InputError
from clearprop.data import (
    read_table,
)
from notes import notes_of


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


CHINESE = "城市,价格\n北京,1\n上海市区,2\n"


ENCODINGS = {
    "GBK": (CHINESE.encode("gbk"), "北京"),
    "Big5": ("城市,價格\n臺北,1\n高雄市,2\n".encode("big5"), "臺北"),
    "UTF-16": (CHINESE.encode("utf-16"), "北京"),
    "UTF-16 without a mark": ("city,x\nOslo,1\nRome,2\n".encode("utf-16-le"), "Oslo"),
    "EUC-KR": ("도시,가격\n서울특별시,1\n부산광역시,2\n".encode("euc_kr"), "서울특별시"),
    "Windows-1252": ("city,x\nKöln,1\nZürich,2\n".encode("cp1252"), "Köln"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_what_spreadsheets_write_is_read_and_said(read, name):
    content, city = ENCODINGS[name]
    table = read(content)
    assert table.frame.iloc[0, 0] == city
    assert f"is read as {name.split(' ')[0]}" in notes_of(table)
    assert f"is read as {name.split(' ')[0]}" in notes_of(read(content, strict=True))


def test_utf8_is_not_worth_a_note(read):
    assert read(CHINESE).notes == ()


def test_a_line_may_name_the_separator(read):
    table = read("sep=;\r\na;b,c\r\n1;2\r\n")
    assert table.names == ["a", "b,c"]
    assert table.place(0) == "line 3"


def test_row_names_and_empty_columns_are_left_out(read):
    table = read('"",x,y,\n"a",1,2,\n"b",3,4,\n')
    assert table.names == ["x", "y"]
    assert "names of the rows" in notes_of(table)
    with pytest.raises(InputError, match="line 1: column 1 has no name"):
        read(",x\na,1\n", strict=True)
