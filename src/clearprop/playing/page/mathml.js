// Formula trees as MathML. Symbols and numbers say what they are (data-of="W1[0,2]").
// Brackets of matrices are borders of the style, so that no mathematical font is needed.

import { LETTERS, namesIn } from "clearprop/letters";
import { called, numberOf } from "clearprop/naming";
import { figure } from "clearprop/numbers";

const PRECEDENCE = {
  Sum: 1,
  Negative: 2,
  Product: 3,
  Hadamard: 3,
  MatrixProduct: 3,
  Sigma: 3,
  Fraction: 4,
  Power: 5,
  Transpose: 5,
  Comparison: 0,
};
const FUNCTIONS = { sigma: "σ", Phi: "Φ", ln: "ln", log1p: "ln1p" };
const SIGNS = { "<=": "≤", ">=": "≥", "<": "&lt;", ">": "&gt;", "=": "=" };

/**
 * @param {object} style
 * @param {number} style.first
 * @param {boolean} style.column
 * @param {boolean} [style.turned]  the trees are those of the column convention already
 * @param {boolean} [style.batch]   quantities of several samples are capitals: Z
 * @param {string} style.names      "a=h,delta=dZ"
 * @param {number[]} [style.sizes]  n₀ … n_L where weights and units are numbered through
 * @param {number} style.digits
 * @param {number} [style.fold]
 * @returns {(tree: object) => string}
 */
