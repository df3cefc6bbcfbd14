"""The pictures of the rules."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import clearprop as cp
from clearprop import plots
from clearprop._text import Language, Text
from clearprop.activations import Activation
from clearprop.losses import Loss
from clearprop.plots.style import MUTED, NEGATIVE, POSITIVE, drawing
from clearprop.training import SOLVERS
from clearprop.updates import UPDATES

EPOCHS = 60
LAYER, LAYERS = 100, 10
TOO_LARGE = 10
"""A spread that only a logarithmic axis shows."""


def new_axes() -> tuple[Figure, Axes]:
    """Return a figure and its axes."""
    figure = Figure(
        figsize=(5.6, 3.6),
    )
    return figure, figure.subplots()


def save(figure: Figure, path: Path) -> None:
    """Write a figure; the same figure gives the same file."""
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def activation(rule: Activation, language: Language, path: Path) -> None:
    """Draw f and f′."""
    with drawing(language) as language:
        figure, ax = new_axes()
        plots.plot_activation(rule, ax=ax, language=language)
        save(figure, path)


def loss(rule: Loss, language: Language, path: Path) -> Path | None:
    """Draw the loss of one output over a, and its derivative; None if one output means nothing."""
    if rule.target_kind == "class":
        return None
    low, high = (float(np.clip(bound, -3, 3)) for bound in rule.output_range)
    margin = 0.01 * (high - low)
    a = np.linspace(low + margin, high - margin, 401)[:, None]
    y = np.full_like(a, 1.0 if rule.target_range[0] >= 0 else 0.0)
    with drawing(language) as language:
        figure, ax = new_axes()
        ax.axhline(0, color=MUTED, linewidth=0.7)
        ax.plot(a[:, 0], rule.value(a, y), color=POSITIVE, label="ℓ")
        ax.plot(a[:, 0], rule.derivative(a, y)[:, 0], "--", color=NEGATIVE, label="∂ℓ/∂a")
        ax.set_xlabel(
            Text(f"output a, for y = {y[0, 0]:g}", f"输出 a（y = {y[0, 0]:g}）").translate(language)
        )
        ax.set_ylim(*np.clip(ax.get_ylim(), -5, 6))
        ax.legend()
        save(figure, path)
    return path


def descent(rule: Any, language: Language, path: Path) -> None:
    """Draw the error by epoch beside that of the other solvers, on one small problem."""
    with drawing(language) as language:
        figure, ax = new_axes()
        for name in (*UPDATES, *SOLVERS):
            own = name == rule.name
            style = (
                {"color": POSITIVE, "linewidth": 2.2, "zorder": 3}
                if own
                else {"color": MUTED, "linewidth": 0.8, "alpha": 0.6}
            )
            losses = errors(name)
            ax.semilogy(range(len(losses)), losses, label=name if own else None, **style)
        ax.set_xlabel(Text("epoch", "周期").translate(language))
        ax.set_ylabel(Text("mean of ½ (a − y)²", "½ (a − y)² 的平均").translate(language))
        ax.legend()
        save(figure, path)


@cache
def errors(solver: str) -> list[float]:
    """Return the loss by epoch of a 1-8-1 network that learns a sine from 200 points."""
    x = np.linspace(-1, 1, 200)[:, None]
    y = np.sin(4 * x)
    net = cp.Network(1, [cp.Layer(8, "tanh"), cp.Layer(1)], loss="half_squared_error")
    rule = (UPDATES if solver in UPDATES else SOLVERS)[solver]
    rate = {"learning_rate": 0.02} if "learning_rate" in rule.__dataclass_fields__ else {}
    config = cp.TrainingConfig(solver=rule(**rate), seed=0, stopping=cp.Stopping(max_epochs=EPOCHS))
    return [record.loss for record in cp.train(net, x, y, config).history]


def spread(initializer: str, language: Language, path: Path) -> None:
    """Draw how widely activations spread in each of ten layers, with tanh and with ReLU."""
    X = np.random.default_rng(0).normal(size=(200, LAYER))
    with drawing(language) as language:
        figure, ax = new_axes()
        for rule, color, style in (("tanh", POSITIVE, "o-"), ("relu", NEGATIVE, "s--")):
            net = cp.Network(LAYER, [cp.Layer(LAYER, rule)] * LAYERS)
            trace = net.trace(net.initialize(initializer, seed=0), X, np.zeros((200, LAYER)))
            deviations = [layer.a.std() for layer in trace.layers]
            ax.plot(range(1, LAYERS + 1), deviations, style, color=color, label=rule)
        if max(line.get_ydata().max() for line in ax.lines) > TOO_LARGE:
            ax.set_yscale("log")
        ax.set_xlabel(Text("layer", "层").translate(language))
        ax.set_ylabel(Text("standard deviation of a", "a 的标准差").translate(language))
        ax.legend()
        save(figure, path)
