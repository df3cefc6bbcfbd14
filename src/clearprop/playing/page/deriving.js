// The derivation of the line at which the time line stands: symbols, shapes, numbers, of one sample.

import {
  apply,
  eq,
  filled,
  frac,
  hadamard,
  matmul,
  matrix,
  num,
  neg,
  partial,
  shaped,
  spread,
  sum,
  sym,
  times,
  transpose,
  sigma,
} from "clearprop/formula";
import { look, say, told } from "clearprop/look";
import { sampleLoss } from "clearprop/propagate";
import { updateBlocks } from "clearprop/deriving-updates";

/**
 * @typedef {object} Block
 * @property {string} title
 * @property {string} [why]
 * @property {object[]} equations   formula trees
 * @property {string} [note]
 */

/** The loss of so many outputs is written out. */
const MOST_OUTPUTS = 5;
const isColumn = () => look.convention === "column";
/** aˡ; a⁰ is x. */
const activationOf = (l) => (l === 0 ? sym("x") : sym("a", l));

/** A layer's numbers of the one sample, as the vector that the convention has. */
export function vector(now, kind, l) {
  const values = {
    x: now.one.A[0],
    y: now.one.Y,
    z: now.one.Z[l],
    a: now.one.A[l],
    delta: now.one.D[l],
    error: now.one.E[l],
  }[kind];
  const name = kind === "x" || kind === "y" ? kind : kind + l;
  return asVector([...values], name);
}

export function asVector(values, name = "", turned = false) {
  const cell = (r, c) => (name ? `${name}[${Math.max(r, c)}]` : "");
  const lies = isColumn() === turned;
  return { ...matrix(lies ? [values] : values.map((one) => [one]), name), name: cell };
}

/** Wˡ (or what has its shape: a gradient) as the matrix that the convention has; read where it shows. */
export function weights(now, l, array, name, turned = false) {
  const { inputs, units, W } = now.net.layers[l - 1];
  const across = isColumn() !== turned;
  const place = (r, c) => (across ? [c, r] : [r, c]);
  const at = (r, c) => {
    const [i, j] = place(r, c);
    return array[W + i * units + j];
  };
  const shape = across ? [units, inputs] : [inputs, units];
  return { node: "Matrix", shape, at, of: name, name: (r, c) => `${name}[${place(r, c)}]` };
}

const biases = (now, l, array) =>
  asVector(
    [...array.subarray(now.net.layers[l - 1].b, now.net.layers[l - 1].b + now.net.layers[l - 1].units)],
    `b${l}`,
  );
const shape = (units) => (isColumn() ? [units, 1] : [1, units]);
const shapeOfW = ({ inputs, units }) => (isColumn() ? [units, inputs] : [inputs, units]);
const product = (a, W) => (isColumn() ? matmul(W, a) : matmul(a, W));

/** ℓ, or L where one sample is the whole batch. */
export const lossLetter = (now) => sym(now.rows.length > 1 ? "ell" : "L");

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
  const equations = [eq(a, apply(rule.called, z)), eq(a, vector(now, "a", l))];
  if (rule.elementwise && !rule.identity)
    equations.splice(1, 0, eq(apply(rule.called, sym("z")), rule.definition));
  return {
    title: say("activation_title", { layer: l, rule: rule.name }),
    why: say("activation_why"),
    equations,
  };
}

/** The loss of this sample, and of the batch where there are more. */
export function loss(now) {
  const { lossRule: rule, sizes } = now.net;
  const [L, m, K] = [lossLetter(now), now.rows.length, sizes.at(-1)];
  const depth = now.net.layers.length;
  const letters = {
    a: (k) => sym("a", depth, K > 1 || typeof k === "string" ? [k] : []),
    y: (k) => sym("y", null, K > 1 || typeof k === "string" ? [k] : []),
  };
  const value = num(sampleLoss(now.net, now.one, 0), "L");
  const equations = [eq(L, filled(K > 1 ? rule.formula : spread(rule.formula, 1), letters))];
  if (K <= MOST_OUTPUTS) {
    const numbers = filled(spread(rule.formula, K), {
      a: (k) => num(now.one.A.at(-1)[k], `a${depth}[${k}]`),
      y: (k) => num(now.one.Y[k], `y[${k}]`),
    });
    equations.push(eq(L, numbers, value));
  } else equations.push(eq(L, value));
  const blocks = [{ title: say("loss_title", { rule: rule.name }), why: say("loss_why"), equations }];
  if (m > 1) {
    const share = now.net.reduction === "mean" ? [frac(num(1), sym("m"))] : [];
    const total = times(...share, sigma("n", sym("ell", null, ["n"])));
    blocks.push({
      title: say("batch_loss_title"),
      why: say(`batch_loss_${now.net.reduction}`, { m }),
      equations: [eq(sym("L"), total, num(now.pass.loss, "L"))],
    });
  }
  return blocks;
}

