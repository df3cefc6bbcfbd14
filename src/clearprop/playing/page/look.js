// How things are shown, and what is picked: none of it changes a number of the training.

import { given, sentence } from "clearprop/given";

const usual = {
  lang: "en",
  convention: "row",
  first: "0",
  names: "a,δ,L",
  digits: "4",
  fold: "6",
  pick: "",
  sample: "",
  lines: "weight",
  discs: "a",
  mode: "",
  slip: "",
  ...given.usual,
};
const allowed = {
  lang: ["en", "zh"],
  convention: ["row", "column"],
  first: ["0", "1"],
  names: ["a,δ,L", "h,δ,L", "a,dZ,L", "h,δ,E"],
  digits: ["3", "4", "6", "17"],
  fold: ["6", "40"],
  lines: ["weight", "gradient", "change"],
  discs: ["a", "z", "delta", "map"],
  mode: ["", "predict", "plant", "moved", "table", "python"],
};

/** @type {Record<keyof typeof usual, string>} */
export const look = { ...usual };

/** Set what is known and allowed; an address may hold anything. */
export function setLook(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in usual)) continue;
    if (!allowed[name] || allowed[name].includes(value)) look[name] = String(value);
  }
}

/** What differs from the usual, for the address. */
export function unusualLook() {
  return Object.fromEntries(Object.entries(look).filter(([name, value]) => value !== usual[name]));
}

/** A sentence in the reader's language. */
export const say = (name, values) => sentence(name, look.lang, values);

/** Of a pair {en, zh}, the reader's. */
export const told = (pair) => pair[look.lang];

/** An index as the reader counts. */
export const counted = (index) => index + Number(look.first);

/** A name from a table, safe in HTML. */
export const escaped = (text) =>
  String(text).replace(
    /[&<>"]/g,
    (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter],
  );

/** What the course calls the loss. */
export const lossName = () => look.names.split(",")[2];

/** The name of a column, or x0, x1 … as the reader counts. */
export const columnName = (names, kind, at) => names[at] ?? `${kind}${counted(at)}`;

/** The name of a quantity as the reader counts: W1[0,2], or W1[1,3] from 1 on. */
export function spoken(name) {
  return name.replace(
    /\[([\d,]+)\]/,
    (_, inner) =>
      `[${inner
        .split(",")
        .map((one) => counted(Number(one)))
        .join(",")}]`,
  );
}

/** The name by which the page knows what the reader typed. */
export function unspoken(text) {
  return text.trim().replace(
    /\[([\d,]+)\]/,
    (_, inner) =>
      `[${inner
        .split(",")
        .map((one) => Number(one) - Number(look.first))
        .join(",")}]`,
  );
}
