"""Sections that a derivation brings with it are in the page as Python prints them."""

import json
from collections.abc import Iterator
from functools import cache

import pytest

import clearprop as cp
from clearprop.derivation import Derivation, Lines, Step, Table
from clearprop.derivation.derivation import Curves, Item
from clearprop.derivation.expression import Expression
from clearprop.derivation.printers.json import JsonPage
from clearprop.derivation.printers.mathml import MathmlPrinter
from clearprop.derivation.sections import TOPICS
from clearprop.playing.rules import lean

from .test_printing import plain

DERIVED = ("forward", "loss", "backward", "gradients")
SUBSCRIPTS = str.maketrans("₁₂", "12")
"""β₁ is one letter in the page."""
BESIDES = [name for name in TOPICS if name not in DERIVED]


@cache
def derivations() -> list[Derivation]:
    """Return derivations with every topic, one sample and several, and every other section."""
    squares = cp.Network(2, [cp.Layer(2, "tanh"), cp.Layer(1)])
    net = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(2, "softmax")], "cross_entropy")
    case = (net, net.initialize("he", seed=42), [[0.5, -1.0]], [[1.0, 0.0]])
    batch = (*case[:2], [[0.5, -1.0], [1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]])
    return [
        cp.explain(*case, topics=BESIDES, detail="everything"),
        cp.explain(*batch, topics=BESIDES),
        cp.explain(*case, solver="adam", wrt="b1"),
        cp.explain(squares, squares.initialize(seed=1), [[0.5, -1.0]], [[1.0]], damping=0.1),
        cp.explain(*case, weight_decay=0.1, learning_rate=0.5),
    ]


def formulas(item: Item) -> Iterator[Expression]:
    """Yield the formulas of an item."""
    if isinstance(item, Step):
        yield from filter(None, (item.formula, item.shapes, item.numbers, *item.entry_lines))
    elif isinstance(item, Lines):
        yield from (line.equation for line in item.lines)
    elif isinstance(item, Table):
        yield from (cell for row in item.rows for cell in row if isinstance(cell, Expression))
    elif isinstance(item, Curves):
        yield from (name for name, _ in item.functions)


@pytest.mark.parametrize("convention", ["row", "column"])
def test_formulas_read_as_python_prints_them(page, convention):
    page.open(derivations()[0].printed("html"))
    for derivation in derivations():
        turned = derivation.styled(convention=convention, fold=6)
        every = [one for section in turned for item in section.items for one in formulas(item)]
        trees = json.dumps([lean(JsonPage(turned.style).formula(one)) for one in every])
        found = page.do(
            f"""
        const {{printer}} = await import("clearprop/mathml");
        const [turned, batch] = {json.dumps([convention == "column", turned.style.batch])};
        const show = printer({{first: 0, column: turned, turned, batch, names: "", digits: 4}});
        const holder = document.createElement("div");
        return {trees}.map((tree) => {{
          holder.innerHTML = show(tree);
          return holder.textContent;
        }});
        """
        )
        printer = MathmlPrinter(turned.style)
        expected = [plain(printer.show(one)).translate(SUBSCRIPTS) for one in every]
        pairs = zip([one.translate(SUBSCRIPTS) for one in found], expected, strict=True)
        assert [pair for pair in pairs if pair[0] != pair[1]] == []
