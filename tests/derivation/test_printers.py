"""What the printers write: in every form, language and convention."""

import itertools
import json
import re
import xml.etree.ElementTree as ElementTree

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearprop as cp
from clearprop._aligned import width_of
from clearprop.derivation.boxes import wrapped_text
from clearprop.derivation.expression import Apply, Expression, Matrix, Number, Symbol
from clearprop.derivation.figures import figure
from clearprop.derivation.latex_reader import read
from clearprop.derivation.printers import FORMS
from clearprop.derivation.printers.json import KINDS, JsonPage, read_formula, schema
from clearprop.derivation.printers.latex_formula import LatexPrinter
from clearprop.derivation.printers.mathml import MathmlPrinter
from clearprop.derivation.printers.text_formula import TextPrinter
from clearprop.derivation.rewriting import rewrite
from clearprop.derivation.style import Style

from .networks import passes
from .samples import OPTIONS, course_network, everything, wide_network

pytestmark = pytest.mark.long

SCHEMA = schema()


@pytest.mark.parametrize("form", sorted(FORMS))
@given(
    passes(),
    st.sampled_from([None, "W1", "W1[0,0]", "delta1[0]", "x[0]", "layer1"]),
    st.sampled_from(OPTIONS),
    st.sampled_from(["symbols", "numbers", "everything"]),
)
def test_every_form_prints_every_derivation(form, drawn, wrt, options, detail):
    printed = cp.explain(*drawn, wrt=wrt, detail=detail, **options).printed(form)
    if form == "numpy":  # a program, not a derivation
        compile(printed, "program.py", "exec")
        return
    assert ("误差项" in printed) if options["lang"] == "zh" else ("rror term" in printed)
    assert "NotImplemented" not in printed
    assert "object at 0x" not in printed


def test_an_unknown_form_is_refused():
    with pytest.raises(cp.InputError, match="try:"):
        cp.explain(*course_network()).printed("pdf")


# ----- Text -----


def test_one_gradient_as_text():
    text = str(cp.explain(*course_network(), wrt="W2"))
    lines = text.splitlines()
    start = lines.index("9. Gradient of the weights of layer 2")
    assert lines[start : start + 12] == [
        "9. Gradient of the weights of layer 2",
        "   a weight multiplies its input, so its gradient is input times error term",
        "            ∂L",
        "   formula  ─── = a¹ᵀ δ²",
        "            ∂W²",
        "            ∂L",
        "   shapes   ─── = a¹ᵀ δ²",
        "            ∂W²   3×1 1×1",
        "            3×1",
        "            ∂L    ⎡0    ⎤             ⎡ 0     ⎤",
        "   numbers  ─── = ⎢1.431⎥ (-0.1436) = ⎢-0.2055⎥",
        "            ∂W²   ⎣1.677⎦             ⎣-0.2409⎦",
    ]


@pytest.mark.parametrize("options", OPTIONS[::3])
def test_matrices_of_text_are_aligned(options):
    for derivation in everything(**options):
        lines = str(derivation).splitlines()
        for above, below in itertools.pairwise(lines):
            for column, sign in enumerate(above):
                if sign in "⎡⎢":
                    place = width_of(above[:column])
                    under = [i for i in range(len(below)) if width_of(below[:i]) == place]
                    assert under, (above, below)
                    assert below[under[0]] in "⎢⎣", (above, below)


@pytest.mark.parametrize("options", OPTIONS[::3])
def test_no_line_of_text_is_too_long_for_a_screen(options):
    for derivation in everything(**options):
        for width in (Style().width, 90):
            for line in str(derivation.styled(width=width)).splitlines():
                assert width_of(line) <= width, line


def test_the_z_of_a_rule_is_a_number_even_in_a_batch():
    net, params, _, _ = course_network()
    text = str(cp.explain(net, params, np.eye(2), [[0], [1]], topics=["forward", "rules"]))
    assert "ReLU(z) = max(0, z)" in text
    assert "A¹ = ReLU(Z¹)" in text


