"""The page in a real browser: time line, derivations, editing, modes, address."""

import json
import math
import re
from importlib.resources import files

import numpy as np
import pytest

import clearprop as cp
from clearprop.playing import play, words
from clearprop.playing.assembling import planted
from clearprop.updates import UPDATES
from spellings import NAMED, VALUES, WRITTEN

from . import states

pytestmark = pytest.mark.long

READ = """
const {desk, goTo, placeNow, train, linesOf} = await import("clearprop/desk");
const {moment} = await import("clearprop/moment");
const {look, setLook} = await import("clearprop/look");
const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
const text = (selector) => {
  const one = document.querySelector(selector);
  return (one?.innerText ?? one?.textContent ?? "").trim();
};
const press = (key, more = {}, target = document.activeElement) => target.dispatchEvent(
  new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...more}));
const set = (selector, value) => {
  const box = document.querySelector(selector);
  if (box.type === "checkbox") box.checked = value; else box.value = value;
  box.dispatchEvent(new Event("change", {bubbles: true}));
};
const numbers = (part) => [...part.querySelectorAll("mn")].map((one) =>
  Number(one.textContent.replace("−", "-")));
const address = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
"""

MEETING = """
/** Texts of the drawing that overprint each other. */
const meeting = () => {
  const boxes = [...document.querySelectorAll(".network text")].filter((one) => one.textContent)
    .map((one) => [one.textContent, one.getBoundingClientRect()]);
  const met = [];
  boxes.forEach(([a, one], n) => boxes.slice(n + 1).forEach(([b, other]) => {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (across > 1.5 && down > 2.5) met.push([a, b]);
  }));
  return met;
};
"""


@pytest.fixture(scope="module")
def html() -> str:
    return play().html


def course_page() -> str:
    net = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")], reduction="sum")
    return play(net, net.initialize("he", seed=42), [[0.5, -1.0]], [[1.0]]).html


def test_it_is_one_file_that_asks_for_nothing(page, html):
    assert len(html.encode()) < 400_000
    page.open(html)
    assert [one for one in page.browser.requests if not one.startswith(("file:", "data:"))] == []
    assert not re.search(r"<(link|img|iframe|script)[^>]+(src|href)=", html)
    assert re.findall(r"\{\{\w+\}\}", html) == []


def test_keys_step_by_line_batch_and_epoch_also_after_a_click(page, html):
    page.open(html)
    found = page.do(
        READ
        + """
    const seen = [];
    const look_ = async () => { await frame(); seen.push(placeNow()); };
    press("ArrowRight"); await look_();
    document.querySelector("#solver input[type=checkbox]").focus();
    press("ArrowRight"); await look_();
    press("ArrowRight", {shiftKey: true}); await look_();
    press("ArrowRight", {ctrlKey: true}); await look_();
    press("ArrowLeft", {shiftKey: true}); await look_();
    press("ArrowLeft", {ctrlKey: true}); await look_();
    document.querySelector("#pick").focus();
    press("ArrowRight"); await look_();
    document.querySelector('[data-go="line-"]').click(); await look_();
    document.querySelector('[data-go="line-"]').click(); await look_();
    const focus = document.activeElement.id;
    document.querySelector("#speed").focus();
    const down = new PointerEvent("pointerdown", {bubbles: true});
    document.querySelector("#speed").dispatchEvent(down);
    set("#speed", "fast");
    press("ArrowRight"); await look_();
    const {batches} = desk.run;
    return {seen, lines: linesOf(desk.run.net).length, batches, focus, where: text("#where")};
    """
    )
    n, batches = found["lines"], found["batches"]
    assert (n, batches) == (8, 8)
    assert found["seen"] == [1, 2, n, n * batches, n * batches - n, 0, 0, 0, 0, 1]
    assert found["focus"] == "pick"
    assert found["where"] == "Run 1 · epoch 0 · batch 1 of 8 · layer 2 forward"


