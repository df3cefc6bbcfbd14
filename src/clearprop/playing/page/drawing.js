// The network as a drawing: lines are weights, gradients or changes, discs are a, z, δ or a unit's map.
// Elements are made once for a network; a step changes only what looks different.

import { desk, listen, tell } from "clearprop/desk";
import { placesOn } from "clearprop/figures";
import { counted, look, say, setLook } from "clearprop/look";
import { entry, isKnown, moment } from "clearprop/moment";
import { called, columnName, lossName } from "clearprop/naming";
import { short, shown } from "clearprop/numbers";
import { paintMaps } from "clearprop/plane";

const SVG = "http://www.w3.org/2000/svg";
const [HIGH, RADIUS, SHOWN] = [66, 21, 7];
const narrow = matchMedia("(max-width: 640px)");
/** The way between two layers, and as it is where lines have their numbers. */
const ROOMY = 190;
const showsFigures = () => look.figures === "yes";
const wide = () => (showsFigures() ? ROOMY : narrow.matches ? 105 : 150);
const [holder, figuresChoice] = ["drawing", "figures"].map((id) => document.getElementById(id));

/** Units of a layer that are drawn: all, or the first ones, dots and the last. */
export function drawnUnits(units) {
  if (units <= SHOWN) return [...Array(units).keys()];
  return [...Array(SHOWN - 2).keys(), null, units - 1];
}

let parts = { form: "" };

