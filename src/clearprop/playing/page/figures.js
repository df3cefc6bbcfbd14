// Where the number of every line of the drawing stands: on its line, clear of the others and of the discs.

/** Room that a number takes, and how much stays free beside the discs. */
const [WIDE, HIGH, FREE] = [34, 12, 3];
const [PARTS, PATIENCE] = [11, 4000];

/**
 * @param {{x1: number, y1: number, x2: number, y2: number}[]} lines  those between two layers
 * @returns {{x: number, y: number}[]|null}  a place for each, or null where they do not all fit
 */
export function placesOn(lines) {
  const choices = lines.map(({ x1, y1, x2, y2 }, n) => {
    const room = (x2 - x1 - WIDE - 2 * FREE) / (PARTS - 1);
    const places = Array.from({ length: PARTS }, (_, k) => {
      const x = x1 + FREE + WIDE / 2 + k * room;
      return { x, y: y1 + ((x - x1) / (x2 - x1)) * (y2 - y1) };
    });
    // lines lie close together at their ends: best is a third of the way, from either side
    const best = x1 + ((n % 2 ? 2 : 1) / 3) * (x2 - x1);
    return places.sort((one, other) => Math.abs(one.x - best) - Math.abs(other.x - best));
  });
  const taken = [];
  let tried = 0;
  const isFree = ({ x, y }) =>
    taken.every((one) => Math.abs(one.x - x) >= WIDE || Math.abs(one.y - y) >= HIGH);
  function placed(n) {
    if (n === choices.length) return true;
    for (const place of choices[n]) {
      if (tried++ > PATIENCE) return false;
      if (!isFree(place)) continue;
      taken.push(place);
      if (placed(n + 1)) return true;
      taken.pop();
    }
    return false;
  }
  return placed(0) ? taken : null;
}
