// Formula trees, of the same kinds and fields as derivation.schema.json describes.

export const num = (value, of = "") => ({ node: "Number", value, of });
export const sym = (letter, layer = null, index = []) => ({ node: "Symbol", letter, layer, index });
export const neg = (of) => ({ node: "Negative", of });
export const sum = (...terms) => (terms.length === 1 ? terms[0] : { node: "Sum", terms });
export const times = (...factors) => (factors.length === 1 ? factors[0] : { node: "Product", factors });
export const matmul = (...factors) => ({ node: "MatrixProduct", factors });
export const hadamard = (...factors) => ({ node: "Hadamard", factors });
export const frac = (top, bottom) => ({ node: "Fraction", top, bottom });
export const power = (base, exponent) => ({ node: "Power", base, exponent });
export const apply = (name, argument, primes = 0) => ({
  node: "Apply",
  function: name,
  arguments: [argument],
  primes,
});
export const partial = (of, by) => ({ node: "Derivative", of, by });
export const transpose = (of) => ({ node: "Transpose", of });
export const matrix = (values, of = "", transposed = false) => ({ node: "Matrix", values, of, transposed });
export const sigma = (index, body) => ({ node: "Sigma", index, body });
export const shaped = (of, dimensions) => ({ node: "Shaped", of, dimensions });
export const word = (text) => ({ node: "Word", text });
export const eq = (...parts) => ({ node: "Equation", parts });

/** A tree with some nodes replaced; `change` returns a node, or nothing to look further inside. */
export function rewrite(tree, change) {
  if (Array.isArray(tree)) return tree.map((one) => rewrite(one, change));
  if (tree === null || typeof tree !== "object") return tree;
  const changed = tree.node && change(tree);
  if (changed) return changed;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, key === "values" ? value : rewrite(value, change)]),
  );
}

/** A formula with what its letters stand for: nodes, or functions of the index. */
export function filled(tree, meanings) {
  return rewrite(tree, (node) => {
    if (node.node !== "Symbol" || (node.layer ?? null) !== null || !(node.letter in meanings)) return null;
    const meant = meanings[node.letter];
    return typeof meant === "function" ? meant(...(node.index ?? [])) : meant;
  });
}

/** Σₖ over a body as its terms, for small sums; the index letter becomes each number. */
export function spread(tree, count) {
  return rewrite(tree, (node) => {
    if (node.node !== "Sigma") return null;
    const term = (k) =>
      rewrite(node.body, (inner) =>
        inner.node === "Symbol" && inner.index?.includes(node.index)
          ? { ...inner, index: inner.index.map((one) => (one === node.index ? k : one)) }
          : null,
      );
    return sum(...Array.from({ length: count }, (_, k) => term(k)));
  });
}
