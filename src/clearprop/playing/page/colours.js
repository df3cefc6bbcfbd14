// Colours of the pictures; those of the style, as canvases need them.

const CLASSES = [
  [37, 99, 235],
  [234, 88, 12],
  [22, 163, 74],
  [126, 34, 206],
  [202, 138, 4],
  [8, 145, 178],
  [190, 24, 93],
  [87, 83, 78],
  [101, 163, 13],
  [79, 70, 229],
];
const known = new Map();

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", () => known.clear());

const channels = (name) => {
  if (!known.has(name)) {
    const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    known.set(
      name,
      [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)),
    );
  }
  return known.get(name);
};

export const sample = {
  ink: (name) => `rgb(${channels(name).join(" ")})`,
  css: ([r, g, b, a]) => `rgb(${r} ${g} ${b} / ${a / 255})`,
  ofClass: (k, strength) => [...CLASSES[k % CLASSES.length], 255 * strength],
  /** Blue at 1, paper at 0, orange at −1. */
  between: (value) => {
    const end = channels(value < 0 ? "--negative" : "--positive");
    const paper = channels("--paper");
    const part = Math.min(1, Math.abs(value)) * 0.75;
    return [...end.map((one, n) => paper[n] + (one - paper[n]) * part), 255];
  },
};
