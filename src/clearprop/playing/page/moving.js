// What moved me: every change that a weight ever got, and which samples pulled it where.

import { desk, goTo, linesOf, makeRun } from "clearprop/desk";
import { chart } from "clearprop/charts";
import { counted, look, say } from "clearprop/look";
import { spoken } from "clearprop/naming";
import { placeOf } from "clearprop/network";
import { shown } from "clearprop/numbers";
import { shareOf } from "clearprop/propagate";

const MOST_STEPS = 4000;
const LISTED = 5;
let known = { key: "" };
/** The step under a pixel of the curve. */
let stepUnder = null;

/** @returns {{values: Float64Array, from: number, pulls: Map<number, number>, moved: number}} */
export function historyOf(run, place) {
  const key = [place, run.t].join("/");
  if (known.run === run && known.key === key) return known.found;
  const { net } = run;
  const layer = net.layers.findLast(({ W }) => W <= place);
  const bias = place >= layer.b;
  const [i, j] = bias
    ? [0, place - layer.b]
    : [Math.floor((place - layer.W) / layer.units), (place - layer.W) % layer.units];
  const replay = makeRun({ ...desk.setup, start: run.start }, run.data);
  replay.random.restore(run.snapshots[0]);
  replay.snapshots = [replay.random.snapshot()];
  const from = Math.max(0, run.t - MOST_STEPS);
  replay.seek(from);
  const values = new Float64Array(run.t - from + 1);
  values[0] = replay.theta[place];
  const pulls = new Map();
  for (let n = 1; n < values.length; n++) {
    const rows = Int32Array.from(replay.batchOf(replay.t).rows);
    replay.advance();
    values[n] = replay.theta[place];
    const pass = replay.pass(rows.length);
    const share = shareOf(net, rows.length) * run.settings.learning_rate;
    rows.forEach((row, r) => {
      const a = bias ? 1 : pass.A[layer.number - 1][i * rows.length + r];
      pulls.set(row, (pulls.get(row) ?? 0) - share * a * pass.D[layer.number][j * rows.length + r]);
    });
  }
  known = { run, key, found: { values, from, pulls, moved: values.at(-1) - values[0] } };
  return known.found;
}

export function movedHtml() {
  const { run } = desk;
  const place = placeOf(run.net, look.pick);
  if (place < 0) return `<p class="soft">${say("moved_pick")}</p>`;
  if (!run.t) return `<p class="soft">${say("moved_train")}</p>`;
  if (desk.playing) return `<p class="soft">${say("moved_stop")}</p>`;
  const { values, pulls, moved } = historyOf(run, place);
  const order = [...pulls].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, LISTED);
  const most = Math.abs(order[0]?.[1] ?? 1);
  const rows = order.map(
    ([row, pull]) =>
      `<tr><td><button type="button" data-sample="${row}">${say("sample")} ${counted(row)}</button></td><td>${shown(pull)}</td><td><span class="bar ${pull < 0 ? "negative" : "positive"}" style="width:${Math.round((80 * Math.abs(pull)) / most)}px"></span></td></tr>`,
  );
  const total = [...pulls.values()].reduce((a, b) => a + b, 0);
  return `<h3>${spoken(look.pick)}: ${shown(values[0])} → ${shown(values.at(-1))}</h3><canvas id="moved-curve"></canvas>
    <p>${say("moved_sum", { moved: shown(moved), pulls: shown(total) })}</p><table>${rows.join("")}</table><p class="soft">${say("moved_hint")}</p>`;
}

export function paintMoved() {
  const canvas = document.getElementById("moved-curve");
  const { run } = desk;
  const place = placeOf(run.net, look.pick);
  if (!canvas || place < 0 || desk.playing) return;
  const { values, from } = historyOf(run, place);
  stepUnder = chart(canvas, [{ x: Float64Array.from(values, (_, n) => from + n), y: values, colour: "--update" }], {
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