def test_numbers_in_an_exponent_are_not_matrices():
    text = str(cp.explain(*wide_network(), topics=["backward"]))
    assert "GELU′([" in text
    assert "(z²)²" in text


def test_large_matrices_are_folded_with_corners_and_shape_and_unfolded_on_demand():
    net = cp.Network(12, [cp.Layer(9, "elu"), cp.Layer(1)])
    arguments = (net, net.initialize(seed=0), np.arange(12.0)[None], [[0.0]])
    folded = str(cp.explain(*arguments))
    assert "⋯" in folded
    assert "(12×9)" in folded
    first, last = (figure(arguments[1]["W1"].flat[at], 4) for at in (0, -1))
    assert first in folded
    assert last in folded
    unfolded = str(cp.explain(*arguments, fold=0))
    assert "⋯" not in unfolded
    for value in arguments[1]["W1"].flat:
        assert figure(value, 4) in unfolded


def test_digits_are_shown_on_demand():
    arguments = course_network()
    assert "0.3047" in str(cp.explain(*arguments))
    assert repr(float(arguments[1]["W1"][0, 0])) in str(cp.explain(*arguments, digits=17))


def test_the_first_unit_is_0_or_1():
    assert "W¹₀₂" in str(cp.explain(*course_network(), wrt="W1[0,2]"))
    text = str(cp.explain(*course_network(), wrt="W1[0,2]", first_index=1))
    assert "W¹₁₃" in text
    assert "W¹₀₂" not in text


def test_column_convention_turns_products_and_indices():
    text = str(cp.explain(*course_network(), wrt="W1", convention="column"))
    assert "z¹ = W¹ x + b¹" in text
    assert "= δ¹ xᵀ" in text
    assert "(W²ᵀ δ²) ⊙ ReLU′(z¹)" in text
    entry = str(cp.explain(*course_network(), wrt="W1[0,2]", convention="column"))
    assert "∂W¹₂₀" in entry


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 17))
def test_figures_read_back_within_their_digits(value, digits):
    shown = figure(value, digits)
    assert float(shown) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits), abs=1e-320)
    assert float(figure(value, 17)) == value


def test_what_is_no_number_is_loud():
    assert [figure(one, 4) for one in (np.nan, np.inf, -np.inf)] == ["NaN", "inf", "-inf"]


@given(st.text(alphabet="abc 一二三，。", max_size=60), st.integers(8, 30))
def test_wrapped_text_keeps_every_sign_and_its_width(text, width):
    lines = wrapped_text(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert width_of(line.rstrip("，。")) <= width or " " not in line


# ----- Every kind of formula -----


def formulas(derivation):
    """Yield every formula of a derivation."""
    for item in (item for section in derivation for item in section.items):
        if hasattr(item, "formula"):
            yield from (item.formula, item.numbers, *item.entry_lines)
            if item.shapes is not None:
                yield item.shapes
        yield from (line.equation for line in getattr(item, "lines", ()))
        for row in getattr(item, "rows", ()):
            yield from (cell for cell in row if isinstance(cell, Expression))


def test_the_samples_hold_every_kind_of_formula_and_every_rule():
    used, functions = set(), set()

    def note(part):
        used.add(type(part).__name__)
        if isinstance(part, Apply):
            functions.add(part.function)

    for derivation in everything():
        for formula in formulas(derivation):
            rewrite(formula, note)
    assert used == set(KINDS)
    for rule in cp.ACTIVATIONS.values():
        head = read(rule.latex).parts[0]
        assert (head.function if isinstance(head, Apply) else rule.name) in functions


@pytest.mark.parametrize("options", OPTIONS[::3])
def test_latex_is_balanced(options):
    for derivation in everything(**options):
        printer = LatexPrinter(derivation.style)
        for formula in formulas(derivation):
            latex = printer.show(formula)
            depth = 0
            for sign in latex.replace(r"\{", "").replace(r"\}", ""):
                depth += (sign == "{") - (sign == "}")
                assert depth >= 0
            assert depth == 0
            assert latex.count(r"\left") == latex.replace(r"\rightarrow", "").count(r"\right")
            assert latex.count(r"\begin") == latex.count(r"\end")
            assert not re.search(r"\^\{[^{}]*\}\s*\^", latex), latex  # two superscripts
            assert "|" not in latex  # would end a cell of a Markdown table


CORE = {
    "math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "msub", "msup",
    "msubsup", "munder", "mtable", "mtr", "mtd",
}  # fmt: skip
CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "msubsup": 3}


