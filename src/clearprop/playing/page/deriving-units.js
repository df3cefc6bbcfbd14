// The derivation of one unit's numbers: its weighted sum, its activation, its δ.

import { apply, eq, filled, num, partial, sigma, sum, sym, times } from "clearprop/formula";
import { bodyOf, lossLetter } from "clearprop/deriving-loss";
import { counted, look, say, told } from "clearprop/look";
import { entry, maskAt, slopeAt } from "clearprop/moment";
import { beforeMask } from "clearprop/propagate";

/** A sum of more terms is cut. */
export const TERMS = 6;

export const inputSymbol = (l, i) => (l === 1 ? sym("x", null, [i]) : sym("a", l - 1, [i]));
export const inputName = (l, i) => (l === 1 ? `x[${i}]` : `a${l - 1}[${i}]`);
export const inputValue = (now, l, i) => now.one.A[l - 1][i];

/** z of a unit: Σ over its inputs, with its bias. */
export function sumEquations(now, l, j) {
  const { inputs, units, W, b } = now.net.layers[l - 1];
  const z = sym("z", l, [j]);
  const n = Math.min(inputs, TERMS);
  const terms = Array.from({ length: n }, (_, i) =>
    times(
      num(inputValue(now, l, i), inputName(l, i)),
      num(now.before.theta[W + i * units + j], `W${l}[${i},${j}]`),
    ),
  );
  if (inputs > n) terms.push(sym("…"));
  const below = l === 1 ? sym("x", null, ["i"]) : sym("a", l - 1, ["i"]);
  return [
    eq(z, sum(sigma("i", times(below, sym("W", l, ["i", j]))), sym("b", l, [j]))),
    eq(
      z,
      sum(...terms, num(now.before.theta[b + j], `b${l}[${j}]`)),
      num(entry(now, "z", l, j), `z${l}[${j}]`),
    ),
  ];
}

/** a of a unit: its activation at its z. */
export function activationEquation(now, l, j) {
  const { rule } = now.net.layers[l - 1];
  const z = num(entry(now, "z", l, j), `z${l}[${j}]`);
  const definition =
    rule.elementwise && !rule.identity
      ? [filled(rule.definition, { z: sym("z", l, [j]) }), filled(rule.definition, { z })]
      : [];
  const a = num(entry(now, "a", l, j), `a${l}[${j}]`);
  if (!now.one.masks?.[l]) return eq(sym("a", l, [j]), ...definition, a);
  const f = num(beforeMask(now.one, l)[j]);
  const letters = times(sym("r", l, [j]), apply(rule.called, sym("z", l, [j])));
  return eq(sym("a", l, [j]), letters, times(num(maskAt(now, l, j)), f), a);
}

/** δ of a unit: at the output from the loss, below from the units above. */
export function deltaBlock(now, l, j) {
  const { layers, canonical, lossRule, sizes } = now.net;
  const { rule } = layers[l - 1];
  const L = lossLetter(now);
  const [d, z, a] = [sym("delta", l, [j]), sym("z", l, [j]), sym("a", l, [j])];
  const value = num(entry(now, "delta", l, j), `delta${l}[${j}]`);
  const title = say("delta_of_unit", { unit: counted(j), layer: l });
  const [aValue, yValue] = [num(entry(now, "a", l, j), `a${l}[${j}]`), num(now.one.Y[j] ?? 0, `y[${j}]`)];
  if (l === layers.length && canonical && look.shortcut === "yes") {
    const y = sym("y", null, [j]);
    return {
      title,
      why: say("delta_canonical", { rule: rule.name, loss: told(lossRule.title) }),
      equations: [
        eq(d, partial(L, z), sum(a, { node: "Negative", of: y })),
        eq(d, sum(aValue, { node: "Negative", of: yValue }), value),
      ],
      proof: lossRule.canonicalProof,
    };
  }
  const slope = num(slopeAt(now, l, j));
  const local = rule.elementwise ? apply(rule.called, z, 1) : sym("J", l);
  if (l === layers.length) {
    if (!rule.elementwise)
      return { title, why: say("delta_jacobian"), equations: [eq(d, value)], proof: rule.proof };
    const body = filled(bodyOf(lossRule.derivative), {
      a: () => a,
      y: () => sym("y", null, sizes.at(-1) > 1 ? [j] : []),
    });
    return {
      title,
      why: say("delta_output"),
      equations: [
        eq(d, times(partial(L, a), local)),
        eq(partial(L, a), body, num(entry(now, "error", l, j))),
        slopeEquation(now, l, j),
        eq(d, times(num(entry(now, "error", l, j)), slope), value),
      ],
      proof: rule.proof,
      proofOf: rule.name,
      note: deadNote(now, l, j),
    };
  }
  const above = layers[l];
  const k = Math.min(above.units, TERMS);
  const w = (n) => now.before.theta[above.W + j * above.units + n];
  const dAbove = (n) => entry(now, "delta", l + 1, n);
  const sums = Array.from({ length: k }, (_, n) =>
    times(num(dAbove(n), `delta${l + 1}[${n}]`), num(w(n), `W${l + 1}[${j},${n}]`)),
  );
  if (above.units > k) sums.push(sym("…"));
  const body = sigma("k", times(sym("delta", l + 1, ["k"]), sym("W", l + 1, [j, "k"])));
  const [r, rNumber] = now.one.masks?.[l] ? [[sym("r", l, [j])], [num(maskAt(now, l, j))]] : [[], []];
  const equations = [
    eq(d, times(partial(L, a), ...r, local), times({ node: "Sum", terms: [body] }, ...r, local)),
    eq(partial(L, a), sum(...sums), num(entry(now, "error", l, j))),
  ];
  if (rule.elementwise)
    equations.push(
      slopeEquation(now, l, j),
      eq(d, times(num(entry(now, "error", l, j)), ...rNumber, slope), value),
    );
  else equations.push(eq(d, value));
  return {
    title,
    why: say("delta_hidden_unit", { above: l + 1 }),
    equations,
    proof: rule.proof,
    proofOf: rule.name,
    note: deadNote(now, l, j),
  };
}

function slopeEquation(now, l, j) {
  const { rule } = now.net.layers[l - 1];
  const z = sym("z", l, [j]);
  const zValue = num(entry(now, "z", l, j), `z${l}[${j}]`);
  const aValue = num(beforeMask(now.one, l)[j], `a${l}[${j}]`);
  const own = (tree) => filled(tree, { z: rule.derivativeIn === "a" ? z : zValue, a: aValue });
  return eq(
    apply(rule.called, z, 1),
    filled(rule.derivative, { z, a: now.one.masks?.[l] ? apply(rule.called, z) : sym("a", l, [j]) }),
    ...(rule.identity ? [] : [own(rule.derivative)]),
    num(slopeAt(now, l, j)),
  );
}

/** Why a unit passes nothing back: its slope is 0, here or on every row of the batch. */
function deadNote(now, l, j) {
  const { rule } = now.net.layers[l - 1];
  if (!rule.elementwise) return "";
  const size = Math.abs(slopeAt(now, l, j));
  if (size >= 0.01 || rule.identity) return "";
  const m = now.rows.length;
  const everywhere = [...Array(m).keys()].every(
    (n) => Math.abs(rule.slope(now.pass.Z[l][j * m + n], beforeMask(now.pass, l)[j * m + n], rule.setting)) < 0.01,
  );
  const which = size === 0 ? "dead" : "saturated";
  return say(`${which}_${everywhere && m > 1 ? "batch" : "here"}`, {
    unit: counted(j),
    layer: l,
    rule: rule.name,
  });
}
