"""Formulas and numbers look in the page as Python prints them."""

import html as markup
import json
import re
from collections.abc import Iterator

import numpy as np

import clearprop as cp
from clearprop.derivation.expression import Expression, Symbol
from clearprop.derivation.figures import figure
from clearprop.derivation.latex_reader import read
from clearprop.derivation.printers.json import JsonPage
from clearprop.derivation.printers.mathml import MathmlPrinter
from clearprop.derivation.rules import (
    definition,
    derivative_formula,
    loss_derivative_formula,
    loss_formula,
)
from clearprop.derivation.style import Style
from clearprop.playing import play
from clearprop.playing.scene import packed


def formulas() -> Iterator[Expression]:
    """Yield the formulas and the proofs of every rule."""
    for rule in (cp.ACTIVATIONS.make(name) for name in cp.ACTIVATIONS):
        yield definition(rule, Symbol("z", 1, (0,)), units=2)
        yield derivative_formula(rule, Symbol("z", 1, (0,)), Symbol("a", 1, (0,)))
        yield from (read(step.latex) for step in rule.derivation)
    for loss in (cp.LOSSES.make(name) for name in cp.LOSSES):
        yield loss_formula(loss, Symbol("a", 2), Symbol("y"), 3)
        yield loss_derivative_formula(loss, Symbol("a", 2), Symbol("y"), 3)
        yield from (read(step.latex) for step in (*loss.derivation, *loss.canonical_derivation))


def plain(mathml: str) -> str:
    """Return the letters of a formula; the brace of cases is a border in the page."""
    return markup.unescape(re.sub(r"<[^>]+>", "", mathml)).replace("{", "")


def test_formulas_read_as_python_prints_them(page):
    every = list(formulas())
    page.open(play().html)
    trees = json.dumps([JsonPage(Style()).formula(one) for one in every])
    found = page.do(
        f"""
    const {{printer}} = await import("clearprop/mathml");
    const show = printer({{first: 0, column: false, names: "a,δ,L", digits: 4}});
    const holder = document.createElement("div");
    return {trees}.map((tree) => {{ holder.innerHTML = show(tree); return holder.textContent; }});
    """
    )
    expected = [plain(MathmlPrinter(Style()).show(one)) for one in every]
    assert len(every) > 100
    assert [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]] == []


def test_numbers_have_the_digits_of_python(page):
    numbers = [0.593269992, -3.0, 0.0000123456, 0.1, 123456.789, 1e7, -2.5e-9, 99999.5, 1 / 3, 0.0]
    page.open(play().html)
    found = page.do(
        f"""
    const {{figure}} = await import("clearprop/numbers");
    return {numbers}.map((one) => [3, 4, 6].map((digits) => figure(one, digits)));
    """
    )
    expected = [
        [re.sub(r"e([+-])0*", lambda m: "e" + m[1].strip("+"), figure(one, digits))
         for digits in (3, 4, 6)] for one in numbers
    ]  # fmt: skip
    assert found == expected


def test_numbers_come_over_as_they_are(page):
    arrays = [
        np.array([0.001, -32.767, 5.0]),
        np.array([40.5, -1e5]),
        np.array([1 / 3, -0.1, 1e300]),
    ]
    page.open(play().html)
    texts = [packed(one) for one in arrays]
    found = page.do(
        f"const {{unpacked}} = await import('clearprop/given');"
        f"return {texts}.map((one) => [...unpacked(one)]);"
    )
    assert [text[0] for text in texts] == ["m", "i", "d"]
    assert found == [one.tolist() for one in arrays]