function make(kind, attributes, parent, text) {
  const element = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

/** Set an attribute, and touch nothing if it is so already. */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function build(net) {
  const columns = net.sizes.map(drawnUnits);
  const most = Math.max(...columns.map((one) => one.length));
  const across = wide();
  const names = columns[0]
    .filter((i) => i !== null)
    .map((i) => shortName(columnName(desk.data.inputs, "x", i)));
  const left = Math.max(50, RADIUS + 12 + Math.max(...names.map(widthOf)));
  const width = across * (columns.length - 1) + left + (narrow.matches ? 100 : 140);
  const height = most * HIGH + 34;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("class", "network");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", say("network"));
  const place = (l, n) => ({
    x: left + l * across,
    y: 24 + (n + 0.5) * HIGH + ((most - columns[l].length) * HIGH) / 2,
  });
  const weights = [];
  const units = [];
  const lines = make("g", { class: "weights" }, svg);
  net.layers.forEach(({ number: l, units: count, W }) => {
    columns[l - 1].forEach((i, n) =>
      columns[l].forEach((j, k) => {
        if (i === null || j === null) return;
        const [from, to] = [place(l - 1, n), place(l, k)];
        const name = `W${l}[${i},${j}]`;
        const group = make("g", { class: "weight", "data-of": name, role: "button", tabindex: "-1" }, lines);
        const at = { x1: from.x + RADIUS, y1: from.y, x2: to.x - RADIUS, y2: to.y };
        make("line", { ...at, class: "reach" }, group);
        const line = make("line", at, group);
        weights.push({ name, group, line, at: W + i * count + j, layer: l, ends: at });
      }),
    );
  });
  const hasFigures = placeFigures(net, weights, svg);
  net.sizes.forEach((_, l) => {
    columns[l].forEach((j, n) => {
      const { x, y } = place(l, n);
      if (j === null) {
        make("text", { x, y: y + 8, class: "gap" }, svg, "⋮");
        return;
      }
      const name = l === 0 ? `x[${j}]` : `a${l}[${j}]`;
      const group = make("g", { class: "unit", "data-of": name, role: "button", tabindex: "0" }, svg);
      const disc =
        l === 0
          ? make(
              "rect",
              { x: x - RADIUS, y: y - RADIUS, width: 2 * RADIUS, height: 2 * RADIUS, rx: 5 },
              group,
            )
          : make("circle", { cx: x, cy: y, r: RADIUS }, group);
      const map = make(
        "foreignObject",
        { x: x - RADIUS, y: y - RADIUS, width: 2 * RADIUS, height: 2 * RADIUS, class: "map" },
        group,
      );
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 28;
      map.append(canvas);
      const value = make("text", { x, y: y + 4, class: "value" }, group);
      const below = make("text", { x, y: y + RADIUS + 12, class: "error" }, group);
      units.push({ l, j, name, group, disc, map, canvas, value, below });
      if (l === 0)
        make(
          "text",
          { x: x - RADIUS - 6, y: y + 4, class: "name end" },
          group,
          shortName(columnName(desk.data.inputs, "x", j)),
        );
      if (l === net.sizes.length - 1) {
        const target = make(
          "text",
          { x: x + RADIUS + 6, y: y + 4, class: "target start", "data-of": `y[${j}]` },
          group,
        );
        units.at(-1).target = target;
      }
    });
    const title = l === 0 ? say("inputs") : net.layers[l - 1].rule.name;
    make("text", { x: place(l, 0).x, y: 16, class: "layer" }, svg, title);
  });
  const loss = make("text", { x: width - 4, y: height - 6, class: "loss end", "data-of": "L" }, svg);
  const tag = make("text", { class: "tag", x: 0, y: 0 }, svg);
  holder.replaceChildren(svg);
  holder.style.setProperty("--least", showsFigures() ? `${Math.round(width * 0.74)}px` : `min(${Math.round(width * 0.72)}px, 420px)`);
  parts = { form: formOf(net), svg, weights, units, loss, tag };
  figuresChoice.hidden = !hasFigures;
}

/** Give every line a place for its number; false if they do not all have room. */
function placeFigures(net, weights, svg) {
  const roomy = ({ ends }) => ({ ...ends, x2: ends.x1 + ROOMY - 2 * RADIUS });
  const places = net.layers.map(({ number }) =>
    placesOn(weights.filter(({ layer }) => layer === number).map(roomy)),
  );
  if (!places.every(Boolean)) return false;
  const all = places.flat();
  if (!showsFigures()) return true;
  weights.forEach((one, n) => {
    one.figure = make("text", { x: all[n].x, y: all[n].y + 3.5, class: "figure" }, svg);
  });
  return true;
}

/** About how wide a label is: Chinese letters take a whole em. */
const widthOf = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 12 : 6.8), 0);
const formOf = (net) =>
  [narrow.matches, look.figures, net.sizes, net.activations, look.lang, look.first, look.names, look.numbered, desk.data.inputs].join("/");
const shortName = (name) => (name.length > 6 ? `${name.slice(0, 5)}…` : name);

function draw() {
  const now = moment();
  const { net } = now;
  if (parts.form !== formOf(net)) build(net);
  // after the update the weights are new, and what the batch gave is of the old ones
  set(parts.svg, "class", now.lines[now.line].kind === "update" ? "network stale" : "network");
  drawWeights(now);
  drawUnits(now);
  const loss = desk.wholeSteps ? desk.run.losses.at(-1) : isKnown(now, "loss", null) ? now.pass.loss : undefined;
  put(parts.loss, loss === undefined ? lossName() : `${lossName()} = ${shown(loss)}`);
  if (look.discs === "map") paintMaps(parts.units);
}

