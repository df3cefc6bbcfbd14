// Expressions as people write them, ½(x − y)², in the few signs that `clearprop/expression` reads.
// The same spellings as `clearprop.derivation.graphs.spelling`; a test has one list for both.

const RESULT = /^\s*\w+\s*(?:\([xy, ]*\)\s*)?=(?!=)/;
const FRACTION = /(\d*)([¼½¾⅐-⅞])/g;
const EXPONENT = /[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const BETWEEN_BARS = /\|([^|]+)\|/g;
const ROOT = /√\s*([\p{L}\p{N}_]+|(?=\())/gu;
const SIGNS = {
  "*": "×·⋅∙∗⊙",
  "/": "÷∕⁄",
  "-": "−–",
  "**": "^",
  ">=": "≥",
  "<=": "≤",
  sigmoid: "σ",
};
const SIGN_OF = new Map(Object.entries(SIGNS).flatMap(([sign, all]) => [...all].map((one) => [one, sign])));

/** ² as **2, ⁻¹ as **(-1). */
function raised(exponent) {
  const digits = [...exponent].map((one) => "0123456789+-"[RAISED.indexOf(one)]).join("");
  return `**${/^\d/.test(digits) ? digits : `(${digits})`}`;
}

/** The expression in plain signs; what stands before =, as in y = 2x, is left out. */
export function plainSigns(text) {
  return text
    .replace(RESULT, "")
    .trim()
    .replace(FRACTION, (_, whole, part) => (whole ? `(${whole}+${part})` : `(${part})`))
    .replace(EXPONENT, raised)
    .normalize("NFKC")
    .replace(/./gu, (letter) => SIGN_OF.get(letter) ?? letter)
    .replace(BETWEEN_BARS, " abs($1)")
    .replace(ROOT, (_, of) => (of ? ` sqrt(${of})` : " sqrt"));
}
