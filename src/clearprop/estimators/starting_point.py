"""The first parameters, drawn as scikit-learn draws them."""

import math
from collections.abc import Sequence

from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.network.initializers import Initializer


def glorot_with_biases(hidden: Sequence[Activation]) -> Initializer:
    """Return the rule: weights and biases uniform on ±√(factor / (n_in + n_out)).

    The factor is 2 for a layer of sigmoids and 6 for any other; the output layer has that of the
    last hidden one. Drawn from the same generator, in the same order, the numbers are
    scikit-learn's.

    Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010, eq. 16.
    """
    factors = [activation.glorot_factor for activation in hidden] or [Activation.glorot_factor]
    layers = iter([*factors, factors[-1]])

    def draw(random: RandomSource, n_in: int, n_out: int) -> tuple[FloatArray, FloatArray]:
        bound = math.sqrt(next(layers) / (n_in + n_out))
        weights = random.uniform(-bound, bound, (n_in, n_out))
        return weights, random.uniform(-bound, bound, n_out)

    return draw
