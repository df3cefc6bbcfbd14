// How things are shown, and what is picked: none of it changes a number of the training.

import { given, sentence } from "clearprop/given";
import { inWords } from "clearprop/letters";

const usual = {
  lang: "en",
  convention: "row",
  first: "0",
  names: "",
  numbered: "no",
  digits: "4",
  fold: "6",
  view: "train",
  hand: "no",
  every: "no",
  shortcut: "yes",
  pick: "",
  sample: "",
  lines: "weight",
  figures: "no",
  discs: "a",
  mode: "",
  slip: "",
  ...given.usual,
};
const allowed = {
  lang: ["en", "zh"],
  convention: ["row", "column"],
  first: ["0", "1"],
  names: given.names ?? [""],
  numbered: ["no", "yes"],
  digits: ["3", "4", "6", "17", usual.digits],
  fold: ["6", "40", usual.fold],
  view: ["train", "derive"],
  hand: ["no", "yes"],
  every: ["no", "yes"],
  shortcut: ["yes", "no"],
  lines: ["weight", "gradient", "change"],
  figures: ["no", "yes"],
  discs: ["a", "z", "delta", "map"],
  mode: ["", "predict", "plant", "moved", "table", "python"],
};

/** @type {Record<keyof typeof usual, string>} */
export const look = { ...usual };

/** Set what is known and allowed; an address may hold anything. */
export function setLook(changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(usual, name)) continue;
    if (!allowed[name] || allowed[name].includes(value)) look[name] = String(value);
  }
}

/** What differs from the usual, for the address. */
export function unusualLook() {
  return Object.fromEntries(Object.entries(look).filter(([name, value]) => value !== usual[name]));
}

/** A sentence in the reader's language. */
export const say = (name, values) => inWords(sentence(name, look.lang, values), look.names);

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
