// Loss and gradient norms by epoch; a click goes back to that epoch.

import { desk, goTo, linesOf, listen } from "clearprop/desk";
import { chart } from "clearprop/charts";
import { play } from "clearprop/clock";
import { look, say } from "clearprop/look";
import { shown } from "clearprop/numbers";

const [lossCanvas, lossText] = [
  document.getElementById("loss-curve"),
  document.getElementById("loss-reading"),
];
const [normCanvas, normText] = [
  document.getElementById("norm-curve"),
  document.getElementById("norm-reading"),
];
const LAYERS = ["--forward", "--backward", "--update", "--loss", "--negative", "--positive"];
const EVERY = 6;
const dark = matchMedia("(prefers-color-scheme: dark)");
let [skipped, shownLast] = [0, []];
const under = {};

const epochsOf = (run) => Float64Array.from({ length: run.epochs.length }, (_, e) => e);

function draw() {
  if (desk.playing && skipped++ % EVERY) return;
  const { run, earlier, rival } = desk;
  const wanted = [run, run.t, run.epochs.length, earlier, rival, rival?.t, look.lang, look.view, innerWidth, dark.matches];
  if (wanted.every((one, n) => one === shownLast[n])) return;
  shownLast = wanted;
  const curves = earlier.map((one) => ({
    x: epochsOf(one),
    y: one.epochs.map(({ train }) => train),
    colour: "--soft",
    faint: true,
  }));
  if (rival)
    curves.push({ x: epochsOf(rival), y: rival.epochs.map(({ train }) => train), colour: "--negative" });
  curves.push({ x: epochsOf(run), y: run.epochs.map(({ train }) => train), colour: "--forward" });
  if (run.data.heldBack)
    curves.push({
      x: epochsOf(run),
      y: run.epochs.map(({ validation }) => validation),
      colour: "--backward",
      dash: [5, 4],
    });
  const here = run.t / run.batches;
  under.loss = chart(lossCanvas, curves, { at: here, xLabel: say("epochs") });
  const norms = run.net.layers.map(({ number }, n) => ({
    x: epochsOf(run).subarray(1),
    y: run.epochs.slice(1).map((one) => one.norms[n]),
    colour: LAYERS[n % LAYERS.length],
    number,
  }));
  under.norm = chart(normCanvas, norms, { log: true, at: here, xLabel: say("epochs") });
  read(lossText, normText, Math.floor(here));
}

/** What the curves say at an epoch. */
function read(loss, norm, epoch) {
  const { run } = desk;
  const one = run.epochs[Math.max(0, Math.min(run.epochs.length - 1, epoch))];
  const at = { epoch: Math.max(0, Math.min(run.epochs.length - 1, epoch)), train: shown(one.train) };
  const rival = desk.rival ? ` ${say("rival_reading")}` : "";
  put(
    loss,
    say(run.data.heldBack ? "loss_reading_both" : "loss_reading", {
      ...at,
      validation: shown(one.validation),
    }) + rival,
  );
  put(
    norm,
    run.epochs.length > 1
      ? `${say("epoch")} ${at.epoch}: ${one.norms.map((value, n) => `‖g${"⁰¹²³⁴⁵⁶⁷⁸⁹"[n + 1] ?? n + 1}‖ ${shown(value, 3)}`).join("  ")}`
      : say("norm_empty"),
  );
}

const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export function start() {
  listen(draw);
  for (const [name, canvas] of [
    ["loss", lossCanvas],
    ["norm", normCanvas],
  ]) {
    const epochAt = (event) => Math.round(under[name]?.(event.offsetX) ?? 0);
    canvas.addEventListener("pointermove", (event) => read(lossText, normText, epochAt(event)));
    canvas.addEventListener("click", (event) => {
      play(false);
      const epoch = Math.max(0, Math.min(desk.run.epochs.length - 1, epochAt(event)));
      goTo(epoch * desk.run.batches * linesOf(desk.run.net).length);
    });
  }
}
