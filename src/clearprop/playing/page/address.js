// The state of the page in its address, so that a link shows the same.

import { desk, goTo, HORIZON, linesOf, listen, openScene, placeNow } from "clearprop/desk";
import { setLook, unusualLook } from "clearprop/look";
import { activations, losses, rates, updates } from "clearprop/rules";
import { given, unpacked } from "clearprop/given";
import { sceneOf } from "clearprop/formulas";
import { fits, isShowable, MOST_LAYERS, MOST_UNITS, suit } from "clearprop/network";
import { INITIALIZERS } from "clearprop/starting";

const MOST_PARAMETERS = 100;
/** An address may make the page compute so much at once: steps times rows times parameters. */
const MOST_NUMBERS = 80;
const MOST_WORK = 4e9;
let written = "";

const whole = (text, low, high) =>
  /^\d+$/.test(text ?? "") && Number(text) >= low && Number(text) <= high ? Number(text) : undefined;
const positive = (text) =>
  text && Number(text) >= 0 && Number.isFinite(Number(text)) ? Number(text) : undefined;

/** The setup's changes that an address asks for; what it cannot be is left out. */
function setupFrom(asked, scene) {
  const found = {};
  const sizes = asked.get("layers")?.split("-").map(Number);
  const fine =
    sizes?.length >= 2 &&
    sizes.every((one) => Number.isInteger(one) && one >= 1 && one <= MOST_UNITS) &&
    isShowable(sizes, Math.max(MOST_LAYERS, scene.sizes.length - 1)) &&
    sizes[0] === scene.sizes[0] &&
    sizes.at(-1) === scene.sizes.at(-1);
  if (fine) Object.assign(found, { sizes, start: null });
  const names = asked.get("act")?.split(";");
  const depth = (fine ? sizes : scene.sizes).length - 1;
  if (names?.length === depth && names.every((one) => Object.hasOwn(activations, one))) found.activations = names;
  else if (fine)
    found.activations = [...Array(depth - 1).fill(scene.activations[0]), scene.activations.at(-1)];
  if (Object.hasOwn(losses, asked.get("loss"))) found.loss = asked.get("loss");
  const output = (found.activations ?? scene.activations).at(-1);
  if (!fits(found.loss ?? scene.loss, output, scene.sizes.at(-1))) {
    delete found.loss;
    if (found.activations) found.activations = found.activations.with(-1, scene.activations.at(-1));
  }
  if (["mean", "sum"].includes(asked.get("red"))) found.reduction = asked.get("red");
  if (Object.hasOwn(updates, asked.get("solver"))) {
    found.solver = asked.get("solver");
    found.settings = { ...updates[found.solver].settings };
  }
  const settings = { ...(found.settings ?? scene.settings) };
  for (const pair of asked.get("set")?.split(";") ?? []) {
    const [name, value] = pair.split(":");
    if (!Object.hasOwn(settings, name)) continue;
    if (typeof settings[name] === "boolean") settings[name] = value === "true";
    else settings[name] = positive(value) ?? settings[name];
  }
  found.settings = settings;
  Object.assign(found, rateFrom(asked.get("rate") ?? ""));
  const batch = whole(asked.get("batch"), 0, 1e6);
  if (batch !== undefined) found.batchSize = batch;
  const decay = positive(asked.get("decay"));
  if (decay !== undefined) found.weightDecay = decay;
  const dropout = positive(asked.get("drop"));
  if (dropout < 1) Object.assign(found, { dropout, masks: undefined });
  if (["yes", "no"].includes(asked.get("shuffle"))) found.shuffle = asked.get("shuffle") === "yes";
  const seed = whole(asked.get("seed"), 0, given.draws.states.length - 1);
  if (seed !== undefined) Object.assign(found, { seed, start: null });
  if (INITIALIZERS.includes(asked.get("init")))
    Object.assign(found, { initializer: asked.get("init"), start: null });
  if (asked.has("w")) {
    const start = asked.get("w").split(",").map(Number);
    if (start.every(Number.isFinite)) found.start = Float64Array.from(start);
  }
  return found;
}

