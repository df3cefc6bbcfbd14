// A table of the reader's own: CSV to columns, and columns to numbers that a network takes.

import { given } from "clearprop/given";
import { Random } from "clearprop/random";

const [MOST_ROWS, MOST_CLASSES] = [2000, 20];

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

const GAPS = new Set(["", "?", "na", "n/a", "nan", "null", "none", "-", "inf", "-inf", "infinity", "-infinity"]);

/** A cell as a number; 12,5 is one where commas do not separate. */
const numberOf = (cell) => Number(cell.replace(/^([+-]?\d+),(\d+)$/, "$1.$2"));
const isNumeric = (column) => column.every((one) => Number.isFinite(numberOf(one)));

/** @returns {{names: string[], columns: string[][], dropped: number}|{error: string}} */
export function columnsOf(text) {
  const rows = cellsOf(text.replace(/^\ufeff/, ""));
  if (rows.length < 2 || rows[0].length < 2) return { error: "no_table" };
  const isHead = rows[0].some((one) => one !== "" && Number.isNaN(numberOf(one)));
  const names = isHead ? rows.shift() : rows[0].map((_, n) => `x${n}`);
  // a column without a name numbers the rows
  const kept = names.map((_, n) => n).filter((n) => names[n] !== "");
  const whole = rows.filter(
    (row) => row.length === names.length && kept.every((n) => !GAPS.has(row[n].toLowerCase())),
  );
  if (whole.length < 2 || kept.length < 2) return { error: "no_table" };
  // a table may be sorted: what is taken of a long one is evenly spread
  const count = Math.min(whole.length, MOST_ROWS);
  const taken = Array.from({ length: count }, (_, r) => whole[Math.floor((r * whole.length) / count)]);
  const columns = kept.map((n) => taken.map((row) => row[n]));
  return { names: kept.map((n) => names[n]), columns, dropped: rows.length - columns[0].length };
}

function standardized(column) {
  const numbers = column.map(numberOf);
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length);
  return numbers.map((one) => (one - mean) / (deviation || 1));
}

/** Where each cell is one of the known texts. */
const oneHot = (column, known) => known.map((one) => column.map((cell) => (cell === one ? 1 : 0)));

/** Columns as inputs: numbers standardised, texts one-hot; what has too many values is a name. */
function featuresOf(names, columns) {
  const [inputs, features] = [[], []];
  columns.forEach((column, n) => {
    const known = [...new Set(column)];
    if (isNumeric(column)) {
      inputs.push(names[n]);
      features.push(standardized(column));
    } else if (known.length <= MOST_CLASSES) {
      inputs.push(...known.map((one) => `${names[n]}=${one}`));
      features.push(...oneHot(column, known));
    }
  });
  return { inputs, features };
}

/** What a column asks for: a number, one of two classes, or one of several. */
function goalOf(column, target) {
  const classes = [...new Set(column)].sort();
  const few = classes.length <= 3 && 3 * classes.length <= column.length;
  if (classes.length < 2) return { error: "no_goal" };
  const counts = column.every((one) => Number.isInteger(numberOf(one)));
  if (isNumeric(column) && !(few && counts && classes.length > 1)) {
    return {
      targets: [standardized(column)],
      outputs: [target],
      output: "identity",
      loss: "half_squared_error",
    };
  }
  if (classes.length > MOST_CLASSES) return { error: "no_goal" };
  const outputs = classes.map((one) => `${target}=${one}`);
  if (classes.length === 2) {
    const targets = oneHot(column, classes.slice(1));
    return { targets, outputs: outputs.slice(1), output: "sigmoid", loss: "binary_cross_entropy" };
  }
  return { targets: oneHot(column, classes), outputs, output: "softmax", loss: "categorical_cross_entropy" };
}

/** A table as data of the page, with the output and the loss that its target asks for. */
export function dataFrom({ names, columns, dropped }, target, name) {
  const others = names.map((_, n) => n).filter((n) => names[n] !== target);
  const { inputs, features } = featuresOf(
    others.map((n) => names[n]),
    others.map((n) => columns[n]),
  );
  if (!features.length) return { error: "no_inputs" };
  const { error, targets, ...goal } = goalOf(columns[names.indexOf(target)], target);
  if (error) return { error };
  const m = columns[0].length;
  // shuffled, since the last fifth validates and tables come sorted
  const order = new Random(given.draws.states[0]).order(m);
  const cell = (parts, p) => parts[p % parts.length][order[Math.floor(p / parts.length)]];
  const laid = (parts) => Float64Array.from({ length: m * parts.length }, (_, p) => cell(parts, p));
  const [n, K] = [features.length, targets.length];
  return {
    ...goal,
    name,
    X: laid(features),
    Y: laid(targets),
    m,
    n,
    K,
    heldBack: Math.floor(m / 5),
    inputs,
    dropped,
    edited: true,
  };
}
