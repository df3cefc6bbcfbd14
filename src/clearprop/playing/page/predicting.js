// Predict the next number: it is blank until it is typed, and what is typed is judged by its digits.

import { desk, placeNow, goTo, tell } from "clearprop/desk";
import { symbolOf } from "clearprop/deriving-updates";
import { lossLetter } from "clearprop/deriving-loss";
import { given } from "clearprop/given";
import { eq, partial, sym } from "clearprop/formula";
import { counted, look, say, told } from "clearprop/look";
import { printer } from "clearprop/mathml";
import { MISTAKES, possibleMistakes } from "clearprop/mistakes";
import { entry, moment } from "clearprop/moment";
import { nameOf } from "clearprop/network";
import { agrees, shown } from "clearprop/numbers";
import { load, makePass, forward, backwardLayer, gradientOfLayer, sampleLoss } from "clearprop/propagate";

let verdict = { place: -1, html: "" };

/** Whether this line's numbers are still to be predicted. */
export const predicting = () => look.mode === "predict" && desk.revealed !== placeNow();

/** The number that is asked for at this line; another one at every step. */
export function question(now) {
  const { kind, layer: l } = now.lines[now.line];
  const pick = (count) => (now.t + now.line) % count;
  if (kind === "loss") return { kind, letter: lossLetter(now), value: sampleLoss(now.net, now.one, 0) };
  if (kind === "forward" || kind === "delta") {
    const j = pick(now.net.sizes[l]);
    const letter = kind === "forward" ? "a" : "delta";
    return { kind, l, j, letter: sym(letter, l, [j]), value: entry(now, letter, l, j) };
  }
  if (kind === "gradient") {
    const layer = now.net.layers[l - 1];
    const p = layer.W + pick(layer.inputs * layer.units);
    return { kind, l, p, letter: partial(sym("L"), symbolOf(nameOf(now.net, p))), value: now.g[p] };
  }
  const p = pick(now.net.count);
  return {
    kind,
    p,
    letter: { ...symbolOf(nameOf(now.net, p)), mark: say("new") },
    value: now.after.theta[p],
  };
}

/** Numbers that the commonest mistakes would give, with their names. */
export function wrongAnswers(now, asked) {
  const found = [];
  const add = (name, value) => {
    if (Math.abs(value - asked.value) > 1e-9 * Math.abs(asked.value)) found.push({ name, value });
  };
  const { kind, l, j, p, value } = asked;
  if (kind === "forward") {
    const { rule, b } = now.net.layers[l - 1];
    const z = entry(now, "z", l, j);
    add(say("slip_no_activation"), z);
    if (rule.elementwise) {
      add(say("slip_no_bias"), rule.f(z - now.before.theta[b + j], rule.setting));
      add(say("slip_slope"), rule.slope(z, value, rule.setting));
    }
  }
  if (kind === "loss") {
    add(told(given.mistakes.factor_two.title), 2 * value);
    add(told(given.mistakes.factor_two.title), value / 2);
    add(told(given.mistakes.sign.title), -value);
  }
  if (kind === "update") {
    const change = now.after.theta[p] - now.before.theta[p];
    add(say("slip_uphill"), now.before.theta[p] - change);
    add(say("slip_no_rate"), now.before.theta[p] - now.g[p]);
    add(say("slip_change"), change);
  }
  if (kind === "delta" || kind === "gradient") {
    const m = kind === "delta" ? 1 : now.rows.length;
    const pass = makePass(now.net, m);
    const isOne = kind === "delta";
    load(pass, now.net, now.run.data, isOne ? [now.sample] : now.rows, (isOne ? now.one : now.pass).masks);
    forward(now.net, now.before.theta, pass);
    const g = new Float64Array(now.net.count);
    for (const name of possibleMistakes(now.net, m)) {
      const steps = MISTAKES[name].steps(now.settings.learning_rate);
      for (let n = now.net.layers.length; n >= l; n--)
        backwardLayer(now.net, now.before.theta, pass, n, steps);
      if (kind === "gradient") gradientOfLayer(now.net, now.before.theta, pass, l, g, now.decay, steps);
      add(told(given.mistakes[name].title), kind === "delta" ? pass.D[l][j] : g[p]);
    }
    if (kind === "gradient" && now.decay)
      add(say("slip_no_penalty"), now.g[p] - now.decay * now.before.theta[p]);
    add(told(given.mistakes.sign.title), -value);
  }
  return found;
}

/** @returns {"right"|"unread"|string}  or the name of the mistake, or "" */
export function judge(typed, asked, wrong) {
  const right = agrees(typed, asked.value);
  if (right === null) return "unread";
  if (right) return "right";
  return wrong.find(({ value }) => agrees(typed, value))?.name ?? "";
}

export function predictHtml(style) {
  const now = moment();
  const asked = question(now);
  const equation = printer(style);
  if (!predicting()) {
    const last = verdict.place === placeNow() ? verdict.html : "";
    return `${last}<p><button type="button" id="next">${say("next_number")} ▶</button></p>`;
  }
  const where = say(`line_${asked.kind}`, { layer: asked.l });
  const last = verdict.place === placeNow() ? verdict.html : "";
  return `<p>${say("predict_ask", { where, sample: counted(now.sample) })}</p>${equation(eq(asked.letter, sym("?")))}
    <form id="answer"><label>${say("answer")} <input id="typed" inputmode="decimal" autocomplete="off"></label> <button>${say("judge")}</button> <button type="button" id="reveal">${say("reveal")}</button></form>${last}`;
}

export function start() {
  const mode = document.getElementById("mode");
  mode.addEventListener("submit", (event) => {
    event.preventDefault();
    const now = moment();
    const asked = question(now);
    const typed = document.getElementById("typed").value;
    const said = judge(typed, asked, wrongAnswers(now, asked));
    const text =
      said === "right"
        ? say("is_right", { value: shown(asked.value, 6) })
        : said === "unread"
          ? say("is_unread")
          : said
            ? say("is_mistake", { mistake: said })
            : say("is_wrong");
    verdict = {
      place: placeNow(),
      html: `<p class="${said === "right" ? "good" : "note"}" role="status">${text}</p>`,
    };
    if (said === "right") desk.revealed = placeNow();
    tell();
  });
  mode.addEventListener("click", ({ target }) => {
    if (target.id === "reveal") {
      desk.revealed = placeNow();
      verdict = { place: -1, html: "" };
      tell();
    } else if (target.id === "next") goTo(placeNow() + 1);
  });
}
