// The derivation, always there: of this line, and of the number under the cursor or picked.

import { desk, listen, setDatum, setParameter, tell } from "clearprop/desk";
import { deriveLine } from "clearprop/deriving";
import { entryBlocks } from "clearprop/deriving-entries";
import { derivePick } from "clearprop/deriving-picks";
import { look, say, setLook, told } from "clearprop/look";
import { printer } from "clearprop/mathml";
import { moment } from "clearprop/moment";
import { lossName, spoken, unspoken } from "clearprop/naming";
import { figure, shown } from "clearprop/numbers";
import { patch } from "clearprop/patching";
import { predicting } from "clearprop/predicting";
import { sparksHtml } from "clearprop/sparks";
import { style } from "clearprop/style";

const [line, picked, edit, pick, names] = ["line", "picked", "edit", "pick", "names"].map((id) =>
  document.getElementById(id),
);
const EVERY = 12;
let [pointed, skipped, form, fittedFor] = ["", 0, "", 0];

/** The name of what is derived: what the pointer is on, else what is picked. */
export const subject = () => pointed || look.pick;

function blockHtml(block, equation) {
  const proof = block.proof?.length
    ? `<details><summary>${block.proofOf ? say("proof_of", { rule: block.proofOf }) : say("proof")}</summary>${block.proof.map(({ equation: tree, why }) => `${equation(tree)}<p class="soft">${told(why)}</p>`).join("")}</details>`
    : "";
  const caption = ({ text, places }) =>
    `<p class="way soft" tabindex="0" data-places="${places.join(" ")}">${text}</p>`;
  const lines = block.equations.map(
    (one, n) => (block.captions ? caption(block.captions[n]) : "") + equation(one),
  );
  return `<h4>${block.title}</h4>${block.why ? `<p class="why">${block.why}</p>` : ""}${lines.join("")}${block.note ? `<p class="note">${block.note}</p>` : ""}${proof}`;
}

function draw() {
  if (desk.playing && skipped++ % EVERY) return;
  const now = moment();
  const equation = printer(style());
  const written = (some) => some.map((one) => blockHtml(one, equation)).join("");
  const newLine = patch(line, lineHtml(now, written));
  const name = subject();
  const found = name && !predicting() ? derivePick(now, name) : null;
  const empty = () => `<p class="soft">${say(predicting() ? "hidden_until" : "nothing_picked")}</p>`;
  const newPick = patch(picked, found ? written(found.blocks) : empty());
  drawEdit(now, found, name);
  fillNames(now);
  if (newLine || newPick || fittedFor !== innerWidth) fit();
}

/** The derivation of this line, or of every line of the step; entry by entry where that is asked for. */
function lineHtml(now, written) {
  const called = ({ kind, layer }) => say(`line_${kind}`, { layer });
  const heading = `<h3 class="now">${say("this_line", { line: called(now.lines[now.line]) })}</h3>`;
  if (predicting()) return heading;
  const blocksOf = (n) => {
    const at = { ...now, line: n };
    return written([...deriveLine(at), ...(look.hand === "yes" ? entryBlocks(at) : [])]);
  };
  if (look.every === "no") return heading + blocksOf(now.line);
  const each = now.lines.map((line, n) => (n === now.line ? heading : `<h3>${called(line)}</h3>`) + blocksOf(n));
  return each.join("");
}

/** What can be changed about the picked thing, where it is shown. */
function drawEdit(now, found, name) {
  if (!found) return patch(edit, "");
  const number = (label, value, attributes) =>
    `<label>${label} <input type="number" step="any" value="${figure(value, 17)}" ${attributes}></label>`;
  const parts = [`<h3>${found.title}</h3>`];
  if (found.datum) parts.push(number(say("value"), found.value, `data-datum="${found.datum.join(" ")}"`));
  else if (found.bias) parts.push(number(`b`, now.before.theta[found.place], `data-place="${found.place}"`));
  else if (found.place !== undefined)
    parts.push(number(say("value"), found.value, `data-place="${found.place}"`));
  const facts =
    found.facts ??
    (found.gradient === undefined
      ? []
      : [
          [`∂${lossName()}/∂${spoken(name)}`, found.gradient],
          ["Δ", found.change],
        ]);
  if (facts.length)
    parts.push(
      `<dl class="facts">${facts.map(([label, value]) => `<dt>${label}</dt><dd>${shown(value, Number(look.digits))}</dd>`).join("")}</dl>`,
    );
  if (found.gradient !== undefined && !desk.playing) parts.push(sparksHtml(now, name, found.place));
  if (name !== look.pick) parts.push(`<p class="soft">${say("pointing")}</p>`);
  patch(edit, parts.join(""));
  for (const input of edit.querySelectorAll("input"))
    if (document.activeElement !== input) input.value = input.getAttribute("value");
}

function fillNames(now) {
  const wanted = [now.net.sizes, look.first, look.names, look.numbered].join("/");
  if (document.activeElement !== pick && pick.value !== spoken(look.pick)) pick.value = spoken(look.pick);
  if (form === wanted) return;
  form = wanted;
  const list = ["L"];
  now.net.sizes.forEach((units, l) => {
    for (let j = 0; j < Math.min(units, 12); j++) list.push(l ? `a${l}[${j}]` : `x[${j}]`);
  });
  for (const { number: l, inputs, units } of now.net.layers) {
    for (let i = 0; i < Math.min(inputs, 8); i++)
      for (let j = 0; j < Math.min(units, 8); j++) list.push(`W${l}[${i},${j}]`);
    for (let j = 0; j < Math.min(units, 8); j++) list.push(`b${l}[${j}]`);
  }
  names.replaceChildren(...list.map((one) => new Option(spoken(one))));
}

/** Formulas a little too wide are set smaller; wider ones scroll. */
function fit() {
  fittedFor = innerWidth;
  const all = [...document.querySelectorAll(".derivation .equation")];
  for (const one of all) if (one.style.fontSize) one.style.fontSize = "";
  const rooms = all.map((one) => one.clientWidth / one.scrollWidth);
  all.forEach((one, n) => {
    if (rooms[n] < 0.99 && rooms[n] > 0)
      one.style.fontSize = `${Math.max(rooms[n] * 0.98, 0.72).toFixed(2)}em`;
  });
}

/** The entry that an element stands for; a whole matrix is its first. */
function named(element) {
  const name = element?.dataset.of ?? "";
  return /\[|^L$/.test(name) ? name : "";
}

export function start() {
  listen(draw);
  addEventListener("resize", tell);
  document.addEventListener("pointerover", (event) => {
    const name = event.target.closest?.("#drawing") ? named(event.target.closest("[data-of]")) : "";
    if (name === pointed) return;
    pointed = name;
    if (!desk.playing) tell();
  });
  document.addEventListener("click", (event) => {
    const name = named(event.target.closest?.("[data-of]"));
    if (!name) return;
    setLook({ pick: name === look.pick && event.target.closest("#drawing") ? "" : name });
    tell();
  });
  pick.addEventListener("change", () => {
    setLook({ pick: unspoken(pick.value) });
    tell();
  });
  edit.addEventListener("change", (event) => {
    const { place, datum } = event.target.dataset;
    const value = Number(event.target.value);
    if (!Number.isFinite(value) || event.target.value === "") return;
    if (place) setParameter(Number(place), value);
    else if (datum) {
      const [kind, column] = datum.split(" ");
      setDatum(kind, moment().sample, Number(column), value);
      if (desk.refused) event.target.value = event.target.getAttribute("value");
    }
  });
}
