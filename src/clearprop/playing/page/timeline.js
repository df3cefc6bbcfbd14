// The time line: where we are, one key a line, a batch, an epoch; dragging rewinds.

import { desk, goTo, linesOf, listen, placeNow, tell } from "clearprop/desk";
import { look, say, setLook } from "clearprop/look";
import { play, setSpeed, SPEEDS, speedNow } from "clearprop/clock";
import { called } from "clearprop/naming";
import { patch } from "clearprop/patching";

const slider = document.getElementById("slider");
const where = document.getElementById("where");
const list = document.getElementById("lines");
const runButton = document.getElementById("run");
const speed = document.getElementById("speed");

/** How far a move goes, in lines. */
function stride(name) {
  const count = linesOf(desk.run.net).length;
  return { line: 1, batch: count, epoch: count * desk.run.batches }[name];
}

export function move(name) {
  play(false);
  if (name === "start") return goTo(0);
  const back = name.endsWith("-");
  const size = stride(name.replace("-", ""));
  const place = placeNow();
  // a batch or an epoch on is its first line; back is the beginning of this one, then of the one before
  if (size === 1) return goTo(place + (back ? -1 : 1));
  return goTo(back ? (Math.ceil(place / size) - 1) * size : (Math.floor(place / size) + 1) * size);
}

const SYMBOLS = {
  forward: (l) => `${called("z", l)}<sup>${l}</sup> ${called("a", l)}<sup>${l}</sup>`,
  loss: () => called("L"),
  delta: (l) => `${called("delta", l)}<sup>${l}</sup>`,
  gradient: (l) => `∂W<sup>${l}</sup>`,
  update: () => "θ′",
};

function draw() {
  const { run } = desk;
  const lines = linesOf(run.net);
  slider.max = String(Math.max(run.losses.length, run.t) * lines.length + lines.length - 1);
  slider.value = String(placeNow());
  const { kind, layer } = lines[desk.line];
  const epoch = Math.floor(run.t / run.batches);
  const names = {
    run: desk.count,
    epoch,
    batch: (run.t % run.batches) + 1,
    batches: run.batches,
    line: say(`line_${kind}`, { layer }),
    step: run.t,
  };
  const text = say(desk.stuck ? "where_stuck" : "where", names);
  if (where.textContent !== text) where.textContent = text;
  slider.setAttribute("aria-valuetext", text);
  // what changes sixty times a second is not read out
  const live = desk.playing ? "off" : "polite";
  if (where.ariaLive !== live) where.ariaLive = live;
  const form = `${run.net.sizes}/${look.names}`;
  if (list.dataset.form !== form) {
    list.dataset.form = form;
    patch(
      list,
      lines
        .map(
          (one, n) =>
            `<li><button type="button" data-line="${n}" class="${one.kind}">${SYMBOLS[one.kind](one.layer)}</button></li>`,
        )
        .join(""),
    );
  }
  const now = list.querySelector("[aria-current]");
  const wanted = list.children[desk.line].firstChild;
  if (now !== wanted) {
    now?.removeAttribute("aria-current");
    wanted.setAttribute("aria-current", "step");
  }
  const label = desk.playing ? `❚❚ ${say("pause")}` : `▶ ${say("train")}`;
  if (runButton.textContent !== label) runButton.textContent = label;
}

export function fillSpeeds() {
  speed.replaceChildren(
    ...Object.keys(SPEEDS).map((name) => new Option(say(`speed_${name}`), name, false, name === speedNow())),
  );
}

export function start() {
  listen(draw);
  fillSpeeds();
  slider.addEventListener("input", () => {
    play(false);
    goTo(Number(slider.value));
  });
  runButton.addEventListener("click", () => play());
  speed.addEventListener("change", () => setSpeed(speed.value));
  for (const button of document.querySelectorAll("[data-go]"))
    button.addEventListener("click", () => move(button.dataset.go));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (button) goTo(desk.run.t * linesOf(desk.run.net).length + Number(button.dataset.line));
  });
  // a list that was chosen from by pointer gives the arrow keys back
  let pointer = false;
  document.addEventListener("pointerdown", () => (pointer = true), true);
  document.addEventListener("keydown", () => (pointer = false), true);
  document.addEventListener("change", ({ target: box }) => pointer && box.matches("select") && box.blur());
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const typing = target.closest?.(
      "select, input:not([type=checkbox]):not([type=range]), textarea, [contenteditable]",
    );
    if (typing || event.altKey) return;
    const size = event.ctrlKey || event.metaKey ? "epoch" : event.shiftKey ? "batch" : "line";
    const moves = { ArrowRight: size, ArrowLeft: `${size}-`, Home: "start" };
    if (key in moves && !(target.id === "plane")) {
      event.preventDefault();
      move(moves[key]);
    } else if (key === " " && !target.closest?.("button, summary, input")) {
      event.preventDefault();
      play();
    } else if (key === "Escape" && look.pick) {
      setLook({ pick: "" });
      tell();
    }
  });
}
