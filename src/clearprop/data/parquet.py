"""Read Parquet."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearprop._errors import InputError, invalid_argument
from clearprop._extras import require
from clearprop.data.table import Table, first_repeated

if TYPE_CHECKING:
    import pyarrow


def read_parquet(content: bytes, source: str) -> Table:
    """Return the table in the bytes of a Parquet file.

    Raises
    ------
    InputError
        If the file is damaged, or the names of columns are not unique.
    MissingExtraError
        If pyarrow is not installed.
    """
    require("a Parquet file", "pandas", "pyarrow")
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(io.BytesIO(content)) as file:
            _check_columns(file.schema_arrow, source)
            frame = file.read().to_pandas()
    except InputError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError):
        raise invalid_argument(
            "data", source, "it is a damaged Parquet file.", "write it again."
        ) from None
    return Table(frame.reset_index(drop=True), source)


def _check_columns(schema: "Iterable[pyarrow.Field]", source: str) -> None:
    fields = list(schema)
    twice = first_repeated(field.name for field in fields)
    if twice is not None:
        raise InputError(f"{source} has two columns named {twice!r}. try: rename one of them.")
    for place, field in enumerate(fields):
        if not field.name.strip():
            raise InputError(f"{source}: column {place + 1} has no name. try: name it.")
