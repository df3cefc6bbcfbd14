// The strongest ways from a unit's z, or from an input, to the loss: along each the local derivatives
// multiply.
// Source: best-first search with the exact sum of |products| above as its bound.

import { apply, partial, sym } from "clearprop/formula";
import { entry, maskAt, slopeAt } from "clearprop/moment";
import { lossLetter } from "clearprop/deriving-loss";

const MOST_UNITS = 64;

/** What a unit passes on of z: f′, and its mask r; an input passes on what it is. */
const slopeOf = (now, layer, unit) => (layer ? slopeAt(now, layer, unit) * maskAt(now, layer, unit) : 1);

/**
 * @param {object} now
 * @param {number} l     the layer of the unit; 0 for an input
 * @param {number} j
 * @param {number} most  so many are listed
 * @returns {{count: number, together: number, paths: {units: number[], symbols: object[],
 *   values: number[], value: number}[]}|null}  the strongest paths, and Σ |product| over all of them;
 *   null where units depend on each other or layers are too wide
 */
export function strongestPaths(now, l, j, most) {
  const { layers, sizes } = now.net;
  const depth = layers.length;
  const inside = layers.slice(Math.max(l - 1, 0), depth - 1);
  if (inside.some(({ rule }) => !rule.elementwise) || sizes.slice(l).some((units) => units > MOST_UNITS))
    return null;
  if (l === depth) return null;
  const L = lossLetter(now);
  let count = 1;
  for (let n = l + 1; n <= depth; n++) count *= sizes[n];
  const bound = bounds(now, l);
  /** @type {{layer: number, unit: number, value: number, steps: number[]}[]} */
  const open = [{ layer: l, unit: j, value: 1, steps: [j] }];
  const done = [];
  while (open.length && done.length < most) {
    open.sort(
      (one, other) =>
        Math.abs(one.value) * bound[one.layer][one.unit] -
        Math.abs(other.value) * bound[other.layer][other.unit],
    );
    const best = open.pop();
    if (best.layer === depth) {
      done.push(best);
      continue;
    }
    const above = layers[best.layer];
    const slope = slopeOf(now, best.layer, best.unit);
    for (let k = 0; k < above.units; k++) {
      const w = now.before.theta[above.W + best.unit * above.units + k];
      open.push({ layer: best.layer + 1, unit: k, value: best.value * slope * w, steps: [...best.steps, k] });
    }
  }
  const paths = done.map(({ steps }) => {
    const [symbols, values] = [[], []];
    steps.forEach((unit, n) => {
      const layer = l + n;
      if (layer === depth) {
        symbols.push(partial(L, sym("z", depth, [unit])));
        values.push(entry(now, "delta", depth, unit));
        return;
      }
      const next = layers[layer];
      if (layer) {
        symbols.push(apply(layers[layer - 1].rule.called, sym("z", layer, [unit]), 1));
        values.push(slopeAt(now, layer, unit));
      }
      if (layer && now.one.masks) {
        symbols.push(sym("r", layer, [unit]));
        values.push(maskAt(now, layer, unit));
      }
      symbols.push(sym("W", layer + 1, [unit, steps[n + 1]]));
      values.push(now.before.theta[next.W + unit * next.units + steps[n + 1]]);
    });
    return { units: steps, symbols, values, value: values.reduce((a, b) => a * b, 1) };
  });
  return { count, together: bound[l][j], paths };
}

/** For every unit from layer l up: Σ over its ways of |product|. */
function bounds(now, l) {
  const { layers, sizes } = now.net;
  const depth = layers.length;
  const found = {
    [depth]: Array.from({ length: sizes[depth] }, (_, k) => Math.abs(entry(now, "delta", depth, k))),
  };
  for (let layer = depth - 1; layer >= l; layer--) {
    const above = layers[layer];
    found[layer] = Array.from({ length: sizes[layer] }, (_, unit) => {
      let sum = 0;
      for (let k = 0; k < above.units; k++)
        sum += Math.abs(now.before.theta[above.W + unit * above.units + k]) * found[layer + 1][k];
      return sum * Math.abs(slopeOf(now, layer, unit));
    });
  }
  return found;
}