/** The schedule of the rate: step;every:50;ratio:0.1;epochs:100. */
function rateFrom(text) {
  const [schedule, ...pairs] = text.split(";");
  if (!Object.hasOwn(rates, schedule)) return {};
  const rateSettings = { ...rates[schedule].settings };
  let horizon = HORIZON;
  for (const [name, value] of pairs.map((one) => one.split(":"))) {
    if (name === "epochs") horizon = whole(value, 1, 1e6) ?? horizon;
    else if (Object.hasOwn(rateSettings, name)) rateSettings[name] = positive(value) ?? rateSettings[name];
  }
  return { schedule, rateSettings, horizon };
}

/** Data that an address holds, where they are few. */
function dataFrom(asked, { sizes }, loss) {
  const [X, Y] = ["x", "y"].map((name) => Float64Array.from(asked.get(name)?.split(",").map(Number) ?? []));
  const m = X.length / sizes[0];
  const fine =
    m >= 1 &&
    Y.length === m * sizes.at(-1) &&
    X.length + Y.length <= MOST_NUMBERS &&
    [...X, ...Y].every(Number.isFinite) &&
    suit(loss, Y, sizes.at(-1));
  return fine ? { X, Y, m, heldBack: 0, edited: true } : {};
}

export function read() {
  const hash = location.hash.slice(1);
  if (hash === written && desk.run) return;
  const asked = new URLSearchParams(hash);
  setLook(Object.fromEntries(asked));
  const name = asked.get("scene") ?? given.scenes[0].name;
  const own = asked.has("f") ? sceneOf(asked.get("f")) : { error: true };
  const scene = own.error ? (given.scenes.find((one) => one.name === name) ?? given.scenes[0]) : own;
  const setup = setupFrom(asked, scene);
  openScene(scene, setup, dataFrom(asked, scene, setup.loss ?? scene.loss));
  const { net, size } = desk.run;
  const begins = scene === given.scenes[0] ? Number(given.usual.at ?? 0) : 0;
  goTo(whole(asked.get("at"), 0, (MOST_WORK / (size * net.count)) * linesOf(net).length) ?? begins);
}

function write() {
  if (desk.playing || !desk.run) return;
  const { scene, setup } = desk;
  const parts = unusualLook();
  const { data } = desk;
  if (data.edited && data.X.length + data.Y.length <= MOST_NUMBERS && scene.name && !data.heldBack) {
    Object.assign(parts, { x: [...data.X].join(","), y: [...data.Y].join(",") });
  } else if (data.edited) return show(parts); // a table of the reader's own is in no address
  if (scene.formula) parts.f = scene.formula;
  else if (scene.name !== given.scenes[0].name) parts.scene = scene.name;
  const put = (key, now, usual) => {
    if (String(now) !== String(usual)) parts[key] = String(now);
  };
  put("layers", setup.sizes.join("-"), scene.sizes.join("-"));
  put("act", setup.activations.join(";"), scene.activations.join(";"));
  put("loss", setup.loss, scene.loss);
  put("red", setup.reduction, scene.reduction);
  put("solver", setup.solver, scene.solver);
  const text = (settings) =>
    Object.entries(settings)
      .map(([name, value]) => `${name}:${value}`)
      .join(";");
  put("set", text(setup.settings), text(scene.settings));
  const planned = Object.entries(setup.rateSettings).map(([name, value]) => `${name}:${value}`);
  if (setup.schedule !== "constant")
    parts.rate = [setup.schedule, ...planned, `epochs:${setup.horizon}`].join(";");
  put("batch", setup.batchSize, scene.batchSize);
  put("decay", setup.weightDecay, scene.weightDecay);
  put("drop", setup.dropout, scene.dropout ?? 0);
  put("shuffle", setup.shuffle ? "yes" : "no", scene.shuffle ? "yes" : "no");
  put("seed", setup.seed, scene.seed);
  put("init", setup.initializer, scene.initializer);
  if (setup.start && setup.start.length <= MOST_PARAMETERS) {
    const isOfScene = scene.start && scene.sizes.join() === setup.sizes.join();
    put("w", setup.start.join(","), isOfScene ? unpacked(scene.start).join(",") : "");
  }
  if (scene.start && !setup.start) parts.seed = String(setup.seed);
  put("at", placeNow(), scene === given.scenes[0] ? (given.usual.at ?? 0) : 0);
  show(parts);
}

function show(parts) {
  const hash = new URLSearchParams(parts).toString();
  if (hash === location.hash.slice(1)) return;
  written = hash;
  try {
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  } catch {
    // a page without an address of its own, in a notebook
  }
}

export function start() {
  listen(write);
  addEventListener("hashchange", read);
}
