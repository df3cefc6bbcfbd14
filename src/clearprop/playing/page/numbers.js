// Numbers as digits, as `clearprop.derivation.figures` writes them.

/** A number with so many significant digits; 17 for all of them. */
export function figure(value, digits = 4) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return String(value === 0 ? 0 : value);
  if (digits >= 16) return String(value);
  if (size >= 1e-4 && size < 1e7) {
    const decimals = digits - 1 - Math.floor(Math.log10(size));
    return trimmed(value.toFixed(Math.min(Math.max(decimals, 0), 100)));
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return `${trimmed(mantissa)}e${Number(exponent)}`;
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

/** A number with a real minus sign, for text. */
export function shown(value, digits = 4) {
  return figure(value, digits).replace(/-/g, "−");
}

/** A number in few letters, for a disc of the drawing. */
export function short(value, room = 5) {
  const size = Math.abs(value);
  if (Number.isNaN(value)) return "NaN";
  if (value === 0) return "0";
  if (size >= 1000 || size < 0.001) {
    return value.toExponential(0).replace("e+", "e").replace("-", "−").replace("e-", "e−");
  }
  const digits = [3, 2, 1]
    .map((n) => figure(Number(value.toPrecision(n)), n))
    .find((one) => one.length <= room);
  return (digits ?? value.toExponential(0)).replace(/-/g, "−");
}

/** A number may be rounded as far as this, whatever its size; else its first digit must be there. */
const COARSEST = 0.01;

/** Whether a typed number is the true one, rounded to the digits that were typed. */
export function agrees(typed, value) {
  const text = typed.normalize("NFKC").trim().replace(/−/g, "-").replace(/,/g, ".");
  const match = /^[+-]?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match || (match[1] === "" && (match[2] ?? "") === "")) return null;
  const unit = 10 ** (Number(match[3] ?? 0) - (match[2]?.length ?? 0));
  const off = Math.abs(Number(text) - value);
  const exact = 1e-12 * Math.max(Math.abs(value), 1);
  return off <= exact || (unit <= Math.max(Math.abs(value), COARSEST) && off <= unit / 2 + exact);
}
