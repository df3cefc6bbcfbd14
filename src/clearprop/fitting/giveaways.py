"""Inputs that give the target away: the same quantity once more, or parts that it is made of."""

import math
from collections.abc import Sequence

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, Encoding
from clearprop.training.blas import one_blas_thread

TELLS_ALL = 0.999
"""R² of a straight line through one input from which that input tells the target."""
MOST_ROWS = 10_000
"""Rows that are looked at, evenly chosen; more of them say nothing new."""
LEAST_ROWS = 10
"""Rows below which a straight line may fit by chance."""
EXACT = 1e-6
"""Part of the variance that rounding may leave of a target that several columns tell exactly."""
MOST_FEATURES, ROWS_OF_A_LINE = 50, 1000
"""Features and rows in which such columns are looked for."""
CHANCE = 1e-6
"""How likely values in random order may be to seem to tell the classes of all rows."""
NAMED = 5
"""Columns that are named at most."""


def notes_on_giveaways(
    encoding: Encoding, X: FloatArray, Y: FloatArray, *, classes: bool = False
) -> tuple[Text, ...]:
    """Return a note for each column that alone tells a target, or for those that do together.

    A lone column is what people ask about; of it nothing is said.

    Parameters
    ----------
    encoding : Encoding
        Says which columns the features are of.
    X : array of shape (m, n₀)
        Inputs.
    Y : array of shape (m, K)
        Targets.
    classes : bool, default=False
        Whether each row is of one class, which Y says by a 1 in its column; or, of two, by 0 or 1.
    """
    if len(encoding.columns) < 2 or len(X) < LEAST_ROWS:
        return ()
    some = slice(None, None, -(-len(X) // MOST_ROWS))
    X, Y = (np.asarray(part[some], np.float64) for part in (X, Y))
    if classes:
        found = columns_that_tell_classes(
            encoding, X, Y.argmax(axis=1) if Y.shape[1] > 1 else Y[:, 0]
        )
        if found or Y.shape[1] > 1:
            return tuple(map(_tells_the_class, found))
    X, Y = _standardized(X), _standardized(Y)
    owners = [column.name for column in encoding.columns for _ in column.features]
    tells = ((X.T @ Y / len(X)) ** 2).max(axis=1) >= TELLS_ALL
    if tells.any():
        alone = dict.fromkeys(owners[place] for place in np.flatnonzero(tells))
        return tuple(_told_alone(name) for name in alone)
    with one_blas_thread():
        lines = [tuple(dict.fromkeys(owners[n] for n in _line_through(X, y))) for y in Y.T]
    return tuple(_told_together(names) for names in dict.fromkeys(lines) if names)


def columns_that_tell_classes(encoding: Encoding, X: FloatArray, codes: FloatArray) -> list[str]:
    """Return the columns in which no two classes have a value in common, nor one between others'.

    Numbers of a class are an interval without those of other classes; a category is of one class.
    What rows in random order might show as well does not count.

    Parameters
    ----------
    encoding : Encoding
    X : array of shape (m, n₀)
        Inputs.
    codes : array of shape (m,)
        The class of each row, as a number.
    """
    rows = [X[codes == each] for each in np.unique(codes)]
    sizes = [len(each) for each in rows]
    low, high = (np.array([extreme(each, axis=0) for each in rows]) for extreme in (np.min, np.max))
    order = low.argsort(axis=0)
    low, high = (np.take_along_axis(each, order, axis=0) for each in (low, high))
    apart = np.logical_and.reduce(high[:-1] < low[1:])
    of_one_class = np.sum([each.any(axis=0) for each in rows], axis=0) <= 1
    found, start = [], 0
    for column in encoding.columns:
        features = slice(start, start := start + len(column.features))
        by_category = isinstance(column, CategoricalColumn)
        tells = of_one_class[features].all() if by_category else apart[features].any()
        groups = len(column.features) if by_category else len(sizes)
        if tells and _log_chance(groups, sizes) < math.log(CHANCE):
            found.append(column.name)
    return found


def _log_chance(groups: int, sizes: Sequence[int]) -> float:
    """Return about how likely rows in random order are to stand class by class, as a logarithm.

    So many groups can be put in order in groups! ways, and rows with classes of these sizes in
    m! / (m₁! m₂! …).
    """
    factorials = [math.lgamma(size + 1) for size in sizes]
    return math.lgamma(groups + 1) + sum(factorials) - math.lgamma(sum(sizes) + 1)


def _line_through(X: FloatArray, y: FloatArray) -> list[int]:
    """Return features from which the target follows exactly, none of them idle; else none.

    Columns are standardized.
    """
    some = slice(None, None, -(-len(X) // ROWS_OF_A_LINE))
    X, y = X[some], y[some]
    if X.shape[1] > MOST_FEATURES or len(X) < LEAST_ROWS + 2 * X.shape[1]:
        return []
    needed = np.argsort(np.abs(X.T @ y)).tolist()
    if not y.any() or not _is_exact(X[:, needed], y):
        return []
    for feature in tuple(needed):
        others = [each for each in needed if each != feature]
        if others and _is_exact(X[:, others], y):
            needed = others
    return sorted(needed)


def _is_exact(X: FloatArray, y: FloatArray) -> bool:
    """Return whether least squares leave no more of the target than rounding does."""
    rest = y - X @ np.linalg.lstsq(X, y)[0]
    return bool(rest @ rest <= EXACT * (y @ y))


def _told_alone(name: str) -> Text:
    return Text(
        f"{name}: it tells the target on its own, by a straight line. Unless it is known "
        "before the target is, leave it out (ignore): the errors would be too good.",
        f"{name}：仅凭它的一条直线就能得出目标。除非它先于目标可知，否则请略去它"
        "（ignore）：不然误差会好得不真实。",
    )


def _tells_the_class(name: str) -> Text:
    return Text(
        f"{name}: it tells the class on its own, for no two classes share values there. Unless it "
        "is known before the target is, leave it out (ignore): the errors would be too good.",
        f"{name}：各类在此列的取值互不重叠，仅凭这一列就能得出类别。除非它先于目标可知，否则请略去它"
        "（ignore）：不然误差会好得不真实。",
    )


def _told_together(names: tuple[str, ...]) -> Text:
    more = ", …" if len(names) > NAMED else ""
    shown = ", ".join(names[:NAMED]) + more
    return Text(
        f"{shown}: the target follows from these {len(names)} columns exactly, as a sum of "
        "multiples of them. Unless all of them are known before the target is, leave one out "
        "(ignore): the errors would be too good.",
        f"{shown}：目标恰好是这 {len(names)} 列的线性组合。除非它们都先于目标可知，"
        "否则请略去其中一列（ignore）：不然误差会好得不真实。",
    )


def _standardized(columns: FloatArray) -> FloatArray:
    centred = columns - columns.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
