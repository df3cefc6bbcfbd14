"""Read Parquet."""

import io

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop.data.table import Table


def read_parquet(content: bytes, source: str) -> Table:
    """Return the table in the bytes of a Parquet file.

    Raises
    ------
    InputError
        If the file is damaged.
    MissingExtraError
        If pyarrow is not installed.
    """
    require("a Parquet file", "pandas", "pyarrow")
    import pandas
    import pyarrow

    try:
        frame = pandas.read_parquet(io.BytesIO(content), engine="pyarrow")
    except (pyarrow.ArrowException, OSError, ValueError):
        raise invalid_argument(
            "data", source, "it is a damaged Parquet file.", "write it again."
        ) from None
    return Table(frame.reset_index(drop=True), source)
