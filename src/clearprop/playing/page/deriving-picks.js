// The derivation of one number that is pointed at: a weight's gradient with its chain and its paths,
// a unit's z, a, f′ and δ, an input, a target, the loss.

import { apply, eq, filled, frac, num, partial, sigma, sum, sym, times } from "clearprop/formula";
import { bodyOf, loss, lossLetter } from "clearprop/deriving";
import { symbolOf, updateBlocks } from "clearprop/deriving-updates";
import { counted, escaped, say } from "clearprop/look";
import { entry, slopeAt } from "clearprop/moment";
import { called, columnName, spoken } from "clearprop/naming";
import { placeOf } from "clearprop/network";
import { strongestPaths } from "clearprop/paths";
import { sampleLoss } from "clearprop/propagate";

const NAME = /^([A-Za-z]+)(\d*)(?:\[(\d+)(?:,(\d+))?\])?$/;
const TERMS = 6;

/** @returns {{title: string, value: number, blocks: import("clearprop/deriving").Block[]}|null} */
export function derivePick(now, pick) {
  const match = NAME.exec(pick);
  if (!match) return null;
  const [, kind, layerText, first, second] = match;
  const [l, i, j] = [Number(layerText), Number(first), Number(second)];
  const { sizes, layers } = now.net;
  if (kind === "W" || kind === "b") {
    const place = placeOf(now.net, pick);
    return place < 0 ? null : parameter(now, pick, place, kind, l, i, j);
  }
  if (kind === "L") return theLoss(now);
  if (kind === "x") return i < sizes[0] ? input(now, i) : null;
  if (kind === "y") return i < sizes.at(-1) ? target(now, i) : null;
  if (!["a", "z", "delta"].includes(kind) || !layers[l - 1] || !(i < sizes[l])) return null;
  return unit(now, l, i);
}

/** The number that a name stands for at this moment. */
export function valueOf(now, name) {
  const [, kind, layer, first] = NAME.exec(name) ?? [];
  const place = placeOf(now.net, name);
  if (place >= 0) return now.before.theta[place];
  return kind === "L" ? sampleLoss(now.net, now.one, 0) : entry(now, kind, Number(layer), Number(first));
}

function parameter(now, name, place, kind, l, i, j) {
  const to = kind === "W" ? j : i;
  const by = symbolOf(name);
  const m = now.rows.length;
  const L = lossLetter(now);
  const [z, d] = [sym("z", l, [to]), sym("delta", l, [to])];
  const below = kind === "W" ? inputSymbol(l, i) : num(1);
  const [a, delta] = [kind === "W" ? inputValue(now, l, i) : 1, entry(now, "delta", l, to)];
  const chain = {
    title: say("chain_title", { name: spoken(name) }),
    why: say(kind === "W" ? "chain_weight" : "chain_bias", { layer: l }),
    equations: [
      eq(partial(L, by), times(partial(L, z), partial(z, by)), kind === "W" ? times(d, below) : d),
      eq(
        partial(L, by),
        ...(kind === "W" ? [times(num(delta, `delta${l}[${to}]`), num(a, inputName(l, i)))] : []),
        num(a * delta),
      ),
    ],
  };
  const blocks = [chain, deltaBlock(now, l, to)];
  if (m > 1) blocks.push(batchSum(now, by, kind, l, i, to, place));
  const paths = pathsBlock(now, kind, l, i, to);
  if (paths) blocks.push(paths);
  blocks.push(...updateBlocks(now, name));
  const gradient = now.g[place];
  return {
    title: say(kind === "W" ? "weight" : "bias", { name: spoken(name) }),
    value: now.before.theta[place],
    gradient,
    change: now.after.theta[place] - now.before.theta[place],
    place,
    blocks,
  };
}

const inputSymbol = (l, i) => (l === 1 ? sym("x", null, [i]) : sym("a", l - 1, [i]));
const inputName = (l, i) => (l === 1 ? `x[${i}]` : `a${l - 1}[${i}]`);
const inputValue = (now, l, i) => now.one.A[l - 1][i];

