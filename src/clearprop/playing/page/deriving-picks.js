// The derivation of one number that is pointed at: a weight's gradient with its chain and its paths,
// a unit's z, a, f′ and δ, an input, a target, the loss.

import { eq, num, partial, sigma, sum, sym, times } from "clearprop/formula";
import { isSum, loss, lossLetter } from "clearprop/deriving-loss";
import { batchEquations } from "clearprop/deriving-entries";
import { pathsBlock } from "clearprop/deriving-paths";
import {
  activationEquation,
  deltaBlock,
  inputName,
  inputSymbol,
  inputValue,
  sumEquations,
  TERMS,
} from "clearprop/deriving-units";
import { symbolOf, updateBlocks } from "clearprop/deriving-updates";
import { counted, escaped, say } from "clearprop/look";
import { entry, slopeAt } from "clearprop/moment";
import { called, columnName, spoken } from "clearprop/naming";
import { placeOf } from "clearprop/network";
import { sampleLoss } from "clearprop/propagate";

const NAME = /^([A-Za-z]+)(\d*)(?:\[(\d+)(?:,(\d+))?\])?$/;

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
  if (isSum(now))
    blocks.push({
      title: say("batch_title"),
      why: say(now.decay && kind === "W" ? "batch_penalty" : "batch_why", { m }),
      equations: batchEquations(now, name),
    });
  const paths = pathsBlock(now, name);
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

function unit(now, l, j) {
  const { b, rule } = now.net.layers[l - 1];
  const name = `delta${l}[${j}]`;
  const blocks = [
    {
      title: say("sum_of_unit", { unit: counted(j), layer: l }),
      why: say("forward_why"),
      equations: sumEquations(now, l, j),
    },
    {
      title: say("activation_of_unit", { rule: rule.name }),
      why: "",
      equations: [activationEquation(now, l, j)],
    },
    deltaBlock(now, l, j),
    pathsBlock(now, name),
  ];
  return {
    title: say("unit", { unit: counted(j), layer: l }),
    value: entry(now, "a", l, j),
    place: b + j,
    bias: `b${l}[${j}]`,
    layer: l,
    blocks: blocks.filter(Boolean),
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
      pathsBlock(now, `x[${i}]`),
    ].filter(Boolean),
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
