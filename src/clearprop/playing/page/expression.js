// An expression that the reader types: sin(3x) + 0.3x, or x^2 + y^2 > 1. Only what is listed is understood.

const FUNCTIONS = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  tanh: Math.tanh,
  exp: Math.exp,
  ln: Math.log,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
};
const CONSTANTS = { pi: Math.PI, π: Math.PI, e: Math.E };
const VARIABLES = ["x", "y"];
const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([a-zπ]+)|(\*\*|[-+*/^()<>|]))/iy;
const SIGNS = { "−": "-", "·": "*", "×": "*", "÷": "/", "（": "(", "）": ")", "＞": ">", "＜": "<" };

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
    const tokens = tokensOf(text.replace(/[−·×÷（）＞＜]/g, (sign) => SIGNS[sign]));
    const found = new Set();
    const tree = parse(tokens, found);
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
    if (!match) throw new Unreadable(text.slice(from).trim());
    const [, number, name, sign] = match;
    tokens.push(number ? { number: Number(number) } : name ? { name: name.toLowerCase() } : { sign });
  }
  return tokens;
}

/** sum [ > sum ];  sum: product ± product …;  product: power · power …;  power: −power, atom ^ power. */
function parse(tokens, found) {
  let n = 0;
  const next = (...signs) => (signs.includes(tokens[n]?.sign) ? tokens[n++].sign : null);
  const expect = (sign) => {
    if (!next(sign)) throw new Unreadable(sign);
  };

  function question() {
    const left = sum();
    const sign = next("<", ">");
    if (!sign) return { at: left, isQuestion: false };
    const right = sum();
    const holds = sign === ">" ? (a, b) => a > b : (a, b) => a < b;
    return { at: (x, y) => Number(holds(left(x, y), right(x, y))), isQuestion: true };
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
    while (n < tokens.length) {
      const sign = next("*", "/");
      const beside = !sign && (tokens[n].number !== undefined || tokens[n].name || tokens[n].sign === "(");
      if (!sign && !beside) break;
      const [left, right] = [value, power()];
      value = sign === "/" ? (x, y) => left(x, y) / right(x, y) : (x, y) => left(x, y) * right(x, y);
    }
    return value;
  }

  function power() {
    if (next("-")) {
      const of = power();
      return (x, y) => -of(x, y);
    }
    next("+");
    const base = atom();
    if (!next("^", "**")) return base;
    const exponent = power();
    return (x, y) => base(x, y) ** exponent(x, y);
  }

  function atom() {
    const token = tokens[n++];
    if (token?.number !== undefined) return () => token.number;
    if (token?.sign === "(" || token?.sign === "|") {
      const inner = sum();
      expect(token.sign === "(" ? ")" : "|");
      return token.sign === "(" ? inner : (x, y) => Math.abs(inner(x, y));
    }
    const { name } = token ?? {};
    if (VARIABLES.includes(name)) {
      found.add(name);
      return name === "x" ? (x) => x : (_, y) => y;
    }
    if (Object.hasOwn(CONSTANTS, name ?? "")) return () => CONSTANTS[name];
    if (!Object.hasOwn(FUNCTIONS, name ?? "")) throw new Unreadable(name ?? token?.sign ?? "…");
    expect("(");
    const inner = sum();
    expect(")");
    return (x, y) => FUNCTIONS[name](inner(x, y));
  }

  const tree = question();
  if (n < tokens.length) throw new Unreadable(tokens[n].name ?? tokens[n].sign ?? String(tokens[n].number));
  return tree;
}
