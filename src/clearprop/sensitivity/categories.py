"""The weights of a category's 0/1 columns, of which only differences mean something.

Of these columns exactly one is 1. Adding a number to the weights of all of them and taking it off
the bias changes no output, so a single such weight says nothing until that freedom is used up.
"""

from collections.abc import Sequence

from clearprop.backprop.structure import Parameters


def center_categories(parameters: Parameters, groups: Sequence[Sequence[int]]) -> Parameters:
    """Return parameters with the same outputs, whose weights of each category's columns add to 0.

    Sensitivities by them compare a category with the mean of all categories of its column.

    Parameters
    ----------
    parameters : Parameters
    groups : sequence of sequences of int
        The inputs that belong to each column of categories.

    Examples
    --------
    >>> import numpy as np
    >>> centred = center_categories(Parameters([2, 1], np.array([5.0, 3.0, 1.0])), [[0, 1]])
    >>> centred.vector
    array([ 1., -1.,  5.])
    """
    centred = parameters.copy()
    W, b = centred.layers[0]
    for group in groups:
        columns = list(group)
        mean = W[columns].mean(axis=0)
        W[columns] -= mean
        b += mean
    return centred
