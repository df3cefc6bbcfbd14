// Data from an expression: points on its curve, on its surface, or on both sides of its boundary.

import { desk, listen, openScene, refuse, sceneNamed } from "clearprop/desk";
import { expressionOf } from "clearprop/expression";
import { given, sentence } from "clearprop/given";
import { Random } from "clearprop/random";

const [ROWS, REACH, FEWEST] = [200, 2, 20];
const box = document.getElementById("formula");

/** A scene of an expression, or what is wrong with it. */
export function sceneOf(formula) {
  const read = expressionOf(formula);
  if (read.error) return { error: "formula_unread", part: read.error };
  const two = read.variables.includes("y");
  const random = new Random(given.draws.states[0]);
  const draw = () => Math.round(1000 * REACH * (2 * random.uniform() - 1)) / 1000;
  const points = Array.from({ length: ROWS }, () => {
    const [x, y] = [draw(), two ? draw() : 0];
    return { inputs: two ? [x, y] : [x], value: read.at(x, y) };
  }).filter(({ value }) => Number.isFinite(value));
  const values = points.map(({ value }) => value);
  if (points.length < FEWEST || Math.max(...values) === Math.min(...values))
    return { error: "formula_constant", part: formula };
  const [layers, output, loss] = read.isQuestion
    ? [[6, 1], "sigmoid", "binary_cross_entropy"]
    : [[8, 1], "identity", "half_squared_error"];
  const words = (name) =>
    Object.fromEntries(["en", "zh"].map((lang) => [lang, sentence(name, lang, { formula })]));
  return {
    ...sceneNamed("sine"),
    name: "",
    formula,
    title: { en: formula, zh: formula },
    about: words(read.isQuestion ? "formula_classes" : "formula_curve"),
    X: Float64Array.from(points.flatMap(({ inputs }) => inputs)),
    Y: Float64Array.from(values),
    heldBack: Math.floor(points.length / 5),
    sizes: [two ? 2 : 1, ...layers],
    activations: ["tanh", output],
    loss,
    batchSize: 20,
    inputs: two ? ["x", "y"] : ["x"],
    outputs: [read.isQuestion ? formula : two ? "z" : "y"],
  };
}

function draw() {
  const formula = desk.scene.formula ?? "";
  if (document.activeElement !== box && box.value !== formula && !desk.refused) box.value = formula;
}

export function start() {
  listen(draw);
  box.addEventListener("change", () => {
    const formula = box.value.trim();
    const scene = formula && sceneOf(formula);
    if (scene.error) refuse("data", scene.error, { part: scene.part });
    else if (scene) openScene(scene);
  });
}
