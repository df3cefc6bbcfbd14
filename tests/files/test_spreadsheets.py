"""Cells that a spreadsheet shows and never executes."""

import pytest

from clearprop.files.spreadsheets import safe_cell


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_begins_as_a_formula_is_quoted(cell):
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Oslo", "a=1", "", "'quoted", -1.5, None])
def test_other_cells_stay_as_they_are(cell):
    assert safe_cell(cell) is cell
