// What Python wrote into the page: scenes, draws, words, mistakes.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** JSON from the text that `clearprop.playing.assembling.compressed` made. */
export const inflated = (text) =>
  new Response(new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip"))).json();

export const given = read("given");
for (const part of ["rules", "scenes"]) given[part] = given[part] && (await inflated(given[part]));
const said = read("said");

const PACKED = { m: Int16Array, i: Int32Array };

/** Numbers from the text that `clearprop.playing.scene.packed` made: thousandths, or all bits. */
export function unpacked(text) {
  const { buffer } = bytesOf(text.slice(1));
  const kind = PACKED[text[0]];
  return kind ? Float64Array.from(new kind(buffer), (one) => one / 1000) : new Float64Array(buffer);
}

/** A sentence in a language, with values in its {places}. */
export function sentence(name, lang, values = {}) {
  const text = said[name]?.[lang] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, place) => values[place] ?? "");
}