def test_rewinding_gives_the_same_bits(page, html):
    page.open(html)
    found = page.do(
        READ
        + """
    const first = desk.run.theta.slice();
    train(700);
    const bits = () => [...new Uint8Array(desk.run.theta.slice().buffer)].join();
    const end = bits();
    goTo(123 * 8 + 3); const early = bits();
    goTo(700 * 8); const again = bits();
    await frame();
    document.querySelector("#slider").value = String(123 * 8);
    document.querySelector("#slider").dispatchEvent(new Event("input"));
    const dragged = bits();
    document.querySelector("#same").click(); train(700); const fresh = bits();
    set('[data-setting="learning_rate"]', "0.1"); train(5);
    const goesOn = [...desk.run.start].join() !== [...first].join();
    document.querySelector("#same").click();
    const back = goesOn && [...desk.run.theta].join() === [...first].join();
    document.querySelector("#other").click(); train(700);
    return [end === again, early === dragged, end === fresh, back, end === bits()];
    """
    )
    assert found == [True, True, True, True, False]


@pytest.mark.parametrize(
    "address",
    ["#at=abc", "#at=-4&lang=xx&pick=<b>", "#layers=9-9&solver=none&set=learning_rate:x&w=1,a",
     "#scene=none&seed=99&act=what&batch=-1&sample=999", "#layers=2-1000-1000-1",
     "#loss=constructor&solver=toString&act=constructor;toString&__proto__=1&x=1,2&y=9"],
)  # fmt: skip
def test_a_mangled_address_does_no_harm(page, html, address):
    page.open(html, address)
    found = page.do(READ + "press('ArrowRight'); await frame(); return [placeNow(), text('#line')]")
    assert found[0] == 1
    assert "layer 1 forward" not in found[1]
    assert page.browser.complaints == []


def test_a_weight_has_its_gradient_chain_and_paths(page):
    page.open(course_page(), "#pick=W1[0,2]&digits=17")
    found = page.do(
        READ
        + """
    await frame();
    const facts = [...document.querySelectorAll("#edit dd")].map((one) => one.textContent);
    const lines = [...document.querySelectorAll("#picked .equation")].map(numbers);
    return {facts, lines, value: document.querySelector("#edit input").value};
    """
    )
    net = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")], reduction="sum")
    params = net.initialize("he", seed=42)
    _, gradient = net.gradient(params, [[0.5, -1.0]], [[1.0]])
    expected = gradient["W1"][0, 2]
    assert float(found["value"]) == params["W1"][0, 2]
    assert float(found["facts"][0].replace("−", "-")) == pytest.approx(expected, rel=1e-12)
    assert float(found["facts"][1].replace("−", "-")) == pytest.approx(-0.1 * expected, rel=1e-12)
    chain = found["lines"][1][-3:]
    assert chain[0] * chain[1] == pytest.approx(chain[2], rel=1e-12)
    assert chain[2] == pytest.approx(expected, rel=1e-12)


def test_paths_add_up_to_the_error_term(page, html):
    page.open(html, "#scene=spiral&at=900")
    found = page.do(
        READ
        + """
    const {strongestPaths} = await import("clearprop/paths");
    const now = moment();
    const {paths, count} = strongestPaths(now, 1, 2, 1000);
    const sizes = paths.map((one) => Math.abs(one.value));
    return [paths.reduce((sum, one) => sum + one.value, 0), now.one.D[1][2], count, paths.length,
      sizes.every((one, n) => n === 0 || one <= sizes[n - 1] * (1 + 1e-12))];
    """
    )
    assert found[0] == pytest.approx(found[1], rel=1e-10)
    assert found[2:] == [8, 8, True]


def test_a_dead_unit_is_explained(page):
    page.open(course_page(), "#pick=a1[0]&at=4")
    assert "switched off" in page.do(READ + "await frame(); return text('#picked')")


@pytest.mark.parametrize("solver", ["sgd", "rmsprop", "adam", "adamw"])
def test_an_update_step_is_worked_out(page, html, solver):
    """The lines of the rule, evaluated as they are printed, end at the new weight."""
    page.open(html, f"#solver={solver}&set=learning_rate:0.05&at=87&pick=W1[1,3]&digits=17")
    found = page.do(
        READ
        + """
    await frame();
    const {updateBlocks} = await import("clearprop/deriving-updates");
    const now = moment();
    const [block] = updateBlocks(now, "W1[1,3]");
    const last = block.equations.at(-2).parts.at(-1).value;
    const at = desk.run.net.layers[0].W + 1 * 4 + 3;
    return [last, now.after.theta[at], text("#picked").includes("NaN")];
    """
    )
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    assert not found[2]