/** f′ of a layer at the one sample, as a vector. */
export function slopes(now, l) {
  const { rule, units } = now.net.layers[l - 1];
  return asVector(
    Array.from({ length: units }, (_, j) => rule.slope(now.one.Z[l][j], now.one.A[l][j], rule.setting)),
    "",
  );
}

/** δᴸ is a − y of a canonical pair; a softmax has a Jacobian, not a slope. */
function delta(now, l) {
  const { layers, lossRule, canonical } = now.net;
  const { rule, units } = layers[l - 1];
  const [d, z, a] = [sym("delta", l), sym("z", l), sym("a", l)];
  const L = lossLetter(now);
  const value = vector(now, "delta", l);
  if (l === layers.length && canonical) {
    return [
      {
        title: say("delta_title", { layer: l }),
        why: say("delta_canonical", { rule: rule.name, loss: lossRule.name }),
        equations: [
          eq(d, partial(L, z), sum(a, neg(sym("y")))),
          eq(d, sum(vector(now, "a", l), neg(vector(now, "y", l))), value),
        ],
        proof: lossRule.canonicalProof,
      },
    ];
  }
  const local = rule.elementwise ? apply(rule.called, z, 1) : sym("J", l);
  const here = l === layers.length ? partial(L, a) : null;
  const above = layers[l];
  const carried =
    here ??
    (isColumn()
      ? matmul(transpose(sym("W", l + 1)), sym("delta", l + 1))
      : matmul(sym("delta", l + 1), transpose(sym("W", l + 1))));
  const join = rule.elementwise ? hadamard(carried, local) : matmul(carried, local);
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
      eq(shaped(d, shape(units)), hadamard(pair(shapedD, shapedW), shaped(local, shape(units)))),
    );
    equations.push(
      eq(
        d,
        hadamard(pair(deltas, turned), slopes(now, l)),
        hadamard(vector(now, "error", l), slopes(now, l)),
        value,
      ),
    );
  } else equations.push(eq(d, value));
  if (rule.elementwise && !rule.identity)
    equations.splice(1, 0, eq(apply(rule.called, sym("z"), 1), rule.derivative));
  const why = here ? say("delta_output") : say("delta_hidden", { above: l + 1, layer: l });
  return [{ title: say("delta_title", { layer: l }), why, equations, proof: rule.proof, proofOf: rule.name }];
}

/** What stands under Σₖ, with its index. */
export function bodyOf(tree) {
  return tree.node === "Sigma" ? tree.body : tree;
}

function gradient(now, l) {
  const layer = now.net.layers[l - 1];
  const m = now.rows.length;
  const [below, d] = [activationOf(l - 1), sym("delta", l)];
  const batch = (size, units) => (isColumn() ? [units, size] : [size, units]);
  const share = m > 1 && now.net.reduction === "mean" ? [frac(num(1), sym("m"))] : [];
  const pair = isColumn() ? matmul(d, transpose(below)) : matmul(transpose(below), d);
  const decay = now.decay ? [times(sym("lambda"), sym("W", l))] : [];
  const plain = share.length ? times(...share, pair) : pair;
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
    equations.push(eq(W, matmul(...factors), found));
  } else equations.push(eq(W, found));
  equations[1] = shapeEquation(equations[1]);
  const bias = partial(sym("L"), sym("b", l));
  const sums = m > 1 ? times(...share, sigma("n", sym("delta", l, ["n"]))) : d;
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
  return updateBlocks(now, look.pick);
}

export const tellProof = (proof) => proof.map((line) => ({ equation: line.equation, why: told(line.why) }));
