// The sample looked at, its numbers to be changed, and tables of the reader's own.

import { desk, listen, openData, refuse, setDatum, tell } from "clearprop/desk";
import { counted, escaped, look, say, setLook } from "clearprop/look";
import { moment } from "clearprop/moment";
import { figure } from "clearprop/numbers";
import { patch } from "clearprop/patching";
import { columnsOf, dataFrom } from "clearprop/csv";
import { columnName } from "clearprop/naming";

const [chooser, values, file, targetChoice, target] = [
  "sample",
  "values",
  "file",
  "target-choice",
  "target",
].map((id) => document.getElementById(id));
const MOST = 12;
let [listed, columns, name] = ["", null, ""];

function draw() {
  fillSamples();
  if (desk.playing) return;
  const now = moment();
  if (chooser.value !== (look.sample || "")) chooser.value = look.sample;
  const { inputs, outputs, n, K } = desk.data;
  const first = (names, kind, count) =>
    Array.from({ length: Math.min(count, MOST) }, (_, at) => escaped(columnName(names, kind, at)));
  const box = (kind, label, value, at) =>
    `<label data-of="${kind}[${at}]">${label} <input type="number" step="any" value="${figure(value, 17)}" data-kind="${kind}" data-at="${at}"></label>`;
  const row = [
    ...first(inputs, "x", n).map((one, i) => box("x", one, now.one.A[0][i], i)),
    ...(n > MOST ? [`<span class="soft">${say("more_inputs", { count: n - MOST })}</span>`] : []),
    ...first(outputs, "y", K).map((one, k) => box("y", one, now.one.Y[k], k)),
  ];
  patch(
    values,
    `<p class="soft">${say(now.inBatch >= 0 ? "sample_in_batch" : "sample_elsewhere", { sample: counted(now.sample) })}</p><div class="values">${row.join("")}</div>`,
  );
  for (const input of values.querySelectorAll("input"))
    if (document.activeElement !== input) input.value = input.getAttribute("value");
}

function fillSamples() {
  const { m, heldBack } = desk.data;
  const wanted = [m, heldBack, look.lang, look.first].join("/");
  if (listed === wanted) return;
  listed = wanted;
  const options = [new Option(say("first_of_batch"), "")];
  for (let r = 0; r < m; r++)
    options.push(
      new Option(r >= m - heldBack ? say("held_sample", { sample: counted(r) }) : counted(r), String(r)),
    );
  chooser.replaceChildren(...options);
}

async function read(given) {
  if (!given) return;
  name = given.name;
  use(columnsOf(await given.text()));
}

function use(found, wanted) {
  if (found.error) return refuse("data", found.error);
  columns = found;
  target.replaceChildren(...found.names.map((one) => new Option(one, one)));
  target.value = wanted ?? found.names.at(-1);
  targetChoice.hidden = false;
  const data = dataFrom(columns, target.value, name);
  if (data.error) return refuse("data", data.error);
  const { setup } = desk;
  const hidden = setup.sizes.slice(1, -1);
  const sizes = [data.n, ...(hidden.length ? hidden : [4]), data.K];
  const names = setup.activations.slice(0, -1);
  openData(data, {
    sizes,
    activations: [...(names.length ? names : ["tanh"]), data.output],
    loss: data.loss,
    batchSize: Math.min(32, data.m),
  });
}

export function start() {
  listen(draw);
  chooser.addEventListener("change", () => {
    setLook({ sample: chooser.value });
    tell();
  });
  values.addEventListener("change", ({ target: box }) => {
    const value = Number(box.value);
    if (box.value !== "" && Number.isFinite(value))
      setDatum(box.dataset.kind, moment().sample, Number(box.dataset.at), value);
    if (desk.refused) box.value = box.getAttribute("value");
  });
  file.addEventListener("change", () => read(file.files[0]));
  target.addEventListener("change", () => columns && use(columns, target.value));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    read(event.dataTransfer?.files[0]);
  });
}
