// Pointing at a weight, a unit or a symbol lights the same thing everywhere; at a path, its places.

const UNIT = /^(?:a|z|delta|b)(\d+)\[(\d+)\]$/;

/** The names under which one thing goes: a unit is its a, z, δ and bias. */
function namesOf(name) {
  const [, layer, unit] = UNIT.exec(name) ?? [];
  return layer ? ["a", "z", "delta", "b"].map((kind) => `${kind}${layer}[${unit}]`) : [name];
}

/** A quantity without an index is all of its entries. */
const concerns = (names, other) =>
  names.some((name) => name === other || (!name.includes("[") && other.startsWith(`${name}[`)));

function mark(kind, names) {
  for (const one of document.querySelectorAll("[data-of]"))
    one.classList.toggle(kind, names.length > 0 && concerns(names, one.dataset.of));
}

function light({ target }) {
  const way = target.closest?.("[data-places]");
  const name = target.closest?.("[data-of]")?.dataset.of;
  mark("lit", name ? namesOf(name) : []);
  mark("on-path", way ? way.dataset.places.split(" ").flatMap(namesOf) : []);
}

export function start() {
  for (const event of ["pointerover", "focusin"]) document.addEventListener(event, light);
}
