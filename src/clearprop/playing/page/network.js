// A network as the page computes with it: rules, and where each layer's parameters lie in θ.
// θ is one flat vector, W¹ b¹ W² b² …, as `clearprop.Parameters` has it; Wˡ is (n_in, n_out).

import { activations, losses } from "clearprop/rules";

/**
 * @typedef {object} Layer
 * @property {number} number    l, from 1
 * @property {number} inputs    n_{l-1}
 * @property {number} units     n_l
 * @property {number} W         where Wˡ begins in θ
 * @property {number} b         where bˡ begins in θ
 * @property {object} rule      the activation
 *
 * @typedef {object} Network
 * @property {number[]} sizes
 * @property {string[]} activations
 * @property {string} loss
 * @property {"mean"|"sum"} reduction
 * @property {Layer[]} layers
 * @property {object} lossRule
 * @property {boolean} canonical   loss and δᴸ come from z
 * @property {number} count        P
 */

/** @returns {Network} */
export function makeNetwork({ sizes, activations: names, loss, reduction }) {
  let at = 0;
  const layers = names.map((name, n) => {
    const [inputs, units] = [sizes[n], sizes[n + 1]];
    const layer = { number: n + 1, inputs, units, W: at, b: at + inputs * units, rule: activations[name] };
    at = layer.b + units;
    return layer;
  });
  const lossRule = losses[loss];
  const canonical = lossRule.canonical === layers.at(-1).rule.name;
  return {
    sizes: [...sizes],
    activations: [...names],
    loss,
    reduction,
    layers,
    lossRule,
    canonical,
    count: at,
  };
}

/** Whether a loss exists for every value that an output activation can take. */
export function fits(loss, activation, outputs) {
  const [low, high] = losses[loss].outputRange.map(Number);
  const [least, most] = activations[activation].range.map(Number);
  if (least < low || most > high) return false;
  if (activations[activation].elementwise === false && outputs < 2) return false;
  return losses[loss].targetKind !== "class" || outputs > 1;
}

/** Whether the targets of data suit a loss. */
export function suit(loss, Y, K) {
  const kind = losses[loss].targetKind;
  if (kind === "class" && K < 2) return false;
  if (kind === "class" || kind === "yes_no") return Y.every((one) => one >= 0 && one <= 1);
  return kind !== "count" || Y.every((one) => one >= 0);
}

/** Larger networks are neither stepped nor looked at. */
export const [MOST_LAYERS, MOST_UNITS, MOST_PARAMETERS] = [8, 1000, 250_000];

/** Whether the page can show a network of such layers. */
export function isShowable(sizes, layers = MOST_LAYERS) {
  const count = sizes.slice(1).reduce((sum, units, l) => sum + (sizes[l] + 1) * units, 0);
  return sizes.length <= layers + 1 && count <= MOST_PARAMETERS;
}

/** Which entry of θ a name like W1[0,2] or b2[1] means; -1 if none. */
export function placeOf(net, name) {
  const match = /^([Wb])(\d+)\[(\d+)(?:,(\d+))?\]$/.exec(name);
  const layer = match && net.layers[match[2] - 1];
  if (!layer) return -1;
  const [i, j] = [Number(match[3]), Number(match[4])];
  if (match[1] === "b") return i < layer.units ? layer.b + i : -1;
  return i < layer.inputs && j < layer.units ? layer.W + i * layer.units + j : -1;
}

/** The name of an entry of θ. */
export function nameOf(net, place) {
  const layer = net.layers.findLast((one) => one.W <= place);
  if (place >= layer.b) return `b${layer.number}[${place - layer.b}]`;
  const at = place - layer.W;
  return `W${layer.number}[${Math.floor(at / layer.units)},${at % layer.units}]`;
}