@pytest.mark.parametrize("options", OPTIONS[::3])
def test_mathml_is_well_formed_core(options):
    for derivation in everything(**options):
        printer = MathmlPrinter(derivation.style)
        for formula in formulas(derivation):
            root = ElementTree.fromstring(printer.math(formula))
            for element in root.iter():
                assert element.tag in CORE
                if element.tag in CHILDREN:
                    assert len(element) == CHILDREN[element.tag], printer.math(formula)


@given(passes(max_samples=1), st.sampled_from(["row", "column"]))
def test_numbers_in_mathml_name_the_entry_that_they_are(drawn, convention):
    net, params, X, Y = drawn
    _, gradient = net.gradient(params, X, Y)
    derivation = cp.explain(*drawn, convention=convention, digits=17, fold=0)
    printer = MathmlPrinter(derivation.style)
    found = {}
    for step in derivation.steps:
        for element in ElementTree.fromstring(printer.math(step.numbers)).iter("mn"):
            if element.get("data-of"):
                found.setdefault(element.get("data-of"), set()).add(element.text)
    for i, j in np.ndindex(params["W1"].shape):
        for name, value in ((f"W1[{i},{j}]", params["W1"]), (f"dL/dW1[{i},{j}]", gradient["W1"])):
            if name in found:
                assert found[name] == {figure(value[i, j], 17).replace("-", "−")}
    assert params["W1"].size == 1 or all(
        f"W1[{i},{j}]" in found for i, j in np.ndindex(params["W1"].shape)
    )


# ----- Markdown -----


@pytest.mark.parametrize("options", OPTIONS[::3])
def test_markdown_keeps_githubs_rules(options):
    for derivation in everything(**options):
        text = derivation.printed("markdown")
        assert "$$" not in text
        assert text.count("```math\n") * 2 == text.count("```")
        outside = re.sub(r"```math\n.*?\n```|\$`.*?`\$", "", text, flags=re.S)
        assert "$" not in outside
        assert "operatorname" not in text  # refused by GitHub
        for row in (line for line in text.splitlines() if line.startswith("| ")):
            cells = re.split(r"(?<!\\)\|", row)
            assert len(cells) in (5, 6, 7), row
            for formula in re.findall(r"\$`(.*?)`\$", row):
                assert "|" not in formula


def test_a_notebook_is_given_markdown_and_html():
    derivation = cp.explain(*course_network())
    assert derivation._repr_markdown_().startswith("# Derivation")
    html = derivation._repr_html_()
    assert "<math" in html
    assert "<script" not in html


# ----- JSON -----


def test_json_follows_its_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    seen = set[str]()
    for derivation in (*everything(), with_listings()):
        document = json.loads(derivation.printed("json"))
        for section in document["sections"]:  # looking at whole documents takes many seconds
            kept = []
            for item in section["items"]:
                if kinds_in(item) - seen:
                    kept.append(item)
                    seen |= kinds_in(item)
            section["items"] = kept
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert seen == {*KINDS, "step", "rule", "table", "curves", "listing", "sentence"}


def with_listings():
    """Return a derivation with charts and a program."""
    return cp.explain(*course_network(), topics=["chart", "code", "chain_rule"])


