"""What comes back and differs from the slope on purpose."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from clearprop.check.script.observed import Share
from clearprop.check.script.source.syntax import targets
from clearprop.check.script.source.vocabulary import loose_kind

BEFORE_LOSS = re.compile(r"(output|last|final)_?layer", re.IGNORECASE)
"""Names of objects that stand before the loss."""


def is_meant(name: str, outputs: Mapping[str, Any], given: Any, shares: Sequence[Share]) -> bool:
    """Return whether what comes back differs from the slope on purpose.

    A step function has none, and goes back with one of its own; what leaves its input as it is
    turns the slope round, or ends it.

    Parameters
    ----------
    name : str
        What goes forward; ``Dense.forward`` is the method of an object.
    outputs : mapping
    given : Arguments
    shares : sequence of Share
    """
    if goes_with_loss(name, outputs, shares):
        return True
    if any(share.given.any() and not share.right.any() for share in shares):
        return True
    arrays = [given.array(place) for place in given.places]
    keeps = all(any(np.array_equal(out, array) for array in arrays) for out in outputs.values())
    return keeps and all(map(is_turned, shares))


def goes_with_loss(name: str, outputs: Mapping[str, Any], shares: Sequence[Share]) -> bool:
    """Return whether an object is the last one, whose f′ its loss has cancelled.

    It says so by its name, or is a sigmoid that hands everything down as it came.
    """
    if "." not in name:
        return False
    between = all(np.all((value > 0) & (value < 1)) for value in outputs.values())
    passed = all(np.array_equal(share.given, share.handed) for share in shares)
    return BEFORE_LOSS.search(name) is not None or (between and passed)


def is_turned(share: Share) -> bool:
    """Return whether what comes back is a negative number times what should, or nothing."""
    factor = np.vdot(share.given, share.right) / max(float(np.vdot(share.right, share.right)), 1e-9)
    return bool(factor <= 0 and np.allclose(share.given, factor * share.right, atol=1e-6))


def takes_steps_up(tree: ast.AST) -> bool:
    """Return whether a program adds to its parameters: what it adds is −∂E."""
    return any(
        isinstance(node, ast.AugAssign)
        and isinstance(node.op, ast.Add)
        and any(loose_kind(name) for name in targets(node))
        for node in ast.walk(tree)
    )


def at_own_rates(shares: Sequence[Share]) -> list[Share]:
    """Return steps with the factor of each array taken for a learning rate of its own."""
    return [
        replace(share, given=share.right) if share.parameter and is_multiple(share) else share
        for share in shares
    ]


def is_multiple(share: Share) -> bool:
    """Return whether what came back is what should, times a number above 0."""
    size = float(share.right @ share.right)
    if share.given.shape != share.right.shape or not size:
        return False
    rate = float(share.given @ share.right) / size
    return rate > 0 and np.allclose(share.given, rate * share.right, rtol=1e-5, atol=1e-7)


def downhill(shares: Sequence[Share]) -> list[Share]:
    """Return gradients with the sign turned of those by weights and biases, if all have the other.

    A step that is added goes down with them.
    """
    turned = [replace(share, given=-share.given) for share in shares if share.parameter]
    opposite = all(np.allclose(each.given, each.right, rtol=1e-4, atol=1e-6) for each in turned)
    return [
        replace(share, given=-share.given) if opposite and share.parameter else share
        for share in shares
    ]
