// What moved me: every change that a weight ever got, and which samples pulled it where.

import { desk, goTo, linesOf, makeRun } from "clearprop/desk";
import { chart } from "clearprop/charts";
import { counted, look, say } from "clearprop/look";
import { spoken } from "clearprop/naming";
import { placeOf } from "clearprop/network";
import { shown } from "clearprop/numbers";
import { shareOf } from "clearprop/propagate";
import { sharesOf, Sources } from "clearprop/pulls";

const LISTED = 5;
let known = { key: "" };
/** The step under a pixel of the curve. */
let stepUnder = null;

/**
 * Every value of a parameter since the start, and by source what each moved it: samples by their rows,
 * "penalty" and "decay".
 * @returns {{values: Float64Array, sources: Map<number|string, number>, moved: number}}
 */
export function historyOf(run, place) {
  const key = [place, run.t].join("/");
  if (known.run === run && known.key === key) return known.found;
  const layer = run.net.layers.findLast(({ W }) => W <= place);
  const replay = makeRun({ ...desk.setup, start: run.start }, run.data);
  replay.random.restore(run.snapshots[0]);
  replay.snapshots = [replay.random.snapshot()];
  const values = Float64Array.of(replay.theta[place], ...new Float64Array(run.t));
  const sources = new Sources();
  for (let n = 1; n < values.length; n++) {
    const rows = Int32Array.from(replay.batchOf(replay.t).rows);
    const before = stateOf(replay, place);
    replay.advance();
    values[n] = replay.theta[place];
    const step = { ...before, g: replay.g[place], t: n, ...coefficientsAt(run, n) };
    const gradients = gradientsOf(replay, layer, place, rows, values[n - 1]);
    sources.step(sharesOf(run.rule, step), gradients, values[n - 1]);
  }
  const found = new Map([...sources.all].map(([source, { moved }]) => [source, moved]));
  known = { run, key, found: { values, sources: found, moved: values.at(-1) - values[0] } };
  return known.found;
}

/** θ and the rule's slots of one parameter, by the names that the rule gives them. */
function stateOf({ rule, descent }, place) {
  const slots = rule.slotNames.map((name, n) => [name, descent.slots[n][place]]);
  return { theta: descent.theta[place], ...Object.fromEntries(slots.filter(([name]) => name)) };
}

/** The settings and the coefficients of a step, counted from 1. */
function coefficientsAt(run, t) {
  const { rule } = run;
  const settings = run.settingsAt(t - 1);
  const all = rule.coefficients(settings, t);
  const named = Object.fromEntries(rule.coefficientNames.map((name, n) => [name, Number(all[n])]));
  return { ...settings, ...named };
}

/** The parts of a parameter's gradient by source, of the batch just taken. */
function gradientsOf(run, layer, place, rows, theta) {
  const m = rows.length;
  const isBias = place >= layer.b;
  const [i, j] = isBias
    ? [0, place - layer.b]
    : [Math.floor((place - layer.W) / layer.units), (place - layer.W) % layer.units];
  const pass = run.pass(m);
  const gradients = new Map();
  rows.forEach((row, r) => {
    const a = isBias ? 1 : pass.A[layer.number - 1][i * m + r];
    const share = pass.shares?.[r] ?? shareOf(run.net, m);
    gradients.set(row, share * a * pass.D[layer.number][j * m + r]);
  });
  if (run.weightDecay && !isBias) gradients.set("penalty", run.decayOf(m) * theta);
  return gradients;
}

export function movedHtml() {
  const { run } = desk;
  const place = placeOf(run.net, look.pick);
  if (place < 0) return `<p class="soft">${say("moved_pick")}</p>`;
  if (!run.t) return `<p class="soft">${say("moved_train")}</p>`;
  if (desk.playing) return `<p class="soft">${say("moved_stop")}</p>`;
  const { values, sources, moved } = historyOf(run, place);
  const order = [...sources].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, LISTED);
  const most = Math.abs(order[0]?.[1] ?? 1);
  const rows = order.map(
    ([source, pull]) =>
      `<tr><td>${sourceHtml(source)}</td><td>${shown(pull)}</td><td><span class="bar ${pull < 0 ? "negative" : "positive"}" style="width:${Math.round((80 * Math.abs(pull)) / most)}px"></span></td></tr>`,
  );
  const total = [...sources.values()].reduce((a, b) => a + b, 0);
  return `<h3>${spoken(look.pick)}: ${shown(values[0])} → ${shown(values.at(-1))}</h3><canvas id="moved-curve"></canvas>
    <p>${say("moved_sum", { moved: shown(moved), pulls: shown(total) })}</p><table>${rows.join("")}</table><p class="soft">${say("moved_hint")}</p>`;
}

const sourceHtml = (source) =>
  typeof source === "string"
    ? say(`source_${source}`)
    : `<button type="button" data-sample="${source}">${say("sample")} ${counted(source)}</button>`;

export function paintMoved() {
  const canvas = document.getElementById("moved-curve");
  const { run } = desk;
  const place = placeOf(run.net, look.pick);
  if (!canvas || place < 0 || desk.playing) return;
  const { values } = historyOf(run, place);
  stepUnder = chart(canvas, [{ x: Float64Array.from(values, (_, n) => n), y: values, colour: "--update" }], {
    xLabel: say("steps"),
  });
}

export function start() {
  document.getElementById("mode").addEventListener("click", ({ target, offsetX }) => {
    if (target.id !== "moved-curve" || !stepUnder) return;
    const step = Math.max(0, Math.min(desk.run.t, Math.round(stepUnder(offsetX))));
    goTo(step * linesOf(desk.run.net).length);
  });
}
