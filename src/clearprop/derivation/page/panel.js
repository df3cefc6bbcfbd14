// What is picked: its value, its gradient, and the chains of local derivatives that make it up.

import { change, counted, data, listen, say, shown, spoken, state, valueOf } from "clearprop/state";
import { lightPath } from "clearprop/lighting";

const panel = document.getElementById("panel");
const list = document.getElementById("pick");
const NAME = /^([A-Za-z]+)(\d*)\[([\d,]+)\]$/;

function element(kind, text, options = {}) {
  const made = Object.assign(document.createElement(kind), options);
  if (text) made.textContent = text;
  return made;
}

// An equation of one or more parts, between which the line may be broken.
function math(...parts) {
  const holder = element("div", "", { className: "equation" });
  holder.innerHTML = parts.map((one) => `<math display="block"><mrow>${one}</mrow></math>`).join("");
  return holder;
}

function title(name) {
  const [, kind, layer, index] = NAME.exec(name) ?? [];
  if (kind === "W") return say("weight", { name: spoken(name) });
  if (kind === "b") return say("bias", { name: spoken(name) });
  if (kind === "x") return say("input", { unit: counted(index) });
  if (["a", "z", "delta"].includes(kind)) return say("unit", { unit: counted(index), layer });
  return name === "L" ? say("loss") : name;
}

function facts(name) {
  const [, kind, layer, index] = NAME.exec(name) ?? [];
  const rows = [];
  const add = (label, value) => value && rows.push([label, shown(value)]);
  if (kind === "W" || kind === "b") {
    add(say("value"), valueOf(name));
    add(say("gradient"), valueOf(`d${name}`));
    add(say("after"), data.updated[name]);
  } else if (["a", "z", "delta"].includes(kind)) {
    add("z", valueOf(`z${layer}[${index}]`));
    add("a", valueOf(`a${layer}[${index}]`));
    add(say("derivative"), valueOf(`slope${layer}[${index}]`));
    add("δ = ∂L/∂z", valueOf(`delta${layer}[${index}]`));
    add(spoken(`b${layer}[${index}]`), valueOf(`b${layer}[${index}]`));
    add(say("target"), valueOf("z" + (Number(layer) + 1) + "[0]") ? null : valueOf(`y[${index}]`));
  } else {
    add(say("value"), valueOf(name));
  }
  const holder = element("dl", "", { className: "facts" });
  for (const [label, value] of rows) holder.append(element("dt", label), element("dd", value));
  return holder;
}

function chain(path, number, start) {
  const holder = element("div", "", { className: "path", tabIndex: 0 });
  const join = (side) =>
    path.links.map((link) => data.looks[link[side]][state.convention]).join("<mo>·</mo>");
  const numbers = path.links.map((link, at) => {
    const value = shown(link[2]).replace("-", "−");
    const number = value.startsWith("−")
      ? `<mrow><mo>(</mo><mn>${value}</mn><mo>)</mo></mrow>` : `<mn>${value}</mn>`;
    return `<mo form="infix">${at ? "·" : "="}</mo>${number}`;
  });
  const value = `<mn>${shown(path.value).replace("-", "−")}</mn>`;
  const share = `${(100 * path.share).toPrecision(3)} %`;
  const sample = data.batch ? ` (${say("sample", { sample: counted(path.sample) })})` : "";
  const way = [...start, ...path.places, "L"].map(spoken).join(" → ") + sample;
  holder.append(
    element("p", `${say("path", { number })} · ${say("share", { share })}`),
    element("p", way, { className: "way" }),
    math(join(0)),
    math(`<mo>=</mo>${join(1)}`),
    math(...numbers, `<mo>=</mo>${value}`),
  );
  const places = [...start, ...path.places, ...weightsOn(path.places), "L"];
  for (const event of ["pointerenter", "focus"]) {
    holder.addEventListener(event, () => lightPath(places));
  }
  for (const event of ["pointerleave", "blur"]) holder.addEventListener(event, () => lightPath([]));
  return holder;
}

// The weights between the units that a path passes.
function weightsOn(places) {
  const found = [];
  for (let at = 1; at < places.length; at += 1) {
    const [, before, , from] = NAME.exec(places[at - 1]);
    const [, after, layer, to] = NAME.exec(places[at]);
    if (after === "z" && (before === "a" || before === "x")) found.push(`W${layer}[${from},${to}]`);
  }
  return found;
}

// A unit's paths start at its z, an input's at x; a weight's and a bias's come to the z first.
function paths(name) {
  const [, kind, layer, index] = NAME.exec(name) ?? [];
  const asked = ["a", "z", "delta"].includes(kind) ? `delta${layer}[${index}]` : name;
  if (!kind || kind === "y") return [];
  const samples = data.paths[asked];
  if (!samples) return [element("p", say("no_paths", { name: asked }))];
  const found = samples[Math.min(Number(state.sample), samples.length - 1)];
  const start = ["W", "b"].includes(kind) ? [name] : [];
  const count = found.count.toLocaleString(state.lang);
  const parts = [element("p", found.count === 1 ? say("one_path") : say("paths", { count }))];
  parts.push(...found.listed.map((path, at) => chain(path, at + 1, start)));
  if (found.listed.length < found.count && found.listed.length > 0) {
    const share = `${(100 * found.covered).toPrecision(3)} %`;
    parts.push(element("p", say("listed", { listed: found.listed.length, share })));
  }
  const [total, gradient] = [shown(found.total), shown(found.gradient)];
  parts.push(element("p", say("total", { total, gradient })));
  return parts;
}

function draw() {
  lightPath([]);
  fill();
  list.value = [...list.options].some((one) => one.value === state.pick) ? state.pick : "";
  if (!state.pick) {
    panel.replaceChildren(element("p", say("nothing")));
    return;
  }
  panel.replaceChildren(element("h3", title(state.pick)), facts(state.pick), ...paths(state.pick));
}

function fill() {
  const groups = { units: [], weights: [], biases: [] };
  for (const name of Object.keys(data.values)) {
    const kind = NAME.exec(name)?.[1];
    if (kind === "W") groups.weights.push(name);
    if (kind === "b") groups.biases.push(name);
    if (kind === "a" || kind === "x") groups.units.push(name);
  }
  const options = [new Option("–", "")];
  for (const [label, names] of Object.entries(groups)) {
    const group = element("optgroup", "", { label: say(label) });
    group.append(...names.map((name) => new Option(spoken(name), name)));
    options.push(group);
  }
  list.replaceChildren(...options);
}

export function start() {
  list.addEventListener("change", () => change({ pick: list.value }));
  listen(draw);
}
