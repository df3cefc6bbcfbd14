// The paths of a weight, a bias, a unit or an input to the loss, strongest first.

import { eq, num, times } from "clearprop/formula";
import { inputSymbol, inputValue } from "clearprop/deriving-units";
import { look, say } from "clearprop/look";
import { entry } from "clearprop/moment";
import { lossName, spoken } from "clearprop/naming";
import { shown } from "clearprop/numbers";
import { strongestPaths } from "clearprop/paths";

const LISTED = 6;
const NAME = /^([A-Za-z]+?)(\d*)\[([\d,]+)\]$/;

/** @returns {import("clearprop/deriving").Block|null}  null where no paths can be listed */
export function pathsBlock(now, name) {
  const [, kind, layer, inner] = NAME.exec(name);
  const l = Number(layer);
  const index = inner.split(",").map(Number);
  const unit = index.at(-1);
  const found = strongestPaths(now, l, unit, LISTED);
  if (!found) return null;
  const isWeight = kind === "W";
  const factor = isWeight ? inputValue(now, l, index[0]) : 1;
  const [first, value] = isWeight ? [[inputSymbol(l, index[0])], [num(factor)]] : [[], []];
  const equations = found.paths.map((path) =>
    eq(
      times(...first, ...path.symbols),
      times(...value, ...path.values.map((one) => num(one))),
      num(path.value * factor),
    ),
  );
  const start = isWeight || kind === "b" ? [name] : [];
  const captions = found.paths.map((path) => caption(path, l, start, found.together));
  const total = found.paths.reduce((sum, one) => sum + one.value, 0);
  return {
    title: say("paths_title", { count: found.count.toLocaleString("en") }),
    why: say("paths_why"),
    equations,
    captions,
    note: summary(found, total * factor, totalOf(now, kind, l, unit) * factor),
  };
}

/** What all paths add up to: δ of a unit, or ∂ℓ/∂x of an input. */
function totalOf(now, kind, l, unit) {
  if (kind !== "x") return entry(now, "delta", l, unit);
  const { W, units } = now.net.layers[0];
  let sum = 0;
  for (let j = 0; j < units; j++) sum += entry(now, "delta", 1, j) * now.before.theta[W + unit * units + j];
  return sum;
}

/** The way and its part of all |contributions|, and the places in the drawing that it passes. */
function caption({ units, value }, l, start, together) {
  const [way, weights] = [[...start], []];
  units.forEach((unit, n) => {
    const layer = l + n;
    if (n) weights.push(`W${layer}[${units[n - 1]},${unit}]`);
    if (layer) way.push(`z${layer}[${unit}]`);
    if (n < units.length - 1) way.push(layer ? `a${layer}[${unit}]` : `x[${unit}]`);
  });
  const share = together ? `${((100 * Math.abs(value)) / together).toPrecision(3)} %` : "0 %";
  return {
    text: `${[...way.map(spoken), lossName()].join(" → ")} · ${say("path_share", { share })}`,
    places: [...way, ...weights, "L"],
  };
}

function summary({ paths, count }, listed, total) {
  const figures = [listed, total].map((one) => shown(one, Number(look.digits)));
  const [sum, all] = figures;
  return paths.length < count
    ? say("paths_listed", { listed: paths.length, sum, total: all })
    : say("paths_total", { sum, total: all });
}