def test_everything_can_be_changed_in_place(page, html):
    page.open(html, "#at=80")
    found = page.do(
        READ
        + """
    const seen = {};
    const theta = () => [...desk.run.theta];
    let before = theta();
    set('[data-setting="learning_rate"]', "0.05"); await frame();
    seen.rate = [desk.run.settings.learning_rate, String(theta()) === String(before), desk.run.t];
    setLook({pick: "W1[1,2]"}); press("ArrowRight"); await frame();
    set("#edit input", "1.25"); await frame();
    seen.weight = [desk.run.theta[1 * 4 + 2], desk.run.t];
    set('#values [data-kind="x"]', "0.75"); await frame();
    seen.x = [desk.data.X[moment().sample * 2], moment().one.A[0][0]];
    set("[data-units]", "5"); await frame();
    seen.units = [desk.run.net.sizes, desk.run.net.count];
    document.querySelector("[data-add]").click(); await frame();
    seen.layer = [desk.run.net.sizes, desk.run.net.activations.length];
    set("[data-activation]", "relu"); await frame();
    seen.activation = desk.run.net.activations[0];
    set('[data-setup="loss"]', "half_squared_error"); await frame();
    seen.loss = desk.run.net.loss;
    set('[data-setup="solver"]', "adam"); await frame();
    seen.solver = [desk.run.solver, "beta_1" in desk.run.settings];
    set('[data-setup="weightDecay"]', "0.01"); set('[data-setup="batchSize"]', "50"); await frame();
    seen.batch = [desk.run.batches, desk.run.weightDecay];
    train(20); await frame();
    seen.finite = Number.isFinite(desk.run.losses.at(-1));
    return seen;
    """
    )
    assert found == {
        "rate": [0.05, True, 0],
        "weight": [1.25, 0],
        "x": [0.75, 0.75],
        "units": [[2, 5, 1], 21],
        "layer": [[2, 5, 4, 1], 3],
        "activation": "relu",
        "loss": "half_squared_error",
        "solver": ["adam", True],
        "batch": [4, 0.01],
        "finite": True,
    }


def test_the_address_restores_what_was_changed(page, html):
    page.open(html, "#scene=note-002&lang=zh")
    change = """
    train(30); setLook({pick: "W1[0,1]", sample: "2", convention: "column", mode: "moved"});
    await frame();
    set('#values [data-kind="y"]', "0.25"); await frame();
    set("#edit input", "-0.75"); await frame();
    set('[data-setup="solver"]', "rmsprop"); await frame();
    set('[data-setting="decay"]', "0.8"); await frame();
    train(25); goTo(placeNow() + 3); await frame(); await frame();
    """
    state = """
    await frame();
    return [[...desk.run.theta], desk.run.t, desk.line, [...desk.data.Y], {...look},
      desk.run.settings, location.hash];
    """
    before = page.do(READ + change + state)
    page.open(html, before[-1])
    assert page.do(READ + state) == before
    assert before[1:3] == [25, 3]
    assert before[3][2] == 0.25


def test_a_solver_is_spoken_of_in_the_readers_language(page, html):
    for lang, between in (("en", "; "), ("zh", "；")):
        page.open(html, f"#lang={lang}")
        for rule in UPDATES.values():
            said = page.do(
                READ
                + f"""
            set('[data-setup="solver"]', "{rule.name}"); await frame();
            return text("#solver p.soft");
            """
            )
            lines = [line for line in (rule.pros, rule.cons) if line is not None]
            assert said == between.join(line._asdict()[lang] for line in lines)


