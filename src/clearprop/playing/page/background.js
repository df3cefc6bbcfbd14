// Tables and background: what Python wrote about the network that was given, in its own words.
// Sections are those of derivation.schema.json; what differs by convention is there twice.

import { desk, listen, tell } from "clearprop/desk";
import { given, inflated } from "clearprop/given";
import { escaped, look, say, told } from "clearprop/look";
import { patch } from "clearprop/patching";
import { shown } from "clearprop/numbers";
import { printer } from "clearprop/mathml";
import { style } from "clearprop/style";

const [WIDTH, HEIGHT, MARGIN] = [300, 180, 26];
const [part, holder, note] = ["background", "sections", "background-note"].map((id) =>
  document.getElementById(id),
);
let [written, sections] = ["", []];

const KINDS = {
  step: (item, show) => {
    const numbers = item.numbers ? [item.numbers] : [];
    const equations = [item.formula, item.shapes, ...numbers].filter(Boolean).map(show).join("");
    const byHand = item.entries?.length
      ? `<details><summary>${say("entries_title")}</summary>${item.entries.map(show).join("")}</details>`
      : "";
    const why = item.note ? `<p class="note">${text(item.note)}</p>` : "";
    return `<h4>${text(item.title)}</h4><p class="why">${text(item.why)}</p>${equations}${why}${byHand}`;
  },
  rule: (item, show) => {
    const lines = item.lines.map(({ equation, why }) => [show(equation), text(why)]);
    return `<h4>${text(item.title)}</h4>${rows(lines, "rule")}`;
  },
  table: (item, show) => {
    const cells = item.rows.map((row) => row.map((one) => (one.node ? show(one) : text(one))));
    const head = item.header?.length
      ? `<thead><tr>${item.header.map((one) => `<th>${text(one)}</th>`).join("")}</tr></thead>`
      : "";
    return rows(cells, head ? "headed" : "arranged", head);
  },
  curves: curves,
  listing: (item) => `<h4>${text(item.title)}</h4><pre>${text(item.lines)}</pre>`,
  sentence: (item) => `<p>${text(item.text)}</p>`,
};

const text = (pair) => escaped(told(pair) ?? "");
const rows = (cells, kind, head = "") =>
  `<div class="wide"><table class="${kind}">${head}<tbody>${cells.map((row) => `<tr>${row.map((one) => `<td>${one}</td>`).join("")}</tr>`).join("")}</tbody></table></div>`;

/** Functions of z with axes, and a few numbers on them. */
function curves({ z, functions }, show) {
  const every = functions.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...every, 0), Math.max(...every, 0)];
  const [left, right] = [z[0], z.at(-1)];
  const x = (at) => (MARGIN + ((WIDTH - 2 * MARGIN) * (at - left)) / (right - left)).toFixed(1);
  const y = (at) => (HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * (at - low)) / (high - low)).toFixed(1);
  const line = (x1, y1, x2, y2) => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
  const mark = (at, up, value) => `<text x="${at}" y="${up}">${shown(value, 3)}</text>`;
  const marks = [
    ...[left, right].map((at) => mark(x(at), Number(y(0)) + 14, at)),
    ...[low, high].filter(Boolean).map((at) => mark(x(0) - 16, Number(y(at)) + 4, at)),
  ];
  const lines = functions.map(
    ({ values }, n) =>
      `<polyline class="curve${n}" points="${values.map((one, at) => `${x(z[at])},${y(one)}`).join(" ")}"/>`,
  );
  const names = functions.map(({ formula }, n) => `<span class="curve${n}">${show(formula)}</span>`);
  return `<figure><svg class="curves" role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}">${line(x(left), y(0), x(right), y(0))}${line(x(0), y(low), x(0), y(high))}${marks.join("")}${lines.join("")}</svg><figcaption>${names.join(" ")}</figcaption></figure>`;
}

const SAME = ["sizes", "activations", "loss", "reduction", "weightDecay"];

/** Whether the page stands at the network, the parameters and the data with which it began. */
function isAsGiven() {
  const { run, setup, scene, data } = desk;
  if (run.t > 0 || desk.count > 1 || data.edited) return false;
  return SAME.every((one) => String(setup[one]) === String(scene[one]));
}

function draw() {
  const isHere = desk.scene.name === given.background?.scene;
  if (part.hidden === isHere) part.hidden = !isHere;
  if (!isHere || desk.playing) return;
  const said = isAsGiven() ? "" : say("background_old");
  if (note.textContent !== said) note.textContent = said;
  const wanted = JSON.stringify([sections.length, look.lang, style()]);
  if (written === wanted) return;
  written = wanted;
  const turned = look.convention === "column" ? 1 : 0;
  const show = printer({ ...style(), turned: turned === 1, batch: given.background.batch });
  const html = sections.map(({ title, items }) => {
    const inner = items.map((pair) => pair[turned] ?? pair[0]).map((item) => KINDS[item.kind](item, show));
    return `<details><summary>${text(title)}</summary>${inner.join("")}</details>`;
  });
  patch(holder, html.join(""));
}

export async function start() {
  listen(draw);
  addEventListener("beforeprint", () => {
    for (const one of holder.querySelectorAll(":scope > details")) one.open = true;
  });
  if (!given.background) return;
  sections = await inflated(given.background.sections);
  tell();
}
