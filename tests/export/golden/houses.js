// houses.js: a neural network exported by clearprop VERSION. This file is yours.
//
// 5 inputs -> 2 tanh -> 3 elu -> 3 softmax; 33 parameters, float64.
// Largest difference from the model: SMALL on 200 rows (computed in NumPy with the file's numbers, in float64).
//
// Columns:
//   built: a number, 1980 to 2020 in training
//   area (m²): a number, 30 to 200 in training; NaN if missing
//   city: one of Oslo, 北京
//
// Answer: kind, one of flat, house, hut; the probability of each.

export const columns = [
  { name: "built", low: 1980.0, high: 2020.0 },
  { name: "area (m²)", low: 30.0, high: 200.0 },
  { name: "city", categories: ["Oslo", "北京"] },
];

export const classes = ["flat", "house", "hut"];

const layer1 = Float64Array.from([
  -40.1, 0.02, -0.005, -0.25, 0.0, 0.25,
  60.2, -0.03, -0.00375, -0.125, 0.125, 0.375,
]);

const layer2 = Float64Array.from([
  -0.125, 0.75, -0.5,
  0.0, -0.75, -0.375,
  0.125, -0.625, -0.25,
]);

const layer3 = Float64Array.from([
  -0.25, 0.25, 0.625, -0.625,
  -0.125, 0.375, 0.75, -0.5,
  0.0, 0.5, -0.75, -0.375,
]);

function refuse(name, value, why) {
  throw new RangeError(`column ${JSON.stringify(name)} (=${String(value)}): ${why}`);
}

// A number, true or false; a missing one is null, undefined or NaN.
function number(row, name, fill, saysMissing) {
  const value = row[name];
  const missing = value === null || value === undefined || Number.isNaN(value);
  if (missing && fill !== undefined) return saysMissing ? [fill, 1] : [fill];
  if (typeof value !== "number" && typeof value !== "boolean") refuse(name, value, "no number");
  if (!Number.isFinite(Number(value))) refuse(name, value, "no finite number");
  return saysMissing ? [Number(value), 0] : [Number(value)];
}

// One of the known texts; a missing one is null, undefined or "".
function category(row, name, known) {
  const text = String(row[name] ?? "").trim();
  if (!known.includes(text)) refuse(name, row[name], `not among ${known.join(", ")}`);
  return known.map((each) => (each === text ? 1 : 0));
}

// The weighted sums of a layer's units; of each, its bias stands before its weights.
function layer(units, a) {
  const z = [];
  for (let at = 0; at < units.length; at += a.length + 1) {
    let sum = units[at];
    for (let i = 0; i < a.length; i++) sum += units[at + 1 + i] * a[i];
    z.push(sum);
  }
  return z;
}

function tanh(z) {
  return Math.tanh(z);
}

function elu(z) {
  return (z > 0.0 ? z : Math.expm1(Math.min(z, 0.0)));
}

// Shares that add up to 1; the largest z is taken off first, so nothing overflows.
function softmax(z) {
  const largest = z.reduce((a, b) => Math.max(a, b));
  const e = z.map((each) => Math.exp(each - largest));
  const sum = e.reduce((a, b) => a + b);
  return e.map((each) => each / sum);
}

// The features of a row.
function features(row) {
  return [
    ...number(row, "built"),
    ...number(row, "area (m²)", 80.5, true),
    ...category(row, "city", ["Oslo", "北京"]),
  ];
}

// The outputs of the network for a row.
function outputs(row) {
  let a = features(row);
  a = layer(layer1, a).map((z) => tanh(z));
  a = layer(layer2, a).map((z) => elu(z));
  a = softmax(layer(layer3, a));
  return a;
}

// Returns { label, probabilities }, in the order of `classes`.
// A row is an object with a value for each column; one that cannot be used throws a
// RangeError with the column's name.
export function predict(row) {
  const a = outputs(row);
  const probabilities = a;
  let best = 0;
  probabilities.forEach((p, k) => { if (p > probabilities[best]) best = k; });
  return { label: classes[best], probabilities };
}

export function predictMany(rows) {
  return Array.from(rows, predict);
}
