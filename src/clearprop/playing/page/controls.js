// Network and solver, changed in place: layers, units, activations, loss, rule, rate, batch, penalty.

import { changeSetup, choices, desk, listen } from "clearprop/desk";
import { escaped, look, say, told } from "clearprop/look";
import { fits, MOST_UNITS, suit } from "clearprop/network";
import { patch } from "clearprop/patching";
import { activations, losses, rates, updates } from "clearprop/rules";

const MOST_DROPPED = 0.95;
const [layers, solver] = [document.getElementById("layers"), document.getElementById("solver")];
let form = "";

const option = (value, text, chosen, disabled = false) =>
  `<option value="${escaped(value)}"${chosen ? " selected" : ""}${disabled ? " disabled" : ""}>${escaped(text)}</option>`;
const plainName = (name, rules) =>
  Object.keys(rules).filter((one) => rules[one].name === rules[name].name).length > 1
    ? name
    : rules[name].name;
const lossName = (name) => (plainName(name, losses) === losses[name].name ? told(losses[name].title) : name);
const forAndAgainst = ({ pros, cons }) =>
  [pros, cons]
    .filter(Boolean)
    .map((one) => escaped(told(one)))
    .join(look.lang === "zh" ? "；" : "; ");

function draw() {
  const { setup } = desk;
  const wanted = JSON.stringify([
    setup.sizes,
    setup.activations,
    setup.loss,
    setup.reduction,
    setup.solver,
    setup.settings,
    setup.schedule,
    setup.rateSettings,
    setup.horizon,
    setup.batchSize,
    setup.weightDecay,
    setup.initializer,
    setup.seed,
    setup.shuffle,
    desk.run.trains,
    !!setup.start,
    look.lang,
  ]);
  if (wanted === form) return;
  form = wanted;
  patch(layers, layersHtml(setup));
  patch(solver, solverHtml(setup));
  for (const box of document.querySelectorAll("#layers select, #solver select"))
    box.value = box.querySelector("[selected]")?.value ?? box.value;
  for (const box of document.querySelectorAll("#layers input, #solver input")) {
    if (box.type === "checkbox") box.checked = box.hasAttribute("checked");
    else if (document.activeElement !== box) box.value = box.getAttribute("value");
  }
}

function layersHtml({ sizes, activations: names, loss, reduction }) {
  const depth = names.length;
  const K = sizes.at(-1);
  const rows = names.map((name, n) => {
    const last = n === depth - 1;
    const list = choices
      .activations()
      .map((one) => option(one, plainName(one, activations), one === name, last && !fits(loss, one, K)));
    const remove = last
      ? ""
      : `<button type="button" data-remove="${n}" aria-label="${say("remove_layer", { layer: n + 1 })}">×</button>`;
    const units = last
      ? `<span class="fixed">${K}</span>`
      : `<input type="number" min="1" max="${MOST_UNITS}" value="${sizes[n + 1]}" data-units="${n + 1}" aria-label="${say("units_of", { layer: n + 1 })}">`;
    return `<tr><td>${last ? say("output_layer") : say("layer", { layer: n + 1 })}</td><td>${units}</td><td><select data-activation="${n}" aria-label="${say("activation_of", { layer: n + 1 })}">${list.join("")}</select></td><td>${remove}</td></tr>`;
  });
  const rule = losses[loss];
  const lossList = choices
    .losses()
    .map((one) => option(one, lossName(one), one === loss, !suit(one, desk.data.Y, K)));
  return `<table>${rows.join("")}</table><p><button type="button" data-add>+ ${say("add_layer")}</button></p>
    <label>${say("loss_choice")} <select data-setup="loss">${lossList.join("")}</select></label>
    <label>${say("reduction")} <select data-setup="reduction">${["mean", "sum"].map((one) => option(one, say(one), one === reduction)).join("")}</select></label>
    <p class="soft">${forAndAgainst(rule)}</p>`;
}

