// The same in Python: code and command that give the state of the page.

import { desk } from "clearprop/desk";
import { look, say } from "clearprop/look";
import { moment } from "clearprop/moment";

const MOST = 3000;
const list = (values) => `[${[...values].map(literal).join(", ")}]`;
const literal = (value) =>
  (Number.isInteger(value) ? `${value}.0` : String(value)).replace("Infinity", "inf");
const rowsOf = (array, width) =>
  Array.from({ length: array.length / width }, (_, r) => list(array.subarray(r * width, (r + 1) * width)));
const matrix = (array, width) => `np.array([${rowsOf(array, width).join(", ")}])`;

/** Lines of Python that go from the start to this step; `params` is what the page shows. */
export function code() {
  const { run, setup, data } = desk;
  const layers = run.net.layers
    .map(({ units }, n) => `cp.Layer(${units}, ${JSON.stringify(run.net.activations[n])})`)
    .join(", ");
  const settings = Object.entries(run.settings)
    .map(([name, value]) => `${name}=${value === true ? "True" : value === false ? "False" : value}`)
    .join(", ");
  const named =
    setup.initializer === "xavier" || setup.initializer === "zeros" || (run.likeNumpy && !setup.start);
  const drawn = !setup.start && named;
  const own = setup.initializer === "xavier" && !setup.start;
  const start = drawn
    ? `params = net.initialize(${JSON.stringify(setup.initializer)}, seed=${own ? "random" : setup.seed})`
    : `params = net.parameters(np.array(${list(run.start)}))`;
  const scheduled = run.schedule !== "constant";
  const planned = Object.entries(run.rateSettings).map(([name, value]) => `${name}=${value}`);
  const imports = scheduled
    ? "from dataclasses import replace\nfrom clearprop.training.schedules import RATES, Moment\n"
    : "";
  const rates = scheduled ? `usual, rates = rule, RATES.make("${run.schedule}(${planned.join(", ")})")\n` : "";
  const rate = scheduled
    ? `    moment = Moment(epoch + 1, ${run.horizon}, epoch * m, 0)
    rule = replace(usual, learning_rate=usual.learning_rate * rates.factor(moment))
    epoch += 1
`
    : "";
  const masked = run.dropout > 0 && run.hiddenUnits > 0;
  const tools = masked
    ? `from clearprop.backprop.descent import row_share
from clearprop.backprop.dropout import with_dropout
from clearprop.backprop.reference import ReferenceEngine
`
    : "";
  const p = Array(run.net.layers.length - 1).fill(run.dropout);
  const gradientLines = masked
    ? `        layers = with_dropout(net.layers, [${p}], len(rows), random)
        engine = ReferenceEngine(net.sizes, layers, net.loss_rule)
        share = row_share(net.reduction, ${data.weights ? "weight[rows]" : "np.ones(len(rows))"})
        loss, g = engine.gradient(theta, X[rows], Y[rows], share)`
    : `        loss, gradient = net.gradient(theta, X[rows], Y[rows]${data.weights ? ", weight[rows]" : ""})
        g = gradient.vector`;
  return `import numpy as np
import clearprop as cp
${tools}${imports}from clearprop.training.randomness import RowOrders
from clearprop.updates import UPDATES

X = ${matrix(data.X, data.n)}
Y = ${matrix(data.Y, data.K)}
${data.weights ? `weight = np.array(${list(data.weights)})\n` : ""}net = cp.Network(${data.n}, [${layers}], ${JSON.stringify(run.net.loss)}, ${JSON.stringify(run.net.reduction)})
random = np.random.default_rng(${setup.seed})
${start}
rule = UPDATES.make("${run.solver}(${settings})")
${rates}m, batch, decay, steps = ${run.trains}, ${run.size}, ${run.weightDecay}, ${run.t}
orders = RowOrders(random, np.arange(m), shuffle=${run.shuffle && run.batches > 1 ? "True" : "False"})
weights = np.concatenate([np.full(params[name].size, name[0] == "W") for name in params])
theta, slots, t = params.vector, (np.zeros(params.vector.size),) * 2, 0
${scheduled ? "epoch = 0\n" : ""}while t < steps:
${rate}    order = orders.draw(1)[0]
    for rows in (order[at : at + batch] for at in range(0, m, batch)):
${gradientLines}
        part = len(rows) / m if net.reduction == "sum" else 1.0
        g = g + part * decay * weights * theta
        t += 1
        theta, slots = rule.move(theta, g, slots, tuple(rule.coefficients(np.array([t]))[0]))
        if t == steps:
            break
params = net.parameters(theta)
`;
}

/** The command that derives the picked number of the sample looked at, from a file of weights. */
export function command() {
  const now = moment();
  const { net } = now;
  const wrt = /^(W|b|x|delta|z|a)\d*\[/.test(look.pick) ? ` --wrt "${look.pick}"` : "";
  const numbers = (values) => [...values].map(String).join(",");
  const { lang, convention } = look;
  return `clearprop explain --layers ${net.sizes.join("-")} --activations "${net.activations.join(",")}" --loss "${net.loss}" --reduction ${net.reduction} --weights weights.json --x=${numbers(now.one.A[0])} --y=${numbers(now.one.Y)}${wrt} --convention ${convention} --lang ${lang}`;
}

/** The parameters of this moment as the JSON that --weights reads. */
export function weightsFile() {
  const { net, theta } = desk.run;
  const parts = {};
  for (const { number: l, inputs, units, W, b } of net.layers) {
    parts[`W${l}`] = Array.from({ length: inputs }, (_, i) => [
      ...theta.subarray(W + i * units, W + (i + 1) * units),
    ]);
    parts[`b${l}`] = [...theta.subarray(b, b + units)];
  }
  return JSON.stringify(parts);
}

const escaped = (text) =>
  text.replace(/[&<>]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[letter]);

export function pythonHtml() {
  if (desk.playing) return `<p class="soft">${say("moved_stop")}</p>`;
  const text = code();
  const shown =
    text.length > MOST
      ? text
          .split("\n")
          .map((line) => (line.length > 160 ? `${line.slice(0, 150)} …` : line))
          .join("\n")
      : text;
  return `<p>${say("python_code")} <button type="button" id="copy-code">${say("copy")}</button></p><pre>${escaped(shown)}</pre>
    <p>${say("python_command")} <button type="button" id="copy-command">${say("copy")}</button> <button type="button" id="save-weights">weights.json</button></p><pre>${escaped(command())}</pre>`;
}

export function start() {
  document.getElementById("mode").addEventListener("click", async ({ target }) => {
    if (target.id === "copy-code") await copy(target, code());
    else if (target.id === "copy-command") await copy(target, command());
    else if (target.id === "save-weights") {
      const link = Object.assign(document.createElement("a"), {
        download: "weights.json",
        href: `data:application/json,${encodeURIComponent(weightsFile())}`,
      });
      link.click();
    }
  });
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = say("copied");
  } catch {
    button.textContent = say("not_copied");
  }
}
