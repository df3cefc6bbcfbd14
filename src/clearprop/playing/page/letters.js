// The letters of formulas, and what a course may call them: "a=h,delta=dZ", as Python writes it.

export const LETTERS = {
  delta: "δ",
  eta: "η",
  ell: "ℓ",
  sigma: "σ",
  pi: "π",
  infinity: "∞",
  kronecker: "δ",
  Phi: "Φ",
  theta: "θ",
  beta_1: "β₁",
  beta_2: "β₂",
  epsilon: "ε",
  momentum: "μ",
  velocity: "v",
  decay: "ρ",
  rate: "ηₜ",
  learning_rate: "η",
  weight_decay: "λ",
  lambda: "λ",
  rest_1: "(1−β₁)",
  rest_2: "(1−β₂)",
  ahead: "u",
  m_hat: "m̂",
  v_hat: "v̂",
  mhat: "m̂",
  vhat: "v̂",
  Delta: "Δ",
  mu: "μ",
  beta1: "β₁",
  beta2: "β₂",
  nesterov: "N",
  t: "t",
};
/** The signs under which sentences name a quantity that a course calls otherwise. */
const IN_WORDS = ["delta", "eta", "theta", "lambda", "ell"];

let [known, read] = ["", {}];

/** The names in a text: {a: "h", delta: "dZ"}. */
export function namesIn(text) {
  if (text !== known)
    [known, read] = [text, text ? Object.fromEntries(text.split(",").map((one) => one.split("="))) : {}];
  return read;
}

/** A sentence with the course's names in the place of Greek letters. */
export function inWords(sentence, text) {
  const names = namesIn(text);
  return IN_WORDS.reduce(
    (said, one) => (one in names ? said.replaceAll(LETTERS[one], names[one]) : said),
    sentence,
  );
}
