"""The largest entry of every size × size square of a picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Place
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class MaxPooling(Operation):
    """The largest entry of every size × size square of a picture."""

    name = "max_pool"
    also_called = ("maxpool2d",)
    sign = "max"
    written = "max_pool({u}, {size})"
    passed_back = (Text("{g} to the place of each largest entry", "{g} 传到各最大元素处"),)
    settings: ClassVar[Mapping[str, int]] = {"size": 2}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        blocks = squares(inputs[0], settings["size"])
        return blocks.max(axis=(1, 3))

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        (picture,), size = inputs, settings["size"]
        found = np.zeros_like(picture)
        for i, j in np.ndindex(g.shape):
            square = picture[i * size : (i + 1) * size, j * size : (j + 1) * size]
            a, b = np.unravel_index(square.argmax(), square.shape)
            found[i * size + a, j * size + b] += g[i, j]
        return (found,)


def squares(picture: FloatArray, size: int) -> FloatArray:
    """Return the squares of a picture, (rows, size, columns, size); a rest at the edge is cut."""
    rows, columns = (length // size for length in picture.shape)
    return picture[: rows * size, : columns * size].reshape(rows, size, columns, size)


def _to_squares(place: Place, weights: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return what goes to the picture if a square shares its g by these weights."""
    (picture,), size = place.inputs, place.settings["size"]
    found = np.zeros_like(picture)
    for i, j in np.ndindex(place.g.shape):
        square = np.s_[i * size : (i + 1) * size, j * size : (j + 1) * size]
        found[square] = place.g[i, j] * weights(picture[square])
    return found


def _one_at(square: FloatArray, place: int | np.integer[Any]) -> FloatArray:
    weights = np.zeros(square.size)
    weights[place] = 1.0
    return weights.reshape(square.shape)


MaxPooling.mistakes = (
    OperationMistake(
        "to_all",
        Text("what arrives goes to every entry of the square", "到达的梯度传给了方块中的每个元素"),
        Text("{g} to every entry", "{g} 传给每个元素"),
        Text(
            "only the largest entry of a square moves the result",
            "只有每个方块中的最大元素影响结果",
        ),
        lambda place: (_to_squares(place, np.ones_like),),
    ),
    OperationMistake(
        "shared_equally",
        Text(
            "what arrives is shared equally, as with the mean", "到达的梯度被平分，像平均池化一样"
        ),
        Text("{g} / size² to every entry", "{g} / size² 传给每个元素"),
        Text(
            "only the largest entry of a square moves the result",
            "只有每个方块中的最大元素影响结果",
        ),
        lambda place: (_to_squares(place, lambda square: np.full_like(square, 1 / square.size)),),
    ),
    OperationMistake(
        "to_the_first",
        Text(
            "what arrives goes to the first entry of the square", "到达的梯度传给了方块的第一个元素"
        ),
        Text("{g} to the first entry", "{g} 传给第一个元素"),
        Text(
            "only the largest entry of a square moves the result",
            "只有每个方块中的最大元素影响结果",
        ),
        lambda place: (_to_squares(place, lambda square: _one_at(square, 0)),),
    ),
    OperationMistake(
        "times_entry",
        Text("what arrives is multiplied by the largest entry", "到达的梯度乘上了最大元素"),
        "{g} ⊙ {w}",
        Text("the slope of the largest entry is 1", "最大元素的导数是 1"),
        lambda place: (place.right()[0] * place.inputs[0],),
    ),
    OperationMistake(
        "to_the_smallest",
        Text("what arrives goes to the smallest entry", "到达的梯度传给了最小元素"),
        Text("{g} to the smallest entry", "{g} 传给最小元素"),
        Text(
            "only the largest entry of a square moves the result",
            "只有每个方块中的最大元素影响结果",
        ),
        lambda place: (_to_squares(place, lambda square: _one_at(square, square.argmin())),),
    ),
    OperationMistake(
        "to_all_equal",
        Text(
            "what arrives goes to each of several equal largest entries",
            "到达的梯度传给了每个并列的最大元素",
        ),
        Text("{g} to every entry that equals {w}", "{g} 传给等于 {w} 的每个元素"),
        Text(
            "together they get it once: one of them, or shares that add up to 1",
            "它们合起来只得到一份：给其中一个，或按份额分配",
        ),
        lambda place: (_to_squares(place, lambda square: (square == square.max()).astype(float)),),
    ),
    OperationMistake(
        "to_the_last_equal",
        Text(
            "the last of several equal largest entries gets it", "并列的最大元素中最后一个得到梯度"
        ),
        Text("{g} to the last", "{g} 传给最后一个"),
        Text(
            "there is no derivative where two are equal; any of them will do",
            "并列处不可导，取哪一个都可以",
        ),
        lambda place: (
            _to_squares(
                place,
                lambda square: _one_at(square, square.size - 1 - square.ravel()[::-1].argmax()),
            ),
        ),
        harmless=True,
    ),
    OperationMistake(
        "shared_among_equal",
        Text("several equal largest entries share it", "并列的最大元素平分梯度"),
        Text("{g} / their number", "{g} / 并列的个数"),
        Text(
            "there is no derivative where two are equal; equal shares will do",
            "并列处不可导，平分也可以",
        ),
        lambda place: (
            _to_squares(
                place, lambda square: (square == square.max()) / (square == square.max()).sum()
            ),
        ),
        harmless=True,
    ),
)
