// The derivation of the line at which the time line stands: symbols, shapes, numbers, of one sample.

import {
  apply,
  eq,
  frac,
  hadamard,
  matmul,
  matrix,
  num,
  neg,
  partial,
  shaped,
  sum,
  sym,
  times,
  transpose,
  sigma,
} from "clearprop/formula";
import { bodyOf, isSum, loss, lossLetter, sampleShare } from "clearprop/deriving-loss";
import { layerUpdateBlocks, updateBlocks } from "clearprop/deriving-updates";
import { look, say, told } from "clearprop/look";
import { asVector, biases, isColumn, product, shape, shapeOfW, slopes, vector, weights } from "clearprop/matrices";

/**
 * @typedef {object} Block
 * @property {string} title
 * @property {string} [why]
 * @property {object[]} equations   formula trees
 * @property {{text: string, places: string[]}[]} [captions]  of the equations: a way through the network
 * @property {string} [note]
 */

/** aˡ; a⁰ is x. */
const activationOf = (l) => (l === 0 ? sym("x") : sym("a", l));

/** @returns {Block[]} */
export function deriveLine(now) {
  const { kind, layer } = now.lines[now.line];
  return { forward, loss, delta, gradient, update }[kind](now, layer);
}

function forward(now, l) {
  const layer = now.net.layers[l - 1];
  const [below, W, b, z] = [activationOf(l - 1), sym("W", l), sym("b", l), sym("z", l)];
  const kind = l === 1 ? "x" : "a";
  const numbers = sum(
    product(vector(now, kind, l - 1), weights(now, l, now.before.theta, `W${l}`)),
    biases(now, l, now.before.theta),
  );
  const shapes = sum(
    product(shaped(below, shape(layer.inputs)), shaped(W, shapeOfW(layer))),
    shaped(b, shape(layer.units)),
  );
  return [
    {
      title: say("forward_title", { layer: l }),
      why: say("forward_why"),
      equations: [
        eq(z, sum(product(below, W), b)),
        eq(shaped(z, shape(layer.units)), shapes),
        eq(z, numbers, vector(now, "z", l)),
      ],
    },
    activationBlock(now, l),
  ];
}

function activationBlock(now, l) {
  const { rule } = now.net.layers[l - 1];
  const [z, a] = [sym("z", l), sym("a", l)];
  const mask = now.one.masks?.[l];
  const equations = mask
    ? [
        eq(a, hadamard(sym("r", l), apply(rule.called, z))),
        eq(a, hadamard(asVector([...mask]), asVector([...now.one.F[l]])), vector(now, "a", l)),
      ]
    : [eq(a, apply(rule.called, z)), eq(a, vector(now, "a", l))];
  if (rule.elementwise && !rule.identity)
    equations.splice(1, 0, eq(apply(rule.called, sym("z")), rule.definition));
  return {
    title: say("activation_title", { layer: l, rule: rule.name }),
    why: say(mask ? "activation_masked" : "activation_why"),
    equations,
  };
}

/** δᴸ is a − y of a canonical pair; a softmax has a Jacobian, not a slope. */
function delta(now, l) {
  const { layers, lossRule, canonical } = now.net;
  const { rule, units } = layers[l - 1];
  const [d, z, a] = [sym("delta", l), sym("z", l), sym("a", l)];
  const L = lossLetter(now);
  const value = vector(now, "delta", l);
  if (l === layers.length && canonical && look.shortcut === "yes") {
    return [
      {
        title: say("delta_title", { layer: l }),
        why: say("delta_canonical", { rule: rule.name, loss: told(lossRule.title) }),
        equations: [
          eq(d, partial(L, z), sum(a, neg(sym("y")))),
          eq(d, sum(vector(now, "a", l), neg(vector(now, "y", l))), value),
        ],
        proof: lossRule.canonicalProof,
      },
    ];
  }
  const local = rule.elementwise ? apply(rule.called, z, 1) : turnedJacobian(sym("J", l));
  const here = l === layers.length ? partial(L, a) : null;
  const above = layers[l];
  const carried =
    here ??
    (isColumn()
      ? matmul(transpose(sym("W", l + 1)), sym("delta", l + 1))
      : matmul(sym("delta", l + 1), transpose(sym("W", l + 1))));
  const mask = now.one.masks?.[l];
  const [r, rNumbers] = mask ? [[sym("r", l)], [asVector([...mask])]] : [[], []];
  const join = rule.elementwise ? hadamard(carried, ...r, local) : product(carried, local);
  const equations = [eq(d, partial(L, z), join)];
  if (here && rule.elementwise) {
    equations.push(eq(partial(L, sym("a", null, ["k"])), bodyOf(lossRule.derivative)));
    equations.push(eq(d, hadamard(vector(now, "error", l), slopes(now, l)), value));
  } else if (!here && rule.elementwise) {
    const [deltas, turned] = [
      vector(now, "delta", l + 1),
      weights(now, l + 1, now.before.theta, `W${l + 1}`, true),
    ];
    const [shapedD, shapedW] = [
      shaped(sym("delta", l + 1), shape(above.units)),
      shaped(transpose(sym("W", l + 1)), [...shapeOfW(above)].reverse()),
    ];
    const pair = (x, y) => (isColumn() ? matmul(y, x) : matmul(x, y));
    equations.push(
      eq(
        shaped(d, shape(units)),
        hadamard(pair(shapedD, shapedW), ...r.map((one) => shaped(one, shape(units))), shaped(local, shape(units))),
      ),
    );
    equations.push(
      eq(
        d,
        hadamard(pair(deltas, turned), ...rNumbers, slopes(now, l)),
        hadamard(vector(now, "error", l), ...rNumbers, slopes(now, l)),
        value,
      ),
    );
  } else equations.push(...withJacobian(now, l, here));
  if (rule.elementwise && !rule.identity)
    equations.splice(1, 0, eq(apply(rule.called, sym("z"), 1), rule.derivative));
  const why = here ? say("delta_output") : say("delta_hidden", { above: l + 1, layer: l });
  return [{ title: say("delta_title", { layer: l }), why, equations, proof: rule.proof, proofOf: rule.name }];
}

