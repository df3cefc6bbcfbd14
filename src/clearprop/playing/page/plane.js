// The plane of two inputs with the network's output on it, or the line of one input with its curve.
// Clicking adds a point. Units can show their own maps.

import { addSample, desk, listen, tell } from "clearprop/desk";
import { say, setLook } from "clearprop/look";
import { moment, steepestRow } from "clearprop/moment";
import { forward, load, makePass } from "clearprop/propagate";
import { sample as palette } from "clearprop/colours";
import { columnName } from "clearprop/naming";

const canvas = document.getElementById("plane");
const hint = document.getElementById("plane-hint");
const [FINE, ROUGH, MAP] = [60, 30, 28];
const passes = new Map();
let [frame, box] = [0, null];

/** The outputs of the network over a grid of its one or two inputs. */
function over(net, theta, side, bounds) {
  const two = net.sizes[0] === 2;
  const m = two ? side * side : side * 4;
  const key = `${net.sizes}/${m}`;
  if (!passes.has(key)) passes.set(key, makePass(net, m));
  const pass = passes.get(key);
  const n = two ? side : m;
  const X = new Float64Array(m * net.sizes[0]);
  for (let r = 0; r < m; r++) {
    X[r * net.sizes[0]] = bounds.x0 + (((r % n) + 0.5) / n) * (bounds.x1 - bounds.x0);
    if (two) X[2 * r + 1] = bounds.y1 - ((Math.floor(r / n) + 0.5) / n) * (bounds.y1 - bounds.y0);
  }
  const rows = Int32Array.from({ length: m }, (_, r) => r);
  load(pass, net, { X, Y: new Float64Array(m * net.sizes.at(-1)) }, rows);
  forward(net, theta, pass);
  return { pass, X, m };
}

/** The range of the data with a margin. */
function boundsOf(data) {
  const range = (of, width, at) => {
    let [low, high] = [Infinity, -Infinity];
    for (let r = 0; r < data.m; r++) {
      low = Math.min(low, of[r * width + at]);
      high = Math.max(high, of[r * width + at]);
    }
    const margin = 0.15 * (high - low || 2);
    return [low - margin, high + margin];
  };
  const [x0, x1] = range(data.X, data.n, 0);
  const [y0, y1] = data.n === 2 ? range(data.X, 2, 1) : range(data.Y, data.K, 0);
  return { x0, x1, y0, y1 };
}

function draw() {
  const { data, run } = desk;
  const shows = data.n <= 2 && data.n >= 1;
  canvas.hidden = !shows;
  const text = shows
    ? say(data.n === 2 ? "plane_hint" : "line_hint", {
        x: columnName(data.inputs, "x", 0),
        y: data.n === 2 ? columnName(data.inputs, "x", 1) : columnName(data.outputs, "y", 0),
      })
    : say("no_plane");
  if (hint.textContent !== text) hint.textContent = text;
  if (!shows || (desk.playing && frame++ % 3)) return;
  box = boundsOf(data);
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  if (data.n === 2) paintPlane(pen, run, desk.playing ? ROUGH : FINE);
  else paintCurve(pen, run);
  paintPoints(pen);
}

/** How an output reads as a colour: −1 … 1. */
function signed(net, a, y) {
  const [low, high] = net.layers.at(-1).rule.range.map(Number);
  if (low >= 0 && high <= 1) return 2 * a - 1;
  return Math.max(-1, Math.min(1, a / (y || 1)));
}

function paintPlane(pen, run, side) {
  const { pass, m } = over(run.net, run.theta, side, box);
  const image = new ImageData(side, side);
  const out = pass.A.at(-1);
  const K = run.net.sizes.at(-1);
  for (let r = 0; r < m; r++) {
    if (K > 2) {
      let best = 0;
      for (let k = 1; k < K; k++) if (out[k * m + r] > out[best * m + r]) best = k;
      image.data.set(palette.ofClass(best, 0.35 + 0.4 * Math.min(1, Math.max(0, out[best * m + r]))), 4 * r);
    } else image.data.set(palette.between(signed(run.net, out[r], 1.5)), 4 * r);
  }
  blit(pen, image, canvas.width, canvas.height);
}

function blit(pen, image, width, height) {
  const small = new OffscreenCanvas(image.width, image.height);
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(small, 0, 0, width, height);
}

const across = (x) => ((x - box.x0) / (box.x1 - box.x0)) * canvas.width;
const down = (y) => ((box.y1 - y) / (box.y1 - box.y0)) * canvas.height;

function paintCurve(pen, run) {
  const { pass, X, m } = over(run.net, run.theta, 60, box);
  pen.strokeStyle = palette.ink("--backward");
  pen.lineWidth = 2;
  pen.beginPath();
  for (let r = 0; r < m; r++) pen[r ? "lineTo" : "moveTo"](across(X[r]), down(pass.A.at(-1)[r]));
  pen.stroke();
}

