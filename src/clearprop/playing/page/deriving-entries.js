// A line worked out by hand: the entries of its vectors and matrices, one by one.

import { eq, frac, num, partial, sigma, sum, sym, times } from "clearprop/formula";
import {
  activationEquation,
  deltaBlock,
  inputName,
  inputSymbol,
  inputValue,
  sumEquations,
  TERMS,
} from "clearprop/deriving-units";
import { isSum, sampleShare } from "clearprop/deriving-loss";
import { symbolOf } from "clearprop/deriving-updates";
import { say } from "clearprop/look";
import { nameOf, placeOf } from "clearprop/network";

const MOST = 8;

/** @returns {import("clearprop/deriving").Block[]}  none where a line has no entries */
export function entryBlocks(now) {
  const { kind, layer } = now.lines[now.line];
  const entries = { forward: ofUnits(sums), delta: ofUnits(deltas), gradient: gradients }[kind];
  if (!entries) return [];
  const { equations, shown, all } = entries(now, layer);
  const note = shown < all ? say("entries_cut", { shown, all }) : "";
  return [{ title: say("entries_title"), why: "", equations, note }];
}

const sums = (now, l, j) => [sumEquations(now, l, j)[1], activationEquation(now, l, j)];
const deltas = (now, l, j) => deltaBlock(now, l, j).equations.slice(1);

/** The equations of the first units of a layer. */
const ofUnits = (equationsOf) => (now, l) => {
  const all = now.net.sizes[l];
  const shown = Math.min(all, MOST);
  return { equations: Array.from({ length: shown }, (_, j) => equationsOf(now, l, j)).flat(), shown, all };
};

/** The first weights of a layer, and its first biases. */
function gradients(now, l) {
  const { W, b, inputs, units } = now.net.layers[l - 1];
  const count = inputs * units;
  const places = [
    ...Array.from({ length: Math.min(count, MOST) }, (_, n) => W + n),
    ...Array.from({ length: Math.min(units, MOST) }, (_, n) => b + n),
  ];
  const equations = places.map((place) => batchEquations(now, nameOf(now.net, place))[1]);
  return { equations, shown: places.length, all: count + units };
}

/** ∂L/∂w = c Σₙ aₙᵢ δₙⱼ in letters, and with the numbers of the batch's first samples. */
export function batchEquations(now, name) {
  const by = symbolOf(name);
  const isWeight = by.letter === "W";
  const [l, place, m] = [by.layer, placeOf(now.net, name), now.rows.length];
  const [i, to] = isWeight ? by.index : [0, by.index[0]];
  const { shares } = now.pass;
  const hasMean = now.net.reduction === "mean" && m > 1 && !shares;
  const a = (n) => now.pass.A[l - 1][i * m + n];
  const d = (n) => now.pass.D[l][to * m + n];
  const c = (n) => (shares ? [num(shares[n])] : []);
  const numbers = (n) => times(...c(n), ...(isWeight ? [num(a(n))] : []), num(d(n)));
  const one = () =>
    times(...c(0), num(inputValue(now, l, i), inputName(l, i)), num(d(0), `delta${l}[${to}]`));
  const terms =
    m === 1 && isWeight ? [one()] : Array.from({ length: Math.min(m, TERMS) }, (_, n) => numbers(n));
  if (m > TERMS) terms.push(sym("…"));
  const several = isSum(now);
  const delta = sym("delta", l, several ? ["n", to] : [to]);
  const input = several ? { ...inputSymbol(l, i), index: ["n", i] } : inputSymbol(l, i);
  const body = times(...sampleShare(now), ...(isWeight ? [input] : []), delta);
  const penalty = now.decay && isWeight ? [times(sym("lambda"), by)] : [];
  const penaltyNumbers = penalty.length ? [times(num(now.decay), num(now.before.theta[place]))] : [];
  const [share, shareNumber] = hasMean ? [[frac(num(1), sym("m"))], [frac(num(1), num(m))]] : [[], []];
  const left = partial(sym("L"), by);
  return [
    eq(left, sum(times(...share, several ? sigma("n", body) : body), ...penalty)),
    eq(left, sum(times(...shareNumber, sum(...terms)), ...penaltyNumbers), num(now.g[place])),
  ];
}