/** c Σₙ aₙᵢ δₙⱼ with the first terms of the batch. */
function batchSum(now, by, kind, l, i, to, place) {
  const m = now.rows.length;
  const share = now.net.reduction === "mean" ? [frac(num(1), num(m))] : [];
  const letterShare = share.length ? [frac(num(1), sym("m"))] : [];
  const a = (n) => (kind === "W" ? now.pass.A[l - 1][i * m + n] : 1);
  const d = (n) => now.pass.D[l][to * m + n];
  const terms = Array.from({ length: Math.min(m, TERMS) }, (_, n) =>
    kind === "W" ? times(num(a(n)), num(d(n))) : num(d(n)),
  );
  if (m > TERMS) terms.push(sym("…"));
  const body =
    kind === "W"
      ? times(l === 1 ? sym("x", null, ["n", i]) : sym("a", l - 1, ["n", i]), sym("delta", l, ["n", to]))
      : sym("delta", l, ["n", to]);
  const penalty = now.decay && kind === "W" ? [times(sym("lambda"), by)] : [];
  const penaltyNumbers = penalty.length ? [times(num(now.decay), num(now.before.theta[place]))] : [];
  const sums = times(...share, sum(...terms));
  return {
    title: say("batch_title"),
    why: say(penalty.length ? "batch_penalty" : "batch_why", { m }),
    equations: [
      eq(partial(sym("L"), by), sum(times(...letterShare, sigma("n", body)), ...penalty)),
      eq(partial(sym("L"), by), sum(sums, ...penaltyNumbers), num(now.g[place])),
    ],
  };
}

