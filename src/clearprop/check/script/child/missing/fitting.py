"""The shape that a program needs its data to have, read from how it failed on made-up ones."""

import math
import re
from dataclasses import dataclass, replace

MORE_ROWS, MOST_ROWS, MOST_FEATURES = 1200, 60_000, 20_000
INNER = (
    re.compile(r"not aligned: (\d+) \(dim \d\) != (\d+) \(dim \d\)"),
    re.compile(r"size (\d+) is different from (\d+)"),
    re.compile(r"along dimension 1, the array at index \d+ has size (\d+) and .* size (\d+)"),
)
"""How NumPy says that two sizes of a product differ, or the widths of tables that are joined."""
BESIDE = re.compile(r"broadcast together with shapes \(([\d,]+)\) \(([\d,]+)\)")
BESIDE_CLASSES = re.compile(r"broadcast together with shapes \((\d+),\) \((\d+),\)")
INDEX = re.compile(r"index (\d+) is out of bounds for axis \d with size (\d+)")
RESHAPED = re.compile(r"cannot reshape array of size (\d+) into shape \(([\d,]+)\)")
COLUMNS = re.compile(r"Expected axis has (\d+) elements, new values have (\d+) elements")
TOO_FEW = re.compile(r"should be greater or equal to the number of classes")
OF_ONE_DIMENSION = (
    "axis 1 is out of bounds for array of dimension 1",
    "tuple index out of range",  # y.shape[1]
)
SAMPLES = re.compile(r"inconsistent numbers of samples: \[(\d+), (\d+)\]")


@dataclass(frozen=True)
class Shape:
    """The shape of made-up data."""

    rows: int
    features: int | None = None
    """None for as many as the kind of data has: 784 of a picture, 4 of a table."""
    classes: int | None = None
    hot: bool = False
    """True if targets are rows with a single one."""
    turned: bool = False
    """True if samples are columns."""
    column: bool = False
    """True if targets are a column of numbers, one a sample."""
    tested: int | None = None
    """Rows of the part that a program tests itself with; None for as many as the other has."""
    labelled: bool = True
    """True if a file of samples says what they are: pictures first, a table in its last column."""


def fitted(shape: Shape, message: str, widths: set[int], classes: set[int]) -> Shape | None:
    """Return the shape under which a program would not fail so; None where that is not known.

    Parameters
    ----------
    shape : Shape
        That of the data on which it failed.
    message : str
        What it failed with.
    widths, classes : set of int
        Numbers of features, and of classes, that were made up.

    Examples
    --------
    >>> said = "shapes (9,784) and (30,100) not aligned: 784 (dim 1) != 30 (dim 0)"
    >>> fitted(Shape(9), said, {784}, {10}).features
    30
    >>> said = "operands could not be broadcast together with shapes (9,4) (9,)"
    >>> wanted = fitted(Shape(9), said, {784}, {10})
    >>> wanted.hot, wanted.classes
    (True, 4)
    >>> said = "operands could not be broadcast together with shapes (48,) (60000,)"
    >>> fitted(Shape(48), said, {784}, {10}).rows
    60000
    """
    found = (
        by_product(shape, message, widths)
        or by_columns(shape, message, widths)
        or by_targets(shape, message, classes)
        or by_rows(shape, message, widths)
    )
    if found is None or found == shape:
        return None
    rows, features = found.rows, found.features or 1
    possible = 1 < rows <= MOST_ROWS and 0 < features <= MOST_FEATURES
    return found if possible and (found.classes or 2) > 1 else None


