"""The mean of every size × size square of a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.max_pooling import squares
from clearprop.derivation.operations.mistake import OperationMistake, Place
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class MeanPooling(Operation):
    """The mean of every size × size square of a picture."""

    name = "avg_pool"
    also_called = ("mean_pool", "avgpool2d", "average_pool")
    sign = "mean"
    written = "avg_pool({u}, {size})"
    passed_back = (Text("{g} / size² to every entry", "{g} / size² 传给每个元素"),)
    settings: ClassVar[Mapping[str, int]] = {"size": 2}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        return squares(inputs[0], settings["size"]).mean(axis=(1, 3))

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        return (_spread(g, inputs[0], settings["size"], np.full((settings["size"],) * 2, 1.0)),)


def _spread(g: FloatArray, picture: FloatArray, size: int, weights: FloatArray) -> FloatArray:
    """Return g of every square by the weights of its entries, size² of them together 1."""
    found = np.zeros_like(picture)
    rows, columns = g.shape
    found[: rows * size, : columns * size] = np.kron(g, weights) / size**2
    return found


def _times(place: Place, factor: float) -> FloatArray:
    return place.right()[0] * factor


def _to_the_largest(place: Place) -> FloatArray:
    (picture,), size = place.inputs, place.settings["size"]
    largest = np.kron(squares(picture, size).max(axis=(1, 3)), np.ones((size, size)))
    found = _spread(place.g, picture, size, np.full((size, size), float(size**2)))
    rows, columns = largest.shape
    found[:rows, :columns] *= picture[:rows, :columns] == largest
    return found


EQUALLY = Text(
    "every entry of a square moves its mean by 1/size²", "方块中每个元素对平均值的影响都是 1/size²"
)

MeanPooling.mistakes = (
    OperationMistake(
        "not_divided",
        Text("what arrives is not divided by the entries of a square", "漏了除以方块的元素个数"),
        Text("{g} to every entry", "{g} 传给每个元素"),
        EQUALLY,
        lambda place: (_times(place, place.settings["size"] ** 2),),
    ),
    OperationMistake(
        "divided_by_size",
        Text("divided by the side of a square, not by its entries", "除以边长，而不是元素个数"),
        "{g} / size",
        EQUALLY,
        lambda place: (_times(place, place.settings["size"]),),
    ),
    OperationMistake(
        "to_the_largest",
        Text("the largest entry gets all, as with the maximum", "全部传给最大元素，像最大池化一样"),
        Text("{g} to the largest entry", "{g} 传给最大元素"),
        EQUALLY,
        lambda place: (_to_the_largest(place),),
    ),
)
