"""``torch.nn.init``: what draws the numbers of a tensor anew, in place.

A matrix of PyTorch's layers is (units, inputs): its fan-in is the size of the last axis.
"""

import math
from collections.abc import Callable
from typing import Any

from clearprop.check.script.child.missing.tensors import Tensor


def normal_(given: Any, mean: float = 0.0, std: float = 1.0, *_: Any, **__: Any) -> Any:
    """Draw all numbers around a mean."""
    return given.normal_(mean, std)


def uniform_(given: Any, a: float = 0.0, b: float = 1.0, **_: Any) -> Any:
    """Draw all numbers between two bounds."""
    return given.uniform_(a, b)


def constant_(given: Any, val: float) -> Any:
    """Set all numbers to one."""
    return given.fill_(val)


def fans(given: Any) -> tuple[int, int]:
    """Return how many inputs a unit has, and how many units an input goes to.

    Examples
    --------
    >>> fans(Tensor((3, 4)))
    (4, 3)
    """
    field = math.prod(given.shape[2:])
    return given.shape[1] * field, given.shape[0] * field


def glorot(given: Any, gain: float = 1.0) -> float:
    """Return the deviation of Glorot and Bengio (2010): that of both fans."""
    return gain * math.sqrt(2 / sum(fans(given)))


def he(given: Any, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> float:
    """Return the deviation of He et al. (2015): that of one fan, and of the slope for z < 0."""
    gains = {"relu": 2.0, "leaky_relu": 2 / (1 + a**2), "tanh": 25 / 9, "selu": 9 / 16}
    return math.sqrt(gains.get(nonlinearity, 1.0) / fans(given)[mode == "fan_out"])


def drawn(deviation: Callable[..., float], shape: str) -> Callable[..., Any]:
    """Return a function that draws a tensor with such a deviation: normal, or uniform."""

    def draw(given: Any, *settings: Any, **more: Any) -> Any:
        more.pop("generator", None)
        std = deviation(given, *settings, **more)
        half = math.sqrt(3) * std
        return given.normal_(0, std) if shape == "normal" else given.uniform_(-half, half)

    return draw


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "normal_": normal_,
    "trunc_normal_": normal_,
    "uniform_": uniform_,
    "constant_": constant_,
    "zeros_": Tensor.zero_,
    "ones_": lambda given: given.fill_(1),
    "xavier_normal_": drawn(glorot, "normal"),
    "xavier_uniform_": drawn(glorot, "uniform"),
    "kaiming_normal_": drawn(he, "normal"),
    "kaiming_uniform_": drawn(he, "uniform"),
}
"""What it offers, by its name."""
