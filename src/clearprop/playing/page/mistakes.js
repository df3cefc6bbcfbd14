// Mistakes of the checker's library that the page can make: each replaces a step of `RIGHT`.
// Their words come from Python; what they do is here, and a test holds the two together.

import { beforeMask, RIGHT, shareOf, throughMask } from "clearprop/propagate";

const hidden = (net, l) => l < net.layers.length;

/** δᴸ changed by a factor. */
const scaledOutput = (factor) => ({
  ...RIGHT,
  outputError(net, pass, steps) {
    RIGHT.outputError(net, pass, steps);
    const d = pass.D.at(-1);
    for (let n = 0; n < d.length; n++) d[n] *= factor;
  },
});

/** f′ of hidden layers replaced; `slope` is called with (rule, z, a). */
const otherSlope = (slope, concerns = () => true) => ({
  ...RIGHT,
  local(net, pass, l, d) {
    const { rule } = net.layers[l - 1];
    if (!hidden(net, l) || !rule.elementwise || !concerns(rule)) return RIGHT.local(net, pass, l, d);
    const [z, a] = [pass.Z[l], beforeMask(pass, l)];
    throughMask(pass, l, d);
    for (let n = 0; n < d.length; n++) d[n] *= slope(rule, z[n], a[n]);
  },
});

/** Gradients of weights and biases by factors of m. */
const scaledGradient = (weight, bias) => ({
  ...RIGHT,
  weightGradient: (net, pass, l, i, j) => RIGHT.weightGradient(net, pass, l, i, j) * weight(pass.m),
  biasGradient: (net, pass, l, j) => RIGHT.biasGradient(net, pass, l, j) * bias(pass.m),
});

const one = () => 1;
const times = (m) => m;
const over = (m) => 1 / m;
const hiddenRules = (net) => net.layers.slice(0, -1).map(({ rule }) => rule);
const means = (net, m) => net.reduction === "mean" && m > 1;

/** δ carried back through other weights; `weight` is called with (pass, layer above, i, j, w, θ). */
const otherWeights = (weight) => ({
  ...RIGHT,
  carry(net, theta, pass, l) {
    const above = net.layers[l];
    const { m } = pass;
    const [d, e] = [pass.D[l + 1], pass.E[l]];
    e.fill(0);
    for (let i = 0; i < above.inputs; i++) {
      for (let j = 0; j < above.units; j++) {
        const w = weight(net, pass, above, i, j, theta);
        for (let r = 0; r < m; r++) e[i * m + r] += w * d[j * m + r];
      }
    }
  },
});

/** By name: whether a mistake changes anything in a network, and the steps with it in them.
 *  Of two that give the same numbers the first is named. */
export const MISTAKES = {
  relu_mask: {
    applies: (net) => hiddenRules(net).some((rule) => rule.oneSided),
    steps: () =>
      otherSlope(
        () => 1,
        (rule) => rule.oneSided,
      ),
  },
  derivative_left_out: {
    applies: (net) => hiddenRules(net).some((rule) => !rule.identity),
    steps: () => otherSlope(() => 1),
  },
  derivative_at_activation: {
    applies: (net) => hiddenRules(net).some((rule) => rule.elementwise && !rule.identity && !rule.oneSided),
    steps: () => otherSlope((rule, z, a) => rule.slope(a, rule.f(a, rule.setting), rule.setting)),
  },
  output_derivative: {
    applies: (net) => net.layers.at(-1).rule.elementwise && !net.layers.at(-1).rule.identity,
    steps: () => ({
      ...RIGHT,
      outputError(net, pass, steps) {
        const { rule } = net.layers.at(-1);
        if (!net.canonical) {
          RIGHT.outputError(net, pass, { ...steps, local() {} });
          return;
        }
        RIGHT.outputError(net, pass, steps);
        const [d, z, a] = [pass.D.at(-1), pass.Z.at(-1), pass.A.at(-1)];
        for (let n = 0; n < d.length; n++) d[n] *= rule.slope(z[n], a[n], rule.setting);
      },
    }),
  },
  sign: { applies: () => true, steps: () => scaledOutput(-1) },
  factor_two: { applies: (net) => net.lossRule.targetKind === "number", steps: () => scaledOutput(2) },
  weights_not_transposed: {
    applies: (net) => net.layers.slice(1).some(({ inputs, units }) => inputs === units && units > 1),
    steps: () =>
      otherWeights(
        (net, pass, { inputs, units, W }, i, j, theta) =>
          theta[inputs === units ? W + j * units + i : W + i * units + j],
      ),
  },
  updated_weights: {
    applies: (net) => net.layers.length > 1,
    steps: (rate) =>
      otherWeights(
        (net, pass, above, i, j, theta) =>
          theta[above.W + i * above.units + j] - rate * RIGHT.weightGradient(net, pass, above.number, i, j),
      ),
  },
  average_missing: { applies: means, steps: () => scaledGradient(times, times) },
  average_twice: { applies: (net, m) => m > 1, steps: () => scaledGradient(over, over) },
  bias_not_averaged: { applies: means, steps: () => scaledGradient(one, times) },
  weighted_sum_for_activation: {
    applies: (net) => hiddenRules(net).some((rule) => !rule.identity),
    steps: () => ({
      ...RIGHT,
      weightGradient(net, pass, l, i, j) {
        if (l === 1) return RIGHT.weightGradient(net, pass, l, i, j);
        let sum = 0;
        for (let r = 0; r < pass.m; r++) {
          const share = pass.shares?.[r] ?? shareOf(net, pass.m);
          sum += share * pass.Z[l - 1][i * pass.m + r] * pass.D[l][j * pass.m + r];
        }
        return sum;
      },
    }),
  },
  softmax_diagonal: {
    applies: (net) => !net.layers.at(-1).rule.elementwise,
    steps: () => ({
      ...RIGHT,
      outputError(net, pass) {
        const [a, y, d] = [pass.A.at(-1), pass.Y, pass.D.at(-1)];
        const { slope, setting } = net.lossRule;
        for (let n = 0; n < d.length; n++) d[n] = slope(a[n], y[n], setting) * a[n] * (1 - a[n]);
      },
    }),
  },
};

/** The names of those that change something. */
export function possibleMistakes(net, m) {
  return Object.keys(MISTAKES).filter((name) => MISTAKES[name].applies(net, m));
}
