"""The stepping page: one file, no network, keys and clicks, and its state in the address."""

import re
from dataclasses import replace

import numpy as np
import pytest

import clearprop as cp

from .renderers import in_browser
from .samples import course_network, everything, wide_network

READ = """
const shown = (element) => element && element.checkVisibility();
const text = (selector) => document.querySelector(selector)?.innerText.trim() ?? "";
const lit = (within) =>
  [...document.querySelectorAll(`${within} .lit`)].map((one) => one.dataset.of);
const press = (key, target = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
const address = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
"""


@pytest.fixture(scope="module")
def page() -> str:
    return cp.explain(*course_network(), detail="everything", learning_rate=0.5).printed("html")


@pytest.fixture(scope="module")
def wide() -> str:
    return cp.explain(*wide_network(), learning_rate=0.1).printed("html")


def test_the_page_needs_nothing_from_outside(page):
    for form in (page, *(one.printed("html") for one in everything()[:4])):
        addresses = set(re.findall(r"""(?:https?:)?//[^\s"'<>)]+""", form))
        assert {one for one in addresses if "w3.org" not in one and one[:2] != "//"} == set()
        assert not re.search(r"<(link|img|iframe|script)[^>]+(src|href)=", form)
        assert "@import" not in form
        assert "{{" not in form


def test_text_from_outside_cannot_become_markup():
    net = cp.Network(1, [cp.Layer(1)])
    derivation = cp.explain(net, net.initialize(seed=0), [[1.0]], [[0.0]])
    title = type(derivation.title)("</script><b>&", "</script><b>&")
    page = replace(derivation, title=title).printed("html")
    assert "</script><b>" not in page
    assert "&lt;/script&gt;&lt;b&gt;&amp;" in page


def test_buttons_and_keys_step_and_the_address_follows(page, tmp_path):
    script = (
        READ
        + """
    const seen = [];
    const look = () => seen.push([document.querySelector(".step.now").dataset.step,
      [...document.querySelectorAll(".step")].filter(shown).length, address().step ?? "1"]);
    look();
    document.querySelector('[data-move="next"]').click(); look();
    press("ArrowRight"); look();
    press("ArrowLeft"); look();
    press("End"); look();
    press("ArrowRight"); look();
    press("Home"); look();
    document.querySelector('[data-go="6"]').click(); look();
    press("ArrowRight", document.querySelector("#pick")); look();
    press("ArrowRight", document.querySelector('[data-state="digits"]')); look();
    answer({seen, first: document.querySelector('[data-move="previous"]').ariaDisabled,
      position: text(".position"), count: document.querySelectorAll(".step").length});
    """
    )
    found = in_browser(page, script, tmp_path)
    last = str(found["count"])
    steps = ["1", "2", "3", "2", last, last, "1", "6", "6", "7"]
    assert found["seen"] == [[step, 1, step] for step in steps]
    assert found["position"] == f"Step 7 of {last}"
    assert found["first"] == "false"


def test_the_address_restores_the_state(page, tmp_path):
    script = (
        READ
        + """answer({step: document.querySelector(".step.now").dataset.step,
      lang: document.documentElement.lang, convention: document.body.dataset.convention,
      panel: text("#panel h3"), heading: text("h1"), pick: document.querySelector("#pick").value,
      row: [...document.querySelectorAll(".step.now .row")].some(shown),
      column: [...document.querySelectorAll(".step.now .column")].some(shown)});"""
    )
    found = in_browser(
        page, script, tmp_path, "#step=8&pick=W1[0,2]&lang=zh&convention=column&digits=all"
    )
    assert found == {
        "step": "8",
        "lang": "zh-CN",
        "convention": "column",
        "panel": "权重 W1[0,2]",
        "heading": "推导：2-3-1 网络（relu, sigmoid），均方误差 half_squared_error，一个样本",
        "pick": "W1[0,2]",
        "row": False,
        "column": True,
    }


