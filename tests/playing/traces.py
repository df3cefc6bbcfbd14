"""Golden traces: what Python computes, for the page to compute again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

import clearprop as cp
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine
from clearprop.network.penalized_loss import penalty_vector
from clearprop.playing.scene import Scene, packed
from clearprop.playing.words import TITLE
from clearprop.training.randomness import RowOrders
from clearprop.updates import UPDATES

EPOCHS, ROWS, BATCH = 67, 10, 4  # three batches an epoch: 201 steps
RATES = {"adam": 0.05, "adamw": 0.05, "rmsprop": 0.02, "sgd": 0.02}


def scenes() -> Iterator[Scene]:
    """Yield a scene for every activation with every loss that its outputs admit and every rule."""
    for loss in sorted(cp.LOSSES):
        for n, activation in enumerate(sorted(cp.ACTIVATIONS)):
            for output in outputs_for(loss, activation):
                for number, rule in enumerate(sorted(UPDATES)):
                    kind = (n + number) % 2
                    yield scene(activation, output, loss, rule, "mean" if kind else "sum")


def scenes_with_dropout() -> Iterator[Scene]:
    """Yield a scene for every activation and every rule, two hidden layers under masks."""
    for n, activation in enumerate(sorted(cp.ACTIVATIONS)):
        rule = sorted(UPDATES)[n % len(UPDATES)]
        plain = scene(
            activation, "identity", "half_squared_error", rule, "mean" if n % 2 else "sum"
        )
        layers = [cp.Layer(3, activation), cp.Layer(4, activation), cp.Layer(2)]
        net = cp.Network(2, layers, reduction=plain.network.reduction)
        yield replace(plain, name=f"{activation}-dropout", network=net, dropout=0.3)


def outputs_for(loss: str, activation: str) -> list[str]:
    """Return the activation itself where it can be the output, else the loss's own."""
    rule = cp.LOSSES.make(loss)
    low, high = rule.output_range
    own = cp.ACTIVATIONS.make(activation)
    fits = low <= own.range[0] and own.range[1] <= high and not {low, high} & {*own.attained}
    return [activation] if fits else [rule.output_activation(2)]


def scene(hidden: str, output: str, loss: str, rule: str, reduction: Any) -> Scene:
    random = np.random.default_rng([len(hidden), len(loss)])
    net = cp.Network(2, [cp.Layer(3, hidden), cp.Layer(2, output)], loss, reduction)
    X = random.uniform(-1, 1, (ROWS, 2))
    classes = np.eye(2)[random.integers(2, size=ROWS)]
    Y = classes if net.loss_rule.target_kind != "number" else random.uniform(-1, 1, (ROWS, 2))
    rate = RATES.get(rule, 0.05)
    settings = {"sgd": ", momentum=0.5, nesterov=True" if len(hidden) % 2 else ", momentum=0.5"}
    solver = f"{rule}(learning_rate={rate}{settings.get(rule, '')})"
    return Scene(
        f"{hidden}-{output}-{loss}-{rule}", TITLE, TITLE, net, X, Y,
        seed=len(loss) % 20, solver=solver, batch_size=BATCH,
        weight_decay=0.01 if len(rule) % 2 else 0.0,
    )  # fmt: skip


def trace(scene: Scene, epochs: int = EPOCHS) -> dict[str, Any]:
    """Return the parameters after some epochs, and the loss of each, by the reference engine."""
    net = scene.network
    random = np.random.default_rng(scene.seed)
    start = net.initialize(scene.initializer, seed=random).vector
    rows = RowOrders(random, np.arange(len(scene.Y)))
    descent = Descent.start(start)
    engine = ReferenceEngine(net.sizes, net.layers, net.loss_rule)
    dropout = (scene.dropout,) * (len(net.layers) - 1) if scene.dropout else ()
    calls = [1] * epochs if dropout else [epochs]  # masks are drawn after the order of their epoch
    losses: list[float] = []
    for together in calls:
        schedule = Schedule(
            rows.draw(together), scene.batch_size, UPDATES.make(scene.solver), net.reduction,
            penalty_vector(net, scene.weight_decay), dropout=dropout, random=random,
        )  # fmt: skip
        losses += engine.run_epochs(descent, scene.X, scene.Y, schedule).tolist()
    return {"start": packed(start), "theta": packed(descent.theta), "losses": losses}