function paintPoints(pen) {
  const { X, Y, n, K, m, heldBack } = desk.data;
  const now = moment();
  const steepest = desk.playing ? -1 : steepestRow(now);
  for (let r = 0; r < m; r++) {
    const at = [across(X[r * n]), down(n === 2 ? X[r * 2 + 1] : Y[r * K])];
    const held = r >= m - heldBack;
    let label = Y[r * K];
    if (K > 2) for (let k = 0; k < K; k++) if (Y[r * K + k] === 1) label = k;
    pen.beginPath();
    pen.arc(...at, (held ? 2.6 : 3.2) * (m > 20 ? 1 : 2), 0, 7);
    pen.fillStyle =
      n === 1
        ? palette.ink("--positive")
        : K > 2
          ? palette.css(palette.ofClass(label, 1))
          : palette.ink(label > 0.5 ? "--positive" : "--negative");
    if (held) {
      pen.strokeStyle = pen.fillStyle;
      pen.lineWidth = 1.3;
      pen.stroke();
    } else {
      pen.fill();
      pen.strokeStyle = palette.ink("--paper");
      pen.lineWidth = 0.8;
      pen.stroke();
    }
    if (r === now.sample) ring(pen, at, m > 20 ? 7 : 10, "--ink");
    if (r === steepest) ring(pen, at, m > 20 ? 10 : 13, "--backward");
  }
}

function ring(pen, at, radius, colour) {
  pen.beginPath();
  pen.arc(...at, radius, 0, 7);
  pen.strokeStyle = palette.ink(colour);
  pen.lineWidth = 2;
  pen.stroke();
}

/** Each hidden unit's own activation over the plane, on its disc. */
export function paintMaps(units) {
  const { run, data } = desk;
  if (data.n > 2 || (desk.playing && frame % 3)) return;
  const bounds = boundsOf(data);
  const { pass, m } = over(run.net, run.theta, data.n === 2 ? MAP : 7, bounds);
  for (const { l, j, canvas: small } of units) {
    if (l === 0) continue;
    const pen = small.getContext("2d");
    const a = pass.A[l].subarray(j * m, (j + 1) * m);
    let most = 1e-9;
    for (const one of a) most = Math.max(most, Math.abs(one));
    const output = l === run.net.sizes.length - 1;
    if (data.n === 2) {
      const image = new ImageData(MAP, MAP);
      for (let r = 0; r < m; r++)
        image.data.set(
          palette.between(output ? signed(run.net, a[r], 1.5) : a[r] / Math.max(most, 1)),
          4 * r,
        );
      pen.putImageData(image, 0, 0);
    } else {
      pen.clearRect(0, 0, MAP, MAP);
      pen.strokeStyle = palette.ink("--positive");
      pen.beginPath();
      for (let r = 0; r < m; r++)
        pen[r ? "lineTo" : "moveTo"]((r / m) * MAP, MAP / 2 - (a[r] / Math.max(most, 1)) * (MAP / 2 - 2));
      pen.stroke();
    }
  }
}

/** The point of the data under the pointer, or null. */
function nearest(x, y) {
  const { X, Y, n, K, m } = desk.data;
  let best = { row: -1, far: 12 };
  for (let r = 0; r < m; r++) {
    const far = Math.hypot(across(X[r * n]) - x, down(n === 2 ? X[r * 2 + 1] : Y[r * K]) - y);
    if (far < best.far) best = { row: r, far };
  }
  return best.row;
}

export function start() {
  listen(draw);
  canvas.addEventListener("click", (event) => {
    const { width, height } = canvas.getBoundingClientRect();
    const [x, y] = [(event.offsetX * canvas.width) / width, (event.offsetY * canvas.height) / height];
    const row = nearest(x, y);
    if (row >= 0 && !event.shiftKey) {
      setLook({ sample: String(row) });
      tell();
      return;
    }
    const at = [
      box.x0 + (x / canvas.width) * (box.x1 - box.x0),
      box.y1 - (y / canvas.height) * (box.y1 - box.y0),
    ].map((one) => Number(one.toFixed(2)));
    const { n, K } = desk.data;
    const label = event.shiftKey ? 0 : 1;
    const target =
      n === 1
        ? [at[1], ...Array(K - 1).fill(0)]
        : K === 1
          ? [label]
          : Array.from({ length: K }, (_, k) => (k === label ? 1 : 0));
    addSample(at.slice(0, n), target);
  });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const now = moment();
    setLook({ sample: String((now.sample + step + desk.data.m) % desk.data.m) });
    tell();
  });
}
