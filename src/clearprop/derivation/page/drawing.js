// The network's drawing: which values can be seen at a step, and what the step is about.

import { counted, data, listen, plain, say, shown, state, valueOf } from "clearprop/state";

const moment = document.getElementById("moment");
const texts = [...document.querySelectorAll(".network [data-value]")];

function whole(name) {
  return name.replace(/\[.*/, "");
}

function draw() {
  const step = Number(state.step);
  const updates = Object.keys(data.updated).some((name) => isUpdated(name, step));
  moment.textContent = !updates ? "" : say(isUpdated("L", step) ? "updated_loss" : "during_update");
  for (const text of texts) {
    const name = text.dataset.value;
    const isNew = isUpdated(name, step);
    const value = isNew ? data.updated[name] : valueOf(name);
    const known = data.since[whole(name)] ?? 0;
    const lead = text.dataset.lead ?? "";
    text.textContent = value ? lead + short(shown(value), lead ? 9 : 6) : "";
    text.classList.toggle("new", isNew);
    text.classList.toggle("old", updates && !isNew && !/^[xyWb]/.test(name));
    text.classList.toggle("hidden", known > step && state.show === "one");
  }
  const now = document.querySelector(`.step[data-step="${step}"]`);
  const finds = plain(now?.dataset.finds ?? "");
  for (const part of document.querySelectorAll(".network [data-of]")) {
    const names = [part.dataset.of, ...(part.dataset.also ?? "").split(" ")].map(whole);
    part.classList.toggle("active", finds !== "" && names.includes(finds));
  }
  speak();
}

// Whether a weight, or the loss, is the one that the update made of it.
function isUpdated(name, step) {
  const by = data.since[whole(name).replace(/^([WbL])/, "$1_new")] ?? Infinity;
  return name in data.updated && by <= step && state.show === "one";
}

// What a screen reader says of a unit: which it is, and what is known of it so far.
function speak() {
  for (const unit of document.querySelectorAll(".network .unit")) {
    const [, kind, layer, index] = /^([a-z]+?)(\d*)\[(\d+)\]$/.exec(unit.dataset.of);
    const name = kind === "x" ? say("input", { unit: counted(index) })
      : say("unit", { unit: counted(index), layer });
    const known = [...unit.querySelectorAll("[data-value]")]
      .filter((one) => one.textContent && !one.classList.contains("hidden"))
      .map((one) => (one.dataset.lead ? one.textContent : `${kind} ${one.textContent}`));
    unit.setAttribute("aria-label", [name, ...known].join(", "));
  }
}

// There is room for few signs in the drawing; the panel and the formulas show the rest.
function short(number, room) {
  if (number.length <= room) return number;
  const value = Number(number);
  const forms = [3, 2, 1].flatMap((digits) => [
    value.toPrecision(digits), value.toExponential(digits - 1).replace("e+", "e"),
  ]);
  return forms.find((form) => form.length <= room) ?? forms.at(-1);
}

export function start() {
  listen(draw);
}
