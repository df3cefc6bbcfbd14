// What the course calls things: h for a, dZ for δ, E for L, dW for ∂L/∂W; and W₁ … W₈ for the weights.
// The same names and numbers as `clearprop.derivation.naming` gives them.

import { desk } from "clearprop/desk";
import { look } from "clearprop/look";
import { LETTERS, namesIn } from "clearprop/letters";

const SUMMED = ["z", "a", "delta", "b"];
const NAME = /^([A-Za-z]+?)(\d*)\[([\d,]+)\]$/;
const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0);

/** The name of a quantity as a formula has it; one that is given for its layer goes before another. */
export function called(letter, layer = null, names = namesIn(look.names)) {
  return names[`${letter}${layer ?? ""}`] ?? names[letter] ?? LETTERS[letter] ?? letter;
}

/**
 * The number of a weight, unit or input, counted from 1; null where it has none. Weights are numbered
 * neuron by neuron, and within a neuron input by input.
 */
export function numberOf({ letter, layer = null, index = [] }, sizes, names) {
  if (!sizes.length || index.some((one) => typeof one !== "number")) return null;
  if (letter === "x" || letter === "y") return index.length === 1 ? index[0] + 1 : null;
  if (!layer) return null;
  if (letter === "W" && index.length === 2) {
    const before = total(sizes.slice(0, layer - 1).map((size, l) => size * sizes[l + 1]));
    return before + index[1] * sizes[layer - 1] + index[0] + 1;
  }
  if (!SUMMED.includes(letter)) return null;
  const place = index.length || sizes[layer] > 1 ? index : [0];
  if (place.length !== 1) return null;
  const alone = `${letter}${layer}` in names;
  return (alone ? 0 : total(sizes.slice(1, layer))) + place[0] + 1;
}

/** n₀ … n_L where things are numbered through, else nothing. */
export const numberedSizes = () => (look.numbered === "yes" ? desk.run.net.sizes : []);

/** What the course calls the loss. */
export const lossName = () => called("L");

/** The name of a column, or x0, x1 … as the reader counts. */
export function columnName(given, kind, at) {
  const first = look.numbered === "yes" ? 1 : Number(look.first);
  return given[at] ?? `${called(kind)}${at + first}`;
}

/** The name of a quantity as the reader counts: W1[0,2], W1[1,3] from 1 on, or W7 numbered through. */
export function spoken(name) {
  const [, letter, layer, inner] = NAME.exec(name) ?? [];
  if (!letter) return name === "L" ? lossName() : name;
  const index = inner.split(",").map(Number);
  const names = namesIn(look.names);
  const symbol = { letter, layer: layer === "" ? null : Number(layer), index };
  const number = numberOf(symbol, numberedSizes(), names);
  const said = called(letter, symbol.layer, names);
  if (number !== null) return `${said}${number}`;
  const own = `${letter}${layer}` in names && layer !== "";
  return `${said}${own ? "" : layer}[${index.map((one) => one + Number(look.first))}]`;
}

/** The name by which the page knows what the reader typed. */
export function unspoken(text) {
  const typed = text.trim();
  if (typed === lossName()) return "L";
  const letters = ["W", "b", "a", "z", "delta", "x", "y"];
  const start = typed.match(/^[^\d[]+/)?.[0];
  const meant = letters.filter((one) => start === one || typed.startsWith(called(one)));
  for (const letter of meant) {
    const found = everyName(letter).find((name) => spoken(name) === typed);
    if (found) return found;
  }
  return typed;
}

/** Every entry of a quantity, by name. */
function everyName(letter) {
  const { sizes, layers } = desk.run.net;
  if (letter === "x" || letter === "y")
    return Array.from({ length: letter === "x" ? sizes[0] : sizes.at(-1) }, (_, at) => `${letter}[${at}]`);
  return layers.flatMap(({ number, inputs, units }) =>
    Array.from({ length: letter === "W" ? inputs * units : units }, (_, at) =>
      letter === "W"
        ? `W${number}[${Math.floor(at / units)},${at % units}]`
        : `${letter}${number}[${at}]`,
    ),
  );
}