@pytest.mark.parametrize("address", ["#step=banana", "#step=-4", "#step=9999", "#lang=xx&pick=<b>"])
def test_a_mangled_address_does_no_harm(page, tmp_path, address):
    script = (
        READ
        + """press("ArrowRight"); press("ArrowLeft"); press("ArrowLeft");
    answer([[...document.querySelectorAll(".step")].filter(shown).length,
      text("h1").length > 0, document.querySelector("#panel b") === null,
      /^Step \\d+ of/.test(text(".position"))]);"""
    )
    assert in_browser(page, script, tmp_path, address) == [1, True, True, True]


def test_pointing_at_a_number_lights_it_everywhere(page, tmp_path):
    script = (
        READ
        + """
    const number = document.querySelector('.step.now .row mn[data-of="W1[0,2]"]');
    number.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
    const hover = {drawing: lit(".network"), formula: lit(".step.now .row")};
    number.dispatchEvent(new PointerEvent("pointerout", {bubbles: true}));
    const away = lit("body").length;
    document.querySelector('.network [data-of="a1[1]"]').dispatchEvent(
      new PointerEvent("pointerover", {bubbles: true}));
    const unit = lit(".step.now .row");
    answer({hover, away, unit});
    """
    )
    found = in_browser(page, script, tmp_path, "#step=1&hand=yes")
    assert set(found["hover"]["drawing"]) == {"W1[0,2]"}
    assert set(found["hover"]["formula"]) == {"W1[0,2]"}
    assert found["away"] == 0
    assert "z1[1]" in found["unit"]
    assert "z1[0]" not in found["unit"]


def test_pointing_at_a_matrix_symbol_lights_all_its_weights(page, tmp_path):
    script = (
        READ
        + """
    document.querySelector('.step.now .row mrow[data-of="W1"]').dispatchEvent(
      new PointerEvent("pointerover", {bubbles: true}));
    answer([...new Set(lit(".network"))].sort());
    """
    )
    found = in_browser(page, script, tmp_path, "#step=1")
    assert found == sorted(f"W1[{i},{j}]" for i in range(2) for j in range(3))


def test_picking_a_weight_shows_its_chain_which_multiplies_up(page, tmp_path):
    net, params, X, Y = course_network()
    script = (
        READ
        + """
    document.querySelector('.network [data-of="W1[0,2]"]').dispatchEvent(
      new MouseEvent("click", {bubbles: true}));
    const facts = [...document.querySelectorAll("#panel .facts dd")].map((one) => one.textContent);
    const numbers = [...document.querySelectorAll("#panel .path .equation")].pop();
    answer({facts, numbers: [...numbers.querySelectorAll("mn")].map((one) => one.textContent),
      pick: address().pick, ways: text("#panel .way")});
    """
    )
    found = in_browser(page, script, tmp_path, "#digits=all")
    expected = net.gradient(params, X, Y)[1]["W1"][0, 2]
    assert found["pick"] == "W1[0,2]"
    assert float(found["facts"][0]) == params["W1"][0, 2]
    assert float(found["facts"][1]) == expected
    assert float(found["facts"][2]) == params["W1"][0, 2] - 0.5 * expected
    *factors, product = (float(one.replace("−", "-")) for one in found["numbers"])
    result = 1.0
    for factor in factors:
        result *= factor
    assert result == pytest.approx(product, rel=1e-14)
    assert product == pytest.approx(expected, rel=1e-14)
    assert found["ways"] == "W1[0,2] → z1[2] → a1[2] → z2[0] → L"


