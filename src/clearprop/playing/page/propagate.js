// Forward and backward propagation of a batch, one line of the algorithm a function.
// A quantity of layer l is stored unit by unit: entry (unit j, sample r) is at j·m + r.

/**
 * @typedef {object} Pass
 * @property {number} m
 * @property {Float64Array[]} Z    Z[l] of layer l; Z[0] is not used
 * @property {Float64Array[]} A    A[0] is the inputs
 * @property {Float64Array[]} D    error terms δ of each sample's own loss
 * @property {Float64Array[]} E    ∂ℓ/∂a as it arrives at layer l, before f′
 * @property {Float64Array} Y
 * @property {number} loss         L of the batch, without penalty
 */

/** @returns {Pass} */
export function makePass(net, m) {
  const room = (units) => new Float64Array(units * m);
  const each = () => net.sizes.map(room);
  const K = net.sizes.at(-1);
  return {
    m,
    Z: each(),
    A: each(),
    D: each(),
    E: each(),
    Y: room(K),
    ones: new Float64Array(m).fill(1),
    loss: NaN,
  };
}

/** Put rows of a table (row after row) into a pass. */
export function load(pass, net, data, rows) {
  const { m } = pass;
  const [n, K] = [net.sizes[0], net.sizes.at(-1)];
  const [X, Y, A, T] = [data.X, data.Y, pass.A[0], pass.Y];
  for (let r = 0; r < m; r++) {
    const row = rows[r];
    for (let i = 0; i < n; i++) A[i * m + r] = X[row * n + i];
    for (let k = 0; k < K; k++) T[k * m + r] = Y[row * K + k];
  }
}

/** zˡ = aˡ⁻¹ Wˡ + bˡ and aˡ = f(zˡ). */
export function forwardLayer(net, theta, pass, l) {
  const { inputs, units, W, b, rule } = net.layers[l - 1];
  const { m } = pass;
  const [below, z, a] = [pass.A[l - 1], pass.Z[l], pass.A[l]];
  for (let j = 0; j < units; j++) {
    const row = j * m;
    z.fill(theta[b + j], row, row + m);
    for (let i = 0; i < inputs; i++) {
      const [w, from] = [theta[W + i * units + j], i * m];
      for (let r = 0; r < m; r++) z[row + r] += below[from + r] * w;
    }
  }
  if (!rule.elementwise) {
    rule.block(z, a, rule.setting, units, m, m);
    return;
  }
  const [f, s] = [rule.f, rule.setting];
  for (let n = 0; n < units * m; n++) a[n] = f(z[n], s);
}

/** What every sample counts in L. */
export function shareOf(net, m) {
  return net.reduction === "mean" ? 1 / m : 1;
}

/** L of the batch. */
export function batchLoss(net, pass) {
  pass.loss = shareOf(net, pass.m) * totalLoss(net, pass, pass.Z.at(-1), pass.A.at(-1), pass.Y, pass.m);
  return pass.loss;
}

/** ℓ of one sample of the pass. */
export function sampleLoss(net, pass, r) {
  const one = (array) => Float64Array.from({ length: net.sizes.at(-1) }, (_, k) => array[k * pass.m + r]);
  return totalLoss(net, pass, one(pass.Z.at(-1)), one(pass.A.at(-1)), one(pass.Y), 1);
}

function totalLoss(net, pass, z, a, y, m) {
  const { lossRule: rule, canonical } = net;
  const s = rule.setting;
  const K = net.sizes.at(-1);
  if (canonical && rule.block) return rule.block(z, a, y, pass.ones, new Float64Array(z.length), s, K, m, m);
  let total = 0;
  for (let n = 0; n < K * m; n++) {
    total += canonical ? rule.fromZ(z[n], y[n], s) : rule.value(a[n], y[n], s);
  }
  return total;
}

/** ∂ℓ/∂a of the output layer; what a mistake may replace in a backward pass is in `RIGHT`. */
function lossSlope(net, pass) {
  const [a, y, e] = [pass.A.at(-1), pass.Y, pass.E.at(-1)];
  const { slope, setting } = net.lossRule;
  for (let n = 0; n < e.length; n++) e[n] = slope(a[n], y[n], setting);
}

