// What lies on the desk: data, network, solver, the run, and the place on its time line.
// Views listen; whatever changes is drawn once, in the next frame.

import { given, sentence, unpacked } from "clearprop/given";
import { fits, isShowable, makeNetwork, MOST_LAYERS, MOST_PARAMETERS, suit } from "clearprop/network";
import { activations, losses, rates, updates } from "clearprop/rules";
import { Random } from "clearprop/random";
import { Run } from "clearprop/run";
import { drawStart, INITIALIZERS } from "clearprop/starting";

/** A schedule plans for so many epochs, unless asked otherwise. */
export const HORIZON = 100;
const SEEDS = given.draws?.states.length ?? 0;

/**
 * @typedef {object} Setup   everything that decides a run
 * @property {number[]} sizes
 * @property {string[]} activations
 * @property {string} loss
 * @property {"mean"|"sum"} reduction
 * @property {string} solver
 * @property {object} settings
 * @property {string} schedule       of the rate η
 * @property {object} rateSettings   of the schedule
 * @property {number} horizon        the epochs that the schedule plans for
 * @property {number} batchSize
 * @property {number} weightDecay
 * @property {boolean} shuffle
 * @property {number} dropout        p of the hidden layers
 * @property {Float64Array[]} [masks]  those of the first step, where Python gave them
 * @property {string} initializer
 * @property {number} seed
 * @property {Float64Array|null} start   first parameters that no seed draws
 * @property {{start: Float64Array|null}} [first]  where the first of several runs began, that go on from each other
 */

export const desk = {
  scene: null,
  data: null,
  /** @type {Setup} */ setup: null,
  /** @type {Run} */ run: null,
  /** the line of the algorithm within the step at which the run stands */
  line: 0,
  /** the curves of earlier runs of the same data, for comparison */
  earlier: [],
  /** how many runs there were */
  count: 0,
  playing: false,
  /** whether it plays so fast that whole steps are shown, and no single lines */
  wholeSteps: false,
  /** what the reader asked for and did not get: in which part of the page, and why */
  refused: null,
};

const listeners = [];
let waiting = false;

export function listen(listener) {
  listeners.push(listener);
}

export function tell() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    for (const listener of listeners) listener();
  });
}

export function sceneNamed(name) {
  return given.scenes.find((one) => one.name === name);
}

/** Say in a part of the page why nothing changed. */
export function refuse(part, name, values) {
  desk.refused = { part, name, values };
  tell();
}

/** Begin with a scene, or the one of a name, with changes to its setup and to its data. */
export function openScene(asked, changes = {}, edited = {}) {
  const scene = typeof asked === "string" ? (sceneNamed(asked) ?? given.scenes[0]) : asked;
  const [n, K] = [scene.sizes[0], scene.sizes.at(-1)];
  const [X, Y] = [scene.X, scene.Y].map((one) => (typeof one === "string" ? unpacked(one) : one));
  desk.scene = scene;
  desk.data = {
    X,
    Y,
    m: X.length / n,
    n,
    K,
    heldBack: scene.heldBack,
    inputs: scene.inputs,
    outputs: scene.outputs,
    weights: scene.weights ? unpacked(scene.weights) : null,
    edited: false,
    ...edited,
  };
  Object.assign(desk, { earlier: [], count: 0 });
  desk.setup = {
    sizes: scene.sizes,
    activations: scene.activations,
    loss: scene.loss,
    reduction: scene.reduction,
    solver: scene.solver,
    settings: { ...scene.settings },
    batchSize: scene.batchSize,
    schedule: "constant",
    rateSettings: {},
    horizon: HORIZON,
    weightDecay: scene.weightDecay,
    shuffle: scene.shuffle,
    dropout: scene.dropout ?? 0,
    masks: scene.masks && [null, ...scene.masks.map(unpacked)],
    initializer: scene.initializer,
    seed: scene.seed,
    start: scene.start ? unpacked(scene.start) : null,
    ...changes,
  };
  startAgain();
}

/** Use a table of the reader's own. */
export function openData(data, setup) {
  desk.data = data;
  Object.assign(desk, { earlier: [], count: 0 });
  desk.setup = { ...desk.setup, ...setup, start: null, first: undefined, masks: undefined };
  desk.scene = {
    ...desk.scene,
    name: "",
    formula: "",
    title: { en: data.name, zh: data.name },
    about: Object.fromEntries(["en", "zh"].map((lang) => [lang, sentence("own_about", lang, data)])),
  };
  startAgain();
}

function randomOf(seed) {
  return new Random(given.draws.states[seed]);
}

/** The network, its first parameters, and the generator as it stands after them. */
export function startOf(setup) {
  const net = makeNetwork(setup);
  const random = randomOf(setup.seed);
  if (setup.start && setup.start.length === net.count)
    return { net, random, start: setup.start, likeNumpy: false };
  const normals = unpacked(given.draws.normals[setup.seed]);
  const { theta, likeNumpy } = drawStart(net, setup.initializer, random, normals);
  // normal numbers come ready-made, so the orders of rows begin a generator of their own
  const fresh = ["normal", "he"].includes(setup.initializer) ? randomOf(setup.seed) : random;
  return { net, random: fresh, start: theta, likeNumpy };
}

export function makeRun(setup, data, steps) {
  const { net, random, start, likeNumpy } = startOf(setup);
  const run = new Run({ ...setup, net, data, start, random, ...(steps ? { steps } : {}) });
  run.likeNumpy = likeNumpy;
  return run;
}

function startAgain() {
  desk.run = makeRun(desk.setup, desk.data);
  desk.line = 0;
  desk.count += 1;
  desk.stuck = false;
  desk.refused = null;
  tell();
}

