"""Read Parquet."""

import io

from clearprop._errors import invalid_argument
from clearprop.data.table import Table


def read_parquet(content: bytes, source: str) -> Table:
    """Return the table in the bytes of a Parquet file.

    Raises
    ------
    InputError
        If pyarrow is not installed, or the file is damaged.
    """
    import pandas

    try:
        import pyarrow
    except ImportError:
        why = "reading Parquet needs pyarrow."
        raise invalid_argument("data", source, why, "pip install 'clearprop[parquet]'.") from None
    try:
        frame = pandas.read_parquet(io.BytesIO(content), engine="pyarrow")
    except (pyarrow.ArrowException, OSError, ValueError):
        raise invalid_argument(
            "data", source, "it is a damaged Parquet file.", "write it again."
        ) from None
    return Table(frame.reset_index(drop=True), source)
