"""Draw the pictures of the documentation: python docs/pictures/draw.py [folder].

The pages are photographed by Chromium.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_diabetes, make_moons

import clearprop as cp
from clearprop import plots
from clearprop.plots.style import drawing
from clearprop.sensitivity import input_sensitivity, partial_effect
from clearprop.training import Stopping, TrainingConfig, divide, train

FOLDER = Path(__file__).parent


def gallery() -> Figure:
    """Return nine of the pictures side by side."""
    frame = load_diabetes(as_frame=True, scaled=False)
    X, y = frame.data.to_numpy(), frame.target.to_numpy()
    net, division = cp.Network(10, [cp.Layer(5, "tanh"), cp.Layer(1)]), divide(len(X), seed=0)
    result = train(net, X, y, TrainingConfig(solver="lbfgs", seed=1, division=division))
    outputs = net.forward(result.parameters, X)[:, 0]
    names = list(frame.data.columns)
    sensitivity = input_sensitivity(net, result.parameters, X, X.std(axis=0), y.std())
    bmi = np.linspace(X[:, 2].min(), X[:, 2].max(), 40)
    effect = partial_effect(lambda Z: net.forward(result.parameters, Z), X, [2], bmi)

    moons, sides = make_moons(250, noise=0.2, random_state=0)
    moon_net = cp.Network(
        2, [cp.Layer(8, "tanh"), cp.Layer(1, "sigmoid")], loss="binary_cross_entropy"
    )
    moon = train(
        moon_net,
        moons,
        sides,
        TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(max_epochs=40)),
    )
    chance = moon_net.forward(moon.parameters, moons)[:, 0]
    small = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")])

    with drawing("en"):
        figure = Figure(figsize=(15, 11.5), dpi=70, layout="constrained")
        panels = figure.subplots(3, 3).flat
        plots.plot_performance(result.history, result.best_epoch, ax=next(panels))
        plots.plot_residuals(y, outputs, division, ax=next(panels))
        plots.plot_error_histogram(y, outputs, division, ax=next(panels))
        plots.plot_sensitivity(sensitivity, names, ax=next(panels))
        plots.plot_partial_effect(effect, "bmi", samples=X[:, 2], ax=next(panels))
        plots.plot_activation("silu", ax=next(panels))
        plots.plot_decision_boundary(
            lambda Z: moon_net.forward(moon.parameters, Z), moons, sides, ax=next(panels)
        )
        plots.plot_confusion(sides, (chance > 0.5).astype(int), ax=next(panels))
        plots.plot_network(small, small.initialize("he", seed=42), ax=next(panels))
    return figure


def photograph_derivation(folder: Path, name: str, state: str) -> None:
    """Write a picture of a derivation's page, as its address says it is."""
    net = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")])
    params = net.initialize("he", seed=42)
    page = cp.explain(net, params, [[0.5, -1.0]], [[1.0]], learning_rate=0.1).printed("html")
    photograph(page, folder, name, state, "1240,800")


def photograph(page: str, folder: Path, name: str, state: str, size: str) -> None:
    """Write a picture of a page in a window of this size, as its address says it is."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "page.html"
        path.write_text(page, encoding="utf-8")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={scratch}/profile",
            f"--window-size={size}",
            "--virtual-time-budget=4000",
            f"--screenshot={(folder / name).resolve()}",
        ]
        subprocess.run(["chromium", *flags, path.as_uri() + state], check=True, timeout=60)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    gallery().savefig(folder / "plots.png")
    moons = "#at=3205&pick=W1[0,2]&discs=map"
    photograph(cp.play().html, folder, "playing.png", moons, "1280,900")
    photograph(cp.play().html, folder, "playing.zh-CN.png", moons + "&lang=zh", "1280,900")
    state = "#at=5&pick=W1[0,1]"
    photograph_derivation(folder, "deriving.png", state)
    photograph_derivation(folder, "deriving.zh-CN.png", state + "&lang=zh")
