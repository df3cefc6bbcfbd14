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
 * @property {(Float64Array|null)[]|null} masks   dropout masks by layer: A is r ⊙ f(z), F is f(z)
 * @property {Float64Array[]} F
 * @property {Float64Array|null} shares   c of every sample in L, where samples do not count alike
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
    masks: null,
    F: [],
    shares: null,
  };
}

/** Put rows of a table (row after row) into a pass, through dropout masks if there are any. */
export function load(pass, net, data, rows, masks = null) {
  pass.masks = masks;
  pass.shares = sharesOf(net, data, rows);
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
  const [f, s] = [rule.f, rule.setting];
  if (!rule.elementwise) rule.block(z, a, s, units, m, m);
  else for (let n = 0; n < units * m; n++) a[n] = f(z[n], s);
  const mask = pass.masks?.[l];
  if (!mask) return;
  pass.F[l] = a.slice();
  for (let n = 0; n < units * m; n++) a[n] *= mask[n];
}

/** f(z) of a layer, before a mask. */
export const beforeMask = (pass, l) => (pass.masks?.[l] ? pass.F[l] : pass.A[l]);

/** Let ∂ℓ/∂a in `d` pass a layer's mask. */
export function throughMask(pass, l, d) {
  const mask = pass.masks?.[l];
  if (mask) for (let n = 0; n < d.length; n++) d[n] *= mask[n];
}

/** What every sample counts in L. */
export function shareOf(net, m) {
  return net.reduction === "mean" ? 1 / m : 1;
}

/** c of rows that have weights: w for a sum, w / Σw for a mean; null where all count alike. */
function sharesOf(net, { weights }, rows) {
  if (!weights) return null;
  const own = Float64Array.from(rows, (row) => weights[row]);
  if (net.reduction === "sum") return own;
  const total = own.reduce((sum, one) => sum + one, 0);
  return own.map((one) => one / total);
}

/** L of the batch. */
export function batchLoss(net, pass) {
  if (pass.shares) {
    pass.loss = pass.shares.reduce((sum, share, r) => sum + share * sampleLoss(net, pass, r), 0);
    return pass.loss;
  }
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

/** Change ∂ℓ/∂aˡ in `d` into δˡ = ∂ℓ/∂aˡ ⊙ f′(zˡ), ⊙ r under a mask. */
function local(net, pass, l, d) {
  const { rule, units } = net.layers[l - 1];
  const [z, a] = [pass.Z[l], beforeMask(pass, l)];
  throughMask(pass, l, d);
  if (!rule.elementwise) {
    rule.pullBack(d, z, a, rule.setting, units, pass.m, pass.m);
    return;
  }
  const [slope, s] = [rule.slope, rule.setting];
  for (let n = 0; n < d.length; n++) d[n] *= slope(z[n], a[n], s);
}

/** c Σₙ aₙᵢ δₙⱼ of one weight. */
function weightGradient(net, pass, l, i, j) {
  const { m, shares } = pass;
  const [a, d] = [pass.A[l - 1], pass.D[l]];
  let sum = 0;
  if (!shares) for (let r = 0; r < m; r++) sum += a[i * m + r] * d[j * m + r];
  else for (let r = 0; r < m; r++) sum += shares[r] * a[i * m + r] * d[j * m + r];
  return shares ? sum : shareOf(net, m) * sum;
}

/** c Σₙ δₙⱼ of one bias. */
function biasGradient(net, pass, l, j) {
  const { m, shares } = pass;
  const d = pass.D[l];
  let sum = 0;
  for (let r = 0; r < m; r++) sum += shares ? shares[r] * d[j * m + r] : d[j * m + r];
  return shares ? sum : shareOf(net, m) * sum;
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
