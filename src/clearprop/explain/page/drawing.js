// The network's drawing: which values can be seen at a step, and what the step is about.

import { data, listen, plain, say, shown, state, valueOf } from "clearprop/state";

const texts = [...document.querySelectorAll(".network [data-value]")];

function whole(name) {
  return name.replace(/\[.*/, "");
}

function draw() {
  const step = Number(state.step);
  for (const text of texts) {
    const name = text.dataset.value;
    const value = valueOf(name);
    const known = data.since[whole(name)] ?? 0;
    text.textContent = value ? (text.dataset.lead ?? "") + short(shown(value)) : "";
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

// What a screen reader says of a unit: which it is, and what is known of it so far.
function speak() {
  for (const unit of document.querySelectorAll(".network .unit")) {
    const [, kind, layer, index] = /^([a-z]+?)(\d*)\[(\d+)\]$/.exec(unit.dataset.of);
    const name = kind === "x" ? say("input", { unit: index }) : say("unit", { unit: index, layer });
    const known = [...unit.querySelectorAll("[data-value]")]
      .filter((one) => one.textContent && !one.classList.contains("hidden"))
      .map((one) => (one.dataset.lead ? one.textContent : `${kind} ${one.textContent}`));
    unit.setAttribute("aria-label", [name, ...known].join(", "));
  }
}

// Inside a circle there is room for few signs; the panel and the formulas show the rest.
function short(number) {
  return number.length > 8 ? Number(number).toPrecision(3) : number;
}

export function start() {
  listen(draw);
}
