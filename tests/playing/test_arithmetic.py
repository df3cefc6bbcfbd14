"""The page computes what Python does: golden traces, replayed in the browser."""

import json

import numpy as np
import pytest

from clearprop.playing.assembling import html

from .traces import scenes, scenes_with_dropout, trace

pytestmark = pytest.mark.long

REPLAY = """
const {openScene, desk} = await import("clearprop/desk");
const {unpacked} = await import("clearprop/given");
const off = (one, other) => {
  let most = 0;
  const size = Math.max(...other.map(Math.abs), 1e-3);
  one.forEach((value, n) => {
    const d = Math.abs(value - other[n]) / size;
    if (!(d <= most)) most = d;
  });
  return most;
};
const found = {};
for (const [name, {start, theta, losses}] of Object.entries(TRACES)) {
  openScene(name);
  const {run} = desk;
  const started = off([...run.theta], [...unpacked(start)]);
  run.seek(losses.length * run.batches);
  const mean = losses.map((_, e) => {
    const all = run.losses.slice(e * run.batches, (e + 1) * run.batches);
    const sizes = all.map((_, b) => run.batchOf(e * run.batches + b).rows.length);
    const part = (b) => (run.net.reduction === "sum" ? 1 : sizes[b] / run.trains);
    return all.reduce((sum, l, b) => sum + l * part(b), 0);
  });
  found[name] = [started, off([...run.theta], [...unpacked(theta)]), off(mean, losses), run.t];
}
return found;
"""


def test_every_rule_descends_as_in_python(page):
    """Every activation × loss × update rule over 201 steps; start, orders, masks, θ and losses."""
    every = [*scenes(), *scenes_with_dropout()]
    page.open(html(every))
    golden = {scene.name: trace(scene) for scene in every}
    found = page.do(REPLAY.replace("TRACES", json.dumps(golden)))
    assert {steps for *_, steps in found.values()} == {201}
    assert len(found) == len(golden)
    wrong = {name: off for name, off in found.items() if not np.max(off[:3]) <= 1e-12}
    assert wrong == {}
