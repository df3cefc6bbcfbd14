// The network's drawing: which values can be seen at a step, and what the step is about.

import { data, listen, plain, shown, state, valueOf } from "clearprop/state";

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
}

// Inside a circle there is room for few signs; the panel and the formulas show the rest.
function short(number) {
  return number.length > 8 ? Number(number).toPrecision(3) : number;
}

export function start() {
  listen(draw);
}
