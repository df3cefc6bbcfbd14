// An expression that the reader types: sin(3x) + 0.3x, or x² + y² > 1. Only what is listed is understood.

import { activations } from "clearprop/rules";
import { plainSigns } from "clearprop/spelling";

const LONGEST = 500;
const FUNCTIONS = {
  ...Object.fromEntries(
    Object.values(activations)
      .filter((rule) => rule.elementwise)
      .map((rule) => [rule.name, (z) => rule.f(z, rule.setting)]),
  ),
  ...Object.fromEntries(
    ["sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs", "sign", "max", "min"].map((one) => [one, Math[one]]),
  ),
  ln: Math.log,
};
const CONSTANTS = { pi: Math.PI, π: Math.PI, e: Math.E };
const VARIABLES = ["x", "y"];
const SEVERAL = ["max", "min"];
/** Names side by side, xy or 2πx, are taken apart: the longest that is known comes first. */
const NAMES = [...Object.keys(FUNCTIONS), ...Object.keys(CONSTANTS), ...VARIABLES]
  .sort((one, other) => other.length - one.length)
  .join("|");
const NUMBER = "(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?(?![\\d_])";
const TOKEN = new RegExp(`\\s*(?:(${NUMBER})|(${NAMES})|(\\*\\*|>=|<=|[-+*/()<>,]))`, "iy");
const WORD = /\s*([\p{L}\p{N}_]+|\S|$)/uy;

/** A mistake in what was typed, with the place where it was noticed. */
class Unreadable extends Error {}

/**
 * @typedef {object} Read
 * @property {(x: number, y: number) => number} at
 * @property {string[]} variables   the ones that occur, of x and y
 * @property {boolean} isQuestion   whether it compares: 1 for yes, 0 for no
 *
 * @returns {Read|{error: string}}  what could not be read
 */
export function expressionOf(text) {
  try {
    if (text.length > LONGEST) throw new Unreadable(`${text.slice(0, 20)}…`);
    const found = new Set();
    const tree = parse(tokensOf(plainSigns(text)), found);
    return { at: tree.at, variables: VARIABLES.filter((one) => found.has(one)), isQuestion: tree.isQuestion };
  } catch (mistake) {
    if (mistake instanceof Unreadable) return { error: mistake.message };
    throw mistake;
  }
}

function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      WORD.lastIndex = from;
      throw new Unreadable(WORD.exec(text)[1]);
    }
    const [, number, name, sign] = match;
    if (number) tokens.push({ number: Number(number.replaceAll("_", "")), text: number });
    else tokens.push(name ? { name: name.toLowerCase(), text: name } : { sign, text: sign });
  }
  return tokens;
}

/** sum [ > sum ];  sum: product ± product …;  product: power · power …;  power: −power, atom ** power. */
function parse(tokens, found) {
  let n = 0;
  const next = (...signs) => (signs.includes(tokens[n]?.sign) ? tokens[n++].sign : null);
  const expect = (sign) => {
    if (!next(sign)) throw new Unreadable(tokens[n]?.text ?? sign);
  };
  /** Whether a factor follows that needs no sign: x in 2x, (x + 1) in 2(x + 1). */
  const isBeside = () => tokens[n]?.name !== undefined || tokens[n]?.sign === "(";

  function question() {
    const left = sum();
    const sign = next("<", ">", "<=", ">=");
    if (!sign) return { at: left, isQuestion: false };
    const right = sum();
    const [low, high] = sign[0] === ">" ? [right, left] : [left, right];
    const holds = sign.length > 1 ? (a, b) => a <= b : (a, b) => a < b;
    return { at: (x, y) => Number(holds(low(x, y), high(x, y))), isQuestion: true };
  }

  function sum() {
    let value = product();
    for (let sign = next("+", "-"); sign; sign = next("+", "-")) {
      const [left, right, factor] = [value, product(), sign === "+" ? 1 : -1];
      value = (x, y) => left(x, y) + factor * right(x, y);
    }
    return value;
  }

  function product() {
    let value = power();
    for (;;) {
      const sign = next("*", "/");
      if (!sign && !isBeside()) return value;
      const [left, right] = [value, power()];
      value = sign === "/" ? (x, y) => left(x, y) / right(x, y) : (x, y) => left(x, y) * right(x, y);
    }
  }

  function power() {
    if (next("-")) {
      const of = power();
      return (x, y) => -of(x, y);
    }
    next("+");
    const base = atom();
    if (!next("**")) return base;
    const exponent = power();
    return (x, y) => base(x, y) ** exponent(x, y);
  }

  function atom() {
    const { number, name, sign, text = "…" } = tokens[n++] ?? {};
    if (number !== undefined) return () => number;
    if (sign === "(") {
      const inner = sum();
      expect(")");
      return inner;
    }
    if (VARIABLES.includes(name)) {
      found.add(name);
      return name === "x" ? (x) => x : (_, y) => y;
    }
    if (Object.hasOwn(CONSTANTS, name ?? "")) return () => CONSTANTS[name];
    if (!name) throw new Unreadable(text);
    return applied(name);
  }

  /** A function of what follows it: sin(3x), max(x, y), and sin 3x, sin² x as on paper. */
  function applied(name) {
    const exponent = next("**") ? atom() : () => 1;
    const parts = next("(") ? listed(name) : [factors()];
    const f = FUNCTIONS[name];
    return (x, y) => f(...parts.map((part) => part(x, y))) ** exponent(x, y);
  }

  function listed(name) {
    const parts = [sum()];
    while (SEVERAL.includes(name) && next(",")) parts.push(sum());
    expect(")");
    return parts;
  }

  function factors() {
    let value = power();
    while (isBeside() && !Object.hasOwn(FUNCTIONS, tokens[n].name ?? "")) {
      const [left, right] = [value, power()];
      value = (x, y) => left(x, y) * right(x, y);
    }
    return value;
  }

  const tree = question();
  if (n < tokens.length) throw new Unreadable(tokens[n].text);
  return tree;
}
