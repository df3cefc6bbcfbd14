// What part of every change of a parameter is whose: of a sample, of the penalty, of decoupled decay.
// A step is linear in θ, in the gradient and in the memory of gradients, once the running mean of
// their squares is taken as it was; so the parts of all sources add up to the change, exactly.

import { value } from "clearprop/deriving-updates";

/**
 * @typedef {object} Shares   memory ← A · memory + B · g;  Δθ = C · memory + D · g + E · θ
 * @property {number} A
 * @property {number} B
 * @property {number} C   of the memory before the step
 * @property {number} D
 * @property {number} E
 */

/**
 * @param {object} rule
 * @param {object} known  settings, coefficients, slots, theta and g before the step, by name
 * @returns {Shares}
 */
export function sharesOf(rule, known) {
  const slots = rule.slotNames.filter((name) => name);
  const evaluate = (inputs, fixed = {}) => {
    const values = { ...known, ...inputs };
    for (const { finds, formula } of rule.lines) values[finds] = fixed[finds] ?? value(formula, values);
    return values;
  };
  const nothing = Object.fromEntries([...slots, "theta", "g"].map((name) => [name, 0]));
  const actual = evaluate({});
  const [once, twice] = [1, 2].map((g) => evaluate({ ...nothing, g }));
  const squares = slots.filter((name) => twice[name] !== 2 * once[name]);
  const fixed = Object.fromEntries(squares.map((name) => [name, actual[name]]));
  const [memory] = slots.filter((name) => !squares.includes(name));
  const at = (name) => evaluate({ ...nothing, [name]: 1 }, fixed);
  const [ofMemory, ofGradient] = [memory ? at(memory) : evaluate(nothing, fixed), at("g")];
  return {
    A: memory ? ofMemory[memory] : 0,
    B: memory ? ofGradient[memory] : 0,
    C: ofMemory.theta,
    D: ofGradient.theta,
    E: at("theta").theta - 1,
  };
}

/** The sources of a parameter's changes, each with what it moved and what is remembered of it. */
export class Sources {
  constructor() {
    /** @type {Map<number|string, {moved: number, memory: number}>} */
    this.all = new Map();
  }

  /** Take a step: `gradients` are the parts of g by source, `theta` is the parameter before it. */
  step({ A, B, C, D, E }, gradients, theta) {
    for (const source of gradients.keys())
      if (!this.all.has(source)) this.all.set(source, { moved: 0, memory: 0 });
    for (const [source, one] of this.all) {
      const g = gradients.get(source) ?? 0;
      one.moved += C * one.memory + D * g;
      one.memory = A * one.memory + B * g;
    }
    if (E) this.of("decay").moved += E * theta;
  }

  of(source) {
    if (!this.all.has(source)) this.all.set(source, { moved: 0, memory: 0 });
    return this.all.get(source);
  }
}
