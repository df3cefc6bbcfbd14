"""Parquet files at an address, in fsspec's file system in memory."""

import pickle

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError
from clearprop.streaming.addresses import dataset_at
from clearprop.streaming.opening import source_of
from clearprop.streaming.plan import streams

fsspec = pytest.importorskip("fsspec", reason="fsspec comes with Dask, which is not installed")
OPTIONS = {"solver": "lbfgs", "hidden": (3,), "max_epochs": 3, "seed": 0, "stream": True}


@pytest.fixture(scope="module")
def bucket(parquet):
    """The two files of the table; the address of their folder."""
    system = fsspec.filesystem("memory")
    for file in parquet.iterdir():
        system.pipe(f"/bucket/{file.name}", file.read_bytes())
    system.pipe("/bucket/notes.csv", b"a,b\n1,2\n")
    yield "memory://bucket"
    system.rm("/bucket", recursive=True)


def test_files_at_an_address_are_those_of_a_folder(bucket, parquet):
    there, here = (cp.fit(files, "y", **OPTIONS) for files in (bucket, parquet))
    np.testing.assert_array_equal(there.model.parameters.vector, here.model.parameters.vector)
    assert there.measures == here.measures


@pytest.mark.parametrize(
    ("end", "rows"), [("/*.parquet", 3000), ("/part-[01].*", 3000), ("/part-1.parquet", 1000)]
)
def test_patterns_name_some_of_them(bucket, end, rows):
    assert dataset_at(f"{bucket}{end}").rows == rows


def test_several_addresses_are_one_table(bucket):
    parts = [f"{bucket}/part-1.parquet", f"{bucket}/part-0.parquet"]
    assert source_of(parts).rows == 3000
    with pytest.raises(InputError, match="a file beside addresses"):
        source_of([*parts, "here.parquet"])


def test_an_address_on_this_machine_is_a_path(parquet):
    there, here = (source_of(f"{how}{parquet}/*.parquet") for how in ("file://", ""))
    assert there == here


def test_an_address_goes_through_a_path_and_to_workers(bucket, table):
    from pathlib import Path

    address = Path(f"{bucket}/part-0.parquet")
    assert streams(address)
    source = pickle.loads(pickle.dumps(dataset_at(address)))
    assert (source.name, source.rows) == ("part-0.parquet", 2000)
    read = [part.frame for piece in source.pieces() for part in piece.read()]
    np.testing.assert_array_equal(np.concatenate([each["a"] for each in read]), table.a[:2000])


def test_files_that_change_are_told_from_what_they_were(bucket):
    before = dataset_at(f"{bucket}/*.parquet").fingerprint
    system = fsspec.filesystem("memory")
    system.copy("/bucket/part-1.parquet", "/bucket/part-2.parquet")
    assert dataset_at(f"{bucket}/*.parquet").fingerprint != before
    system.rm("/bucket/part-2.parquet")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("memory://bucket/none*", "no file is there"),
        ("memory://bucket/part-7.parquet", "no file is there"),
        ("memory://elsewhere", "no file is there"),
        ("memory://bucket/notes.csv", "cannot be read as Parquet"),
        ("odd://bucket/a.parquet", "nothing here reads odd://"),
    ],
)
def test_what_cannot_be_read_is_one_line(bucket, address, why):
    with pytest.raises(InputError, match=why) as raised:
        cp.fit(address, "y")
    assert "\n" not in str(raised.value)
