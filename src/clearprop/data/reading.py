"""Read a table from a file: CSV or Parquet, told apart by content."""

from collections.abc import Collection
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop.data.comma_separated import read_csv
from clearprop.data.parquet import read_parquet
from clearprop.data.table import Table
from clearprop.files import check_readable
from clearprop.files.access import PathLike

FOREIGN = {
    b"PK\x03\x04": "it is a spreadsheet or an archive.",
    b"\xd0\xcf\x11\xe0": "it is a spreadsheet.",
    b"\x1f\x8b": "it is compressed.",
    b"%PDF": "it is a PDF.",
}
"""How files begin that people hand in instead of a table."""


def read_table(path: PathLike, text_columns: Collection[str] = ()) -> Table:
    """Return the table in a file.

    Parameters
    ----------
    path : path-like
        A CSV file in UTF-8 with a header (separated by comma, semicolon, tab or bar) or a Parquet
        file.
    text_columns : collection of str
        Columns whose values are text even where they look like numbers (CSV; "007" stays "007").

    Raises
    ------
    InputError
        If the file cannot be read as a table: the message names the line.
    """
    check_readable(path)
    require("a table", "pandas")
    source, content = Path(path).name, Path(path).read_bytes()
    if content.startswith(b"PAR1"):
        return read_parquet(content, source)
    for beginning, why in FOREIGN.items():
        if content.startswith(beginning):
            raise invalid_argument("data", source, why, "a CSV or Parquet file.")
    return read_csv(content, source, text_columns)
