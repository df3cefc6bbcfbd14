"""Every formula is taken by a real renderer: MathJax, a browser, LaTeX; skipped where absent."""

import re

import pytest

import clearprop as cp
from clearprop.derivation.printers.mathml import MathmlPrinter
from clearprop.derivation.topics.exponential import EXPONENTIAL

from .renderers import compiled, in_browser, refused_by_mathjax
from .samples import OPTIONS, everything
from .test_printers import formulas

pytestmark = pytest.mark.long


def test_mathjax_takes_every_formula_of_the_markdown():
    found = set[str]()
    for derivation in everything(**OPTIONS[1])[::3]:
        text = derivation.printed("markdown")
        found.update(re.findall(r"```math\n(.*?)\n```", text, flags=re.S))
        found.update(re.findall(r"\$`(.*?)`\$", text))
    assert len(found) > 100
    assert refused_by_mathjax(sorted(found)) == []


def test_mathjax_takes_every_formula_of_the_rules():
    lines = [step.latex for step in EXPONENTIAL]
    for catalogue in (cp.ACTIVATIONS, cp.LOSSES):
        for rule in catalogue.values():
            lines += [rule.latex, rule.latex_derivative]
            lines += [step.latex for step in rule.derivation]
    for rule in cp.LOSSES.values():
        lines += [step.latex for step in rule.canonical_derivation]
    assert refused_by_mathjax(lines) == []


def test_mathjax_tells_a_wrong_formula():
    wrong = [r"\frac{1", r"\nosuchthing", r"a^{1}^{2}", r"\begin{bmatrix} 1"]
    assert refused_by_mathjax([*wrong, r"\frac{1}{2}"]) == wrong


@pytest.mark.parametrize(
    ("program", "lang"), [("pdflatex", "en"), ("xelatex", "en"), ("xelatex", "zh")]
)
@pytest.mark.parametrize("number", [0, 1, 3, -1])
def test_latex_compiles(program, lang, number, tmp_path):
    convention = "row" if number % 2 else "column"
    source = everything(lang=lang, convention=convention)[number].printed("latex")
    log = compiled(program, source, tmp_path)
    assert "Missing character" not in log
    assert "Overfull" not in log


def test_long_tables_and_hats_compile(tmp_path):
    deep = [cp.Layer(3, "tanh")] * 12
    net = cp.Network(2, [*deep, cp.Layer(1)])
    params = net.initialize(seed=0)
    topics, data = ["symbols", "summary"], ([[0.5, -1.0]], [[1.0]])
    shown = cp.explain(net, params, *data, lang="zh", topics=topics)
    assert "Overfull" not in compiled("xelatex", shown.printed("latex"), tmp_path)
    by_adam = cp.explain(net, params, *data, lang="zh", solver="adam", wrt="b1")
    source = by_adam.printed("latex")
    assert r"\hat{m}" in source
    assert "$$" not in source


MEASURE = """
const shape = (element) => element.getBoundingClientRect();
const formulas = [...document.querySelectorAll("math")];
const flat = formulas.filter((one) => shape(one).width < 2 || shape(one).height < 6);
const strange = [...document.querySelectorAll("math, math *")]
  .filter((one) => !(one instanceof MathMLElement) || one.localName === "merror");
const fractions = [...document.querySelectorAll("mfrac")];
const squeezed = fractions.filter((one) =>
  shape(one).height < shape(one.children[0]).height + shape(one.children[1]).height);
const raised = [...document.querySelectorAll("msup")].filter((one) =>
  one.children[1].textContent && shape(one.children[1]).top > shape(one.children[0]).bottom);
answer({count: formulas.length, flat: flat.map((one) => one.outerHTML),
  strange: strange.length, fractions: fractions.length, squeezed: squeezed.length,
  raised: raised.length});
"""


def test_a_browser_draws_every_formula(tmp_path):
    drawn = []
    for derivation in everything(**OPTIONS[0]):
        printer = MathmlPrinter(derivation.style)
        drawn += [f"<p>{printer.math(one)}</p>" for one in formulas(derivation)]
    drawn = sorted(set(drawn))
    empty = '<math display="inline"><mrow></mrow></math>'
    page = f"<!doctype html><html><head></head><body>{''.join(drawn)}</body></html>"
    found = in_browser(page.replace(f"<p>{empty}</p>", ""), MEASURE, tmp_path)
    assert found["count"] > 800
    assert found["fractions"] > 200
    blank = [one for one in found["flat"] if re.sub("<.*?>", "", one)]
    assert blank == []
    assert (found["strange"], found["squeezed"], found["raised"]) == (0, 0, 0)