def test_a_table_of_ones_own(page, html):
    page.open(html)
    found = page.do(
        READ
        + """
    const rows = Array.from({length: 60}, (_, n) => `${n % 7};${n % 3},5;"${"abc"[n % 3]}"`);
    rows.push("4;NA;a");
    const file = new File([["u;v;kind", ...rows].join("\\n")], "own.csv");
    const moved = new DataTransfer();
    moved.items.add(file);
    document.dispatchEvent(new DragEvent("drop", {dataTransfer: moved, bubbles: true}));
    for (let n = 0; n < 50 && desk.data.m !== 60; n++) await frame();
    train(300); await frame();
    const about = text("#about");
    const {columnsOf} = await import("clearprop/csv");
    const long = columnsOf(["a,b", ...Array.from({length: 5000}, (_, n) => `${n},1`)].join("\\n"));
    const [a] = long.columns;
    const spread = [a.length, a[0], a[1000], long.dropped];
    const bad = new DataTransfer();
    bad.items.add(new File(["only a word"], "bad.csv"));
    document.dispatchEvent(new DragEvent("drop", {dataTransfer: bad, bubbles: true}));
    await new Promise((done) => setTimeout(done, 100));
    return [desk.data.n, desk.data.K, desk.data.heldBack, desk.run.net.loss,
      desk.run.losses.at(-1) < desk.run.losses[0], text("[data-refused=data]").slice(0, 16),
      about, spread];
    """
    )
    about = "60 rows, 2 inputs, columns standardised, a fifth validates; 1 rows left out."
    assert found[:3] == [2, 3, 12]
    assert found[3:7] == ["categorical_cross_entropy", True, "That is no table", about]
    assert found[7] == [2000, "0", "2500", 3000]  # evenly spread: tables come sorted


BESIDES = [
    ("sin(3x) + 0.3x", math.sin(2.25) + 0.225), ("exp(-x^2) - ln(e) * .5e1", math.exp(-0.5625) - 5),
    ("sin x cos 2x + 1", math.sin(0.75) * math.cos(1.5) + 1), ("sin² x + cos²x", 1),
    ("xy − 2πx", 1.5 - 1.5 * math.pi), ("relu(x − y) + sign(y)", 1), ("f(x) = 2x²", 1.125),
    ("x^2 + y^2 > 1", 1), ("x − y ≥ 0.3·x", 0), ("x < 1", 1),
]  # fmt: skip
"""What the page reads and `cp.graph` does not: functions without brackets, questions, xy."""
UNREAD = ["", "alert(1)", "x +", "x.y", "constructor(x)", "(x", "x > y > 1", "2 x]", "2.5.3",
          "x 2", "sin", "sin(x, y)", "|x", "x^", "__proto__", "(" * 600 + "x"]  # fmt: skip


def test_expressions_mean_what_they_mean_on_paper(page, html):
    """The spellings that `cp.graph` reads, and some more."""
    page.open(html)
    written = [paper for paper, _ in WRITTEN] + [paper for paper, _ in BESIDES]
    x, y = VALUES.values()
    found = page.do(
        f"""
    const {{expressionOf}} = await import("clearprop/expression");
    const read = {json.dumps(written)}.map((one) => expressionOf(one));
    return [read.map((one) => one.error ?? one.at({x}, {y})), read.map((one) => one.isQuestion),
      read.slice(-3).map((one) => one.variables.join("")),
      {json.dumps(UNREAD)}.map((one) => "error" in expressionOf(one))];
    """
    )
    expected = [eval(python, {"__builtins__": {}}, dict(NAMED)) for _, python in WRITTEN]
    assert found[0] == pytest.approx(expected + [value for _, value in BESIDES], rel=1e-12)
    assert [n for n, is_question in enumerate(found[1], -len(found[1])) if is_question] == [
        -3, -2, -1
    ]  # fmt: skip
    assert found[2] == ["xy", "xy", "x"]
    assert found[3] == [True] * len(UNREAD)


def test_a_function_of_ones_own_is_fitted(page, html):
    page.open(html)
    found = page.do(
        READ
        + """
    const said = () => text("[data-refused=data]");
    set("#formula", "tanh(2x) - q"); await frame();
    const complaint = said();
    set("#formula", "sin(3x) + 0.3x"); await frame();
    train(400); await frame(); await frame();
    return [complaint, said(), desk.data.m, desk.data.heldBack,
      desk.run.losses.at(-1) < desk.run.losses[0] / 3, [...desk.data.X], [...desk.data.Y],
      location.hash, [...desk.run.theta]];
    """
    )
    assert found[0].startswith("“q” was not understood")
    assert found[1:5] == ["", 200, 40, True]
    assert found[6] == pytest.approx([math.sin(3 * x) + 0.3 * x for x in found[5]], rel=1e-12)
    page.open(html, found[7])
    assert page.do(READ + "return [...desk.run.theta]") == found[8]


