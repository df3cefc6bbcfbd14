"""Figures that pages repeat are those of the last results."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SEVERAL = 5
"""Rows that the table has at least."""


def test_the_table_of_solvers_is_the_last_one_measured():
    page = (ROOT / "docs/choosing-a-solver.md").read_text("utf-8")
    table = page.partition("## Measured")[2].partition("What the table says")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    results = (ROOT / "benchmarks/RESULTS.md").read_text("utf-8").splitlines()
    assert len(rows) > SEVERAL
    assert set(rows) <= set(results)
