// What the reader sees, and its address: #step=3&pick=W1[0,2]&lang=zh&convention=column&digits=all

const usual = {
  step: "1", pick: "", sample: "0", digits: "rounded", hand: "no", fold: "yes", show: "one",
  ...JSON.parse(document.body.dataset.defaults),
};
const allowed = {
  lang: ["en", "zh"],
  convention: ["row", "column"],
  digits: ["rounded", "all"],
  hand: ["no", "yes"],
  fold: ["yes", "no"],
  show: ["one", "all"],
};
const listeners = [];

export const data = JSON.parse(document.getElementById("data").textContent);
const said = JSON.parse(document.getElementById("said").textContent);

export const state = { ...usual, ...fromAddress() };

function fromAddress() {
  const found = {};
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const known = name in allowed ? allowed[name].includes(value) : name in usual;
    const fits = known && (name !== "step" || /^\d+$/.test(value))
      && (name !== "sample" || (/^\d+$/.test(value) && Number(value) < data.samples));
    if (fits) found[name] = value;
  }
  return found;
}

function toAddress() {
  const unusual = Object.entries(state).filter(([name, value]) => value !== usual[name]);
  const hash = new URLSearchParams(unusual).toString();
  if (hash !== location.hash.slice(1)) {
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }
}

export function change(changes) {
  Object.assign(state, changes);
  toAddress();
  tell();
}

export function listen(listener) {
  listeners.push(listener);
}

export function tell() {
  for (const listener of listeners) listener(state);
}

addEventListener("hashchange", () => {
  Object.assign(state, usual, fromAddress());
  tell();
});

// A sentence in the reader's language, with values in its {places}.
export function say(name, values = {}) {
  return said[name][state.lang].replace(/\{(\w+)\}/g, (_, place) => values[place]);
}

// A unit or sample as the reader counts, from 0 or from 1.
export const counted = (index) => Number(index) + data.first;

// The name of a quantity as the reader counts: W1[0,2], or W1[1,3] from 1 on.
export function spoken(name) {
  return name.replace(/\[([\d,]+)\]/, (_, inner) => `[${inner.split(",").map(counted)}]`);
}

// A number as the reader wants it: [rounded, all digits].
export function shown(pair) {
  return pair[state.digits === "all" ? 1 : 0];
}

// The number of a quantity, for the sample that is looked at.
export function valueOf(name) {
  const samples = data.values[name];
  if (!samples) return null;
  return samples[Math.min(Number(state.sample), samples.length - 1)];
}

// The plain name of what something stands for: "dL/dW1[0,2]" and "W_new1[0,2]" are about W1[0,2].
export function plain(name) {
  const by = name.replace(/^d\w+(\[\d+\])?\/d/, "").replace("_new", "");
  return by.replace(/^\w+'\((\w+)\)/, "$1");
}
