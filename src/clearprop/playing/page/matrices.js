// A layer's numbers as the matrices and vectors of formulas, in the reader's convention.

import { matmul, matrix } from "clearprop/formula";
import { look } from "clearprop/look";
import { beforeMask } from "clearprop/propagate";

export const isColumn = () => look.convention === "column";

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

export const biases = (now, l, array) =>
  asVector(
    [...array.subarray(now.net.layers[l - 1].b, now.net.layers[l - 1].b + now.net.layers[l - 1].units)],
    `b${l}`,
  );
export const shape = (units) => (isColumn() ? [units, 1] : [1, units]);
export const shapeOfW = ({ inputs, units }) => (isColumn() ? [units, inputs] : [inputs, units]);
export const product = (a, W) => (isColumn() ? matmul(W, a) : matmul(a, W));

/** f′ of a layer at the one sample, as a vector. */
export function slopes(now, l) {
  const { rule, units } = now.net.layers[l - 1];
  const [z, a] = [now.one.Z[l], beforeMask(now.one, l)];
  return asVector(Array.from({ length: units }, (_, j) => rule.slope(z[j], a[j], rule.setting)));
}
