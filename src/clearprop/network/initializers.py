"""Initializers: rules that draw the first weights.

Biases start at zero, except under Nguyen-Widrow, which places them.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument, unknown_name
from clearprop._random import RandomSource, Seed, random_source
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.backprop.structure import Parameters

Initializer = Callable[[RandomSource, int, int], Any]
"""Called with (random source, n_in, n_out); returns W (n_in, n_out), or the pair W, b (n_out,)."""


def states(latex: str, pros: Text, cons: Text) -> Callable[[Initializer], Initializer]:
    """Return a decorator that gives a rule its formula, a line for it and one against it."""

    def stated(rule: Initializer) -> Initializer:
        for name, fact in {"latex": latex, "pros": pros, "cons": cons}.items():
            setattr(rule, name, fact)
        return rule

    return stated


@states(
    r"W_{ij} = 0",
    Text("right for biases, and for a network of one layer", "适合偏置，以及只有一层的网络"),
    Text(
        "all units of a hidden layer stay alike: they get the same gradient, for ever",
        "隐藏层的神经元始终相同：它们永远得到同样的梯度",
    ),
)
def zeros(random: RandomSource, n_in: int, n_out: int) -> FloatArray:
    """Return zeros: every unit of a layer then learns the same, which is why nobody should."""
    return np.zeros((n_in, n_out))


@states(
    r"W_{ij} \sim N(0, 1)",
    Text("what np.random.randn draws in first programs", "初学程序里 np.random.randn 的取法"),
    Text(
        "too large for more than a few inputs: tanh and sigmoid saturate, ReLU outputs explode",
        "输入稍多就过大：tanh 与 sigmoid 饱和，ReLU 的输出爆炸",
    ),
)
def normal(random: RandomSource, n_in: int, n_out: int) -> FloatArray:
    """Return draws from the standard normal distribution, shape (n_in, n_out)."""
    return random.standard_normal((n_in, n_out))


@states(
    r"W_{ij} \sim U(-r, r), \quad r = \sqrt{\frac{6}{n_{in} + n_{out}}}",
    Text(
        "keeps the spread of activations and of gradients from layer to layer, for tanh",
        "对 tanh，激活值与梯度的离散程度逐层保持",
    ),
    Text("ReLU halves the spread in every layer", "用 ReLU 时每层减半"),
)
def xavier(random: RandomSource, n_in: int, n_out: int) -> FloatArray:
    """Return uniform draws on ±√(6 / (n_in + n_out)), for tanh and sigmoid layers.

    Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010, eq. 16.
    """
    bound = math.sqrt(6 / (n_in + n_out))
    return random.uniform(-bound, bound, (n_in, n_out))


@states(
    r"W_{ij} \sim N(0, \frac{2}{n_{in}})",
    Text("keeps the spread through layers of ReLU", "在 ReLU 各层之间保持离散程度"),
    Text("too large for tanh and sigmoid in deep networks", "对深层的 tanh 与 sigmoid 过大"),
)
def he(random: RandomSource, n_in: int, n_out: int) -> FloatArray:
    """Return normal draws of standard deviation √(2 / n_in), for ReLU layers.

    Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015, eq. 10.
    """
    return random.standard_normal((n_in, n_out)) * math.sqrt(2 / n_in)


def glorot_with_biases(hidden: Sequence[Activation]) -> Initializer:
    """Return the rule: weights and biases uniform on ±√(factor / (n_in + n_out)).

    The factor is the activation's `glorot_factor`; the output layer has that of the last hidden
    one. Drawn from the same generator, in the same order, the numbers are
    scikit-learn's.

    Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010, eq. 16.
    """
    factors = [activation.glorot_factor for activation in hidden] or [6.0]
    layers = iter([*factors, factors[-1]])

    def draw(random: RandomSource, n_in: int, n_out: int) -> tuple[FloatArray, FloatArray]:
        bound = math.sqrt(next(layers) / (n_in + n_out))
        weights = random.uniform(-bound, bound, (n_in, n_out))
        return weights, random.uniform(-bound, bound, n_out)

    return draw


@states(
    r"\lVert W_{\cdot j} \rVert = 0.7 \, n_{out}^{1 / n_{in}}, "
    r"\quad b_j \; \mathrm{evenly \; in} \; \pm \lVert W_{\cdot j} \rVert",
    Text(
        "spreads the units over the inputs, so that each bends in a region of its own",
        "让各神经元分布在输入的范围上，各管一段",
    ),
    Text("for one hidden layer and few inputs", "适用于单个隐藏层、少量输入"),
)
def nguyen_widrow(random: RandomSource, n_in: int, n_out: int) -> tuple[FloatArray, FloatArray]:
    """Return weights and biases that spread the units' slopes over inputs in [−1, 1].

    Every column of W has length 0.7 n_out^(1/n_in) in a random direction; the biases are spread
    evenly over ± that length, so that each unit bends in a region of its own.

    Source: Nguyen, Widrow, "Improving the learning speed of 2-layer neural networks by choosing
    initial values of the adaptive weights", 1990.
    """
    length = 0.7 * n_out ** (1 / n_in)
    directions = random.uniform(-1, 1, (n_in, n_out))
    weights = length * directions / np.linalg.norm(directions, axis=0)
    biases = length * np.linspace(-1, 1, n_out) if n_out > 1 else np.zeros(1)
    return weights, biases * np.where(weights[0] >= 0, 1, -1)


INITIALIZERS: dict[str, Initializer] = {
    rule.__name__: rule for rule in (zeros, normal, xavier, he, nguyen_widrow)
}
ALSO_CALLED = {
    "initnw": "nguyen_widrow",
    "glorot_uniform": "xavier",
    "xavier_uniform": "xavier",
    "kaiming_normal": "he",
    "randn": "normal",
}
"""Names that the same rules have elsewhere."""


nguyen_widrow.spans = (-1.0, 1.0)  # type: ignore[attr-defined]


def initialize(
    sizes: tuple[int, ...],
    method: str | Initializer,
    seed: Seed,
    dtype: str,
    ranges: tuple[FloatArray, FloatArray] | None = None,
) -> Parameters:
    """Return parameters for layers of these sizes, drawn layer by layer from the first.

    Parameters
    ----------
    sizes : tuple of int
        n₀, n₁ … n_L.
    method : str or callable
        A name from `INITIALIZERS`, or a function as `Initializer` describes.
    seed : int, None, Generator or RandomState
        The source of randomness. A legacy `RandomState` gives the draws of ``np.random.seed``.
    dtype : str
        ``"float64"`` or ``"float32"``.
    ranges : pair of arrays of shape (n₀,), optional
        The least and the largest value of each input, for rules that spread units over them.

    Raises
    ------
    InputError
        If the method is not known or returns weights of another shape, or the seed is no seed.
    """
    if isinstance(method, str):
        method = ALSO_CALLED.get(method, method)
        if method not in INITIALIZERS:
            raise unknown_name("method", method, INITIALIZERS, ALSO_CALLED)
        method = INITIALIZERS[method]
    if not callable(method):
        raise invalid_argument("method", method, "it is no name and no function.", "'xavier'.")
    random = random_source(seed)
    parameters = Parameters(sizes)
    for number, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        drawn = method(random, n_in, n_out)
        weights, biases = drawn if isinstance(drawn, tuple) else (drawn, np.zeros(n_out))
        parameters[f"W{number}"] = weights
        parameters[f"b{number}"] = biases
    if ranges is not None and hasattr(method, "spans"):
        _stretch(parameters, method.spans, ranges)
    return Parameters(sizes, parameters.vector.astype(dtype))


def _stretch(
    parameters: Parameters, spans: tuple[float, float], ranges: tuple[FloatArray, FloatArray]
) -> None:
    """Express first weights for inputs within `spans` by inputs within `ranges`."""
    least, largest = ranges
    width = np.where(largest > least, largest - least, 1.0)
    rate = (spans[1] - spans[0]) / width
    W, b = parameters.layers[0]
    W *= rate[:, None]
    b += (spans[0] / rate - least) @ W