def test_values_appear_with_the_step_that_finds_them(page, tmp_path):
    script = (
        READ
        + """
    const visible = (name) => {
      const one = document.querySelector(`.network [data-value="${name}"]`);
      return !one.classList.contains("hidden") && one.textContent !== "";
    };
    const names = ["x[0]", "z1[0]", "a1[0]", "a2[0]", "L", "delta2[0]", "delta1[0]"];
    const seen = {};
    for (let step = 1; step <= 11; step += 1) {
      document.querySelector(`[data-go="${step}"]`).click();
      seen[step] = names.filter(visible);
    }
    answer(seen);
    """
    )
    found = in_browser(page, script, tmp_path)
    assert found["1"] == ["x[0]", "z1[0]"]
    assert found["2"] == ["x[0]", "z1[0]", "a1[0]"]
    assert found["4"] == ["x[0]", "z1[0]", "a1[0]", "a2[0]"]
    assert found["5"] == ["x[0]", "z1[0]", "a1[0]", "a2[0]", "L"]
    assert "delta2[0]" in found["8"]
    assert "delta1[0]" not in found["8"]
    assert "delta1[0]" not in found["10"]
    assert "delta1[0]" in found["11"]


def test_all_digits_are_shown_on_demand_and_taken_back(page, tmp_path):
    _, params, _, _ = course_network()
    script = (
        READ
        + """
    const box = document.querySelector('[data-state="digits"]');
    const number = () => document.querySelector('.step.now .row mn[data-of="W1[0,0]"]').textContent;
    const before = number();
    box.click();
    const all = number();
    box.click();
    answer([before, all, number()]);
    """
    )
    before, everything_shown, after = in_browser(page, script, tmp_path)
    assert before == after == "0.3047"
    assert float(everything_shown) == params["W1"][0, 0]


def test_the_keyboard_reaches_units_and_names_are_spoken(page, tmp_path):
    script = (
        READ
        + """
    const unit = document.querySelector('.network .unit[data-of="a1[1]"]');
    unit.focus();
    const focused = document.activeElement === unit;
    press("Enter", unit);
    const unnamed = [...document.querySelectorAll("button, select, input")].filter((one) =>
      !(one.innerText.trim() || one.labels?.[0]?.innerText.trim()
        || one.closest("label")?.innerText.trim())).map((one) => one.outerHTML);
    answer({focused, panel: text("#panel h3"), label: unit.getAttribute("aria-label"),
      role: unit.getAttribute("role"), live: document.querySelectorAll("[aria-live]").length,
      unnamed});
    """
    )
    found = in_browser(page, script, tmp_path, "#step=14")
    assert found.pop("unnamed") == []
    assert found == {
        "focused": True,
        "panel": "Unit 1 of layer 1",
        "label": "Unit 1 of layer 1, a 1.431, z 1.431, δ 0.03708",
        "role": "button",
        "live": 2,
    }


def test_a_batch_lets_its_samples_be_chosen(tmp_path):
    net, params, _, _ = course_network()
    X, Y = [[0.5, -1.0], [1.0, 2.0], [0.0, 0.3]], [[1.0], [0.0], [1.0]]
    page = cp.explain(net, params, X, Y).printed("html")
    script = (
        READ
        + """
    const chooser = document.querySelector('select[data-state="sample"]');
    const value = () => document.querySelector('.network [data-value="x[1]"]').textContent;
    const before = value();
    chooser.value = "1";
    chooser.dispatchEvent(new Event("change", {bubbles: true}));
    answer([shown(chooser), chooser.options.length, before, value()]);
    """
    )
    assert in_browser(page, script, tmp_path) == [True, 3, "-1", "2"]


def test_a_wide_network_fits_and_lists_its_paths(wide, tmp_path):
    script = (
        READ
        + """
    const svg = document.querySelector(".network").getBoundingClientRect();
    const outside = [...document.querySelectorAll(".network circle")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.left < svg.left || box.right > svg.right || box.bottom > svg.bottom;
    });
    answer({outside: outside.length, paths: document.querySelectorAll("#panel .path").length,
      weights: document.querySelectorAll(".network .weight").length,
      wide: document.documentElement.scrollWidth > innerWidth});
    """
    )
    found = in_browser(wide, script, tmp_path, "#pick=W1[0,2]&lang=zh")
    assert found == {"outside": 0, "paths": 6, "weights": 4 * 8 + 8 * 8 + 8 * 3, "wide": False}


