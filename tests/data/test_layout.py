"""Tables as programs write them: without a header, cut by spaces, under comments, as ARFF."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop._errors import InputError
from clearprop.data.layout import layout_of, with_tabs

NAMELESS = {
    "iris": "5.1,3.5,setosa\n4.9,3.0,setosa\n6.0,3.0,virginica\n",
    "words only": "vhigh,vhigh,2,low\nvhigh,low,4,high\nlow,vhigh,more,low\nlow,low,2,high\n",
    "whole numbers": "1,14,2\n2,13,1\n1,12,3\n",
    "spaces, quotes and a tab": '18.0   8   307.0  2.0\t"malibu"\n15.0   8   350.0   9.5\t"sky"\n',
    "numbers by spaces": " 0.00632  18.00   2.310  0\n 0.02731   0.00   7.070  0\n",
    "spaces behind commas": "39, State-gov, 13\n50, Private, 9\n53, State-gov, 7\n",
    "a gap in the first row": "?,b,1.5\n2,a,1.5\n3,b,2.5\n",
    "decimal commas": "0,5;a\n1,5;b\n0,7;a\n",
    "comments above": "# measured\n1.5 2.5\n0.5 3.5\n",
}
NAMED = {
    "years": ("country,2010,2011\nPeru,1.5,2.5\nChad,2.5,3.5\n", ["country", "2010", "2011"]),
    "quantiles": ("id,0.25,0.5\n1,3.5,4.5\n2,3.5,5.5\n", ["id", "0.25", "0.5"]),
    "files one behind the other": ("x,town\n1,Oslo\n2,Rome\nx,town\n3,Rome\n", ["x", "town"]),
    "a table of counts": (",16.5,16.75\nA,1,0\nB,0,1\n", ["", "16.5", "16.75"]),
    "words above words": ("name,town\nAnna,Oslo\nBob,Rome\n", ["name", "town"]),
    "spaces": ("x town y\n1.5 Oslo 2\n2.5 Rome 3\n", ["x", "town", "y"]),
    "R's row names": ('"x" "y"\n"1" 1.5 2\n"2" 2.5 3\n"3" 3.5 4\n', ["", "x", "y"]),
    "row names, commas": ("x,y\nAnna,1,2\nBob,3,4\n", ["", "x", "y"]),
    "comments": ("# by me\n\n# 2024\nx,y\n1,2\n", ["x", "y"]),
    "NumPy's header": ("# x y\n1.5e+00 2.5e+00\n0.5e+00 1.5e+00\n", ["x", "y"]),
    "number sign as a name": ("#,score\n1,2.5\n2,3.5\n", ["", "score"]),
    "a sentence in one column": ("my long name\n1\n2\n", ["my long name"]),
    "a short row": ("x,y,z\n1\n1,2,3\n", ["x", "y", "z"]),
    "one word": ("x\n1\n", ["x"]),
    "ARFF": (
        "% a comment\n@RELATION r\n@attribute 'my x' numeric\n@attribute y {a,b}\n@DATA\n1,a\n",
        ["my x", "y"],
    ),
}


@pytest.mark.parametrize("name", NAMELESS)
def test_a_first_row_of_values_is_a_row_and_columns_are_counted(read, name):
    text = NAMELESS[name]
    table = read(text)
    assert table.names == [f"column{place + 1}" for place in range(len(table.names))]
    comments = text.count("#")
    assert len(table) == text.count("\n") - comments
    assert table.place(0) == f"line {1 + comments}"
    said = f"called column1 to column{len(table.names)}."
    assert said in table.notes[0].en.partition("holds values, not names")[2]
    with pytest.raises(InputError, match="holds values"):
        read(text, strict=True)


@pytest.mark.parametrize("name", NAMED)
def test_names_are_found(name):
    text, names = NAMED[name]
    assert layout_of(text).names == names


def test_comments_among_the_rows_are_no_rows_and_lines_stay_right(read):
    table = read("# one\nx,y\n1,2\n# two\n3,4\n")
    np.testing.assert_array_equal(table.frame, [[1, 2], [3, 4]])
    assert table.place(1) == "line 5"


def test_what_numpy_writes_is_read_to_the_last_bit(read):
    values = np.random.default_rng(0).normal(size=(20, 3))
    file = io.StringIO()
    np.savetxt(file, values, header="a b c")
    table = read(file.getvalue())
    assert table.names == ["a", "b", "c"]
    np.testing.assert_array_equal(table.frame, np.loadtxt(io.StringIO(file.getvalue())))


def test_a_row_that_does_not_fit_is_refused_by_its_line(read):
    with pytest.raises(InputError, match="line 4: 3 fields, and the header has 2"):
        read("# c\nx,y\n1,2\n3,4,5\n")


def test_an_arff_file_is_read(read):
    table = read("@relation r\n@attribute x real\n@attribute y {a,b}\n@data\n1.5,a\n?,b\n%\n%\n")
    assert table.names == ["x", "y"]
    assert table.frame["x"].isna().tolist() == [False, True]


@given(
    st.lists(
        st.lists(st.text("abc.-1", min_size=1, max_size=4), min_size=3, max_size=3), min_size=1
    ),
    st.text(" \t", min_size=1, max_size=3),
)
def test_runs_of_spaces_become_one_tab(rows, gap):
    text = "".join(f"{gap}{gap.join(row)}{gap}\n" for row in rows)
    assert [line.split("\t") for line in with_tabs(text).splitlines()] == rows


@pytest.mark.parametrize(
    ("line", "by_space"), [("1.5 2.5 3\n", True), ("1.5\n", False), ("my long name\n", False)]
)
def test_numbers_on_a_single_line_are_cut_by_spaces(line, by_space):
    assert layout_of(line).by_space is by_space
