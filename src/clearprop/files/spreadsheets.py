"""Cells that a spreadsheet shows and never executes."""

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: text that begins as one is quoted.

    Source: OWASP, "CSV Injection".

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("Oslo"), safe_cell(-1.5)
    ("'=1+1", 'Oslo', -1.5)
    """
    if isinstance(cell, str) and cell.startswith(FORMULA_BEGINS):
        return f"'{cell}"
    return cell
