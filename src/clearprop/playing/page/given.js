// What Python wrote into the page: scenes, draws, words, mistakes.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

export const given = read("given");
const said = read("said");

/** float64 numbers from the text that `clearprop.playing.scene.packed` made. */
export function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}

/** A sentence in a language, with values in its {places}. */
export function sentence(name, lang, values = {}) {
  const text = said[name]?.[lang] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, place) => values[place] ?? "");
}
