// NumPy's PCG64, from the state that a seed has there: the same uniform numbers and orders of rows.
// Source: O'Neill, "PCG: a family of simple fast space-efficient statistically good algorithms for
// random number generation", 2014; XSL-RR, 128 bits of state, 64 of output.

const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const ALL_128 = (1n << 128n) - 1n;
const ALL_64 = (1n << 64n) - 1n;

export class Random {
  /** @param {[string, string]} state  state and increment, as NumPy prints them */
  constructor([state, increment]) {
    this.state = BigInt(state);
    this.increment = BigInt(increment);
    /** @type {number|null} the other half of a number that was drawn */
    this.half = null;
  }

  /** What `restore` needs. */
  snapshot() {
    return { state: this.state, half: this.half };
  }

  restore({ state, half }) {
    this.state = state;
    this.half = half;
  }

  next64() {
    this.state = (this.state * MULTIPLIER + this.increment) & ALL_128;
    const mixed = (this.state >> 64n) ^ (this.state & ALL_64);
    const turn = this.state >> 122n;
    return ((mixed >> turn) | (mixed << (64n - turn))) & ALL_64;
  }

  /**
   * Pass over so many numbers of 64 bits at once.
   * Source: Brown, "Random number generation with arbitrary strides", 1994.
   */
  skip(count) {
    let [multiplier, addend, square, sum] = [1n, 0n, MULTIPLIER, this.increment];
    for (let left = BigInt(count); left > 0n; left >>= 1n) {
      if (left & 1n) {
        multiplier = (multiplier * square) & ALL_128;
        addend = (addend * square + sum) & ALL_128;
      }
      sum = ((square + 1n) * sum) & ALL_128;
      square = (square * square) & ALL_128;
    }
    this.state = (multiplier * this.state + addend) & ALL_128;
  }

  next32() {
    if (this.half !== null) {
      const half = this.half;
      this.half = null;
      return half;
    }
    const whole = this.next64();
    this.half = Number(whole >> 32n);
    return Number(whole & 0xffffffffn);
  }

  /** A number in [0, 1). */
  uniform() {
    return Number(this.next64() >> 11n) / 9007199254740992;
  }

  /** A standard normal number, by Box and Muller's formula. */
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** An order of m rows, as `clearprop.backprop.shuffling.orders_from` makes it. */
  order(m) {
    const order = new Int32Array(m);
    for (let i = 0; i < m; i++) {
      const place = Math.floor((this.next32() * (i + 1)) / 4294967296);
      order[i] = order[place];
      order[place] = i;
    }
    return order;
  }
}