@pytest.mark.parametrize("convention", ["row", "column"])
def test_no_formula_of_a_wide_network_has_to_be_scrolled(wide, tmp_path, convention):
    script = (
        READ
        + """
    const wide = [];
    for (const link of document.querySelectorAll("[data-go]")) {
      link.click();
      const too_wide = [...document.querySelectorAll(".equation")].filter((one) =>
        shown(one) && one.scrollWidth > one.clientWidth + 1);
      if (too_wide.length) wide.push(link.innerText);
    }
    answer([document.querySelectorAll("[data-go]").length, wide]);
    """
    )
    address = f"#convention={convention}&pick=W1[0,2]"
    steps, cut = in_browser(wide, script, tmp_path, address)
    assert steps > 20
    assert cut == []


def test_a_unit_shows_the_paths_of_its_error_term(page, tmp_path):
    script = (
        READ
        + """
    document.querySelector('.network [data-of="a1[1]"]').dispatchEvent(
      new MouseEvent("click", {bubbles: true}));
    answer({ways: text("#panel .way"), all: document.querySelector("#panel").innerText});
    """
    )
    found = in_browser(page, script, tmp_path)
    assert found["ways"] == "z1[1] → a1[1] → z2[0] → L"
    together = "All paths together: 0.03708; the gradient of the backward pass: 0.03708"
    assert together in found["all"]


def test_the_drawing_shows_the_weights_that_the_update_makes(page, tmp_path):
    net, params, X, Y = course_network()
    new = params["W1"] - 0.5 * net.gradient(params, X, Y)[1]["W1"]
    script = (
        READ
        + """
    const value = () => document.querySelector('.network [data-value="W1[1,1]"]').textContent;
    const before = value();
    document.querySelector('[data-move="last"]').click();
    answer([before, value()]);
    """
    )
    before, after = in_browser(page, script, tmp_path)
    assert float(before) == pytest.approx(params["W1"][1, 1], rel=1e-3)
    assert float(after) == pytest.approx(new[1, 1], rel=1e-3)
    assert before != after


def test_values_stay_inside_their_circles_and_labels_apart(page, wide, tmp_path):
    script = (
        READ
        + """
    const boxes = (selector) => [...document.querySelectorAll(selector)]
      .filter((one) => one.textContent).map((one) => one.getBoundingClientRect());
    const radius = document.querySelector(".network circle").getBoundingClientRect().width;
    const meet = (a, b) => a.left < b.right && b.left < a.right
      && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3;
    const labels = boxes(".network .label");
    const met = (one, at) => labels.slice(at + 1).some((other) => meet(one, other));
    answer({wide: boxes(".unit .value").filter((one) => one.width > radius).length,
      met: labels.filter(met).length, count: labels.length});
    """
    )
    for html, labels in ((page, 9), (wide, 0)):
        found = in_browser(html, script, tmp_path, "#step=19")
        assert found == {"wide": 0, "met": 0, "count": labels}


def test_folded_matrices_are_unfolded_on_demand(page, tmp_path):
    net = cp.Network(12, [cp.Layer(9, "elu"), cp.Layer(1)])
    params = net.initialize(seed=0)
    folded = cp.explain(net, params, [[1.0] * 12], [[0.0]]).printed("html")
    script = (
        READ
        + """
    const box = document.querySelector('[data-state="fold"]');
    const numbers = () => [...document.querySelectorAll('.step.now mn[data-of^="W1["]')]
      .filter(shown).map((one) => one.dataset.of).sort();
    const before = numbers().length;
    box.click();
    answer([shown(box), before, numbers(), address().fold]);
    """
    )
    visible, before, after, fold = in_browser(folded, script, tmp_path)
    assert visible
    assert before == 16
    assert after == sorted(f"W1[{i},{j}]" for i in range(12) for j in range(9))
    assert fold == "no"
    script = READ + """answer(shown(document.querySelector('[data-state="fold"]')));"""
    assert not in_browser(page, script, tmp_path)