def by_product(shape: Shape, message: str, widths: set[int]) -> Shape | None:
    """Return the shape for weights that take another number of features, or samples in columns."""
    for said in INNER:
        pair = said.search(message)
        if pair is None:
            continue
        one, other = map(int, pair.groups())
        with_classes = shape.features + 1 if shape.features and shape.labelled else None
        if with_classes in (
            one,
            other,
        ):  # all of a table that has the width wanted: its classes too
            wanted = other if one == with_classes else one
            return replace(shape, features=wanted, labelled=False)
        if one - 1 == other in widths:  # the first column says what a row is, or is of ones
            if shape.labelled:
                return replace(shape, labelled=False)
            return replace(shape, features=other - 1)
        whole = {width + 1 for width in widths}  # of a table with its classes
        if widths.isdisjoint((one, other)) and (one in whole) != (other in whole):
            return replace(shape, features=other if one in whole else one)
        if (one in widths) == (other in widths):
            return None
        ours, wanted = (one, other) if one in widths else (other, one)
        if wanted == shape.rows:
            return replace(shape, turned=not shape.turned)
        if wanted == shape.rows - 1:  # it counts on more rows than columns: X = table.T[1:rows].T
            return replace(shape, rows=MORE_ROWS)
        return replace(shape, features=wanted, labelled=shape.labelled and ours - 1 not in widths)
    return None


def by_columns(shape: Shape, message: str, widths: set[int]) -> Shape | None:
    """Return the shape for a program that takes more columns of a table, or names them."""
    if pair := COLUMNS.search(message):
        return replace(shape, features=int(pair[2]) - 1)
    pair = INDEX.search(message)
    if pair and int(pair[2]) - 1 in widths:
        return replace(shape, features=int(pair[1]))
    return None


def by_targets(shape: Shape, message: str, classes: set[int]) -> Shape | None:
    """Return the shape for outputs of another number of classes, or targets of zeros and ones."""
    if pair := INDEX.search(message):
        size = int(pair[2])
        return replace(shape, classes=size) if 1 < size < max(classes, default=0) else None
    if any(said in message for said in OF_ONE_DIMENSION):
        return replace(shape, hot=True)
    pair = BESIDE.search(message)
    if pair is None:
        return None
    one, other = (tuple(map(int, part.strip(",").split(","))) for part in pair.groups())
    if len(one) < len(other):
        one, other = other, one
    if len(one) == 2 and len(other) == 1 and other[0] in one:
        K = one[1] if one[0] == other[0] else one[0]
        return replace(shape, classes=K, hot=True) if K > 1 else None
    if len(one) == len(other) == 2:
        for place in (0, 1):
            if one[1 - place] == other[1 - place] and one[place] != other[place]:
                known = [size for size in (one[place], other[place]) if size in classes]
                wanted = [size for size in (one[place], other[place]) if size not in classes]
                if len(known) == 1 and wanted[0] > 1:
                    return replace(shape, classes=wanted[0])
    return None


def by_rows(shape: Shape, message: str, widths: set[int]) -> Shape | None:
    """Return the shape for a program that counts on so many samples, or pixels."""
    if TOO_FEW.search(message):
        return replace(shape, rows=MORE_ROWS)
    if pair := SAMPLES.search(message):
        others = [int(part) for part in pair.groups() if int(part) != shape.rows]
        return replace(shape, rows=others[0]) if len(others) == 1 else None
    pair = BESIDE_CLASSES.search(message)
    if pair and str(shape.rows) in pair.groups():  # the file of their classes is there
        return replace(shape, rows=int(pair[2] if pair[1] == str(shape.rows) else pair[1]))
    pair = RESHAPED.search(message)
    if pair is None:
        return None
    size, wanted = int(pair[1]), tuple(map(int, pair[2].strip(",").split(",")))
    if size % shape.rows == 0 and math.prod(wanted[1:]) == size // shape.rows:
        if shape.rows == MOST_ROWS and wanted[0] < MOST_ROWS:
            return replace(shape, tested=wanted[0])
        return replace(shape, rows=wanted[0])
    pixels = math.prod(wanted)
    if size // shape.rows in widths or size in widths:
        if wanted[0] == shape.rows:
            pixels //= shape.rows
        return replace(shape, features=pixels)
    return None
