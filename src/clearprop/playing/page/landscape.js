// The loss around here: along the negative gradient, and over a plane through the parameters.

import { changeSetup, desk, goTo, linesOf, listen, tell } from "clearprop/desk";
import { chart, prepared } from "clearprop/charts";
import { sample as palette } from "clearprop/colours";
import { look, say } from "clearprop/look";
import { moment } from "clearprop/moment";
import { spoken } from "clearprop/naming";
import { nameOf, placeOf } from "clearprop/network";
import { figure, shown } from "clearprop/numbers";
import { batchLoss, forward } from "clearprop/propagate";

const [search, searchText] = [document.getElementById("search"), document.getElementById("search-reading")];
const [land, landText, axesChoice] = ["landscape", "land-reading", "land-axes"].map((id) =>
  document.getElementById(id),
);
const [POINTS, SIDE, LARGEST, PATIENCE] = [41, 25, 400_000, 200];
/** So many pixels from the way a click still means it. */
const NEAR = 14;
let axes = "step";
let key = "";
/** The η under a pixel of the line search, and the steps of the way with their places on the landscape. */
let [rateUnder, way] = [null, []];
let waiting = 0;

/** L of the batch at other parameters. */
function lossAt(now, theta) {
  forward(now.net, theta, now.pass);
  return batchLoss(now.net, now.pass);
}

/** The pass belongs to the moment: it is put back after looking around. */
function around(now, look_) {
  const found = look_();
  lossAt(now, now.before.theta);
  return found;
}

/** A look around costs hundreds of passes: it waits until nothing has changed for a while. */
function draw() {
  clearTimeout(waiting);
  if (!desk.playing) waiting = setTimeout(lookAround, PATIENCE);
}

function lookAround() {
  const now = moment();
  const wanted = [
    now.t,
    desk.run.net.count,
    axes,
    look.pick,
    desk.earlier.length,
    look.lang,
    search.parentElement.clientWidth,
  ].join("/");
  if (desk.playing || key === wanted || now.net.count * now.rows.length > LARGEST) return;
  key = wanted;
  drawSearch(now);
  drawLand(now);
}

/** L(θ − η g) over η: the present η, the tangent at 0, and where L is least. */
function drawSearch(now) {
  const eta = desk.run.settings.learning_rate;
  const x = Float64Array.from({ length: POINTS }, (_, n) => (3 * eta * n) / (POINTS - 1));
  const theta = new Float64Array(now.net.count);
  const at = (rate) => {
    for (let p = 0; p < theta.length; p++) theta[p] = now.before.theta[p] - rate * now.g[p];
    return lossAt(now, theta);
  };
  const { y, best, here, slope } = around(now, () => {
    const values = Float64Array.from(x, at);
    const h = 1e-4 * eta;
    let [rate, least] = [0, values[0]];
    for (let tried = eta / 64; tried < eta * 1e5; tried *= 1.25) {
      const value = at(tried);
      if (value < least) [rate, least] = [tried, value];
    }
    return { y: values, best: rate, here: at(eta), slope: (at(h) - at(-h)) / (2 * h) };
  });
  const start = y[0];
  const mark = best > 0 && best <= x.at(-1) ? best : null;
  rateUnder = chart(search, [{ x, y, colour: "--forward" }], {
    at: eta,
    tangent: (rate) => start + slope * rate,
    mark,
    xLabel: "η",
  });
  put(searchText, say("search_reading", { eta: figure(eta, 3), best: figure(best, 3), loss: shown(here) }));
}

/** Two directions: the gradient and the last step, or two weights. */
function directions(now) {
  const P = now.net.count;
  const unit = (p) => {
    const one = new Float64Array(P);
    one[p] = 1;
    return one;
  };
  if (axes === "weights") {
    const byGradient = [...now.g.keys()].sort((a, b) => Math.abs(now.g[b]) - Math.abs(now.g[a]));
    const first =
      Math.max(placeOf(now.net, look.pick), -1) >= 0 ? placeOf(now.net, look.pick) : byGradient[0];
    const second = byGradient.find((p) => p !== first) ?? 0;
    return {
      u: unit(first),
      v: unit(second),
      names: [nameOf(now.net, first), nameOf(now.net, second)].map(spoken),
      reach: 2.5,
    };
  }
  const length = (one) => Math.hypot(...one) || 1;
  const u = now.g.map((one) => -one / length(now.g));
  const last = now.before.theta.map((one, p) => one - desk.run.start[p]);
  let along = 0;
  for (let p = 0; p < P; p++) along += last[p] * u[p];
  let v = last.map((one, p) => one - along * u[p]);
  if (length(v) < 1e-9 || Math.hypot(...last) === 0) {
    v = Float64Array.from(u, (one, p) => (p % 2 ? -one : one));
    let dot = 0;
    for (let p = 0; p < P; p++) dot += v[p] * u[p];
    v = v.map((one, p) => one - dot * u[p]);
  }
  const size = length(v);
  return {
    u,
    v: v.map((one) => one / size),
    names: ["−g", say("way_here")],
    reach: Math.max(1, 1.15 * Math.hypot(...last)),
  };
}

