"""The arrays that a step was made of, and those among them that stand for a gradient."""

import re
from dataclasses import replace

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import Candidate, ObservedStep
from clearprop.check.script.watched.nets import Net

PARAMETER = re.compile(r"weights?|bias(es)?|[wb]|\d|_", re.IGNORECASE)
"""What says in a name of which parameter an array is."""


def sources_of(net: Net, step: ObservedStep, name: str) -> list[Candidate]:
    """Return the arrays of its shape that a step of a parameter was made of, samples as rows."""
    number = int(name[1:])
    layer, row = step.layers[number - 1], net.bias_rows.get(number)
    piece = layer.weights if name.startswith("W") or row is not None else layer.bias
    found = []
    for each in () if piece is None else piece.made_of:
        array, shape = each.array, net.params[name].shape
        if piece is layer.weights:
            array = array.T if layer.first != layer.turned else array
            if row is not None:
                array = split(array, row)[name.startswith("W")]
                array = -array if name[0] == "b" and number in net.thresholds else array
        elif array.size == net.params[name].size:
            array = array.reshape(shape)
        if array.shape == shape:
            found.append(replace(each, array=array))
    return found


def split(array: FloatArray, row: int) -> tuple[FloatArray, FloatArray]:
    """Return the bias that stands in a row of weights, and the other rows."""
    if array.ndim < 2 or len(array) <= row:
        return array, array
    return array[row], np.delete(array, row, axis=0)


def stem(place: str) -> str:
    """Return a name without what says of which parameter it is: gW1 and gb2 are g."""
    return PARAMETER.sub("", place)
