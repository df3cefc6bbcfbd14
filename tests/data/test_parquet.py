"""Parquet files are read, and columns that are no table's are refused where they are used."""

import pandas as pd
import pytest

from clearprop._errors import InputError
from clearprop._extras import MissingExtraError
from clearprop.data import Encoding, infer_task, read_table


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


def test_parquet_columns_have_names_and_each_another(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    for names, message in ((["a", "a"], "two columns named 'a'"), (["a", ""], "column 2 has no")):
        table = pa.Table.from_arrays([pa.array([1.0]), pa.array([2.0])], names=names)
        parquet.write_table(table, tmp_path / "t.parquet")
        with pytest.raises(InputError, match=message):
            read_table(tmp_path / "t.parquet")


def test_parquet_columns_of_lists_records_and_bytes_are_refused_where_they_are_used(tmp_path):
    columns = {
        "list": [[1, 2]] * 4,
        "record": [{"a": 1}] * 4,
        "bytes": [b"a"] * 4,
        "y": [1, 2, 3, 4],
    }
    pd.DataFrame(columns).to_parquet(tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    for name in ("list", "record", "bytes"):
        with pytest.raises(InputError, match=f"column '{name}'.*no plain number or text"):
            Encoding.learn(table, [n for n in columns if n != name])
        with pytest.raises(InputError, match=f"column '{name}'.*no plain number or text"):
            infer_task(table, [name])
