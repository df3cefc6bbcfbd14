"""A table's file is told apart by content; what is no table is named."""

import gzip
import io
import sys

import pandas as pd
import pytest

from clearprop import InputError
from clearprop.data import read_table
from clearprop.files.access import STANDARD

FRAME = pd.DataFrame({"a": [1.5, 2.0], "b": ["x", "y"]})
CSV = FRAME.to_csv(index=False).encode()


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InputError, match="a folder"):
        read_table(tmp_path)


def test_the_kind_follows_from_the_content_not_the_name(write):
    parquet = io.BytesIO()
    FRAME.to_parquet(parquet)
    for content in (CSV, parquet.getvalue(), gzip.compress(CSV), gzip.compress(parquet.getvalue())):
        table = read_table(write(content, "table.txt"))
        assert list(table.column("b").values) == ["x", "y"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0rest", "it is a spreadsheet"),
        (b"%PDF-1.7 rest", "it is a PDF"),
        (b"\x93NUMPY\x01\x00v\x00", "an array of NumPy"),
        (b'[{"a": 1}, {"a": 2}]', "it is JSON"),
        (b"<!DOCTYPE html><table>", "a web page"),
        (b"\x89PNG rest", "it is a picture"),
    ],
)
def test_what_people_hand_in_instead_is_named(content, message, write):
    with pytest.raises(InputError, match=rf"data.csv.*{message}.*try: a CSV or Parquet file"):
        read_table(write(content))


def test_standard_input_is_a_file_like_others(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CSV)))
    assert len(read_table(STANDARD)) == 2
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input is empty"):
        read_table(STANDARD)
