// Pointing at a weight, a unit or a symbol lights the same thing everywhere; clicking picks it.

import { change, data, listen, plain, state } from "clearprop/state";

const UNIT = /^(a|z|delta|b|x)(\d*)\[(.*)\]$/;

// The names under which one thing goes: a unit is its a, z, δ and bias.
function aliases(name) {
  const match = UNIT.exec(name);
  if (!match) return [name];
  const [, kind, layer, inner] = match;
  const perSample = data.batch && kind !== "b" && !inner.includes(",");
  const index = perSample ? `${state.sample},${inner}` : inner;
  if (kind === "x") return [name, `x[${index}]`, `x[${index.split(",").pop()}]`];
  const unit = index.split(",").pop();
  const entries = ["a", "z", "delta"].map((one) => `${one}${layer}[${index}]`);
  const drawn = ["a", "z", "delta", "b"].map((one) => `${one}${layer}[${unit}]`);
  return [...new Set([...entries, ...drawn])];
}

// A quantity without an index is all of its entries; an entry belongs to its quantity.
function concerns(name, other) {
  return name === other || (!name.includes("[") && other.startsWith(`${name}[`));
}

function matches(element, names) {
  const own = [element.dataset.of, ...(element.dataset.also ?? "").split(" ")].filter(Boolean);
  const ours = own.map(plain);
  return names.some((name) => ours.some((one) => concerns(name, one)));
}

export function light(name) {
  const names = name ? aliases(plain(name)) : [];
  for (const element of document.querySelectorAll("[data-of]")) {
    element.classList.toggle("lit", names.length > 0 && matches(element, names));
  }
}

export function lightPath(places) {
  const named = new Set(places ?? []);
  for (const element of document.querySelectorAll(".network [data-of]")) {
    const own = [element.dataset.of, ...(element.dataset.also ?? "").split(" ")];
    element.classList.toggle("on-path", own.some((one) => one && named.has(one)));
  }
}

function pointedAt(event) {
  return event.target.closest?.("[data-of]");
}

// What can be picked: the matrix around a number is picked only by its symbol.
function pickName(element) {
  const name = plain(element.dataset.of);
  if (data.batch) {
    const match = UNIT.exec(name);
    if (match && match[1] !== "b" && match[3].includes(",")) {
      const [sample, unit] = match[3].split(",");
      return { pick: `${match[1]}${match[2]}[${unit}]`, sample };
    }
  }
  return { pick: name };
}

export function start() {
  document.addEventListener("pointerover", (event) => {
    const element = pointedAt(event);
    light(element ? element.dataset.of : state.pick);
  });
  document.addEventListener("pointerout", (event) => {
    if (pointedAt(event)) light(state.pick);
  });
  document.addEventListener("focusin", (event) => {
    const element = pointedAt(event);
    if (element) light(element.dataset.of);
  });
  document.addEventListener("click", (event) => {
    const element = pointedAt(event);
    if (element) change(pickName(element));
  });
  document.addEventListener("keydown", (event) => {
    const element = pointedAt(event);
    if (element && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      change(pickName(element));
    }
  });
  listen(() => light(state.pick));
}
