"""The arrays that a step was made of, and those among them that stand for a gradient."""

from dataclasses import replace

from clearprop.check.script.messages import Candidate, ObservedStep
from clearprop.check.script.watched.reading import Net


def sources_of(net: Net, step: ObservedStep, name: str) -> list[Candidate]:
    """Return the arrays of its shape that a step of a parameter was made of, samples as rows."""
    layer = step.layers[int(name[1:]) - 1]
    piece = layer.weights if name.startswith("W") else layer.bias
    found = []
    for each in () if piece is None else piece.made_of:
        array, shape = each.array, net.params[name].shape
        if name.startswith("W"):
            array = array.T if layer.first != layer.turned else array
        elif array.size == net.params[name].size:
            array = array.reshape(shape)
        if array.shape == shape:
            found.append(replace(each, array=array))
    return found
