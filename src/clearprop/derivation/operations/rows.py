"""Rows of a table, picked by their numbers: an embedding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Place, to_input
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Rows(Operation):
    """Rows of a table, picked by their numbers: an embedding."""

    name = "rows"
    also_called = ("embedding",)
    sign = "rows"
    written = "rows({u}, {v})"
    passed_back = (
        Text("{g} added to the rows that were picked", "{g} 加到被取出的行"),
        Text("nothing", "无"),
    )
    whole_inputs = (1,)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        table, places = inputs
        return table[places.astype(int).ravel()]

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        table, places = inputs
        found = np.zeros_like(table)
        np.add.at(found, places.astype(int).ravel(), g)  # a row picked twice gets both
        return found, np.zeros_like(places)


def _picked(place: Place) -> npt.NDArray[np.int64]:
    return place.inputs[1].astype(np.int64).ravel()


def _overwritten(place: Place) -> FloatArray:
    found = np.zeros_like(place.inputs[0])
    found[_picked(place)] = place.g
    return found


def _averaged(place: Place) -> FloatArray:
    counts = np.bincount(_picked(place), minlength=len(place.inputs[0]))
    return place.right()[0] / np.maximum(counts, 1)[:, np.newaxis]


def _in_order(place: Place) -> FloatArray:
    found = np.zeros_like(place.inputs[0])
    found[: len(place.g)] = place.g
    return found


Rows.mistakes = (
    OperationMistake(
        "overwritten",
        Text(
            "a row that was picked twice keeps only the last share",
            "被多次取出的行只保留了最后一次的梯度",
        ),
        "dE[{v}] = {g}",
        Text(
            "dE[i] += g with repeated i writes once; np.add.at adds all",
            "索引重复时 dE[i] += g 只写一次；np.add.at 才会全部相加",
        ),
        to_input(0, _overwritten),
    ),
    OperationMistake(
        "averaged",
        Text(
            "a row that was picked several times gets the mean of its shares",
            "被多次取出的行取了各次梯度的平均",
        ),
        Text("mean of the {g} of each row", "每一行 {g} 的平均"),
        Text("every use adds its share", "每次使用的梯度应当相加"),
        to_input(0, _averaged),
    ),
    OperationMistake(
        "in_order",
        Text(
            "the shares go to the first rows of the table, in the order in which they arrive",
            "梯度按到达的次序放到表的前几行",
        ),
        "dE[0 … k] = {g}",
        Text(
            "row i of the result comes from the row of the table whose number it was given",
            "结果的第 i 行来自表中编号对应的行",
        ),
        to_input(0, _in_order),
    ),
    OperationMistake(
        "not_scattered",
        Text(
            "the share of the picked rows alone, not of the table",
            "只有被取出的行的梯度，而不是整个表的",
        ),
        "{g}",
        Text(
            "the gradient has the shape of the table, 0 where no row was picked",
            "梯度与整个表同形，未取出的行为 0",
        ),
        to_input(0, lambda place: place.g),
    ),
)
