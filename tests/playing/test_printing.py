"""Formulas and numbers look in the page as Python prints them."""

import html as markup
import json
import re
from collections.abc import Iterator

import numpy as np
import pytest

import clearprop as cp
from clearprop.derivation.expression import Derivative, Expression, Symbol
from clearprop.derivation.figures import figure
from clearprop.derivation.latex_reader import read
from clearprop.derivation.naming import Names
from clearprop.derivation.printers.json import JsonPage
from clearprop.derivation.printers.mathml import MathmlPrinter
from clearprop.derivation.rewriting import in_convention
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
    const show = printer({{first: 0, column: false, names: "", digits: 4}});
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


NAMES = [{}, {"a": "h", "delta": "dZ", "L": "E"}, {"a2": "p", "dL/dW": "dW", "b": "c"}]


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("convention", ["row", "column"])
def test_names_and_numbers_are_those_of_python(page, names, convention):
    """Every weight, bias, unit, input and target, under both ways of numbering."""
    sizes = (3, 4, 2)
    entries = [
        *(Symbol("W", 1, place) for place in np.ndindex(3, 4)),
        *(Symbol("W", 2, place) for place in np.ndindex(4, 2)),
        *(Symbol(one, 1, (j,)) for one in ("z", "a", "delta", "b") for j in range(4)),
        *(Symbol(one, 2, (j,)) for one in ("z", "a", "delta", "b") for j in range(2)),
        *(Symbol("x", None, (i,)) for i in range(3)), Symbol("y", None, (1,)), Symbol("L"),
        Symbol("W", 2), Symbol("a", 2), Symbol("z", 1, ("k",)),
    ]  # fmt: skip
    slopes = [Derivative(Symbol("L"), one) for one in entries if one.letter in ("W", "b", "a", "z")]
    every = [*entries, *slopes]
    trees = json.dumps([JsonPage(Style()).formula(one) for one in every])
    text = ",".join(f"{key}={name}" for key, name in names.items())
    page.open(play(names=names).html)
    found = page.do(
        f"""
    const {{printer}} = await import("clearprop/mathml");
    const holder = document.createElement("div");
    return [[], {list(sizes)}].map((sizes) => {{
      const column = {json.dumps(convention == "column")};
      const show = printer({{first: 1, column, names: "{text}", sizes, digits: 4}});
      return {trees}.map((tree) => {{ holder.innerHTML = show(tree); return holder.textContent; }});
    }});
    """
    )
    for numbered, shown in zip(((), sizes), found, strict=True):
        style = Style(convention=convention, first_index=1, names=Names.of(names, numbered))
        expected = [
            plain(MathmlPrinter(style).show(in_convention(one, convention))) for one in every
        ]
        off = [pair for pair in zip(shown, expected, strict=True) if pair[0] != pair[1]]
        assert off == []


def test_what_is_typed_is_found_under_its_shown_name(page):
    """Each name that the list offers opens what it names, however things are called."""
    page.open(play(names={"a": "h", "delta": "dZ", "W": "w"}, first_index=1).html)
    found = page.do(
        """
    const {spoken, unspoken} = await import("clearprop/naming");
    const {setLook} = await import("clearprop/look");
    const names = ["W1[1,3]", "W2[2,0]", "b1[0]", "a1[2]", "delta2[0]", "x[1]", "y[0]", "L"];
    const lists = ["no", "yes"].map((numbered) => {
      setLook({numbered});
      return names.map((name) => [spoken(name), unspoken(spoken(name))]);
    });
    return [names, ...lists];
    """
    )
    names, plain_names, numbered = found
    assert [name for _, name in plain_names] == [name for _, name in numbered] == names
    assert [said for said, _ in plain_names] == [
        "w1[2,4]", "w2[3,1]", "b1[1]", "h1[3]", "dZ2[1]", "x[2]", "y[1]", "L",
    ]  # fmt: skip
    assert [said for said, _ in numbered] == ["w8", "w11", "b1", "h3", "dZ5", "x2", "y1", "L"]
