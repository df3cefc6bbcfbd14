"""Portions hold the same rows however tables are cut, and errors in them name their places."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.data import Table
from clearprop.streaming.portions import cut, rows_a_portion, rows_of


def tables_of(sizes):
    ends = np.cumsum(sizes)
    for end, size in zip(ends, sizes, strict=True):
        yield Table(pd.DataFrame({"x": np.arange(end - size, end)}), "t", f"{size}: {{}}".format)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(1, 20))
def test_every_portion_has_the_rows_of_its_number(sizes, size):
    for number, portion in enumerate(cut(tables_of(sizes), size)):
        rows = np.concatenate([table.frame["x"] for table in portion])
        start = number * size
        np.testing.assert_array_equal(rows, np.arange(start, min(start + size, sum(sizes))))
    assert number == (sum(sizes) - 1) // size


def test_a_row_still_knows_its_place():
    (table,) = tables_of([9])
    assert rows_of(table, 3, 7).place(2) == table.place(5)
    assert rows_of(table, 0, 9) is table


@pytest.mark.parametrize("columns", [1, 50, 10**9])
def test_a_portion_is_bounded(columns):
    assert 1 <= rows_a_portion(columns) * columns <= max(2**22, columns)
