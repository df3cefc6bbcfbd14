"""Hidden units that pass on no gradient."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop.diagnostics.finding import Evidence, Finding

FLAT = 0.01
"""The part of its largest slope below which a unit counts as saturated for a row."""
MAX_ROWS = 0.95
"""The part of the rows for which a saturated unit is so."""


def dead_units(evidence: Evidence) -> Iterator[Finding]:
    """Find units whose derivative is 0 for every row, as ReLU's is left of 0."""
    for layer in evidence.trace.layers[:-1]:
        dead = int((layer.local_derivative == 0).all(axis=0).sum())
        if dead and layer.activation.kinks:
            n, l = layer.a.shape[1], layer.number  # noqa: E741  l is the layer in the notes
            yield Finding(
                "dead_units",
                Text(
                    f"{dead} of {n} units of layer {l} are dead: no row gives them a gradient.",
                    f"第 {l} 层的 {n} 个单元中有 {dead} 个已死亡：没有任何样本给它们梯度。",
                ),
                Text(
                    "a smaller learning rate, activation='leaky_relu', or fewer units.",
                    "减小学习率，改用 activation='leaky_relu'，或减少单元。",
                ),
            )


def saturated_units(evidence: Evidence) -> Iterator[Finding]:
    """Find bounded units that nearly all rows drive to their limits."""
    for layer in evidence.trace.layers[:-1]:
        low, high = layer.activation.range
        if not np.isfinite([low, high]).all():
            continue
        steepest = 0.25 * (high - low) ** 2  # of sigmoid ¼, of tanh 1
        flat = layer.local_derivative < FLAT * steepest
        stuck = int((flat.mean(axis=0) > MAX_ROWS).sum())
        if stuck:
            n, l = layer.a.shape[1], layer.number  # noqa: E741
            yield Finding(
                "saturated_units",
                Text(
                    f"{stuck} of {n} units of layer {l} are saturated for nearly every row.",
                    f"第 {l} 层的 {n} 个单元中有 {stuck} 个对几乎所有样本都已饱和。",
                ),
                Text(
                    "standardize=True, a stronger penalty (alpha), or fewer units.",
                    "standardize=True，增大惩罚 alpha，或减少单元。",
                ),
            )
