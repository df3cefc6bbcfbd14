// A table of the reader's own: CSV to columns, and columns to numbers that a network takes.

import { given } from "clearprop/given";
import { Random } from "clearprop/random";

const MOST_ROWS = 2000;

/** Cells of a CSV: quotes, commas, semicolons or tabs. */
export function cellsOf(text) {
  const first = text.slice(0, text.indexOf("\n") + 1 || undefined);
  const separator = ["\t", ";", ","].reduce(
    (best, one) => (first.split(one).length > first.split(best).length ? one : best),
    ",",
  );
  const rows = [];
  let [row, cell, quoted] = [[], "", false];
  const end = () => {
    row.push(cell.trim());
    cell = "";
  };
  for (let n = 0; n < text.length; n++) {
    const letter = text[n];
    if (quoted) {
      if (letter === '"' && text[n + 1] === '"') {
        cell += '"';
        n++;
      } else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"') quoted = true;
    else if (letter === separator) end();
    else if (letter === "\n" || letter === "\r") {
      end();
      if (row.some((one) => one !== "")) rows.push(row);
      row = [];
    } else cell += letter;
  }
  end();
  if (row.some((one) => one !== "")) rows.push(row);
  return rows;
}

/** @returns {{names: string[], columns: string[][]}|{error: string}} */
export function columnsOf(text) {
  const rows = cellsOf(text.replace(/^\ufeff/, ""));
  if (rows.length < 2 || rows[0].length < 2) return { error: "no_table" };
  const isHead = rows[0].some((one) => one !== "" && Number.isNaN(Number(one)));
  const names = isHead ? rows.shift() : rows[0].map((_, n) => `x${n}`);
  const whole = rows
    .filter((row) => row.length === names.length && row.every((one) => one !== ""))
    .slice(0, MOST_ROWS);
  if (whole.length < 2) return { error: "no_table" };
  return { names, columns: names.map((_, n) => whole.map((row) => row[n])) };
}

const isNumeric = (column) => column.every((one) => Number.isFinite(Number(one)));

function standardized(column) {
  const numbers = column.map(Number);
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length) || 1;
  return numbers.map((one) => (one - mean) / deviation);
}

/** Inputs standardised, texts one-hot; a target of few values or of texts is a class. */
export function dataFrom({ names, columns }, target, name) {
  const at = names.indexOf(target);
  const inputs = [];
  const features = [];
  columns.forEach((column, n) => {
    if (n === at) return;
    if (isNumeric(column)) {
      inputs.push(names[n]);
      features.push(standardized(column));
      return;
    }
    const known = [...new Set(column)];
    if (known.length > 20) return; // a name, not a property
    for (const one of known) {
      inputs.push(`${names[n]}=${one}`);
      features.push(column.map((cell) => (cell === one ? 1 : 0)));
    }
  });
  if (!features.length) return { error: "no_inputs" };
  const goal = columns[at];
  const classes = [...new Set(goal)].sort();
  const classifies =
    classes.length > 1 &&
    (!isNumeric(goal) || (classes.length <= 3 && goal.every((one) => Number.isInteger(Number(one)))));
  const m = goal.length;
  const targets = !classifies
    ? [standardized(goal)]
    : classes.length === 2
      ? [goal.map((one) => (one === classes[1] ? 1 : 0))]
      : classes.map((one) => goal.map((cell) => (cell === one ? 1 : 0)));
  const outputs = !classifies
    ? [target]
    : classes.length === 2
      ? [`${target}=${classes[1]}`]
      : classes.map((one) => `${target}=${one}`);
  // shuffled, since the last fifth validates and tables come sorted
  const order = new Random(given.draws.states[0]).order(m);
  const laid = (parts) =>
    Float64Array.from(
      { length: m * parts.length },
      (_, p) => parts[p % parts.length][order[Math.floor(p / parts.length)]],
    );
  const K = targets.length;
  return {
    name,
    X: laid(features),
    Y: laid(targets),
    m,
    n: features.length,
    K,
    heldBack: Math.floor(m / 5),
    inputs,
    outputs,
    edited: true,
    output: !classifies ? "identity" : K > 1 ? "softmax" : "sigmoid",
    loss: !classifies ? "half_squared_error" : K > 1 ? "categorical_cross_entropy" : "binary_cross_entropy",
  };
}
