"""The page of a derivation, in a real browser: what `clearprop explain --out page.html` opens."""

import re
from dataclasses import replace

import numpy as np
import pytest

import clearprop as cp
from clearprop.explaining import general

from .test_page import READ

pytestmark = pytest.mark.long

SHOW = (
    READ
    + """
const lit = (within) => [...new Set([...document.querySelectorAll(`${within} .lit`)]
  .map((one) => one.dataset.of))].sort();
const point = (selector, more = {}) => document.querySelector(selector).dispatchEvent(
  new PointerEvent("pointerover", {bubbles: true, ...more}));
const choose = async (changes) => {
  const {tell} = await import("clearprop/desk");
  setLook(changes); tell(); await frame();
};
const inflated = async () => {
  for (let n = 0; n < 50 && !document.querySelector("#sections details"); n++) await frame();
};
await frame();
"""
)
X, Y = [[0.5, -1.0]], [[1.0]]


def network() -> cp.Network:
    return cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")], reduction="sum")


def case() -> tuple:
    net = network()
    return net, net.initialize("he", seed=42), X, Y


def text_of(derivation: object, **style: object) -> str:
    return derivation.styled(**style).printed("html")  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def derivation():
    return cp.explain(*case(), detail="everything", learning_rate=0.5)


@pytest.fixture(scope="module")
def html(derivation) -> str:
    return derivation.printed("html")


def test_it_is_one_file_that_opens_at_the_derivation(page, html):
    page.open(html)
    found = page.do(
        SHOW
        + """
    await inflated();
    const shown = (id) => document.querySelector(id).checkVisibility();
    return [[".stage", ".derivation", "#background"].every(shown), shown(".data"),
      shown(".pictures"), text("#line .now"), text("#scene option:checked"),
      [...document.querySelectorAll("#sections > details > summary")].map((one) => one.innerText)];
    """
    )
    assert len(html.encode()) < 400_000
    assert [one for one in page.browser.requests if not one.startswith(("file:", "data:"))] == []
    assert not re.search(r"<(link|img|iframe|script)[^>]+(src|href)=|@import|{{", html)
    views, data, pictures, line, title, sections = found
    assert (views, data, pictures) == (True, False, False)
    assert line == "This line: layer 1 forward"
    assert title.startswith("Derivation: 2-3-1 network (relu, sigmoid)")
    assert sections == [
        "Symbols and shapes", "All gradients at a glance", "The flow of the backward pass",
        "Derivatives of the functions used", "Why the activations must not be linear",
        "What sharing the error terms saves", "Sensitivity of the outputs to the inputs",
    ]  # fmt: skip


def test_text_from_outside_cannot_become_markup(page, derivation):
    title = type(derivation.title)("</script><b>&", "</script><b>&")
    html = replace(derivation, title=title).printed("html")
    assert "</script><b>" not in html
    page.open(html)
    assert page.do("return document.querySelector('#scene').selectedOptions[0].text") == title.en


@pytest.mark.parametrize(
    ("wrt", "pick", "line"),
    [
        ("W1[0,2]", "W1[0,2]", "gradient of layer 1"),
        ("delta1[1]", "δ1[1]", "layer 1 backward"),
        ("layer2", "", "layer 2 forward"),
    ],
)
def test_it_opens_at_what_is_asked_for(page, wrt, pick, line):
    page.open(cp.explain(*case(), wrt=wrt).printed("html"))
    found = page.do(SHOW + "return [document.querySelector('#pick').value, text('#line .now')]")
    assert found == [pick, f"This line: {line}"]


def test_pointing_lights_the_same_thing_everywhere(page, html):
    page.open(html)
    found = page.do(
        SHOW
        + """
    point('#line mn[data-of="W1[0,2]"]');
    const weight = [lit("#drawing"), lit("#line")];
    point('#line mrow[data-of="W1"]');
    const matrix = lit("#drawing");
    point('#drawing [data-of="a1[1]"]');
    const unit = lit("#line");
    point("body");
    return [weight, matrix, unit, lit("body")];
    """
    )
    every = sorted(f"W1[{i},{j}]" for i in range(2) for j in range(3))
    assert found[0] == [["W1[0,2]"], ["W1[0,2]"]]
    assert found[1] == every
    assert {"a1[1]", "z1[1]"} <= set(found[2])
    assert not {"a1[0]", "z1[0]"} & set(found[2])
    assert found[3] == []