def kinds_in(part: object) -> set[str]:
    """Return the kinds of items and of formulas' nodes in a document."""
    if isinstance(part, list):
        return set[str]().union(*map(kinds_in, part))
    if not isinstance(part, dict):
        return set()
    own = {str(part[name]) for name in ("kind", "node") if name in part}
    return own.union(*map(kinds_in, part.values()))


@pytest.mark.parametrize("options", OPTIONS[::3])
def test_json_evaluates_to_its_values(options):
    for derivation in everything(**options):
        document = json.loads(derivation.printed("json"))
        steps = [
            item
            for section in document["sections"]
            for item in section["items"]
            if item["kind"] == "step"
        ]
        assert len(steps) == len(derivation.steps)
        for step in steps:
            if step["note"] is not None:
                continue
            value = np.array(step["value"], dtype=float)
            for part in read_formula(step["numbers"]).parts[1:]:
                found = np.asarray(part.evaluate({}), dtype=float)
                np.testing.assert_allclose(
                    np.squeeze(found), np.squeeze(value), rtol=1e-9, atol=1e-12
                )


def test_the_schema_tells_a_wrong_document():
    document = json.loads(cp.explain(*course_network()).printed("json"))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for spoil in (
        lambda one: one.update(version=99),
        lambda one: one.pop("convention"),
        lambda one: one["sections"][1]["items"][0]["formula"].update(node="Quotient"),
        lambda one: one["sections"][1]["items"][0]["formula"].update(parts=7),
    ):
        spoiled = json.loads(json.dumps(document))
        spoil(spoiled)
        assert not validator.is_valid(spoiled)


def test_a_formula_comes_back_from_json():
    for derivation in everything():
        page = JsonPage(derivation.style)
        for formula in formulas(derivation):
            again = read_formula(json.loads(json.dumps(page.formula(formula))))
            assert TextPrinter(derivation.style).show(again) == TextPrinter(derivation.style).show(
                formula
            )


@pytest.mark.parametrize(
    "written", [{}, {"node": "System"}, {"node": "Matrix", "values": None, "shape": [200, 200]}]
)
def test_json_that_is_no_formula_is_refused(written):
    with pytest.raises(cp.InputError, match="try:"):
        read_formula(written)


# ----- Signs and brackets -----


@pytest.mark.parametrize(
    ("formula", "text", "latex"),
    [
        (Number(2) * Number(-3), "2 · (-3)", r"2 \cdot \left( -3 \right)"),
        (Number(2) - Number(-3), "2 − (-3)", r"2 - \left( -3 \right)"),
        ((Symbol("a", 1) + 1) * Symbol("b"), "(a¹ + 1) · b", None),
        (Symbol("a", 1) ** 2, "(a¹)²", r"\left( a^{(1)} \right)^{2}"),
        (Symbol("W", 2).T @ Symbol("delta", 2), "W²ᵀ δ²", r"W^{(2)\top} \, \delta^{(2)}"),
        (Symbol("W", 1)[10, 2], "W¹[10,2]", r"W^{(1)}_{10,2}"),
        (Symbol("W_new", 1), "W¹_new", r"W^{(1)}_{\mathrm{new}}"),
        (Symbol("P12"), "P₁₂", "P_{12}"),
        (-(Symbol("a") + Symbol("b")), "−(a + b)", None),
        (Symbol("a") - (Symbol("b") + Symbol("c")), "a − (b + c)", None),
        (Matrix(np.array([[-2.0]])) @ Matrix(np.array([[1.0, 2.0]])), "(-2) [1  2]", None),
        (Number(1.5e-7), "1.5e-07", r"1.5 \cdot 10^{-7}"),
    ],
)
def test_signs_and_brackets(formula, text, latex):
    assert str(TextPrinter(Style()).show(formula)) == text
    if latex is not None:
        assert LatexPrinter(Style()).show(formula) == latex


def test_a_wide_network_prints_in_every_form():
    for form in FORMS:
        assert len(cp.explain(*wide_network()).printed(form)) > 5000
