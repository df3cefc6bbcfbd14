"""A network as the cells of a spreadsheet."""

from collections.abc import Sequence

from clearprop.activations import Activation
from clearprop.data import CategoricalColumn, DateColumn, NumericColumn
from clearprop.export.kernels import Variable, parts_of, substituted
from clearprop.export.names import comment
from clearprop.export.program import Classes, Labels, Numbers, Program, TwoClasses
from clearprop.export.spelling import Spelling

EPOCH = 25569
"""1970-01-01 in the days of a spreadsheet, which begin with 1899-12-30."""
CELLS = {
    "exp": "EXP", "log": "LN", "tanh": "TANH", "erfc": "ERFC", "sqrt": "SQRT", "abs": "ABS",
    "floor": "INT", "min": "MIN", "max": "MAX", "sin": "SIN", "cos": "COS", "atan": "ATAN",
    "pow": "POWER", "expm1": "(EXP({0})-1)", "log1p": "LN(1+{0})",
}  # fmt: skip
"""The functions of spreadsheets; both that begin near 0 lose digits there."""


class Sheet:
    """The network as two lines of a spreadsheet: the names of columns, and a row of cells."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.spelling = Spelling(
            self.program.dtype,
            CELLS,
            "IF({test},{then},{otherwise})",
            infinity="1E+308",
            signs={"==": "="},
        )
        self.names: list[str] = []
        self.cells: list[str] = []

    def rows(self) -> tuple[list[str], list[str]]:
        """Return both lines."""
        for column, first in self.program.places:
            example = ""
            if isinstance(column, CategoricalColumn):
                example = next(filter(None, column.categories), "")
            elif isinstance(column, NumericColumn):
                ends = self.program.range_of(first) or (0.0, 0.0)
                days = EPOCH if isinstance(column, DateColumn) else 0
                example = f"{ends[0] / 2 + ends[1] / 2 + days:.6g}"
            self.add(column.name, _cell_text(example))
        a = self.features()
        for n, layer in enumerate(self.program.layers, 1):
            z = [
                self.sum(bias, weights, a)
                for bias, weights in zip(layer.b.tolist(), layer.W.T.tolist(), strict=True)
            ]
            a = self.layer(n, z, layer.activation, softmax=layer.is_softmax)
        self.answer(a)
        return [_cell_text(name) for name in self.names], self.cells

    def add(self, name: str, cell: str) -> str:
        """Add a cell, and return its place."""
        self.names.append(name)
        self.cells.append(cell)
        return place(len(self.cells) - 1)

    def features(self) -> list[str]:
        """Add a cell for each feature; one that cannot be computed is #N/A, as is what follows."""
        shift = self.program.layers[0].shift
        found: list[str] = []
        for n, (column, first) in enumerate(self.program.places):
            cell = place(n)
            if isinstance(column, CategoricalColumn):
                tests = [f"EXACT({cell},{_quoted(text)})" for text in column.categories]
                for name, test in zip(column.features, tests, strict=True):
                    value = f"=IF({test},1,IF(OR({','.join(tests)}),0,NA()))"
                    found.append(self.add(name, value))
                continue
            assert isinstance(column, NumericColumn)
            number = f"{cell}-{EPOCH}" if isinstance(column, DateColumn) else f"{cell}+0"
            blank = "NA()"
            if column.fill is not None:
                blank = f"IF(ISBLANK({cell}),{self.spelling.number(column.fill)},NA())"
            value = f"IF(OR(ISNUMBER({cell}),ISLOGICAL({cell})),{number},{blank})"
            taken = 0.0 if shift is None else float(shift[first])
            less = f"-{self.spelling.number(taken)}".replace("--", "+") if taken else ""
            found.append(self.add(column.features[0], f"={value}{less}"))
            if column.says_missing:
                found.append(self.add(column.features[1], f"=IF(ISBLANK({cell}),1,0)"))
        return found

    def sum(self, bias: float, weights: Sequence[float], cells: Sequence[str]) -> str:
        """Return b + w₁ x₁ + … as text."""
        text = self.spelling.number(bias)
        for weight, cell in zip(weights, cells, strict=True):
            sign = "-" if weight < 0 else "+"
            text += f"{sign}{self.spelling.number(abs(weight))}*{cell}"
        return text

    def layer(self, n: int, sums: Sequence[str], rule: Activation, *, softmax: bool) -> list[str]:
        """Add the cells of a layer."""
        units = range(1, len(sums) + 1)
        if rule.is_identity:
            return [self.add(f"a{n}_{j}", f"={z}") for j, z in zip(units, sums, strict=True)]
        if softmax:
            z = [self.add(f"z{n}_{j}", f"={each}") for j, each in zip(units, sums, strict=True)]
            every = f"{z[0]}:{z[-1]}"
            total = f"SUMPRODUCT(EXP({every}-MAX({every})))"
            shares = [f"=EXP({each}-MAX({every}))/{total}" for each in z]
            return [self.add(f"a{n}_{j}", each) for j, each in zip(units, shares, strict=True)]
        result = self.program.formula(rule).inlined
        if sum(part == Variable("z") for part in parts_of(result)) <= 1:
            cells = [
                self.spelling.write(substituted(result, {"z": Variable(f"({z})")})) for z in sums
            ]
        else:
            z = [self.add(f"z{n}_{j}", f"={each}") for j, each in zip(units, sums, strict=True)]
            cells = [self.spelling.write(substituted(result, {"z": Variable(at)})) for at in z]
        return [self.add(f"a{n}_{j}", f"={cell}") for j, cell in zip(units, cells, strict=True)]

    def answer(self, a: Sequence[str]) -> None:
        """Add the cells of the answer."""
        answer = self.program.answer
        clipped = [f"MIN(MAX({each},0),1)" for each in a]
        p = clipped if getattr(answer, "clip", False) else list(a)
        if isinstance(answer, Numbers):
            for name, cell in zip(answer.names, a, strict=True):
                self.add(name, f"={cell}")
            return
        if isinstance(answer, Labels):
            for name, cell in zip(answer.names, p, strict=True):
                self.add(f"p({name})", f"={cell}")
            return
        assert isinstance(answer, Classes | TwoClasses)
        if isinstance(answer, TwoClasses):
            p = [f"1-{p[0]}", p[0]]
        elif answer.divide:
            p = [f"{each}/SUM({a[0]}:{a[-1]})" for each in a]
        cells = [
            self.add(f"p({name})", f"={each}") for name, each in zip(answer.classes, p, strict=True)
        ]
        label = _quoted(str(answer.classes[-1]))
        best = f"MAX({cells[0]}:{cells[-1]})"
        for name, cell in reversed(list(zip(answer.classes[:-1], cells[:-1], strict=True))):
            label = f"IF({cell}={best},{_quoted(str(name))},{label})"
        self.add(answer.names[0], f"={label}")


def place(number: int) -> str:
    """Return the cell of a column in the second line, from 0.

    Examples
    --------
    >>> place(0), place(25), place(26), place(702)
    ('A2', 'Z2', 'AA2', 'AAA2')
    """
    letters, number = "", number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}2"


def _quoted(text: str) -> str:
    """Return a text within a formula of a spreadsheet."""
    return '"' + comment(text).replace('"', '""') + '"'


def _cell_text(text: str) -> str:
    """Return a text for a cell: no tab, and nothing that a spreadsheet takes for a formula."""
    plain = " ".join(text.split())
    return f"'{plain}" if plain[:1] in ("=", "+", "@") else plain
