"""The widths that a network wants of its data, as the failure of a call tells them."""

import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

PRODUCT = re.compile(r"\(size (\d+) is different from (\d+)\)|(\d+) \(dim \d\) != (\d+) \(dim \d\)")
"""What NumPy says of two matrices that cannot be multiplied."""
TOGETHER = re.compile(r"broadcast together with shapes \(([\d,]+)\) \(([\d,]+)\)")
"""What it says of two arrays that do not lie upon each other."""


def told_widths(message: str, data: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the numbers of inputs and outputs that fit; None where a failure tells of neither.

    Examples
    --------
    >>> data = {"inputs": 4, "outputs": 3}
    >>> told_widths("shapes (7,4) and (64,32) not aligned: 4 (dim 1) != 64 (dim 0)", data)
    (64, 3)
    >>> told_widths("operands could not be broadcast together with shapes (7,10) (7,3) ", data)
    (4, 10)

    Where inputs were laid upon outputs, both widths are ours:

    >>> told_widths("operands could not be broadcast together with shapes (3,) (4,) ", data)
    """
    inputs, outputs = data["inputs"], data["outputs"]
    if TOGETHER.search(message) and {inputs, outputs} in map(set, unequal(message)):
        return None
    for one, other in unequal(message):
        for own, wanted in ((one, other), (other, one)):
            if min(own, wanted) > 1 and own == inputs:
                return wanted, outputs
            if min(own, wanted) > 1 and own == outputs:
                return inputs, wanted
    return None


def unequal(message: str) -> list[tuple[int, int]]:
    """Return the sizes that a failure says should be equal."""
    product, together = PRODUCT.search(message), TOGETHER.search(message)
    if product is not None:
        one, other = (int(size) for size in product.groups() if size is not None)
        return [(one, other)]
    if together is None:
        return []
    shapes = ([int(size) for size in shape.split(",") if size] for shape in together.groups())
    reversed_shapes = (shape[::-1] for shape in shapes)
    return [(a, b) for a, b in zip_longest(*reversed_shapes, fillvalue=1) if a != b]