export function printer(style) {
  const { fold = 6, sizes = [] } = style;
  const names = namesIn(style.names);

  const show = (node) => kinds[node.node](node);
  const tight = (node) => {
    if (node.node === "Number" && node.value < 0) return PRECEDENCE.Negative;
    if (node.node === "Matrix" && entryAlone(node) < 0) return PRECEDENCE.Negative;
    return PRECEDENCE[node.node] ?? 9;
  };
  const inside = (node, least) => (tight(node) < least ? fenced("(", show(node), ")") : show(node));
  /** Whether an exponent can stand beside it without being read as part of it. */
  const holdsTogether = (node) =>
    node.node !== "Derivative" &&
    !(node.node === "Symbol" && (node.layer ?? null) !== null) &&
    !(node.node === "Shaped" && !holdsTogether(node.of)) &&
    !(node.node === "Number" && figure(node.value, style.digits).includes("e"));
  const row = (inner) => `<mrow>${inner}</mrow>`;
  const about = (name) => (name ? ` data-of="${name}"` : "");

  function number(value, of) {
    const text = figure(value, style.digits).replace(/-/g, "−");
    const [mantissa, exponent] = text.split("e");
    const digits = `<mn${about(of)}>${mantissa}</mn>`;
    return exponent === undefined
      ? digits
      : `<mrow>${digits}<mo>·</mo><msup><mn>10</mn><mn>${exponent}</mn></msup></mrow>`;
  }

  /** The name by which the page knows a symbol, whatever the convention. */
  function nameOf({ letter, layer, index }) {
    if ((layer ?? null) === null && !"xyL".includes(letter)) return "";
    if (!index?.length) return `${letter}${layer ?? ""}`;
    return index.every((one) => typeof one === "number") ? `${letter}${layer ?? ""}[${index.join(",")}]` : "";
  }

  function symbol(node, above = "") {
    const pair = node.index?.length === 2;
    const own = style.turned && pair ? { ...node, index: [node.index[1], node.index[0]] } : node;
    const through = numberOf(own, sizes, names);
    let index = through === null ? (node.index ?? []) : [through - style.first];
    if (style.column && !style.turned && pair && through === null) index = [index[1], index[0]];
    // W_new is W with the mark "new"; beta_1 is a letter of its own
    const [letter, sub] = node.letter in LETTERS ? [node.letter] : node.letter.split("_");
    const name = called(letter, node.layer, names);
    const isWhole = !index.length && ((node.layer ?? null) !== null || "xy".includes(letter));
    const isOfBatch = style.batch && isWhole && "xyza".includes(letter) && name.length === 1;
    const base = `<mi>${isOfBatch ? name.toUpperCase() : name}</mi>`;
    const marks = sub ? [/^\d/.test(sub) ? `<mn>${sub}</mn>` : `<mtext>${sub}</mtext>`] : [];
    const indices = index
      .filter((one) => one !== null)
      .map((one) => (typeof one === "number" ? `<mn>${one + style.first}</mn>` : `<mi>${one}</mi>`));
    const below = [...marks, ...indices].join("<mo>,</mo>");
    const unseen = (node.layer ?? null) === null || through !== null || `${node.letter}${node.layer}` in names;
    const layer = unseen ? "" : `<mo>(</mo><mn>${node.layer}</mn><mo>)</mo>`;
    const mark = node.mark
      ? `${index.length ? '<mspace width="0.25em"/>' : ""}<mtext>${node.mark}</mtext>`
      : "";
    const upper = layer || above ? row(layer + above) : "";
    const lower = below || mark ? row(below + mark) : "";
    let inner = base;
    if (upper && lower) inner = `<msubsup>${base}${lower}${upper}</msubsup>`;
    else if (upper) inner = `<msup>${base}${upper}</msup>`;
    else if (lower) inner = `<msub>${base}${lower}</msub>`;
    return `<mrow${about(nameOf(own))}>${inner}</mrow>`;
  }

  /** A product of one kind; a factor that is a product of another kind is held together. */
  function series(factors, sign, kind) {
    return row(
      factors
        .map((one, n) => {
          const again = PRECEDENCE[one.node] === 3 && (n > 0 || (one.node === "MatrixProduct" && kind === "Hadamard"));
          return (n ? sign : "") + inside(one, 3 + (again ? 1 : 0));
        })
        .join(""),
    );
  }

  const positions = (size, most) => (size <= most ? [...Array(size).keys()] : [0, 1, 2, null, size - 1]);

  function table(node) {
    const [rows, columns] = shapeOf(node);
    const corner = node.values && node.values.length * node.values[0].length < rows * columns;
    const at = node.at ?? (corner ? cornerOf(node.values) : (r, c) => node.values[r][c]);
    const most = corner ? 4 : fold;
    if (rows === 1 && columns === 1) return inside(num(at(0, 0)), 0);
    const cell = (r, c) => {
      if (r === null) return `<mo>${c === null ? "⋱" : "⋮"}</mo>`;
      if (c === null) return "<mo>⋯</mo>";
      const value = at(r, c);
      return typeof value === "object" ? show(value) : number(value, node.name?.(r, c) ?? nameOfWeight(node, r, c));
    };
    const lines = positions(rows, most).map(
      (r) =>
        `<mtr>${positions(columns, most)
          .map((c) => `<mtd>${cell(r, c)}</mtd>`)
          .join("")}</mtr>`,
    );
    const size =
      rows > most || columns > most ? `<mrow><mn>${rows}</mn><mo>×</mo><mn>${columns}</mn></mrow>` : "";
    const inner = `<mtable class="matrix"${about(node.of)}>${lines.join("")}</mtable>`;
    return size ? `<msub>${inner}${size}</msub>` : inner;
  }

  const num = (value) => ({ node: "Number", value });
  const derivative = (n) =>
    row(`<mfrac>${row(`<mo>∂</mo>${show(n.of)}`)}${row(`<mo>∂</mo>${show(n.by)}`)}</mfrac>`);

  const kinds = {
    Number: (n) => number(n.value, n.of),
    Symbol: (n) => symbol(n),
    Constant: (n) => `<mi>${LETTERS[n.letter] ?? n.letter}</mi>`,
    Matrix: table,
    Negative: (n) => row(`<mo form="prefix">−</mo>${inside(n.of, 3)}`),
    Sum: (n) =>
      row(
        n.terms
          .map((term, at) => {
            if (term.node === "Negative")
              return `<mo form="${at ? "infix" : "prefix"}">−</mo>${inside(term.of, 3)}`;
            return (at ? '<mo form="infix">+</mo>' : "") + inside(term, at ? 3 : 2);
          })
          .join(""),
      ),
    Product: (n) => series(n.factors, "<mo>·</mo>"),
    Hadamard: (n) => series(n.factors, "<mo>⊙</mo>", n.node),
    MatrixProduct: (n) => series(n.factors, '<mspace width="0.2em"/>'),
    Fraction: (n) => `<mfrac>${show(n.top)}${show(n.bottom)}</mfrac>`,
    Power: (n) =>
      `<msup>${holdsTogether(n.base) ? inside(n.base, 6) : fenced("(", show(n.base), ")")}${show(n.exponent)}</msup>`,
    Transpose: (n) =>
      n.of.node === "Symbol" ? symbol(n.of, "<mo>⊤</mo>") : `<msup>${inside(n.of, 6)}<mo>⊤</mo></msup>`,
    Derivative: (n) => {
      const own = names[`d${n.of.letter}/d${n.by.letter}`];
      return own ? symbol({ ...n.by, letter: own }) : derivative(n);
    },
    Sigma: (n) => row(`<munder><mo>∑</mo><mi>${n.index}</mi></munder>${inside(n.body, 3)}`),
    Apply: (n) => {
      const inner = n.arguments.map(show).join("<mo>,</mo>");
      if (n.function === "abs") return fenced("|", inner, "|");
      if (n.function === "sqrt") return `<msqrt>${inner}</msqrt>`;
      if (n.function === "norm2") return `<msup>${fenced("‖", inner, "‖")}<mn>2</mn></msup>`;
      if (n.function === "inv")
        return `<msup>${fenced("(", inner, ")")}<mrow><mo>−</mo><mn>1</mn></mrow></msup>`;
      const name = `<mi>${FUNCTIONS[n.function] ?? n.function}</mi>`;
      const primed = n.primes ? `<msup>${name}<mo>${"′".repeat(n.primes)}</mo></msup>` : name;
      return row(primed + fenced("(", inner, ")"));
    },
    Comparison: (n) => row(`${show(n.left)}<mo>${SIGNS[n.sign]}</mo>${show(n.right)}`),
    Cases: (n) => {
      if (n.branches.length === 1) {
        const [[value, when]] = n.branches;
        return row(`${show(value)}<mspace width="0.6em"/>${fenced("(", show(when), ")")}`);
      }
      const rows = n.branches
        .map(([value, when]) => `<mtr><mtd>${show(value)}</mtd><mtd>${show(when)}</mtd></mtr>`)
        .join("");
      return `<mtable class="cases" columnalign="left">${rows}</mtable>`;
    },
    Entries: (n) => table({ values: n.rows }),
    Differentiate: (n) => {
      const d = n.partial ? "<mo>∂</mo>" : "<mi>d</mi>";
      return row(`<mfrac>${d}${row(`${d}${show(n.variable)}`)}</mfrac>${inside(n.of, 5)}`);
    },
    Limit: (n) =>
      row(
        `<munder><mo>lim</mo>${row(`${show(n.variable)}<mo>→</mo>${show(n.to)}`)}</munder>${inside(n.of, 3)}`,
      ),
    Shaped: (n) =>
      `<munder>${show(n.of)}${row(n.dimensions.map((one) => `<mn>${one}</mn>`).join("<mo>×</mo>"))}</munder>`,
    Word: (n) => `<mtext>${n.text ?? ""}</mtext>`,
    Equation: (n) => row(n.parts.map(show).join("<mo>=</mo>")),
  };

  /** Pieces in brackets: the first opens them, the last closes them. */
  const held = (all) =>
    all.map(
      (piece, n) =>
        (n ? "" : '<mo fence="true" form="prefix" stretchy="false">(</mo>') +
        piece +
        (n < all.length - 1 ? "" : '<mo fence="true" form="postfix" stretchy="false">)</mo>'),
    );

  /** A wide sum or product in pieces, each with the sign before it; anything else whole. */
  function pieces(part, least = 0) {
    const parts = part.terms ?? part.factors ?? [];
    const wide = parts.some(hasMatrix);
    const signed = (sign, [first, ...others]) => [
      (sign ? `<mo form="infix">${sign}</mo>` : "") + first,
      ...others,
    ];
    if (part.node === "Sum" && (wide || parts.length > 4)) {
      return parts.flatMap((term, n) => {
        const [sign, inner] = term.node === "Negative" ? ["−", term.of] : [n ? "+" : "", term];
        return signed(sign, pieces(inner, n || sign ? 3 : 2));
      });
    }
    if (part.node === "Hadamard" && wide)
      return parts.flatMap((one, n) => {
        const inner = one.node === "MatrixProduct" ? held(pieces(one)) : pieces(one, 3);
        return signed(n ? "⊙" : "", inner);
      });
    if (part.node === "MatrixProduct" && wide) {
      // a single number stays on the line of what it multiplies
      const starts = (n) => n === 0 || hasMatrix(parts[n - 1]);
      return parts.reduce((all, one, n) => {
        const shown = inside(one, 3);
        return starts(n) ? [...all, shown] : [...all.slice(0, -1), all.at(-1) + shown];
      }, []);
    }
    return [inside(part, least)];
  }

  /** An equation in pieces, between which a line may end: before every = sign, and within what is wide. */
  return function equation(tree) {
    const parts = tree.node === "Equation" ? tree.parts : [tree];
    const all = parts.flatMap((part, n) =>
      pieces(part).map((piece, at) => (n && !at ? '<mo form="infix">=</mo>' : "") + piece),
    );
    return `<div class="equation">${all.map((piece) => `<math display="block">${row(piece)}</math>`).join("")}</div>`;
  };
}

