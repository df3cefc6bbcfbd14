"""The opposite of a gradient, for code that adds it to the weights."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from clearprop.check.script.messages import Success, Trial
from clearprop.check.script.schema import Tree


def turned(success: Success) -> Success:
    """Return an attempt with the gradient's sign turned, in every trial."""
    return replace(
        success,
        plain=turned_trial(success.plain),
        again=success.again and turned_trial(success.again),
        elsewhere=success.elsewhere and turned_trial(success.elsewhere),
        penalized=success.penalized and turned_trial(success.penalized),
    )


def turned_trial(trial: Trial) -> Trial:
    """Return a trial with the gradient's sign turned."""
    return replace(trial, found=replace(trial.found, gradients=negative(trial.found.gradients)))


def negative(tree: Tree) -> Tree:
    """Return −1 times every array of a tree."""
    if isinstance(tree, Mapping):
        return {name: negative(part) for name, part in tree.items()}
    if isinstance(tree, list | tuple):
        return [negative(part) for part in tree]
    return None if tree is None else -np.asarray(tree)
