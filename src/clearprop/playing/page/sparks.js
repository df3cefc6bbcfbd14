// A weight and what the rule remembers of it, over the steps so far: small curves that lead back.

import { desk, goTo, linesOf } from "clearprop/desk";
import { say } from "clearprop/look";
import { spoken } from "clearprop/naming";
import { figure, shown } from "clearprop/numbers";

const [WIDE, HIGH] = [150, 26];
const SIGNS = { velocity: "v" };

/** The curves of θ and of every slot that the rule uses, at the steps whose states are kept. */
export function sparksHtml(now, name, place) {
  const { run } = now;
  if (run.t < 2) return "";
  const kept = [...run.kept].filter(([t]) => t < run.t).sort(([one], [other]) => one - other);
  const states = [...kept.map(([, state]) => state), now.before];
  const curves = [[spoken(name), states.map(({ theta }) => theta[place])]];
  run.rule.slotNames.forEach((slot, n) => {
    if (slot && run.rule.usesSlots[n])
      curves.push([SIGNS[slot] ?? slot, states.map(({ slots }) => slots[n][place])]);
  });
  const rows = curves.map(([label, values]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const points = values.map((one, n) => {
      const x = (WIDE * states[n].t) / run.t;
      const y = high > low ? 2 + ((high - one) / (high - low)) * (HIGH - 4) : HIGH / 2;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    const about = `${label}: ${figure(values[0], 3)} … ${figure(values.at(-1), 3)}`;
    return `<dt>${label}</dt><dd><svg class="spark" viewBox="0 0 ${WIDE} ${HIGH}" width="${WIDE}" height="${HIGH}" role="img" aria-label="${about}"><polyline points="${points.join(" ")}"/></svg> ${shown(values.at(-1), 3)}</dd>`;
  });
  return `<dl class="sparks">${rows.join("")}</dl><p class="soft">${say("sparks_hint", { steps: run.t })}</p>`;
}

export function start() {
  document.getElementById("edit").addEventListener("click", (event) => {
    const spark = event.target.closest?.(".spark");
    if (!spark) return;
    const { left, width } = spark.getBoundingClientRect();
    const step = Math.round((desk.run.t * (event.clientX - left)) / width);
    goTo(Math.max(0, Math.min(desk.run.t, step)) * linesOf(desk.run.net).length);
  });
}