def test_what_cannot_be_is_refused_in_a_sentence(page, html):
    """Too many layers or weights, targets that the loss does not take, files that are no tables."""
    page.open(html)
    found = page.do(
        READ
        + """
    const said = [];
    const note = async (part) => { await frame(); said.push(text(`[data-refused=${part}]`)); };
    for (let n = 0; n < 9; n++) document.querySelector("[data-add]").click();
    await note("setup");
    set("#scene", "moons"); await note("setup");
    document.querySelector("[data-add]").click(); await frame();
    set("[data-units='1']", "600"); await frame();
    set("[data-units='2']", "600"); await note("setup");
    const sizes = [desk.run.net.sizes, document.querySelector("[data-units='2']").value];
    set("#values [data-kind=y]", "5"); await note("data");
    const y = [moment().one.Y[0] <= 1, Number(document.querySelector("#values [data-kind=y]").value) <= 1];
    const drop = async (...texts) => {
      const moved = new DataTransfer();
      for (const one of texts) moved.items.add(new File([one], "own.csv"));
      document.dispatchEvent(new DragEvent("drop", {dataTransfer: moved, bubbles: true}));
      await new Promise((done) => setTimeout(done, 60));
    };
    await drop("a\\n1\\n2"); train(1); await note("data");
    await drop("a,y\\n1,5\\n2,5\\n3,5"); await note("data");
    await drop();
    document.dispatchEvent(new DragEvent("drop", {bubbles: true}));
    await drop("身高,性别\\n170,男\\n160,女\\ninf,女\\n175,男"); await note("data");
    return [said, sizes, y, desk.data.inputs, desk.data.outputs, desk.data.m];
    """  # noqa: E501
    )
    said, sizes, y, inputs, outputs, rows = found
    large = "The page shows at most 8 layers, and 250,000 weights and biases in all."
    assert said[:3] == [large, "", large]
    assert said[3].startswith("This loss takes no target of 5")
    assert said[4].startswith("That is no table")
    assert said[5].startswith("That column has one value only")
    assert said[6] == ""
    assert (sizes, y) == ([[2, 600, 4, 1], "4"], [True, True])
    assert (inputs, outputs, rows) == (["身高"], ["性别=男"], 3)
    assert page.browser.complaints == []


def test_lines_can_have_their_numbers(page, html):
    """Of every weight, where all have room; also of the gradients while it trains."""
    page.open(html, "#layers=2-4-4-1&figures=yes")
    found = page.do(
        READ
        + MEETING
        + """
    const written = () => [...document.querySelectorAll(".network .figure")].map((one) => one.textContent);
    const {short} = await import("clearprop/numbers");
    const weights = written();
    const expected = desk.run.net.layers.flatMap(({W, b}) =>
      [...desk.run.theta.subarray(W, b)].map((one) => short(one)));
    const met = meeting();
    set("[data-look=lines]", "gradient"); await frame();
    const unknown = written().join("");
    const {play} = await import("clearprop/clock");
    play(true); await frame();
    const known = written().every((one) => one !== "");
    play(false);
    set("[data-units='1']", "7"); set("[data-units='2']", "7"); await frame();
    return [String(weights) === String(expected), weights.length, met, unknown, known,
      document.querySelector("#figures").hidden, written().length];
    """  # noqa: E501
    )
    assert found == [True, 28, [], "", True, True, 0]


def test_a_step_changes_few_nodes(page, html):
    page.open(html, "#scene=note-001&layers=2-16-8-1&pick=W1[0,2]")
    found = page.do(
        READ
        + """
    await frame();
    let count = 0;
    const watch = new MutationObserver((list) => {
      for (const one of list) count += Math.max(1, one.addedNodes.length + one.removedNodes.length);
    });
    const {play, setSpeed} = await import("clearprop/clock");
    watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
    const each = [];
    for (let n = 0; n < 24; n++) {
      press("ArrowRight"); await frame(); await frame();
      each.push(count); count = 0;
    }
    setSpeed("steps"); play(true); count = 0;
    for (let n = 0; n < 40; n++) await new Promise((done) => requestAnimationFrame(done));
    play(false);
    each.sort((a, b) => a - b);
    return [each[12], each.at(-1), count / 40];
    """  # noqa: E501
    )
    assert found[2] < 300, found
    assert found[0] < 300, found


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_overprints_or_sticks_out(page, html, width, lang):
    page.open(html, f"#lang={lang}&scene=spiral&at=41&pick=W2[0,1]&mode=python", width=width)
    found = page.do(
        READ
        + MEETING
        + """
    await frame();
    const wide = [...document.querySelectorAll("section, header, #about, footer, button, select")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.className || one.id || one.textContent.slice(0, 20));
    return {wide, met: meeting(), sides: document.documentElement.scrollWidth <= innerWidth + 1,
      labels: [...document.querySelectorAll("[data-say]")].filter((e) => !e.textContent).length};
    """
    )
    assert found == {"wide": [], "met": [], "sides": True, "labels": 0}


