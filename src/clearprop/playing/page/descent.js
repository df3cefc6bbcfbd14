// Descent by mini-batches: the state, and one step of an update rule.

/**
 * @typedef {object} Descent
 * @property {Float64Array} theta
 * @property {Float64Array[]} slots   the rule's memory, two numbers a parameter
 * @property {number} t               steps taken
 */

/** @returns {Descent} */
export function begin(theta) {
  return {
    theta: theta.slice(),
    slots: [new Float64Array(theta.length), new Float64Array(theta.length)],
    t: 0,
  };
}

/** @returns {Descent} */
export function copy({ theta, slots, t }) {
  return { theta: theta.slice(), slots: slots.map((one) => one.slice()), t };
}

/** Move θ along the gradient g, in place. */
export function step(descent, g, rule, settings) {
  const {
    theta,
    slots: [first, second],
  } = descent;
  descent.t += 1;
  const c = rule.coefficients(settings, descent.t);
  const pair = [0, 0];
  for (let p = 0; p < theta.length; p++) {
    pair[0] = first[p];
    pair[1] = second[p];
    const [moved, memory] = rule.move(theta[p], g[p], pair, c);
    theta[p] = moved;
    first[p] = memory[0];
    second[p] = memory[1];
  }
}
