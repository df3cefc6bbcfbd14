"""Dask collections as sources of rows."""

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError

dask = pytest.importorskip("dask", reason="Dask is not installed")
dataframe = pytest.importorskip("dask.dataframe", reason="Dask is not installed")
OPTIONS = {"solver": "lbfgs", "hidden": (2,), "max_epochs": 2, "seed": 0, "stream": True}


@pytest.fixture(scope="module")
def frame(table):
    return dataframe.from_pandas(table.head(400), npartitions=2)


def test_rows_are_the_same_however_they_are_divided(frame):
    none = frame[frame.a > 100]
    forms = [frame, frame.clear_divisions(), dataframe.concat([none, frame])]
    one, *others = [cp.fit(form, "y", **OPTIONS).model.parameters.vector for form in forms]
    for other in others:
        np.testing.assert_array_equal(other, one)


def test_what_is_no_table_of_rows_is_one_line(frame):
    for given in (frame.a, frame.a.to_dask_array(lengths=True)):
        with pytest.raises(InputError, match="neither a frame nor an array of rows"):
            cp.fit(given, "a", **OPTIONS)
    with pytest.raises(InputError, match="the Dask frame: there are no rows"):
        cp.fit(frame[frame.a > 100], "y", **OPTIONS)
