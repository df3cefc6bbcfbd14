"""Every source yields the rows of its table once, in order, and names the place of a value."""

import gzip

import numpy as np
import pandas as pd
import polars
import pyarrow.dataset
import pytest

from clearprop import InputError
from clearprop.data import read_table
from clearprop.streaming import csv_files, source_of
from clearprop.streaming.source import Source


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(csv_files, "BLOCK", 5000)


def whole(source: Source) -> pd.DataFrame:
    return pd.concat([table.frame for table in source.blocks()], ignore_index=True)


GIVEN = {
    "a folder": lambda parquet, csv, tmp: parquet,
    "a pattern": lambda parquet, csv, tmp: parquet / "part-*.parquet",
    "a list": lambda parquet, csv, tmp: [parquet / "part-0.parquet", parquet / "part-1.parquet"],
    "a dataset": lambda parquet, csv, tmp: pyarrow.dataset.dataset(parquet),
    "a LazyFrame": lambda parquet, csv, tmp: polars.scan_parquet(parquet / "*.parquet"),
    "CSV": lambda parquet, csv, tmp: csv,
    "compressed CSV": lambda parquet, csv, tmp: compressed(csv, tmp),
}


def compressed(csv, folder):
    path = folder / "table.csv.gz"
    path.write_bytes(gzip.compress(csv.read_bytes()))
    return path


@pytest.mark.parametrize("kind", GIVEN)
def test_all_rows_come_in_order(kind, table, parquet, csv, tmp_path):
    source = source_of(GIVEN[kind](parquet, csv, tmp_path), folder=tmp_path)
    assert source.names == list(table.columns)
    found = whole(source)
    assert source.rows == len(table) == len(found)
    numbers = ["a", "b", "c", "y"]
    np.testing.assert_array_equal(found[numbers], table[numbers])
    assert found["city"].tolist() == table["city"].tolist()
    assert len(list(source.blocks())) > (kind != "a LazyFrame")  # which has one row group


def test_an_estimate_of_the_rows_is_near(csv, table):
    assert source_of(csv).rows == pytest.approx(len(table), rel=0.02)


def test_records_are_never_cut(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f'{n},"line {n}\nand ""more"""' for n in range(2000)]
    path.write_text("sep=,\nn,text\n" + "\n".join(rows) + "\n")
    found = whole(source_of(path))
    assert found["n"].tolist() == list(range(2000))
    assert found["text"][1999] == 'line 1999\nand "more"'


def test_other_encodings_are_read(tmp_path):
    path = tmp_path / "t.csv"
    text = "城市,价格\n" + "北京市朝阳区,1\n上海市浦东新区,2\n" * 500
    path.write_bytes(text.encode("gbk"))
    assert set(whole(source_of(path))["城市"]) == {"北京市朝阳区", "上海市浦东新区"}


def test_a_value_is_named_by_its_line(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "1,2\n" * 3000 + "1,2,3\n")
    with pytest.raises(InputError, match="line 3002: 3 fields"):
        whole(source_of(path))
    path.write_text("x,y\n" + "1,2\n" * 3000)
    last = list(source_of(path).blocks())[-1]
    assert last.place(len(last) - 1) == "line 3001"


def test_a_value_is_named_by_its_row_group(parquet):
    tables = list(source_of(parquet).blocks())
    assert tables[1].source == "part-0.parquet"
    assert tables[1].place(5) == "row group 1, row 5"


def test_small_files_are_what_the_usual_reader_reads(csv):
    pd.testing.assert_frame_equal(whole(source_of(csv)), read_table(csv).frame)


def test_columns_may_stand_in_another_order_in_other_files(tmp_path):
    first = broken(tmp_path, "1.csv", b"a,b\n1,x\n")
    assert whole(source_of([first, broken(tmp_path, "2.csv", b"b,a\ny,2\n")])).to_dict("list") == {
        "a": [1, 2],
        "b": ["x", "y"],
    }


def test_a_part_without_rows_is_a_header_alone(tmp_path):
    names = [broken(tmp_path, name, b"a,b\n") for name in ("1.csv", "3.csv")]
    rows = [broken(tmp_path, name, b"a,b\n1,2\n") for name in ("2.csv", "4.csv")]
    source = source_of([*names, *rows])
    assert whole(source)["b"].tolist() == [2, 2]
    assert source.rows == 2


def broken(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


REFUSED = {
    "nothing matches": (lambda tmp: tmp / "*.parquet", "no file has such a name"),
    "an empty folder": (lambda tmp: tmp, "no Parquet or CSV file"),
    "no file": (lambda tmp: tmp / "x.csv", "no such file"),
    "damaged": (lambda tmp: broken(tmp, "x.parquet", b"PAR1 and nothing"), "damaged"),
    "an open quote": (lambda tmp: broken(tmp, "x.csv", b'a,b\n1,"2\n3,4\n'), "never closed"),
    "only a header": (lambda tmp: broken(tmp, "x.csv", b"a,b\n"), "no rows"),
    "empty": (lambda tmp: broken(tmp, "x.csv", b""), "empty"),
    "two kinds": (
        lambda tmp: [broken(tmp, "x.csv", b"a\n1\n"), broken(tmp, "y.pq", b"PAR1")],
        "another kind",
    ),
    "other columns": (
        lambda tmp: [broken(tmp, "x.csv", b"a\n1\n"), broken(tmp, "y.csv", b"b\n1\n")],
        "lacks the column 'a' of x.csv",
    ),
    "a further column": (
        lambda tmp: [broken(tmp, "x.csv", b"a\n1\n"), broken(tmp, "y.csv", b"a,b\n1,2\n")],
        "has a column 'b', which x.csv lacks",
    ),
    "nothing among Parquet": (
        lambda tmp: [broken(tmp, "x.pq", b"PAR1"), broken(tmp, "y.pq", b"")],
        "'y.pq'.*it is empty",
    ),
    "no name": (lambda tmp: [], "names no file"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused(name, tmp_path):
    make, message = REFUSED[name]
    with pytest.raises(InputError, match=message):
        list(source_of(make(tmp_path)).blocks())
