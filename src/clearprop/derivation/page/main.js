// The stepping page: buttons, keys and switches; every part listens to the state.

import { change, counted, data, listen, say, state, tell } from "clearprop/state";
import * as drawing from "clearprop/drawing";
import * as lighting from "clearprop/lighting";
import * as panel from "clearprop/panel";

const steps = [...document.querySelectorAll(".step")];
const switches = [...document.querySelectorAll("[data-state]")];
const position = document.querySelector(".position");
const buttons = [...document.querySelectorAll("[data-move]")];

/** The step that is shown; an address may ask for one that is none. */
function here() {
  return Math.min(Math.max(Math.round(Number(state.step)) || 1, 1), Math.max(steps.length, 1));
}

function go(number) {
  change({ step: String(Math.min(Math.max(number, 1), steps.length)) });
  if (state.show === "all") document.querySelector(".step.now")?.scrollIntoView({ block: "nearest" });
}

const moves = {
  first: () => go(1),
  previous: () => go(here() - 1),
  next: () => go(here() + 1),
  last: () => go(steps.length),
};
const keys = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" };

function draw() {
  const { body } = document;
  const now = here();
  for (const name of ["lang", "convention", "digits", "hand", "fold", "show"]) body.dataset[name] = state[name];
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  for (const step of steps) step.classList.toggle("now", Number(step.dataset.step) === now);
  for (const link of document.querySelectorAll("[data-go]")) {
    if (Number(link.dataset.go) === now) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
  for (const one of switches) {
    if (one.type === "checkbox" || one.type === "radio") one.checked = state[one.dataset.state] === one.value;
    else one.value = state[one.dataset.state];
  }
  for (const button of buttons) {
    const back = ["first", "previous"].includes(button.dataset.move);
    button.setAttribute("aria-disabled", String(back ? now === 1 : now === steps.length));
  }
  position.textContent = say("step", { number: now, count: steps.length });
  showDigits();
  fit();
}

// Formulas that are a little too wide are set smaller; what is wider still is scrolled.
function fit() {
  for (const one of document.querySelectorAll(".equation")) {
    one.style.fontSize = "";
    const room = one.clientWidth / one.scrollWidth;
    if (room < 1) one.style.fontSize = `${Math.max(room * 0.98, 0.75)}em`;
  }
}

function showDigits() {
  for (const number of document.querySelectorAll("[data-full]")) {
    number.dataset.rounded ??= number.innerHTML;
    const full = number.dataset.full.replace("-", "−");
    number.innerHTML = state.digits === "rounded" ? number.dataset.rounded
      : number.localName === "mn" ? full : `<mn>${full}</mn>`;
  }
}

for (const button of buttons) button.addEventListener("click", moves[button.dataset.move]);
for (const link of document.querySelectorAll("[data-go]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    go(Number(link.dataset.go));
  });
}
for (const one of switches) {
  const off = { digits: "rounded", hand: "no", fold: "yes", show: "one" };
  one.addEventListener("change", () => {
    const name = one.dataset.state;
    change({ [name]: one.type === "checkbox" && !one.checked ? off[name] : one.value });
  });
}
document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest?.("select, input:not([type=checkbox]), textarea");
  if (elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
  const move = keys[event.key];
  if (!move) return;
  event.preventDefault();
  moves[move]();
});

if (data.batch) {
  const chooser = document.querySelector(".samples");
  chooser.hidden = false;
  const list = chooser.querySelector("select");
  for (let sample = 0; sample < data.samples; sample += 1) {
    list.append(new Option(String(counted(sample)), String(sample)));
  }
  if (data.of > data.samples) chooser.append(say("some_samples", { shown: data.samples, of: data.of }));
}
document.querySelector(".unfold").hidden = !document.querySelector(".whole, .unfoldable");
addEventListener("resize", fit);
document.body.classList.add("stepping");
panel.start();
drawing.start();
lighting.start();
listen(draw);
tell();