const turnedJacobian = (J) => (isColumn() ? transpose(J) : J);

/** δ through the whole Jacobian ∂a/∂z, where every output depends on every z. */
function withJacobian(now, l, byOutput) {
  const { lossRule } = now.net;
  const { rule, units } = now.net.layers[l - 1];
  const row = (k) => {
    const unit = Float64Array.from({ length: units }, (_, n) => Number(n === k));
    rule.pullBack(unit, now.one.Z[l], now.one.A[l], rule.setting, units, 1, 1);
    return [...unit];
  };
  const J = matrix(Array.from({ length: units }, (_, k) => row(k)));
  const turned = isColumn() ? { ...J, values: J.values[0].map((_, j) => J.values.map((one) => one[j])) } : J;
  const [error, value] = [vector(now, "error", l), vector(now, "delta", l)];
  const slope = byOutput ? [eq(partial(sym("L"), sym("a", null, ["k"])), bodyOf(lossRule.derivative))] : [];
  return [...slope, eq(sym("J", l), J), eq(sym("delta", l), product(error, turned), value)];
}

function gradient(now, l) {
  const layer = now.net.layers[l - 1];
  const m = now.rows.length;
  const [below, d] = [activationOf(l - 1), sym("delta", l)];
  const batch = (size, units) => (isColumn() ? [units, size] : [size, units]);
  const { shares } = now.pass;
  const share = m > 1 && now.net.reduction === "mean" && !shares ? [frac(num(1), sym("m"))] : [];
  const pair = isColumn() ? matmul(d, transpose(below)) : matmul(transpose(below), d);
  const decay = now.decay ? [times(sym("lambda"), sym("W", l))] : [];
  const of = (symbol) => ({ ...symbol, index: ["n"] });
  const each = isColumn() ? matmul(of(d), transpose(of(below))) : matmul(transpose(of(below)), of(d));
  const plain = shares ? sigma("n", times(...sampleShare(now), each)) : times(...share, pair);
  const W = partial(sym("L"), sym("W", l));
  const turnedBelow = shaped(transpose(below), [...batch(m, layer.inputs)].reverse());
  const shapedD = shaped(d, batch(m, layer.units));
  const shapes = isColumn() ? matmul(shapedD, turnedBelow) : matmul(turnedBelow, shapedD);
  const equations = [eq(W, sum(plain, ...decay)), eq(shaped(sym("W", l), shapeOfW(layer)), shapes)];
  const found = weights(now, l, now.g, `W${l}`);
  if (m === 1) {
    const kind = l === 1 ? "x" : "a";
    const turned = { ...vector(now, kind, l - 1) };
    turned.values = isColumn() ? [turned.values.map(([one]) => one)] : turned.values[0].map((one) => [one]);
    const factors = isColumn() ? [vector(now, "delta", l), turned] : [turned, vector(now, "delta", l)];
    equations.push(eq(W, times(...(shares ? [num(shares[0])] : []), matmul(...factors)), found));
  } else equations.push(eq(W, found));
  equations[1] = shapeEquation(equations[1]);
  const bias = partial(sym("L"), sym("b", l));
  const sums = isSum(now) ? times(...share, sigma("n", times(...sampleShare(now), of(d)))) : d;
  return [
    {
      title: say("gradient_title", { layer: l }),
      why: say(m > 1 ? "gradient_batch" : "gradient_why", { m }),
      equations,
    },
    {
      title: say("bias_title", { layer: l }),
      why: say("bias_why"),
      equations: [eq(bias, sums, biases(now, l, now.g))],
    },
  ];
}

const shapeEquation = (tree) => eq(partial(sym("L"), tree.parts[0]), tree.parts[1]);

function update(now) {
  return [...updateBlocks(now, look.pick), ...layerUpdateBlocks(now)];
}
