// A run: one descent from one start. It can be at any step again: states are kept every k steps,
// and what lies between is replayed, which gives the same bits, since nothing is drawn anew.

import { begin, copy, step } from "clearprop/descent";
import { forward, batchLoss, gradient, load, makePass, RIGHT } from "clearprop/propagate";
import { rates, updates } from "clearprop/rules";

const KEPT = 128;
const BYTES_KEPT = 48 * 2 ** 20;

export class Run {
  /**
   * @param {object} given
   * @param {import("clearprop/network").Network} given.net
   * @param {{X: Float64Array, Y: Float64Array, m: number, heldBack: number}} given.data
   * @param {string} given.solver
   * @param {object} given.settings      of the solver
   * @param {string} [given.schedule]      by which η changes from epoch to epoch
   * @param {object} [given.rateSettings]  of the schedule
   * @param {number} [given.horizon]       the epochs that the schedule plans for
   * @param {number} given.batchSize     0 for all rows
   * @param {number} given.weightDecay
   * @param {boolean} given.shuffle
   * @param {number} [given.dropout]       p of the hidden layers
   * @param {Float64Array[]} [given.masks] those of the first step, where they are not drawn
   * @param {Float64Array} given.start
   * @param {import("clearprop/random").Random} given.random  draws the orders of rows
   * @param {object} [given.steps]       of the backward pass; a mistake replaces one
   */
  constructor(given) {
    Object.assign(this, { steps: RIGHT, schedule: "constant", rateSettings: {}, horizon: 100, dropout: 0 }, given);
    this.rule = updates[this.solver];
    this.trains = this.data.m - this.data.heldBack;
    this.size = Math.min(this.batchSize || this.trains, this.trains);
    this.batches = Math.ceil(this.trains / this.size);
    this.hiddenUnits = this.net.sizes.slice(1, -1).reduce((sum, units) => sum + units, 0);
    this.descent = begin(this.start);
    this.g = new Float64Array(this.net.count);
    this.snapshots = [this.random.snapshot()];
    this.known = { epoch: -1, order: null };
    this.passes = new Map();
    /** L of every batch, before its own step. */
    this.losses = [];
    /** After every epoch: mean or sum over all training rows, the same of the rows held back, norms. */
    this.epochs = [];
    const size = 24 * this.net.count;
    this.most = Math.max(6, Math.min(KEPT, Math.floor(BYTES_KEPT / size)));
    this.every = 1;
    this.kept = new Map([[0, copy(this.descent)]]);
    this.record();
  }

  get t() {
    return this.descent.t;
  }

  get theta() {
    return this.descent.theta;
  }

  /** The order of rows of an epoch, from 0. */
  order(epoch) {
    if (this.known.epoch === epoch) return this.known.order;
    const plain = !this.shuffle || this.batches === 1;
    const draw = () =>
      plain ? Int32Array.from({ length: this.trains }, (_, n) => n) : this.random.order(this.trains);
    const passMasks = () => {
      if (this.dropout) this.random.skip(this.trains * this.hiddenUnits);
      this.snapshots.push(this.random.snapshot());
    };
    while (this.snapshots.length <= epoch) {
      this.random.restore(this.snapshots.at(-1));
      draw();
      passMasks();
    }
    this.random.restore(this.snapshots[epoch]);
    const order = draw();
    this.known = { epoch, order, drawn: this.random.snapshot() };
    if (this.snapshots.length === epoch + 1) passMasks();
    return order;
  }

  /**
   * The dropout masks of a step, by layer: 0 for a dropped unit, 1/(1 − p) for the others; null for none.
   * They are drawn after the order of their epoch, batch by batch, layer by layer, row by row.
   */
  masksAt(t) {
    if (!this.dropout || !this.hiddenUnits) return null;
    if (t === 0 && this.masks) return this.masks;
    const { batch, rows } = this.batchOf(t);
    const [m, kept] = [rows.length, 1 / (1 - this.dropout)];
    this.random.restore(this.known.drawn);
    this.random.skip(batch * this.size * this.hiddenUnits);
    const drawn = this.net.layers.slice(0, -1).map(({ units }) => {
      const mask = new Float64Array(units * m);
      for (let r = 0; r < m; r++)
        for (let j = 0; j < units; j++)
          mask[j * m + r] = this.random.uniform() >= this.dropout ? kept : 0;
      return mask;
    });
    return [null, ...drawn];
  }