/** Go back to the first parameters, over all changes since; what was trained stays as a curve. */
export function sameStart() {
  remember();
  const { first, ...setup } = desk.setup;
  desk.setup = first ? { ...setup, start: first.start } : setup;
  startAgain();
}

/** The next seed's first parameters. */
export function otherStart() {
  remember();
  const seed = (desk.setup.seed + 1) % SEEDS;
  desk.setup = { ...desk.setup, start: null, first: undefined, masks: undefined, seed };
  startAgain();
}

function remember() {
  const { epochs } = desk.run;
  if (epochs.length > 1) desk.earlier = [...desk.earlier, { epochs }].slice(-4);
}

/** Change the setup. What was learnt goes on from here, unless the network has another form. */
export function changeSetup(changes, { fromHere = true } = {}) {
  const setup = { ...desk.setup, ...changes };
  const layers = Math.max(MOST_LAYERS, desk.setup.activations.length);
  if (!isShowable(setup.sizes, layers))
    return refuse("setup", "too_large", { layers, count: MOST_PARAMETERS.toLocaleString("en") });
  const form = ({ sizes, activations: names }) => `${sizes}/${names}`;
  const moved = desk.run.t > 0;
  remember();
  if ("dropout" in changes) setup.masks = undefined;
  if (String(setup.sizes) !== String(desk.setup.sizes))
    Object.assign(setup, { start: null, first: undefined, masks: undefined });
  else if (fromHere && moved && form(setup) === form(desk.setup)) Object.assign(setup, goingOn());
  else if (!fromHere) setup.first = undefined;
  desk.setup = mended(setup);
  startAgain();
}

/** What makes a new run go on from the parameters of this moment. */
const goingOn = () => ({
  masks: undefined,
  start: desk.run.theta.slice(),
  first: desk.setup.first ?? { start: desk.setup.start },
});

/** A setup whose loss exists for its output. */
function mended(setup) {
  const K = setup.sizes.at(-1);
  const names = [...setup.activations];
  if (!fits(setup.loss, names.at(-1), K)) {
    const rule = losses[setup.loss];
    names[names.length - 1] = Object.keys(activations).find(
      (one) => activations[one].name === (K > 1 ? rule.outputOfSeveral : rule.output),
    );
  }
  return { ...setup, activations: names };
}

/** Give one parameter another value: the run begins anew from the parameters of this moment. */
export function setParameter(place, value) {
  remember();
  const next = desk.run.t > 0 ? goingOn() : { start: desk.run.theta.slice() };
  next.start[place] = value;
  desk.setup = { ...desk.setup, ...next };
  startAgain();
}

/** Give one number of the data another value. */
export function setDatum(kind, row, column, value) {
  const { n, K } = desk.data;
  if (kind === "y" && !suit(desk.setup.loss, [value], K)) return refuse("data", "target_unfit", { value });
  desk.data = { ...desk.data, X: desk.data.X.slice(), Y: desk.data.Y.slice(), edited: true };
  if (kind === "x") desk.data.X[row * n + column] = value;
  else desk.data.Y[row * K + column] = value;
  goOnWith(desk.data);
}

/** Add a sample before those held back. */
export function addSample(x, y) {
  const { X, Y, n, K, m, heldBack, weights } = desk.data;
  const at = m - heldBack;
  const joined = (array, width, more) =>
    Float64Array.from([...array.subarray(0, at * width), ...more, ...array.subarray(at * width)]);
  const own = weights && joined(weights, 1, [weights.reduce((sum, one) => sum + one, 0) / m]);
  const more = { X: joined(X, n, x), Y: joined(Y, K, y), weights: own, m: m + 1, edited: true };
  goOnWith({ ...desk.data, ...more });
}

function goOnWith(data) {
  remember();
  if (data.m !== desk.data.m) desk.setup = { ...desk.setup, masks: undefined };
  desk.data = data;
  if (desk.run.t > 0) desk.setup = { ...desk.setup, ...goingOn() };
  startAgain();
}

/** Lines of one step: every layer forward, the loss, every layer backward with its gradient, update. */
export function linesOf(net) {
  const depth = net.layers.length;
  const lines = net.layers.map((_, n) => ({ kind: "forward", layer: n + 1 }));
  lines.push({ kind: "loss", layer: null });
  for (let l = depth; l >= 1; l--) lines.push({ kind: "delta", layer: l }, { kind: "gradient", layer: l });
  lines.push({ kind: "update", layer: null });
  return lines;
}

/** The place on the time line: steps taken, in lines. */
export const placeNow = () => desk.run.t * linesOf(desk.run.net).length + desk.line;

/** Go to a place; beyond what was reached, training goes on. */
export function goTo(place) {
  const count = linesOf(desk.run.net).length;
  const wanted = Math.max(0, Math.round(place) || 0);
  const t = Math.floor(wanted / count);
  desk.stuck = !desk.run.seek(t);
  desk.line = desk.stuck ? 0 : wanted - t * count;
  tell();
}

/** Take some steps forward, as far as the loss stays finite. */
export function train(steps) {
  for (let n = 0; n < steps; n++) {
    if (!desk.run.advance()) {
      desk.stuck = true;
      break;
    }
  }
  tell();
}

/** Solvers, losses and activations by the text that builds them. */
export const choices = {
  activations: () => Object.keys(activations),
  losses: () => Object.keys(losses),
  updates: () => Object.keys(updates),
  schedules: () => Object.keys(rates),
  initializers: () => INITIALIZERS,
  seeds: SEEDS,
};