def test_a_wide_network_is_folded_and_answers(page, html):
    net = cp.Network(784, [cp.Layer(256, "relu"), cp.Layer(10, "softmax")], "cross_entropy")
    random = np.random.default_rng(0)
    X, Y = random.uniform(size=(4, 784)), np.eye(10)[[1, 2, 3, 4]]
    page.open(play(net, None, X, Y).html)
    found = page.do(
        READ
        + """
    await frame();
    const times = [];
    for (const pick of ["W1[3,250]", "a1[255]", "W2[0,9]", "L", "x[700]", "W1[0,1]"]) {
      const start = performance.now();
      set("#pick", pick); await new Promise(requestAnimationFrame);
      await new Promise((done) => setTimeout(done));
      times.push([pick, performance.now() - start, text("#edit h3").length > 0]);
    }
    press("ArrowRight"); await frame();
    return {times, circles: document.querySelectorAll(".unit").length, value: text("#edit dd")};
    """
    )
    assert all(there for _, _, there in found["times"])
    assert found["circles"] <= 20
    assert found["value"] not in ("", "NaN")


def test_predictions_are_judged_by_their_digits(page):
    page.open(course_page(), "#mode=predict&at=4")  # δ of the hidden layer
    found = page.do(
        READ
        + """
    const {judge, question, wrongAnswers} = await import("clearprop/predicting");
    const {figure} = await import("clearprop/numbers");
    await frame();
    const hidden = text("#line h4") === "" && text("#picked-part #edit") === "";
    goTo(5); await frame();
    const now = moment();
    const asked = {...question(now), kind: "delta", l: 1, j: 0, value: now.one.D[1][0]};
    const wrong = wrongAnswers(now, asked);
    const missing = wrong.find(({name}) => name.includes("mask"));
    const other = {...question(now)};
    document.querySelector("#typed").value = figure(other.value, 3);
    document.querySelector("#answer").requestSubmit(); await frame(); await frame();
    const {agrees} = await import("clearprop/numbers");
    return [hidden, judge(figure(missing.value, 3), asked, wrong), judge("0", asked, wrong),
      judge("zero", asked, wrong), judge("77", asked, wrong), text("#mode .good").slice(0, 5),
      ["０.０６", "5.65e-2", "0.1", "0", "1e999", "0e5"].map((one) => agrees(one, 0.0565)),
      ["0.00", "0.0001", "0"].map((one) => agrees(one, 0.00012))];
    """
    )
    mask = "the ReLU mask is missing, or z ≥ 0 stands for z > 0"
    assert found[:6] == [True, mask, "right", "unread", "", "Right"]
    assert found[6:] == [[True, True, False, False, False, False], [True, True, False]]


def test_planted_mistakes_are_those_that_the_checker_names(page, html):
    """The page's wrong gradient, handed to `cp.diagnose`, comes back with the mistake's name."""
    page.open(html)
    for name in planted():
        case = states.case_for(name)
        net, params, X, Y = case
        found = page.do(READ + states.wrong_gradient(name, case))
        assert found is not None, name
        gradient = net.parameters(np.array(found))
        rate = 0.1 if name == "updated_weights" else None
        diagnosis = cp.diagnose(gradient, net, params, X, Y, learning_rate=rate)
        named = [*diagnosis.findings, *(one for some in diagnosis.alternatives for one in some)]
        assert name in {one.name for one in named}, name
    assert set(page.do("return Object.keys((await import('clearprop/mistakes')).MISTAKES)")) == set(
        planted()
    )


def test_a_planted_mistake_descends_beside_the_right_run(page, html):
    page.open(html, "#scene=xor&mode=plant&slip=sign&at=240")
    found = page.do(
        READ + "await frame(); return [desk.rival.t, desk.run.t, desk.rival.epochs.at(-1).train >"
        " desk.run.epochs.at(-1).train, document.querySelectorAll('#mode .bad').length]"
    )
    assert found == [30, 30, True, 2]


