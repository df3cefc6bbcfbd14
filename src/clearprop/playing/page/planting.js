// Plant a mistake and watch it descend beside the right run; the gradient check says where it bites.

import { desk, listen, makeRun, tell } from "clearprop/desk";
import { given } from "clearprop/given";
import { look, say, setLook, told } from "clearprop/look";
import { MISTAKES, possibleMistakes } from "clearprop/mistakes";
import { moment } from "clearprop/moment";
import { figure, shown } from "clearprop/numbers";
import { batchLoss, forward, gradient, load, makePass } from "clearprop/propagate";

const CHECKED = 24;
let known = { rows: [] };

/** The run with the mistake, from the same start; it follows the right one. */
function follow() {
  const name = look.mode === "plant" ? look.slip : "";
  const { rival, run } = desk;
  if (!name || !MISTAKES[name] || !possibleMistakes(run.net, run.size).includes(name)) {
    desk.rival = null;
    return;
  }
  if (!rival || rival.slip !== name || rival.beside !== run) {
    desk.rival = makeRun(desk.setup, desk.data, MISTAKES[name].steps(run.settings.learning_rate));
    desk.rival.slip = name;
    desk.rival.beside = run;
  }
  desk.rival.seek(run.t);
}

/** Central differences against both gradients at this moment, layer by layer; none while it runs. */
function check(now) {
  const { net, run } = now;
  if (desk.playing || (known.run === run && known.t === now.t && known.slip === look.slip)) return known.rows;
  const pass = makePass(net, now.rows.length);
  load(pass, net, run.data, now.rows, now.pass.masks);
  const theta = now.before.theta.slice();
  const at = (p, h) => {
    const kept = theta[p];
    theta[p] = kept + h;
    forward(net, theta, pass);
    const value = batchLoss(net, pass);
    theta[p] = kept;
    return value + (now.decay && isWeight(net, p) ? (now.decay * (kept + h) ** 2) / 2 : 0);
  };
  const wrong = new Float64Array(net.count);
  gradient(net, theta, pass, wrong, now.decay, MISTAKES[look.slip].steps(now.settings.learning_rate));
  const rows = net.layers.map(({ number, W, b, units }) => {
    const places = Array.from({ length: b + units - W }, (_, n) => W + n);
    const some = places.filter((_, n) => n % Math.ceil(places.length / CHECKED) === 0);
    const slopes = some.map((p) => (at(p, 1e-5) - at(p, -1e-5)) / 2e-5);
    const off = (g) => {
      const most = Math.max(...some.map((p, n) => Math.max(Math.abs(g[p]), Math.abs(slopes[n]))), 1e-12);
      return Math.max(...some.map((p, n) => Math.abs(g[p] - slopes[n]))) / most;
    };
    return { number, right: off(now.g), wrong: off(wrong) };
  });
  known = { run, t: now.t, slip: look.slip, rows: rows.reverse() };
  return known.rows;
}

const isWeight = (net, p) => net.layers.some(({ W, b }) => p >= W && p < b);

export function plantHtml() {
  const { run } = desk;
  const known = possibleMistakes(run.net, run.size);
  const list = known
    .map(
      (name) =>
        `<option value="${name}"${name === look.slip ? " selected" : ""}>${told(given.mistakes[name].title)}</option>`,
    )
    .join("");
  const head = `<label>${say("mistake")} <select id="slip"><option value="">${say("none")}</option>${list}</select></label>`;
  const { rival } = desk;
  if (!rival) return `${head}<p class="soft">${say("plant_hint")}</p>`;
  const now = moment();
  const words = given.mistakes[look.slip];
  const line = (of) => `<code>${told(of[look.convention])}</code>`;
  const rows = check(now).map(
    ({ number, right, wrong }) =>
      `<tr><td>${say("layer", { layer: number })}</td><td class="good">${figure(right, 2)}</td><td class="${wrong > 1e-4 ? "bad" : "good"}">${wrong > 1e-4 ? "✗ " : "✓ "}${figure(wrong, 2)}</td></tr>`,
  );
  const [mine, its] = [run.epochs.at(-1).train, rival.epochs.at(-1).train];
  return `${head}<p>${say("right_line")} ${line(words.right)}</p><p>${say("wrong_line")} ${line(words.wrong)}</p><p class="why">${told(words.why)}</p>
    <p><strong>${say("losses_beside", { right: shown(mine), wrong: Number.isFinite(its) ? shown(its) : "∞" })}</strong></p>
    <table><thead><tr><th>${say("gradient_check")}</th><th>${say("right_run")}</th><th>${say("with_mistake")}</th></tr></thead>${rows.join("")}</table>
    <p class="soft">${say("check_hint")}</p>`;
}

export function start() {
  listen(follow);
  document.getElementById("mode").addEventListener("change", ({ target }) => {
    if (target.id !== "slip") return;
    setLook({ slip: target.value });
    tell();
  });
}