def test_a_large_network_says_what_it_does_not_show(tmp_path):
    net = cp.Network(50, [cp.Layer(30, "tanh"), cp.Layer(2, "softmax")], "cross_entropy")
    params = net.initialize(seed=0)
    X, Y = np.linspace(-1, 1, 50)[None], [[1.0, 0.0]]
    page = cp.explain(net, params, X, Y, learning_rate=0.5).printed("html")
    script = (
        READ
        + """answer([[...document.querySelectorAll("#panel dd")].map((one) => one.textContent),
      text("#panel > p"), text(".step.now .row .unfoldable")]);"""
    )
    facts, paths, folded = in_browser(page, script, tmp_path, "#pick=W1[2,29]&digits=all&fold=no")
    weight, gradient = params["W1"][2, 29], net.gradient(params, X, Y)[1]["W1"][2, 29]
    assert [float(one) for one in facts] == [weight, gradient, weight - 0.5 * gradient]
    assert paths.startswith("This network is too large to list its paths")
    assert folded == "1,610 numbers stay folded on this page; fold=0 prints them all."


def test_names_are_counted_as_the_formulas_are(tmp_path):
    net, params, _, _ = course_network()
    X, Y = [[0.5, -1.0], [1.0, 2.0]], [[1.0], [0.0]]
    page = cp.explain(net, params, X, Y, first_index=1).printed("html")
    script = (
        READ
        + """answer([text("#panel h3"), text("#panel .way"), text("#pick option:checked"),
      text('select[data-state="sample"]'),
      document.querySelector('.network .unit[data-of="a1[1]"]').ariaLabel.split(",")[0]]);"""
    )
    title, way, picked, samples, unit = in_browser(page, script, tmp_path, "#pick=W1[0,2]")
    assert (title, picked, unit) == ("Weight W1[1,3]", "W1[1,3]", "Unit 2 of layer 1")
    assert way.startswith("W1[1,3] → z1[3] → a1[3] → z2[1] → L (sample ")
    assert samples.split() == ["1", "2"]


def test_the_update_says_which_numbers_are_old(page, tmp_path):
    script = (
        READ
        + """
    const seen = {};
    for (const link of document.querySelectorAll("[data-go]")) {
      link.click();
      const loss = document.querySelector('.network [data-value="L"]');
      seen[link.innerText] = [text("#moment").slice(0, 5), loss.textContent,
        document.querySelectorAll(".network .old").length];
    }
    answer(seen);
    """
    )
    net, params, X, Y = course_network()
    loss, gradient = net.gradient(params, X, Y)
    moved = net.loss(net.parameters(params.vector - 0.5 * gradient.vector), X, Y)
    found = in_browser(page, script, tmp_path)
    assert found["Gradient of the biases of layer 1"] == ["", f"{loss:.4g}", 0]
    assert found["New W2"][0] == "Bold "
    assert found["New W2"][2] > 0
    assert found["Loss after the update"][:2] == ["Bold:", f"{moved:.4g}"]


def test_a_proof_stands_in_the_step_that_needs_it(wide, tmp_path):
    script = (
        READ
        + """answer([text(".step.now .row summary"),
      document.querySelectorAll(".step.now .row details math").length,
      document.querySelector(".more").innerText.includes("shortcut")]);"""
    )
    title, lines, elsewhere = in_browser(wide, script, tmp_path, "#step=8")
    assert title == "categorical_cross_entropy with softmax: the shortcut"
    assert (lines, elsewhere) == (5, False)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_sticks_out_or_overprints_on_a_phone(wide, tmp_path, lang):
    script = (
        READ
        + """
    const boxes = [...document.querySelectorAll(".network text")].filter((one) => one.textContent)
      .map((one) => one.getBoundingClientRect());
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
    const met = boxes.filter((one, n) => boxes.slice(n + 1).some((other) => meet(one, other)));
    answer([document.documentElement.scrollWidth <= innerWidth, met.length]);
    """
    )
    address = f"#step=16&pick=W1[0,2]&lang={lang}"
    assert in_browser(wide, script, tmp_path, address, width=390) == [True, 0]