/** δᴸ. */
function outputError(net, pass, steps) {
  const [z, a, y, d] = [pass.Z.at(-1), pass.A.at(-1), pass.Y, pass.D.at(-1)];
  const { lossRule: rule, canonical } = net;
  lossSlope(net, pass);
  if (!canonical) {
    d.set(pass.E.at(-1));
    steps.local(net, pass, net.layers.length, d);
  } else if (rule.block) {
    rule.block(z, a, y, pass.ones, d, rule.setting, net.sizes.at(-1), pass.m, pass.m);
  } else {
    for (let n = 0; n < d.length; n++) d[n] = rule.error(z[n], a[n], y[n], rule.setting);
  }
}

/** ∂ℓ/∂aˡ = δˡ⁺¹ Wˡ⁺¹ᵀ, into E[l]. */
function carry(net, theta, pass, l) {
  const { inputs, units, W } = net.layers[l];
  const { m } = pass;
  const [d, e] = [pass.D[l + 1], pass.E[l]];
  e.fill(0);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < units; j++) {
      const w = theta[W + i * units + j];
      for (let r = 0; r < m; r++) e[i * m + r] += w * d[j * m + r];
    }
  }
}

/** Change ∂ℓ/∂aˡ in `d` into δˡ = ∂ℓ/∂aˡ ⊙ f′(zˡ). */
function local(net, pass, l, d) {
  const { rule, units } = net.layers[l - 1];
  const [z, a] = [pass.Z[l], pass.A[l]];
  if (!rule.elementwise) {
    rule.pullBack(d, z, a, rule.setting, units, pass.m, pass.m);
    return;
  }
  const [slope, s] = [rule.slope, rule.setting];
  for (let n = 0; n < d.length; n++) d[n] *= slope(z[n], a[n], s);
}

/** c Σₙ aₙᵢ δₙⱼ of one weight. */
function weightGradient(net, pass, l, i, j) {
  const { m } = pass;
  const [a, d] = [pass.A[l - 1], pass.D[l]];
  let sum = 0;
  for (let r = 0; r < m; r++) sum += a[i * m + r] * d[j * m + r];
  return shareOf(net, m) * sum;
}

/** c Σₙ δₙⱼ of one bias. */
function biasGradient(net, pass, l, j) {
  const { m } = pass;
  const d = pass.D[l];
  let sum = 0;
  for (let r = 0; r < m; r++) sum += d[j * m + r];
  return shareOf(net, m) * sum;
}

/** The steps of backpropagation as the textbook has them; a mistake is one of them replaced. */
export const RIGHT = { outputError, carry, local, weightGradient, biasGradient };

/** δˡ of every sample. */
export function backwardLayer(net, theta, pass, l, steps = RIGHT) {
  if (l === net.layers.length) {
    steps.outputError(net, pass, steps);
    return;
  }
  steps.carry(net, theta, pass, l);
  pass.D[l].set(pass.E[l]);
  steps.local(net, pass, l, pass.D[l]);
}

/** ∂L/∂Wˡ and ∂L/∂bˡ into g, the penalty's λW with them. */
export function gradientOfLayer(net, theta, pass, l, g, decay = 0, steps = RIGHT) {
  const { inputs, units, W, b } = net.layers[l - 1];
  for (let j = 0; j < units; j++) g[b + j] = steps.biasGradient(net, pass, l, j);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < units; j++) {
      const at = W + i * units + j;
      g[at] = steps.weightGradient(net, pass, l, i, j) + decay * theta[at];
    }
  }
}

/** All Z and A of a pass. */
export function forward(net, theta, pass) {
  for (let l = 1; l <= net.layers.length; l++) forwardLayer(net, theta, pass, l);
}

/** L, and ∂L/∂θ into g. */
export function gradient(net, theta, pass, g, decay = 0, steps = RIGHT) {
  forward(net, theta, pass);
  batchLoss(net, pass);
  for (let l = net.layers.length; l >= 1; l--) backwardLayer(net, theta, pass, l, steps);
  for (let l = 1; l <= net.layers.length; l++) gradientOfLayer(net, theta, pass, l, g, decay, steps);
  return pass.loss;
}