def test_paths_of_units_and_inputs_add_up_and_light_their_places(page):
    net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(2, "tanh"), cp.Layer(2)])
    params = net.initialize("normal", seed=1)
    page.open(cp.explain(net, params, X, [[1.0, -1.0]], wrt="x[1]").printed("html"))
    found = page.do(
        SHOW
        + """
    const ways = () => [...document.querySelectorAll("#picked .way")];
    const said = ways().map((one) => one.innerText);
    ways()[0].dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
    const marked = document.querySelectorAll("#drawing .unit.on-path").length;
    const {strongestPaths} = await import("clearprop/paths");
    const all = strongestPaths(moment(), 0, 1, 100);
    await choose({pick: "a1[2]"});
    return [said, marked, all.count, all.paths.map((one) => one.value), all.together,
      ways().map((one) => one.innerText)];
    """
    )
    said, marked, count, values, together, of_unit = found
    expected = cp.explain(net, params, X, [[1.0, -1.0]], wrt="x[1]").value
    assert count == len(values) == 12
    assert sum(values) == pytest.approx(float(np.squeeze(expected)), rel=1e-12)
    assert sum(map(abs, values)) == pytest.approx(together, rel=1e-12)
    assert len(said) == 6
    assert re.fullmatch(
        r"x\[1\] → z1\[\d\] → a1\[\d\] → z2\[\d\] → a2\[\d\] → z3\[\d\] → L · [\d.]+ % of all.*",
        said[0],
    )
    assert marked == 4
    assert len(of_unit) == 4
    assert of_unit[0].startswith("z1[2] → a1[2] → z2[")


def test_entries_are_worked_out_by_hand(page, derivation):
    """The gradients that the page writes out are those of the derivation, digit for digit."""
    page.open(text_of(derivation, digits=17), "#at=6")
    found = page.do(
        SHOW
        + """
    const lines = [...document.querySelectorAll("#line .equation")].map(numbers);
    return lines.filter((one) => one.length).map((one) => one.at(-1));
    """
    )
    gradient = network().gradient(case()[1], X, Y)[1]
    expected = [*gradient["W1"].ravel(), *gradient["b1"]]
    assert found[-9:] == pytest.approx(expected, rel=1e-12)


def test_all_lines_end_with_the_update_and_the_loss_after_it(page, derivation):
    page.open(text_of(derivation, digits=17), "#every=yes&hand=no")
    found = page.do(
        SHOW
        + """
    const headings = [...document.querySelectorAll("#line > h3")].map((one) => one.innerText);
    const after = numbers([...document.querySelectorAll("#line .equation")].at(-1)).at(-1);
    return [headings, after, text("#line")];
    """
    )
    net, params, *_ = case()
    moved = params.vector - 0.5 * net.gradient(params, X, Y)[1].vector
    assert len(found[0]) == 8
    assert found[1] == pytest.approx(net.loss(net.parameters(moved), X, Y), rel=1e-12)
    assert "the loss fell" in found[2]


@pytest.mark.parametrize("convention", ["row", "column"])
def test_the_error_term_of_the_output_without_the_shortcut(page, convention):
    net = cp.Network(2, [cp.Layer(3, "softmax")], "cross_entropy")
    params, target = net.initialize("normal", seed=3), [[0.0, 1.0, 0.0]]
    given = cp.explain(net, params, X, target, shortcut=False, convention=convention, digits=17)
    page.open(given.printed("html"), "#at=2")
    found = page.do(
        SHOW
        + """
    const lines = [...document.querySelectorAll("#line > .equation")].map(numbers);
    return lines.at(-1);
    """
    )
    _, *numbers, a, b, c = found  # the first is the layer
    trace = net.trace(params, X, target)
    assert [a, b, c] == pytest.approx(trace["delta1"][0].tolist(), rel=1e-9)
    factors = [*trace.loss_derivative[0], *_jacobian(trace["a1"][0]).ravel()]
    assert sorted(numbers) == pytest.approx(sorted(factors), rel=1e-9, abs=1e-12)


