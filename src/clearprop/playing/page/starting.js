// First weights: drawn as `clearprop.INITIALIZERS` does; biases start at 0.

const RULES = {
  zeros: () => 0,
  normal: (draw) => draw.normal(),
  xavier: (draw, n, units) => {
    const bound = Math.sqrt(6 / (n + units));
    return -bound + (bound - -bound) * draw.uniform();
  },
  he: (draw, n) => draw.normal() * Math.sqrt(2 / n),
};

export const INITIALIZERS = Object.keys(RULES);

/**
 * @param {import("clearprop/network").Network} net
 * @param {string} method
 * @param {import("clearprop/random").Random} random  goes on with the orders of rows
 * @param {Float64Array} normals  the first normal numbers that NumPy draws with this seed
 * @returns {{theta: Float64Array, likeNumpy: boolean}}  whether `net.initialize` gives the same
 */
export function drawStart(net, method, random, normals) {
  const theta = new Float64Array(net.count);
  let used = 0;
  const draw = {
    uniform: () => random.uniform(),
    normal: () => (used < normals.length ? normals[used++] : (used++, random.normal())),
  };
  for (const { W, b, inputs, units } of net.layers) {
    for (let at = W; at < b; at++) theta[at] = RULES[method](draw, inputs, units);
  }
  return { theta, likeNumpy: used <= normals.length };
}
