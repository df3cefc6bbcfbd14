"""Made-up workbooks in the place of Excel's, as ``xlrd`` and ``openpyxl`` hand them out."""

from collections.abc import Iterator
from typing import Any

from clearprop.check.script.child.missing.tables import column


class Cell:
    """A number in a sheet."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Numbers(list[Any]):
    """The numbers of a row; of places that were not made up, such as a further target, others."""

    def __init__(self, values: Any, row: int) -> None:
        super().__init__(values)
        self.row = row

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int) and key >= len(self):
            return float(column(f"column {key}", self.row + 1)[self.row])
        return super().__getitem__(key)


class Sheet:
    """A sheet of a made-up table, whose first row holds numbers as well.

    Parameters
    ----------
    table : ndarray (rows, columns)
    """

    name = title = "Sheet1"

    def __init__(self, table: Any) -> None:
        self.lines = [Numbers(row, number) for number, row in enumerate(table.tolist())]
        self.nrows = self.max_row = len(self.lines)
        self.ncols = self.max_column = len(self.lines[0])

    def row_values(self, rowx: int, start_colx: int = 0, end_colx: int | None = None) -> Any:
        """Return the numbers of a row."""
        row = self.lines[rowx]
        return row[start_colx:end_colx] if start_colx or end_colx is not None else row

    def col_values(self, colx: int, start_rowx: int = 0, end_rowx: int | None = None) -> Any:
        """Return the numbers of a column."""
        return [row[colx] for row in self.lines[start_rowx:end_rowx]]

    def cell_value(self, rowx: int, colx: int) -> Any:
        """Return one number."""
        return self.lines[rowx][colx]

    def cell(self, *place: int, row: int = 1, column: int = 1) -> Cell:
        """Return a cell: for ``xlrd`` by its place from 0, for ``openpyxl`` by names and from 1."""
        return Cell(self.cell_value(*(place or (row - 1, column - 1))))

    def row(self, rowx: int) -> list[Cell]:
        """Return the cells of a row."""
        return list(map(Cell, self.lines[rowx]))

    def iter_rows(
        self, min_row: int = 1, max_row: int | None = None, *, values_only: bool = False, **_: Any
    ) -> Iterator[Any]:
        """Yield rows as ``openpyxl`` does: of cells, or of numbers."""
        for row in self.lines[min_row - 1 : max_row]:
            yield tuple(row) if values_only else tuple(map(Cell, row))

    rows = property(iter_rows)
    values = property(lambda self: self.iter_rows(values_only=True))


class Workbook:
    """A workbook whose sheets are all one, whatever they are called.

    Parameters
    ----------
    sheet : Sheet
    """

    def __init__(self, sheet: Sheet) -> None:
        self.active = sheet
        self.sheetnames, self.worksheets = [sheet.name], [sheet]

    def sheet_by_index(self, *_: Any) -> Sheet:
        """Return the sheet."""
        return self.active

    sheet_by_name = get_sheet_by_name = __getitem__ = sheet_by_index

    def sheets(self) -> list[Sheet]:
        """Return all sheets."""
        return self.worksheets

    def sheet_names(self) -> list[str]:
        """Return the names of all sheets."""
        return self.sheetnames