def _jacobian(a: np.ndarray) -> np.ndarray:
    return np.diag(a) - np.outer(a, a)


def test_the_background_says_when_the_page_has_moved_on(page, html):
    page.open(html, "#lang=zh")
    found = page.do(
        SHOW
        + """
    await inflated();
    const before = text("#background-note");
    train(1); await frame();
    const after = text("#background-note");
    set("#scene", "moons"); await frame();
    return [before, after, document.querySelector("#background").hidden];
    """
    )
    assert found[0] == ""
    assert "打开时" in found[1]
    assert found[2]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_sticks_out_on_a_phone(page, html, lang):
    page.open(html, f"#lang={lang}&pick=W1[0,2]&every=yes&hand=yes", width=390)
    found = page.do(
        SHOW
        + """
    await inflated();
    for (const one of document.querySelectorAll("#sections details")) one.open = true;
    await frame();
    return [document.documentElement.scrollWidth <= innerWidth,
      document.querySelector("#sections").innerText.match(/undefined|NaN|null/)];
    """
    )
    assert found == [True, None]


def test_a_large_network_opens(page):
    net = cp.Network(50, [cp.Layer(30, "tanh"), cp.Layer(2, "softmax")], "cross_entropy")
    params = net.initialize(seed=0)
    inputs = np.linspace(-1, 1, 50)[None]
    given = cp.explain(net, params, inputs, [[1.0, 0.0]], wrt="W1", solver="adam", fold=5)
    page.open(given.printed("html"), "#pick=W1[2,29]&digits=17")
    found = page.do(
        SHOW + "return [...document.querySelectorAll('#edit dd')].map((one) => one.innerText)"
    )
    gradient = net.gradient(params, inputs, [[1.0, 0.0]])[1]["W1"][2, 29]
    assert float(found[0].replace("−", "-")) == pytest.approx(gradient, rel=1e-12)


def test_what_the_page_cannot_show_is_said():
    with pytest.raises(cp.InputError, match="only letters"):
        general("relu").printed("html")


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_samples_count_by_their_weights(page, reduction):
    net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)], reduction=reduction)
    params, weight = net.initialize("normal", seed=2), [1.0, 3.0, 0.5]
    data = [[0.5, -1.0], [1.0, 2.0], [-1.0, 0.3]], [[1.0], [0.0], [2.0]]
    page.open(cp.explain(net, params, *data, sample_weight=weight, digits=17).printed("html"))
    found = page.do(
        SHOW
        + """
    const {pass, g} = moment();
    const {batchEquations} = await import("clearprop/deriving-entries");
    const {value} = await import("clearprop/deriving-updates");
    const [, equation] = batchEquations(moment(), "W1[1,2]");
    return [pass.loss, [...g], value(equation.parts[1], {}), equation.parts[2].value];
    """
    )
    loss, gradient = net.gradient(params, *data, weight)
    assert found[0] == pytest.approx(loss, rel=1e-12)
    assert found[1] == pytest.approx(gradient.vector, rel=1e-12)
    assert found[2] == pytest.approx(found[3], rel=1e-12)


def test_a_dropout_mask_is_that_of_the_derivation(page):
    given = cp.explain(*case(), dropout=0.5, dropout_seed=0, digits=17)
    page.open(given.printed("html"))
    found = page.do(
        SHOW
        + """
    const {one, g} = moment();
    return [[...one.masks[1]], [...one.A[1]], [...one.D[1]], [...g.subarray(0, 6)], text("#line")];
    """
    )
    mask, a, delta, gradient, said = found
    layer = given.notation.trace.layers[0]
    assert sorted(set(mask)) == [0.0, 2.0]
    for one, other in ((a, layer.a), (delta, layer.delta), (gradient, layer.dW)):
        assert one == pytest.approx(np.ravel(other).tolist(), rel=1e-12)
    assert "through the dropout mask r" in said
