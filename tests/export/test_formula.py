"""The cells of an exported spreadsheet compute what the model does."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.export.spreadsheet import place
from clearprop.export.writing import render
from export.cases import CASES

BY_NAME = {case.name: case.model for case in CASES}


def rows_of(model: cp.Model) -> tuple[list[str], list[str]]:
    text = render(model.trained, "model.md", "formula").content.decode()
    block = text.rpartition("```text\n")[2].split("```")[0]
    names, cells = (line.split("\t") for line in block.splitlines())
    return names, cells


def computed(cells: list[str]) -> list[object]:
    """Return the values of a row, each cell computed by the `formulas` package."""
    formulas = pytest.importorskip("formulas")
    places = [place(n) for n in range(len(cells))]
    values: dict[str, object] = {}
    for at, cell in zip(places, cells, strict=True):
        if not cell.startswith("="):
            try:
                values[at] = float(cell)
            except ValueError:
                values[at] = cell
            continue
        function = formulas.Parser().ast(cell)[1].compile()
        given = []
        for name in function.inputs:
            first, _, last = name.partition(":")
            ends = places.index(first), places.index(last or first)
            block = [values[each] for each in places[ends[0] : ends[1] + 1]]
            given.append(np.array([block]) if last else block[0])
        values[at] = np.ravel(function(*given))[0]
    return [values[each] for each in places]


@pytest.mark.parametrize("case", ["a number", "classes", "two classes", "clipped", "labels"])
def test_a_row_of_cells_computes_the_answer(case):
    model = BY_NAME[case]
    names, cells = rows_of(model)
    cells[:3] = ["72.5", "Rome", "1"]
    assert names[:3] == ["area", "city", "garden"]
    values = computed(cells)
    outputs = model.network.forward(model.parameters, [[72.5, 0, 1, 0, 1]])
    if case in ("a number", "labels", "clipped labels"):
        wanted = outputs[0].tolist()
        assert values[-len(wanted) :] == pytest.approx(wanted, rel=1e-13)
        return
    probabilities = model.target.probabilities(outputs)[0]
    assert values[-1 - len(probabilities) : -1] == pytest.approx(probabilities.tolist(), rel=1e-13)
    assert values[-1] == model.target.decode(outputs)[0]


@pytest.mark.parametrize(("column", "text"), [(1, "Bonn"), (1, "rome"), (0, "text")])
def test_a_value_that_cannot_be_used_gives_no_answer(column, text):
    _, cells = rows_of(BY_NAME["a number"])
    cells[column] = text
    assert str(computed(cells)[-1]).startswith("#")


def test_nothing_of_a_table_becomes_a_cell_of_its_own():
    names, cells = rows_of(BY_NAME["hostile names"])
    assert len(names) == len(cells)
    assert not any(name.startswith(("=", "+", "@")) for name in names)
