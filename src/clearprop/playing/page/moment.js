// This moment: every quantity of the batch at which the run stands, and of one sample looked at.

import { desk, linesOf, placeNow } from "clearprop/desk";
import { look } from "clearprop/look";
import { copy, step } from "clearprop/descent";
import { backwardLayer, batchLoss, beforeMask, forward, gradient, load, makePass } from "clearprop/propagate";

let last = { key: null };

/**
 * @returns {object} net, lines, line; epoch, batch, rows of the batch; sample (a row of the table) and
 *   its pass `one`; pass of the batch; g; before and after (descents); coefficients; decay.
 */
export function moment() {
  const { run } = desk;
  const fresh = last.run !== run || last.t !== run.t;
  if (!fresh && last.sampleAsked === look.sample) return Object.assign(last, { line: desk.line });
  const base = fresh ? ofBatch(run) : last;
  const sample = sampleOf(base.rows);
  const one = base.one ?? makePass(run.net, 1);
  const inBatch = base.rows.indexOf(sample);
  load(one, run.net, run.data, [sample], masksOfRow(base, inBatch));
  forward(run.net, run.theta, one);
  batchLoss(run.net, one);
  for (let l = run.net.layers.length; l >= 1; l--) backwardLayer(run.net, run.theta, one, l);
  last = Object.assign(base, {
    one,
    sample,
    inBatch,
    sampleAsked: look.sample,
    line: desk.line,
  });
  return last;
}

/** What the batch gives is computed when it is asked for: a frame of a training looks at one sample. */
function ofBatch(run) {
  const { epoch, batch, rows } = run.batchOf(run.t);
  const [net, decay, settings] = [run.net, run.decayOf(rows.length), run.settingsAt()];
  const now = { run, t: run.t, net, lines: linesOf(net), epoch, batch, rows: Int32Array.from(rows), decay, settings };
  Object.assign(now, { before: copy(run.descent), masks: run.masksAt(run.t) });
  lazily(now, "batchPass", () => {
    const pass = makePass(net, now.rows.length);
    load(pass, net, run.data, now.rows, now.masks);
    const g = new Float64Array(net.count);
    gradient(net, now.before.theta, pass, g, decay);
    return { pass, g };
  });
  lazily(now, "pass", () => now.batchPass.pass);
  lazily(now, "g", () => now.batchPass.g);
  lazily(now, "after", () => {
    const after = copy(now.before);
    step(after, now.g, run.rule, settings);
    return after;
  });
  lazily(now, "coefficients", () => run.rule.coefficients(settings, now.t + 1));
  return now;
}

/** Give an object a property that is made once, when it is first read. */
function lazily(object, name, make) {
  const put = (value) => Object.defineProperty(object, name, { value, enumerable: true });
  Object.defineProperty(object, name, { get: () => (put(make()), object[name]), enumerable: true, configurable: true });
}

/** The masks of one row of the batch; a sample of another batch has none. */
function masksOfRow({ masks, rows }, r) {
  const m = rows.length;
  if (r < 0 || !masks) return null;
  return masks.map((mask) => mask && mask.filter((_, n) => n % m === r));
}

/** L of the batch after the step. */
export function lossAfter(now) {
  if (now.lossAfter === undefined) {
    const pass = makePass(now.net, now.rows.length);
    load(pass, now.net, now.run.data, now.rows, now.pass.masks);
    forward(now.net, now.after.theta, pass);
    now.lossAfter = batchLoss(now.net, pass);
  }
  return now.lossAfter;
}

function sampleOf(rows) {
  const asked = look.sample === "" ? NaN : Number(look.sample);
  return Number.isInteger(asked) && asked >= 0 && asked < desk.data.m ? asked : rows[0];
}

/** Whether the numbers of this line are still to be predicted. */
const hides = () => look.mode === "predict" && desk.revealed !== placeNow();

/** Whether a quantity is known at the line: forward passes show no gradients. */
export function isKnown(now, kind, layer) {
  if (desk.wholeSteps) return true;
  const at = now.lines.findIndex((one) => one.kind === kind && (layer === null || one.layer === layer));
  return at < now.line || (at === now.line && !hides());
}

/** The row of the batch whose own gradient is longest, ‖∂ℓ/∂θ‖² = Σ ‖δˡ‖² (‖aˡ⁻¹‖² + 1). */
export function steepestRow(now) {
  const m = now.rows.length;
  const squares = (array, r) => {
    let sum = 0;
    for (let at = r; at < array.length; at += m) sum += array[at] ** 2;
    return sum;
  };
  let [best, most] = [-1, 0];
  for (let r = 0; r < m; r++) {
    let length = 0;
    for (const { number: l } of now.net.layers)
      length += squares(now.pass.D[l], r) * (squares(now.pass.A[l - 1], r) + 1);
    if (length > most) [best, most] = [now.rows[r], length];
  }
  return best;
}

/** Entry j of a quantity of the one sample: kind is x, z, a, delta or y. */
export function entry(now, kind, layer, j) {
  const { one } = now;
  if (kind === "x") return one.A[0][j];
  if (kind === "y") return one.Y[j];
  return { z: one.Z, a: one.A, delta: one.D, error: one.E }[kind][layer][j];
}

/** r of a unit at the one sample: what its dropout mask multiplies a by; 1 without one. */
export const maskAt = (now, layer, j) => now.one.masks?.[layer]?.[j] ?? 1;

/** f′ of a unit at the one sample; for a softmax, the diagonal of its Jacobian. */
export function slopeAt(now, layer, j) {
  const { rule } = now.net.layers[layer - 1];
  const a = beforeMask(now.one, layer)[j];
  return rule.elementwise ? rule.slope(now.one.Z[layer][j], a, rule.setting) : a * (1 - a);
}
