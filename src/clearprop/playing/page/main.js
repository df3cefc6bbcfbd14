// The page: fills in words and lists, and starts every part.

import * as address from "clearprop/address";
import * as background from "clearprop/background";
import * as controls from "clearprop/controls";
import * as curves from "clearprop/curves";
import * as drawing from "clearprop/drawing";
import * as formulas from "clearprop/formulas";
import * as landscape from "clearprop/landscape";
import * as lighting from "clearprop/lighting";
import * as moving from "clearprop/moving";
import * as panel from "clearprop/panel";
import * as plane from "clearprop/plane";
import * as planting from "clearprop/planting";
import * as predicting from "clearprop/predicting";
import * as python from "clearprop/python";
import * as sparks from "clearprop/sparks";
import * as table from "clearprop/table";
import * as timeline from "clearprop/timeline";
import { desk, listen, openScene, otherStart, sameStart, tell } from "clearprop/desk";
import { given } from "clearprop/given";
import { namesIn } from "clearprop/letters";
import { look, say, setLook, told } from "clearprop/look";
import { called } from "clearprop/naming";
import { patch } from "clearprop/patching";
import { play } from "clearprop/clock";
import { style } from "clearprop/style";

const [scene, about, mode, tabs] = ["scene", "about", "mode", "tabs"].map((id) =>
  document.getElementById(id),
);
let spokenIn = "";

/** Every fixed word of the page, in the reader's language. */
function speak() {
  const words = `${look.lang}/${look.names}`;
  if (spokenIn === words) return;
  spokenIn = words;
  document.documentElement.lang = look.lang === "zh" ? "zh-CN" : "en";
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
  for (const one of document.querySelectorAll("[data-label]"))
    one.setAttribute("aria-label", say(one.dataset.label));
  for (const one of document.querySelectorAll("[data-title]")) {
    one.title = say(one.dataset.title);
    one.setAttribute("aria-label", one.title);
  }
  for (const one of document.querySelectorAll("[data-letter]"))
    one.textContent = called(one.dataset.letter);
  scene.replaceChildren(...given.scenes.map((one) => new Option(told(one.title), one.name)));
  timeline.fillSpeeds();
  landscape.fillAxes();
}

/** The letters that a choice of names has for a, δ, L, and what else it names. */
function lettersOf(text) {
  const names = namesIn(text);
  const first = ["a", "delta", "L"].map((one) => called(one, null, names));
  const others = Object.keys(names).filter((one) => !["a", "delta", "L", "ell"].includes(one));
  return [...first, ...others.map((one) => names[one])].join(", ");
}

const MODES = {
  predict: () => predicting.predictHtml(style()),
  plant: planting.plantHtml,
  moved: moving.movedHtml,
  python: python.pythonHtml,
};
const views = [...document.querySelectorAll("[data-view]")];
let skipped = 0;

/** Show a choice in its box, also one that the list does not offer. */
function show(box, value) {
  if (box.type === "checkbox") box.checked = value === "yes";
  else if (box.value !== value) {
    if (![...box.options].some((one) => one.value === value)) box.add(new Option(value));
    box.value = value;
  }
}

/** Why nothing changed, in the part of the page where it was asked for. */
function answer() {
  for (const note of document.querySelectorAll("[data-refused]")) {
    const { part, name, values } = desk.refused ?? {};
    const text = part === note.dataset.refused ? say(name, values) : "";
    if (note.textContent !== text) note.textContent = text;
  }
}

function draw() {
  speak();
  answer();
  if (scene.value !== desk.scene.name) scene.value = desk.scene.name;
  const text = told(desk.scene.about);
  if (about.textContent !== text) about.textContent = text;
  for (const box of document.querySelectorAll("[data-look]")) show(box, look[box.dataset.look]);
  for (const button of views)
    button.setAttribute("aria-pressed", String(button.dataset.view === look.view));
  if (document.body.dataset.view !== look.view) document.body.dataset.view = look.view;
  for (const button of tabs.children)
    button.setAttribute("aria-pressed", String(button.dataset.mode === look.mode));
  if (desk.playing && skipped++ % 15) return;
  patch(mode, MODES[look.mode]?.() ?? `<p class="soft">${say("mode_hint")}</p>`);
  if (look.mode === "moved") moving.paintMoved();
}

document
  .querySelector("[data-look=names]")
  .replaceChildren(...given.names.map((one) => new Option(lettersOf(one), one)));
for (const box of document.querySelectorAll("[data-look]")) {
  box.addEventListener("change", () => {
    const value = box.type === "checkbox" ? (box.checked ? "yes" : "no") : box.value;
    setLook({ [box.dataset.look]: value });
    tell();
  });
}
for (const button of views)
  button.addEventListener("click", () => {
    setLook({ view: button.dataset.view });
    tell();
  });
scene.addEventListener("change", () => {
  play(false);
  setLook({ pick: "", sample: "" });
  openScene(scene.value);
});
document.getElementById("same").addEventListener("click", sameStart);
document.getElementById("other").addEventListener("click", otherStart);
tabs.addEventListener("click", ({ target }) => {
  if (target.dataset.mode === undefined) return;
  setLook({ mode: look.mode === target.dataset.mode ? "" : target.dataset.mode });
  tell();
});
mode.addEventListener("click", ({ target }) => {
  if (target.dataset.sample === undefined) return;
  setLook({ sample: target.dataset.sample });
  tell();
});

address.read();
const parts = [timeline, planting, drawing, panel, plane, table, controls, curves, landscape, predicting];
for (const part of [...parts, formulas, moving, python, sparks, background, lighting]) part.start();
listen(draw);
address.start();