SOLVERS = ["sgd", "sgd&set=momentum:0.9;nesterov:true", "rmsprop", "adam", "adamw"]


@pytest.mark.parametrize("solver", SOLVERS)
def test_what_moved_a_weight_adds_up(page, html, solver):
    page.open(html, f"#at=800&mode=moved&pick=W1[0,1]&decay=0.01&solver={solver}")
    found = page.do(
        READ
        + """
    const {historyOf} = await import("clearprop/moving");
    const {values, sources, moved} = historyOf(desk.run, 1);
    return [values.length, values.at(-1) === desk.run.theta[1], moved,
      [...sources.values()].reduce((a, b) => a + b, 0), sources.size];
    """
    )
    assert found[:2] == [101, True]
    assert found[2] == pytest.approx(found[3], rel=1e-9)
    assert found[4] == 201 + (solver == "adamw")  # samples, penalty, decoupled decay


def test_pictures_lead_back_into_the_time_line(page, html):
    """The small curves of a weight, the way over the landscape, the rate of the line search."""
    page.open(html, "#at=1600&solver=adam&pick=W1[0,1]")
    found = page.do(
        READ
        + """
    await frame(); await new Promise((done) => setTimeout(done, 400));
    const click = (element, x, y) => {
      const {left, top} = element.getBoundingClientRect();
      element.dispatchEvent(
        new MouseEvent("click", {bubbles: true, clientX: left + x, clientY: top + y}));
    };
    const names = [...document.querySelectorAll(".sparks dt")].map((one) => one.textContent);
    const lasts = [...document.querySelectorAll(".sparks polyline")].map((one) =>
      one.getAttribute("points").split(" ").length);
    const land = document.querySelector("#landscape");
    const middle = Math.min(land.clientWidth, land.clientHeight) / 2;
    const there = desk.run.t;
    click(land, middle, middle); await frame();
    const stays = desk.run.t;
    click(document.querySelector(".spark"), 75, 5); await frame();
    const half = desk.run.t;
    const search = document.querySelector("#search");
    click(search, search.clientWidth / 2, 40); await frame();
    return [names, lasts.every((n) => n > 20), there, stays, half, desk.run.settings.learning_rate];
    """
    )
    assert found[:4] == [["W1[0,1]", "m", "v"], True, 200, 200]
    assert found[4] == pytest.approx(100, abs=3)  # half of the curve, to a pixel
    assert found[5] > 0.001


def test_the_ring_is_at_the_sample_with_the_longest_gradient(page, html):
    page.open(html, "#at=80")
    row, rows, X, Y, theta = page.do(
        READ
        + """
    const {steepestRow} = await import("clearprop/moment");
    const now = moment();
    const {data, run} = desk;
    return [steepestRow(now), [...now.rows], [...data.X], [...data.Y], [...run.theta]];
    """
    )
    net = cp.Network(2, [cp.Layer(4, "tanh"), cp.Layer(1, "sigmoid")])
    X, Y = np.reshape(X, (-1, 2)), np.reshape(Y, (-1, 1))
    lengths = [
        np.linalg.norm(net.gradient(np.array(theta), X[[n]], Y[[n]])[1].vector) for n in rows
    ]
    assert rows[int(np.argmax(lengths))] == row


def test_the_code_in_python_gives_the_pages_parameters(page, html):
    """Fifty random states, one after the other by their addresses."""
    page.open(html)
    every = states.addresses(50)
    found = page.do(
        READ
        + f"""
    const {{code}} = await import("clearprop/python");
    const found = [];
    for (const address of {every}) {{
      const changed = new Promise((done) => addEventListener("hashchange", done, {{once: true}}));
      location.hash = address;
      await changed;
      found.push([code(), [...desk.run.theta], desk.run.t]);
    }}
    return found;
    """
    )
    off = {}
    for address, (code, theta, t) in zip(every, found, strict=True):
        space: dict = {}
        exec(code, space)
        assert space["t"] == t > 0
        most = np.max(np.abs(space["params"].vector - theta)) / np.max(np.abs(theta))
        if not most <= 1e-10:
            off[address] = most
    assert off == {}