function solverHtml({
  solver: name,
  settings,
  schedule,
  rateSettings,
  horizon,
  batchSize,
  weightDecay,
  initializer,
  seed,
  shuffle,
  dropout,
  start: given,
}) {
  const list = choices.updates().map((one) => option(one, one, one === name));
  const boxes = Object.entries(settings).map(([key, value]) =>
    typeof value === "boolean"
      ? `<label class="check"><input type="checkbox" data-setting="${key}"${value ? " checked" : ""}> ${say(`setting_${key}`)}</label>`
      : `<label>${say(`setting_${key}`)} <input type="number" step="any" min="0" value="${value}" data-setting="${key}"></label>`,
  );
  const { trains } = desk.run;
  const number = (label, key, value, more = "") =>
    `<label>${label} <input type="number" value="${value}" data-setup="${key}" ${more}></label>`;
  return `<label>${say("solver")} <select data-setup="solver">${list.join("")}</select></label>${boxes.join("")}${scheduleHtml(schedule, rateSettings, horizon)}
    ${number(say("batch_size", { rows: trains }), "batchSize", batchSize || trains, `min="1" max="${trains}"`)}
    ${number(say("weight_decay"), "weightDecay", weightDecay, 'min="0" step="any"')}
    ${number(say("dropout"), "dropout", dropout, 'min="0" max="0.95" step="any"')}
    <label class="check"><input type="checkbox" data-setup="shuffle"${shuffle ? " checked" : ""}> ${say("shuffle")}</label>
    <label>${say("start")} <select data-setup="initializer">${given ? option("", say("given_start"), true) : ""}${choices
      .initializers()
      .map((one) => option(one, one, !given && one === initializer))
      .join("")}</select></label>
    ${number(say("seed"), "seed", seed, `min="0" max="${choices.seeds - 1}"`)}
    <p class="soft">${forAndAgainst(updates[name])}</p>`;
}

/** How the rate changes from epoch to epoch. */
function scheduleHtml(name, settings, horizon) {
  const list = choices.schedules().map((one) => option(one, say(`rate_${one}`), one === name));
  const choice = `<label>${say("schedule")} <select data-setup="schedule">${list.join("")}</select></label>`;
  if (name === "constant") return choice;
  const boxes = Object.entries(settings).map(
    ([key, value]) =>
      `<label>${say(`rate_setting_${key}`)} <input type="number" step="any" min="0" value="${value}" data-rate="${key}"></label>`,
  );
  return `${choice}${boxes.join("")}<label>${say("horizon")} <input type="number" min="1" value="${horizon}" data-setup="horizon"></label>`;
}

function onChange(event) {
  const before = desk.setup;
  change(event.target);
  if (desk.setup === before) undo(event.target);
}

/** A box that could not be changed shows again what holds. */
function undo(box) {
  if (box.type === "number") box.value = box.getAttribute("value");
}

function change(box) {
  const { setup } = desk;
  const { units, activation, setup: key, setting, rate } = box.dataset;
  const value = box.type === "checkbox" ? box.checked : box.type === "number" ? Number(box.value) : box.value;
  if (
    box.type === "number" &&
    (box.value === "" || !Number.isFinite(value) || value < Number(box.min || -Infinity))
  )
    return;
  if (units)
    changeSetup({ sizes: setup.sizes.with(Number(units), Math.min(MOST_UNITS, Math.max(1, Math.round(value)))) });
  else if (activation) changeSetup({ activations: setup.activations.with(Number(activation), value) });
  else if (setting) changeSetup({ settings: { ...setup.settings, [setting]: value } });
  else if (rate) changeSetup({ rateSettings: { ...setup.rateSettings, [rate]: value } });
  else if (key === "schedule") changeSetup({ schedule: value, rateSettings: { ...rates[value].settings } });
  else if (key === "horizon") changeSetup({ horizon: Math.max(1, Math.round(value)) });
  else if (key === "solver")
    changeSetup({
      solver: value,
      settings: { ...updates[value].settings, learning_rate: setup.settings.learning_rate },
    });
  else if (key === "initializer")
    value && changeSetup({ initializer: value, start: null }, { fromHere: false });
  else if (key === "seed")
    changeSetup({ seed: Math.min(choices.seeds - 1, Math.round(value)), start: null }, { fromHere: false });
  else if (key === "batchSize")
    changeSetup({ batchSize: Math.round(value) >= desk.run.trains ? 0 : Math.max(1, Math.round(value)) });
  else if (key === "dropout") changeSetup({ dropout: Math.min(value, MOST_DROPPED) });
  else if (key) changeSetup({ [key]: value });
}

function onClick({ target }) {
  const { setup } = desk;
  if (target.matches("[data-add]")) {
    const n = setup.sizes.length - 1;
    changeSetup({
      sizes: setup.sizes.toSpliced(n, 0, 4),
      activations: setup.activations.toSpliced(n - 1, 0, setup.activations[n - 2] ?? "tanh"),
    });
  } else if (target.dataset.remove) {
    const n = Number(target.dataset.remove);
    changeSetup({ sizes: setup.sizes.toSpliced(n + 1, 1), activations: setup.activations.toSpliced(n, 1) });
  }
}

export function start() {
  listen(draw);
  for (const part of [layers, solver]) {
    part.addEventListener("change", onChange);
    part.addEventListener("click", onClick);
  }
}