function drawWeights(now) {
  const atUpdate = now.lines[now.line].kind === "update";
  const value = {
    weight: (at) => (atUpdate ? now.after : now.before).theta[at],
    gradient: (at) => now.g[at],
    change: (at) => now.after.theta[at] - now.before.theta[at],
  }[look.lines];
  let most = 0;
  for (const { at } of parts.weights) most = Math.max(most, Math.abs(value(at)));
  const scale = look.lines === "weight" ? Math.max(most, 1) : most || 1;
  for (const { name, group, line, at, layer, figure } of parts.weights) {
    const known =
      look.lines === "weight" ||
      (look.lines === "gradient"
        ? isKnown(now, "gradient", layer)
        : atUpdate || desk.playing || now.line === 0);
    const size = known ? Math.abs(value(at)) / scale : 0;
    set(line, "stroke-width", (0.6 + Math.round(size * 12) / 2.4).toFixed(1));
    const sign = !known || value(at) === 0 ? "none" : value(at) > 0 ? "positive" : "negative";
    const kind = now.lines[now.line];
    const active =
      (kind.layer === layer && kind.kind !== "delta") || (kind.kind === "delta" && kind.layer === layer - 1);
    set(group, "class", `weight ${sign}${active ? " active" : ""}${name === look.pick ? " picked" : ""}`);
    if (figure) put(figure, known ? short(value(at)) : "");
  }
  const picked = parts.weights.find(({ name, figure }) => name === look.pick && !figure);
  put(parts.tag, picked ? short(value(picked.at), 7) : "");
  if (picked) {
    const get = (name) => Number(picked.line.getAttribute(name));
    set(parts.tag, "x", String((get("x1") + get("x2")) / 2));
    set(parts.tag, "y", String((get("y1") + get("y2")) / 2 - 4));
  }
}

function drawUnits(now) {
  const kind = now.lines[now.line];
  const showsMap = look.discs === "map" && now.net.sizes[0] <= 2;
  for (const unit of parts.units) {
    const { l, j } = unit;
    const forward = l === 0 || isKnown(now, "forward", l);
    const backward = l > 0 && isKnown(now, "delta", l);
    const shows = { a: forward, z: forward && l > 0, delta: backward, map: false }[look.discs];
    const value = l === 0 ? entry(now, "x", 0, j) : shows ? entry(now, look.discs, l, j) : 0;
    put(unit.value, l === 0 || shows ? short(value) : "");
    put(unit.below, look.discs === "delta" || !backward ? "" : `${called("delta", l)} ${short(entry(now, "delta", l, j))}`);
    if (unit.target) put(unit.target, `${called("y")} ${short(now.one.Y[j])}`);
    const active = l > 0 && kind.layer === l && ["forward", "delta"].includes(kind.kind);
    const tint = l > 0 && shows ? tinted(value) : "";
    set(unit.disc, "style", tint);
    set(unit.map, "class", showsMap && l > 0 ? "map shown" : "map");
    const picked = [unit.name, unit.name.replace(/^a/, "z"), unit.name.replace(/^a/, "delta")].includes(
      look.pick,
    );
    set(
      unit.group,
      "class",
      `unit${active ? " active" : ""}${picked ? " picked" : ""}${l === 0 ? " input" : ""}`,
    );
    if (!desk.playing) set(unit.group, "aria-label", spokenUnit(now, unit, forward, backward));
  }
}

/** Blue for positive, orange for negative, stronger for larger. */
function tinted(value) {
  const strength = Math.round(Math.min(Math.abs(value), 1) * 8) / 8;
  return `fill: color-mix(in oklab, var(${value < 0 ? "--negative" : "--positive"}) ${strength * 45}%, var(--paper))`;
}

function spokenUnit(now, { l, j }, forward, backward) {
  if (l === 0)
    return `${say("input", { name: columnName(desk.data.inputs, "x", j) })} ${shown(entry(now, "x", 0, j))}`;
  const said = [say("unit", { unit: counted(j), layer: l })];
  if (forward) said.push(
      ...["z", "a"].map((one) => `${called(one, l)} ${shown(entry(now, one, l, j))}`),
    );
  if (backward) said.push(`${called("delta", l)} ${shown(entry(now, "delta", l, j))}`);
  return said.join(", ");
}

export function start() {
  listen(draw);
  holder.addEventListener("keydown", (event) => {
    const of = event.target.closest?.("[data-of]");
    if (of && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      setLook({ pick: of.dataset.of });
      tell();
    }
  });
}