def test_the_command_derives_what_is_picked(page, html, tmp_path, capsys):
    from clearprop.cli.app import run

    page.open(html, "#at=400&pick=W1[0,2]&sample=7")
    command, weights, value = page.do(
        READ
        + """
    const {command, weightsFile} = await import("clearprop/python");
    const now = moment();
    return [command(), weightsFile(), now.one.A[0][0] * now.one.D[1][2]];
    """
    )
    path = tmp_path / "weights.json"
    path.write_text(weights)
    import shlex

    arguments = shlex.split(command)[1:]
    arguments[arguments.index("weights.json")] = str(path)
    assert run([*arguments, "--format", "json"]) == 0
    assert f"{value:.10f}"[:9] in capsys.readouterr().out


def test_every_word_is_there_and_used():
    texts = [one.read_text("utf-8") for one in files("clearprop.playing.page").iterdir()
             if one.name.endswith((".js", ".html"))]  # fmt: skip
    said = "\n".join(texts)
    asked = set(re.findall(r'say\(\s*"(\w+)"', said))
    asked |= set(re.findall(r'data-(?:say|label|title)="(\w+)"', said))
    asked |= set(re.findall(r'(?:\?|:) "(\w+)"\b(?=[,) ])', said)) & set(words.SAID)
    assert asked - set(words.SAID) - {"batch_loss_"} == set()
    built = ("line_", "speed_", "setting_", "axes_", "batch_loss_", "dead_", "saturated_", "mode_",
             "source_", "rate_")  # fmt: skip
    unused = {name for name in words.SAID if name not in asked and not name.startswith(built)}
    assert {name for name in unused if f'"{name}"' not in said} == set()


def test_it_runs_in_the_frame_of_a_notebook(page):
    page.open(f"<!doctype html><meta charset=utf-8>{play()._repr_html_()}")
    found = page.do(
        """
    const frame = document.querySelector("iframe");
    const inside = () => frame.contentDocument?.querySelector("#where")?.innerText ?? "";
    for (let n = 0; n < 60 && !inside(); n++) await new Promise((done) => setTimeout(done, 50));
    frame.contentDocument.querySelector('[data-go="batch"]').click();
    await new Promise((done) => setTimeout(done, 100));
    return inside();
    """
    )
    assert found == "Run 1 · epoch 0 · batch 2 of 8 · layer 1 forward"
    assert page.browser.complaints == []


def test_it_prints_the_derivation_and_no_buttons(page, html):
    page.open(html, "#pick=W1[0,2]")
    page.browser.ask("Emulation.setEmulatedMedia", media="print")
    found = page.do(
        READ
        + """
    await frame();
    const seen = (selector) => [...document.querySelectorAll(selector)]
      .some((one) => one.checkVisibility());
    return [seen("#picked .equation"), seen(".network"), seen("[data-go]"), seen("#solver input")];
    """
    )
    page.browser.ask("Emulation.setEmulatedMedia", media="")
    assert found == [True, True, False, False]


def test_brackets_need_no_mathematical_font(page, html):
    page.open(html)
    found = page.do(
        READ
        + """
    await frame();
    const table = document.querySelector("#line mtable.matrix");
    const {backgroundImage} = getComputedStyle(table);
    return [backgroundImage.split("linear-gradient").length - 1,
      [...document.querySelectorAll("#line mo")].some((one) => "[]".includes(one.textContent))];
    """
    )
    assert found == [6, False]


def test_the_letters_and_the_counting_are_the_readers(page, html):
    page.open(html, "#names=a=h,L=E,ell=e&first=1&pick=W1[0,2]&convention=column&at=2")
    found = page.do(
        READ
        + """
    await frame();
    const letters = document.querySelector("#line").textContent;
    const entry = document.querySelector("#picked [data-of='W1[0,2]']").textContent;
    return [document.querySelector("#pick").value, text("#edit h3"), entry,
      letters.includes("E") && !letters.includes("ℓ"), text(".network .name")];
    """
    )
    assert found == ["W1[1,3]", "Weight W1[1,3]", "W3,1(1)", True, "x1"]


def test_a_loss_has_its_name_in_the_readers_language(page):
    page.open(course_page(), "#lang=zh&at=2")
    found = page.do(
        READ
        + """
    await frame();
    return [text("#line h4"), text("[data-setup=loss] option:checked"),
      document.body.innerText.match(/half_squared_error|cross_entropy/g)];
    """
    )
    assert found == ["这个样本的损失：均方误差", "均方误差", None]
