// One step of the update rule for one parameter, line by line, from the rule's own source.

import { eq, filled, frac, num, power, rewrite, sum, neg, sym, times, partial } from "clearprop/formula";
import { biases, weights } from "clearprop/matrices";
import { say } from "clearprop/look";
import { lossAfter } from "clearprop/moment";
import { spoken } from "clearprop/naming";
import { nameOf, placeOf } from "clearprop/network";

/** The symbol of a parameter. */
export function symbolOf(name) {
  const [, letter, layer, inner] = /^([A-Za-z]+)(\d*)\[([\d,]+)\]$/.exec(name);
  return sym(letter, Number(layer), inner.split(",").map(Number));
}

/** @returns {import("clearprop/deriving").Block[]} */
export function updateBlocks(now, pick) {
  const asked = placeOf(now.net, pick);
  const place = asked >= 0 ? asked : steepest(now);
  const name = nameOf(now.net, place);
  const { settings } = now;
  const { rule } = now.run;
  const theta = symbolOf(name);
  const known = {
    theta: now.before.theta[place],
    g: now.g[place],
    t: now.after.t,
    ...settings,
  };
  rule.coefficientNames.forEach((one, n) => {
    known[one] = Number(now.coefficients[n]);
  });
  rule.slotNames?.forEach((one, n) => {
    if (one) known[one] = now.before.slots[n][place];
  });
  const letters = { theta, g: partial(sym("L"), theta), loss: sym("L") };
  const equations = [];
  for (const { finds, formula } of rule.coefficientLines) {
    if (!rule.coefficientNames.includes(finds)) continue;
    equations.push(eq(sym(finds), filled(formula, {}), numbers(formula, known), num(known[finds])));
  }
  const values = { ...known };
  for (const { finds, formula } of rule.lines) {
    const found = value(formula, values);
    const left = {
      ...(finds === "theta" ? theta : sym(finds)),
      ...(finds === "theta" || isSlot(rule, finds) ? { mark: say("new") } : {}),
    };
    equations.push(eq(left, filled(formula, letters), numbers(formula, values), num(found)));
    values[finds] = found;
    if (isSlot(rule, finds)) {
      letters[finds] = left;
      equations.push(...corrected(rule, finds, left, found, known));
    }
  }
  const [from, to] = [now.before.theta[place], now.after.theta[place]];
  return [
    {
      title: say("update_title", { rule: rule.name, name: spoken(name), t: now.after.t }),
      why: say("update_why"),
      equations: [eq(letters.g, num(now.g[place])), ...equations, eq(times(sym("Δ"), theta), num(to - from))],
    },
  ];
}

const isSlot = (rule, name) => rule.slotNames.includes(name);

/** m̂ = m / (1 − βᵗ): what the rule's rate takes in, where it corrects a moment's bias. */
function corrected(rule, slot, letter, found, known) {
  const setting = rule.corrections?.[slot];
  if (!setting) return [];
  const rest = sum(num(1), neg(power(sym(setting), sym("t"))));
  const numbersOfRest = sum(num(1), neg(power(num(known[setting]), num(known.t))));
  const hat = found / (1 - known[setting] ** known.t);
  return [eq(sym(`${slot}_hat`), frac(letter, rest), frac(num(found), numbersOfRest), num(hat))];
}

/** The parameter whose gradient is largest. */
function steepest(now) {
  let best = 0;
  for (let p = 1; p < now.g.length; p++) if (Math.abs(now.g[p]) > Math.abs(now.g[best])) best = p;
  return best;
}

/** A formula with numbers for its letters. */
function numbers(formula, known) {
  return rewrite(formula, (node) =>
    node.node === "Symbol" && node.letter in known ? num(Number(known[node.letter])) : null,
  );
}

/** What the step makes of every layer's weights and biases, and the loss of the batch after it. */
export function layerUpdateBlocks(now) {
  const { before, after } = now;
  const change = after.theta.map((one, place) => one - before.theta[place]);
  const moved = (letter, l, numbers) => {
    const old = sym(letter, l);
    const next = { ...old, mark: say("new") };
    return {
      title: say("layer_update_title", { name: spoken(`${letter}${l}`) }),
      why: say("layer_update_why"),
      equations: [
        eq(next, sum(old, times(sym("Δ"), old))),
        eq(next, sum(numbers(before.theta), numbers(change)), numbers(after.theta)),
      ],
    };
  };
  const blocks = now.net.layers.flatMap(({ number: l }) => [
    moved("W", l, (array) => weights(now, l, array, `W${l}`)),
    moved("b", l, (array) => biases(now, l, array)),
  ]);
  const [loss, fell] = [lossAfter(now), lossAfter(now) < now.pass.loss];
  blocks.push({
    title: say("loss_after_title"),
    why: say(fell ? "loss_fell" : "loss_rose"),
    equations: [eq({ ...sym("L"), mark: say("new") }, num(loss))],
  });
  return blocks;
}

/** The value of a formula of an update rule. */
export function value(node, known) {
  const of = (one) => value(one, known);
  switch (node.node) {
    case "Number":
      return node.value;
    case "Symbol":
      return Number(known[node.letter]);
    case "Negative":
      return -of(node.of);
    case "Sum":
      return node.terms.map(of).reduce((a, b) => a + b);
    case "Product":
      return node.factors.map(of).reduce((a, b) => a * b);
    case "Fraction":
      return of(node.top) / of(node.bottom);
    case "Power":
      return of(node.base) ** of(node.exponent);
    case "Apply":
      return Math[node.function](...node.arguments.map(of));
    default:
      return NaN;
  }
}
