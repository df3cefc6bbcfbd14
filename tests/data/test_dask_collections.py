"""Functions of rows over the parts of a Dask collection."""

import numpy as np
import pandas as pd
import pytest

from clearprop.data.dask_collections import is_dask, lazily

dask_array = pytest.importorskip("dask.array", reason="Dask is not installed")
dataframe = pytest.importorskip("dask.dataframe", reason="Dask is not installed")
TABLE = pd.DataFrame({"a": np.arange(7.0), "b": np.arange(7.0) ** 2}, index=list("pqrstuv"))


def sums(rows):
    return np.asarray(rows).sum(axis=1)


def sums_and_differences(rows):
    a, b = np.asarray(rows).T
    return np.column_stack([a + b, a - b])


FUNCTIONS = {"sum": (sums, ["sum"]), "both": (sums_and_differences, ["sum", "difference"])}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_frame_keeps_its_index(name):
    function, names = FUNCTIONS[name]
    found = lazily(function, dataframe.from_pandas(TABLE, npartitions=3), names, float)
    assert is_dask(found)
    computed = found.compute(scheduler="sync")
    assert computed.index.tolist() == TABLE.index.tolist()
    np.testing.assert_array_equal(computed.to_numpy(), function(TABLE))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_array_keeps_its_chunks_of_rows(name):
    function, names = FUNCTIONS[name]
    given = dask_array.from_array(TABLE.to_numpy(), chunks=(3, 1))
    found = lazily(function, given, names, float)
    assert found.chunks[0] == (3, 3, 1)
    np.testing.assert_array_equal(found.compute(scheduler="sync"), function(TABLE))


def test_a_partition_without_rows_has_no_values():
    frame = dataframe.from_pandas(TABLE, npartitions=2)
    found = lazily(sums, frame[frame["a"] > 5], ["sum"], float)
    assert found.compute(scheduler="sync").tolist() == [42.0]


def test_what_is_no_collection_is_none():
    assert not is_dask(TABLE)
    assert not is_dask(TABLE.to_numpy())
