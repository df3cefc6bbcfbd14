"""Collections of Dask: functions of rows that are called where their parts are computed."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def is_dask(given: Any) -> bool:
    """Return whether something is a frame or an array of Dask; Dask itself is not loaded."""
    return hasattr(given, "__dask_graph__") and hasattr(given, "to_delayed")


def lazily(
    function: Callable[[Any], npt.NDArray[Any]], given: Any, names: Sequence[str], dtype: Any
) -> Any:
    """Return the values of a function of rows as a collection of Dask, of which none is computed.

    Parameters
    ----------
    function : callable
        From a frame, or an array (m, n), to an array (m,), or (m, K) for several names.
    given : dask.dataframe.DataFrame or dask.array.Array
    names : sequence of str
        The names of the values.
    dtype : dtype
        Theirs.

    Returns
    -------
    dask.dataframe.Series, dask.dataframe.DataFrame or dask.array.Array
        With the index, or the chunks of rows, of what was given.
    """
    if hasattr(given, "map_partitions"):
        import pandas

        nothing = np.empty((0, len(names)), dtype)
        meta: Any = pandas.DataFrame(nothing, columns=list(names))
        meta = meta.iloc[:, 0] if len(names) == 1 else meta
        return given.map_partitions(_of_frame, function, list(names), dtype, meta=meta)
    rows = given.rechunk({1: -1})
    if len(names) == 1:
        return rows.map_blocks(function, dtype=dtype, drop_axis=1)
    return rows.map_blocks(function, dtype=dtype, chunks=(rows.chunks[0], (len(names),)))


def _of_frame(
    part: Any, function: Callable[[Any], npt.NDArray[Any]], names: list[str], dtype: Any
) -> Any:
    """Return the values of one partition as a series, or a frame, with its index."""
    import pandas

    values = function(part) if len(part) else np.empty((0, len(names)))
    found = pandas.DataFrame(
        np.asarray(values, dtype).reshape(len(part), len(names)), index=part.index, columns=names
    )
    return found.iloc[:, 0] if len(names) == 1 else found
