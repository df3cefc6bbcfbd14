"""Measures the playing page in a browser: `PYTHONPATH=tests python tests/playing/measure.py`.

Prints the file's size, first paint, frames a second while it trains, nodes that a step changes, and
how long a pick takes on a network of 784-256-10. Wall-clock times are the machine's of that moment.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import clearprop as cp
from browser import Browser

FRAMES = """
const {play, setSpeed, frames} = await import("clearprop/clock");
setSpeed("steps");
play(true);
await new Promise((done) => setTimeout(done, 3000));
play(false);
const apart = frames.slice(1).map((at, n) => at - frames[n]).sort((a, b) => a - b);
return {frames: frames.length, median_ms: apart[apart.length >> 1],
  nine_of_ten_ms: apart[Math.floor(apart.length * 0.9)]};
"""
PAINT = """
const paint = performance.getEntriesByType("paint").find(({name}) => name === "first-paint");
return Math.round(paint?.startTime ?? NaN);
"""
NODES = """
const {goTo, placeNow} = await import("clearprop/desk");
const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
let count = 0;
const watch = new MutationObserver((list) => {
  for (const one of list) count += Math.max(1, one.addedNodes.length + one.removedNodes.length);
});
const all = {subtree: true, childList: true, attributes: true, characterData: true};
watch.observe(document.body, all);
const each = [];
for (let n = 0; n < 60; n++) {
  count = 0;
  goTo(placeNow() + 1);
  await frame(); await frame();
  each.push(count);
}
each.sort((a, b) => a - b);
return {median: each[30], most: each.at(-1)};
"""
PICKS = """
const frame = () => new Promise(requestAnimationFrame);
const box = document.querySelector("#pick");
const times = [];
for (let n = 0; n < 24; n++) {
  const names = [`W1[${31 * n},${10 * n}]`, `a1[${10 * n}]`, `W2[${10 * n},${n % 10}]`];
  for (const name of names) {
    const start = performance.now();
    box.value = name;
    box.dispatchEvent(new Event("change", {bubbles: true}));
    await frame();
    await new Promise((done) => setTimeout(done));
    times.push(performance.now() - start);
  }
}
times.sort((a, b) => a - b);
return {median_ms: times[36], nine_of_ten_ms: times[64], most_ms: times.at(-1)};
"""


def pages() -> dict[str, cp.playing.Playground]:
    """Return the pages to be measured: the usual one, 1,000 rows, and a wide network."""
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, (1000, 2)).round(3)
    rows = cp.Network(2, [cp.Layer(16, "tanh"), cp.Layer(8, "tanh"), cp.Layer(1, "sigmoid")])
    wide = cp.Network(784, [cp.Layer(256, "relu"), cp.Layer(10, "softmax")], "cross_entropy")
    pixels = random.uniform(size=(4, 784)).round(3)
    return {
        "moons": cp.play(),
        "1000 rows, 193 weights": cp.play(rows, None, X, (X[:, :1] > X[:, 1:]) * 1.0),
        "784-256-10": cp.play(wide, None, pixels, np.eye(10)[[1, 2, 3, 4]]),
    }


def main() -> None:
    """Open each page and print what is measured."""
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        browser.resize(1280, 1200)
        for name, page in pages().items():
            path = Path(folder) / "play.html"
            page.save(path)
            browser.open(path)
            asked = {"first paint, ms": PAINT, "frames while training": FRAMES, "nodes": NODES}
            if "784" in name:
                asked = {"first paint, ms": PAINT, "picks": PICKS, "nodes": NODES}
            found = {what: _run(browser, script) for what, script in asked.items()}
            found["kB"] = len(page.html.encode()) // 1000
            sys.stdout.write(f"{name}: {json.dumps(found)}\n")
            sys.stdout.flush()


def _run(browser: Browser, script: str) -> Any:
    return browser.evaluate(f"(async () => {{ {script} }})()")


if __name__ == "__main__":
    main()