/** The number of a matrix that has only one. */
const entryAlone = (node) =>
  shapeOf(node).every((size) => size === 1) ? (node.at ?? ((r, c) => node.values[r][c]))(0, 0) : NaN;

/** The name of a weight in a matrix of weights, on its side or not. */
const nameOfWeight = ({ of, transposed }, r, c) =>
  /^W\d+$/.test(of ?? "") ? `${of}[${transposed ? [c, r] : [r, c]}]` : "";

/** Reads a large matrix of which only the corners are there. */
const cornerOf = (values) => (r, c) =>
  values[Math.min(r, values.length - 1)][Math.min(c, values[0].length - 1)];

/** Rows and columns of a matrix, whose entries are listed or read one by one. */
const shapeOf = (node) => node.shape ?? [node.values.length, node.values[0]?.length ?? 0];

/** Whether a part holds a matrix of more than one number. */
function hasMatrix(node) {
  if (node.node === "Matrix") return shapeOf(node).some((size) => size > 1);
  return [...(node.factors ?? []), ...(node.terms ?? []), ...(node.of?.node ? [node.of] : [])].some(
    hasMatrix,
  );
}

function fenced(left, inner, right) {
  return `<mrow><mo fence="true" form="prefix">${left}</mo>${inner}<mo fence="true" form="postfix">${right}</mo></mrow>`;
}