/** δ of a unit: at the output from the loss, below from the units above. */
function deltaBlock(now, l, j) {
  const { layers, canonical, lossRule, sizes } = now.net;
  const { rule } = layers[l - 1];
  const L = lossLetter(now);
  const [d, z, a] = [sym("delta", l, [j]), sym("z", l, [j]), sym("a", l, [j])];
  const value = num(entry(now, "delta", l, j), `delta${l}[${j}]`);
  const title = say("delta_of_unit", { unit: counted(j), layer: l });
  const [aValue, yValue] = [num(entry(now, "a", l, j), `a${l}[${j}]`), num(now.one.Y[j] ?? 0, `y[${j}]`)];
  if (l === layers.length && canonical) {
    const y = sym("y", null, [j]);
    return {
      title,
      why: say("delta_canonical", { rule: rule.name, loss: lossRule.name }),
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
  const equations = [
    eq(d, times(partial(L, a), local), times({ node: "Sum", terms: [body] }, local)),
    eq(partial(L, a), sum(...sums), num(entry(now, "error", l, j))),
  ];
  if (rule.elementwise)
    equations.push(slopeEquation(now, l, j), eq(d, times(num(entry(now, "error", l, j)), slope), value));
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
  const [zValue, aValue] = [
    num(entry(now, "z", l, j), `z${l}[${j}]`),
    num(entry(now, "a", l, j), `a${l}[${j}]`),
  ];
  const own = (tree) => filled(tree, { z: rule.derivativeIn === "a" ? z : zValue, a: aValue });
  return eq(
    apply(rule.called, z, 1),
    filled(rule.derivative, { z, a: sym("a", l, [j]) }),
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
    (n) => Math.abs(rule.slope(now.pass.Z[l][j * m + n], now.pass.A[l][j * m + n], rule.setting)) < 0.01,
  );
  const which = size === 0 ? "dead" : "saturated";
  return say(`${which}_${everywhere && m > 1 ? "batch" : "here"}`, {
    unit: counted(j),
    layer: l,
    rule: rule.name,
  });
}

function pathsBlock(now, kind, l, i, to) {
  const found = strongestPaths(now, l, to, 4);
  if (!found) return null;
  const factor = kind === "W" ? inputValue(now, l, i) : 1;
  const equations = found.paths.map((path) =>
    eq(
      times(...(kind === "W" ? [inputSymbol(l, i)] : []), ...path.symbols),
      times(...(kind === "W" ? [num(factor)] : []), ...path.values.map((one) => num(one))),
      num(path.value * factor),
    ),
  );
  const total = entry(now, "delta", l, to) * factor;
  const listed = found.paths.reduce((all, one) => all + one.value * factor, 0);
  return {
    title: say("paths_title", { count: found.count.toLocaleString("en") }),
    why: say("paths_why"),
    equations,
    note:
      found.paths.length < found.count
        ? say("paths_listed", {
            listed: found.paths.length,
            sum: listed.toPrecision(4),
            total: total.toPrecision(4),
          })
        : "",
  };
}

function unit(now, l, j) {
  const { layers } = now.net;
  const { inputs, units, W, b, rule } = layers[l - 1];
  const [z, a] = [sym("z", l, [j]), sym("a", l, [j])];
  const n = Math.min(inputs, TERMS);
  const terms = Array.from({ length: n }, (_, i) =>
    times(
      num(inputValue(now, l, i), inputName(l, i)),
      num(now.before.theta[W + i * units + j], `W${l}[${i},${j}]`),
    ),
  );
  if (inputs > n) terms.push(sym("…"));
  const body = sigma(
    "i",
    times(l === 1 ? sym("x", null, ["i"]) : sym("a", l - 1, ["i"]), sym("W", l, ["i", j])),
  );
  const [zValue, aValue] = [
    num(entry(now, "z", l, j), `z${l}[${j}]`),
    num(entry(now, "a", l, j), `a${l}[${j}]`),
  ];
  const blocks = [
    {
      title: say("sum_of_unit", { unit: counted(j), layer: l }),
      why: say("forward_why"),
      equations: [
        eq(z, sum(body, sym("b", l, [j]))),
        eq(z, sum(...terms, num(now.before.theta[b + j], `b${l}[${j}]`)), zValue),
      ],
    },
  ];
  const definition =
    rule.elementwise && !rule.identity
      ? [filled(rule.definition, { z }), filled(rule.definition, { z: zValue })]
      : [];
  blocks.push({
    title: say("activation_of_unit", { rule: rule.name }),
    why: "",
    equations: [eq(a, ...definition, aValue)],
  });
  blocks.push(deltaBlock(now, l, j));
  return {
    title: say("unit", { unit: counted(j), layer: l }),
    value: entry(now, "a", l, j),
    place: b + j,
    bias: `b${l}[${j}]`,
    layer: l,
    blocks,
    facts: [
      [called("z", l), entry(now, "z", l, j)],
      [called("a", l), entry(now, "a", l, j)],
      ["f′", slopeAt(now, l, j)],
      [called("delta", l), entry(now, "delta", l, j)],
    ],
  };
}

function input(now, i) {
  const layer = now.net.layers[0];
  const L = lossLetter(now);
  const k = Math.min(layer.units, TERMS);
  const terms = Array.from({ length: k }, (_, j) =>
    times(
      num(entry(now, "delta", 1, j), `delta1[${j}]`),
      num(now.before.theta[layer.W + i * layer.units + j], `W1[${i},${j}]`),
    ),
  );
  if (layer.units > k) terms.push(sym("…"));
  let total = 0;
  for (let j = 0; j < layer.units; j++)
    total += entry(now, "delta", 1, j) * now.before.theta[layer.W + i * layer.units + j];
  const x = sym("x", null, [i]);
  return {
    title: say("input", { name: escaped(columnName(now.run.data.inputs, "x", i)) }),
    value: entry(now, "x", 0, i),
    datum: ["x", i],
    blocks: [
      {
        title: say("sensitivity_title"),
        why: say("sensitivity_why"),
        equations: [
          eq(
            partial(L, x),
            sigma("j", times(sym("delta", 1, ["j"]), sym("W", 1, [i, "j"]))),
            sum(...terms),
            num(total),
          ),
        ],
      },
    ],
  };
}

function target(now, k) {
  return {
    title: say("target", { name: escaped(columnName(now.run.data.outputs, "y", k)) }),
    value: now.one.Y[k],
    datum: ["y", k],
    blocks: loss(now),
  };
}

function theLoss(now) {
  return { title: say("loss"), value: sampleLoss(now.net, now.one, 0), blocks: loss(now) };
}