function drawLand(now) {
  const { pen, width, height } = prepared(land, 190);
  const side = Math.min(width, height);
  const { u, v, names, reach } = directions(now);
  const theta = new Float64Array(now.net.count);
  const grid = around(now, () => {
    const values = new Float64Array(SIDE * SIDE);
    for (let r = 0; r < SIDE; r++)
      for (let c = 0; c < SIDE; c++) {
        const [x, y] = [(((c + 0.5) / SIDE) * 2 - 1) * reach, (1 - ((r + 0.5) / SIDE) * 2) * reach];
        for (let p = 0; p < theta.length; p++) theta[p] = now.before.theta[p] + x * u[p] + y * v[p];
        values[r * SIDE + c] = lossAt(now, theta);
      }
    return values;
  });
  const sorted = [...grid].filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = [sorted[0] ?? 0, sorted[Math.floor(sorted.length * 0.97)] ?? 1];
  const image = new ImageData(SIDE, SIDE);
  grid.forEach((value, n) => {
    const level = Math.max(0, Math.min(1, (value - low) / (high - low || 1)));
    image.data.set(palette.between(1 - 2 * Math.sqrt(level)), 4 * n);
  });
  const small = new OffscreenCanvas(SIDE, SIDE);
  small.getContext("2d").putImageData(image, 0, 0);
  pen.drawImage(small, 0, 0, side, side);
  drawWay(pen, now, u, v, reach, side);
  pen.fillStyle = palette.ink("--soft");
  pen.textAlign = "left";
  [
    `→ ${names[0]}`,
    `↑ ${names[1]}`,
    `${say("least")} ${shown(low, 3)}`,
    `${say("here")} ${shown(now.pass.loss, 3)}`,
  ].forEach((text, n) => {
    if (width > side + 60) pen.fillText(text, side + 8, 16 + 18 * n);
  });
  put(landText, say("land_reading", { x: names[0], y: names[1], low: shown(low, 3) }));
}

/** The way from the start to here, as far as it lies over the plane. */
function drawWay(pen, now, u, v, reach, side) {
  const kept = [...desk.run.kept].filter(([t]) => t < now.t).sort(([a], [b]) => a - b);
  way = [];
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, side, side);
  pen.clip();
  pen.strokeStyle = palette.ink("--ink");
  pen.lineWidth = 1.5;
  pen.beginPath();
  [...kept.map(([, one]) => one), now.before].forEach(({ theta, t }, n) => {
    let [x, y] = [0, 0];
    for (let p = 0; p < theta.length; p++) {
      const off = theta[p] - now.before.theta[p];
      x += off * u[p];
      y += off * v[p];
    }
    const at = [((x / reach + 1) * side) / 2, ((1 - y / reach) * side) / 2];
    pen[n ? "lineTo" : "moveTo"](...at);
    way.push({ t, at });
  });
  pen.stroke();
  pen.beginPath();
  pen.arc(side / 2, side / 2, 4, 0, 7);
  pen.fillStyle = palette.ink("--ink");
  pen.fill();
  pen.restore();
}

const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export function fillAxes() {
  axesChoice.replaceChildren(
    ...["step", "weights"].map((one) => new Option(say(`axes_${one}`), one, false, one === axes)),
  );
}

export function start() {
  listen(draw);
  fillAxes();
  axesChoice.addEventListener("change", () => {
    axes = axesChoice.value;
    tell();
  });
  search.addEventListener("click", ({ offsetX }) => {
    const rate = Number(rateUnder?.(offsetX).toPrecision(3));
    if (rate > 0) changeSetup({ settings: { ...desk.setup.settings, learning_rate: rate } });
  });
  land.addEventListener("click", ({ offsetX, offsetY }) => {
    const far = ({ at: [x, y] }) => Math.hypot(x - offsetX, y - offsetY);
    const near = way.toSorted((one, other) => far(one) - far(other))[0];
    if (near && far(near) <= NEAR) goTo(near.t * linesOf(desk.run.net).length);
  });
}