  /** Epoch, batch and rows of a step. */
  batchOf(t) {
    const epoch = Math.floor(t / this.batches);
    const batch = t % this.batches;
    const rows = this.order(epoch).subarray(batch * this.size, (batch + 1) * this.size);
    return { epoch, batch, rows };
  }

  /** How much of the penalty a batch carries. */
  decayOf(rows) {
    return this.weightDecay * (this.net.reduction === "sum" ? rows / this.trains : 1);
  }

  /** The solver's settings at a step, with the η of its epoch. */
  settingsAt(t = this.t) {
    const begun = Math.floor(t / this.batches);
    const now = { epoch: begun + 1, epochs: this.horizon, samples_seen: begun * this.trains, plateaus: 0 };
    const factor = rates[this.schedule].factor(this.rateSettings, now);
    return { ...this.settings, learning_rate: this.settings.learning_rate * factor };
  }

  pass(m) {
    if (!this.passes.has(m)) this.passes.set(m, makePass(this.net, m));
    return this.passes.get(m);
  }

  /** Take one step; false where the loss is no number any more. */
  advance() {
    const { rows } = this.batchOf(this.t);
    const pass = this.pass(rows.length);
    load(pass, this.net, this.data, rows, this.masksAt(this.t));
    const loss = gradient(this.net, this.theta, pass, this.g, this.decayOf(rows.length), this.stepsNow());
    if (!Number.isFinite(loss)) return false;
    const isNew = this.t === this.losses.length;
    if (isNew) this.losses.push(loss);
    step(this.descent, this.g, this.rule, this.settingsAt());
    if (this.t % this.every === 0 && !this.kept.has(this.t)) this.keep();
    if (isNew && this.t % this.batches === 0) this.record(loss);
    return true;
  }

  /** The steps of the backward pass; a mistake may depend on the rate. */
  stepsNow() {
    return typeof this.steps === "function" ? this.steps(this) : this.steps;
  }

  keep() {
    this.kept.set(this.t, copy(this.descent));
    if (this.kept.size <= this.most) return;
    this.every *= 2;
    for (const t of this.kept.keys()) if (t % this.every) this.kept.delete(t);
  }

  /** Go to a step; what was never reached is run. */
  seek(t) {
    let from = 0;
    for (const at of this.kept.keys()) if (at <= t && at > from) from = at;
    if (this.t > t || this.t < from) this.descent = copy(this.kept.get(from));
    while (this.t < t && this.advance());
    return this.t === t;
  }

  /** L over some rows at the present parameters. */
  lossOf(rows, theta = this.theta) {
    if (!rows.length) return NaN;
    const pass = this.pass(rows.length);
    load(pass, this.net, this.data, rows);
    forward(this.net, theta, pass);
    return batchLoss(this.net, pass);
  }

  get trainingRows() {
    return (this.rowsTrained ??= Int32Array.from({ length: this.trains }, (_, n) => n));
  }

  get validationRows() {
    const { heldBack } = this.data;
    return (this.rowsHeld ??= Int32Array.from({ length: heldBack }, (_, n) => this.trains + n));
  }

  record() {
    const norms = this.net.layers.map(({ W, b, units }) => {
      let sum = 0;
      for (let p = W; p < b + units; p++) sum += this.g[p] ** 2;
      return Math.sqrt(sum);
    });
    const validation = this.lossOf(this.validationRows);
    this.epochs.push({ train: this.lossOf(this.trainingRows), validation, norms });
  }
}
