"""Is a gradient right? Compare it with differences of the function itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.factors import factors_of
from clearprop.check.function import FunctionUnderTest
from clearprop.check.points import Leaf, point_of
from clearprop.check.report import ArrayReport, GradientReport, LineReport
from clearprop.check.slopes import Slope, complex_slope, slope

MAX_ENTRIES = 2000
"""An array with a wrong slope is searched entry by entry if it is no larger than this."""

SAME_POINT = 12
"""Calls at the point itself: a mask of one unit is the same in all of them once in 2,048 times."""

PairOfFunctions = tuple[Callable[..., Any], Callable[..., Any]]


def check_gradients(
    function: Callable[..., Any] | PairOfFunctions,
    point: Any,
    gradient: Any = None,
    *,
    every: bool = False,
    directions: int = 2,
    tolerance: float | None = None,
    counts: Mapping[str, float] | None = None,
    seed: int = 0,
    show: bool = True,
) -> GradientReport:
    """Compare a gradient with differences of its function, and print a table.

    By default the slope of each array is checked along random directions: a few calls, however
    many numbers there are. An array that fails is then searched entry by entry.

    Parameters
    ----------
    function : callable or pair of callables
        Called with the structure of `point`, or with its parts where it takes several arguments;
        returns (value, gradient). Or a pair: one callable for the value, one for the gradient. Or a
        callable for the value, with `gradient` apart.
    point : array, number, or dict, list or tuple of arrays, nested as you like
        Where to check. PyTorch tensors and JAX arrays are handed back as such.
    gradient : callable or structure of arrays, optional
        The gradient, where `function` returns the value alone.
    every : bool, default=False
        Whether to check every entry rather than random directions.
    directions : int, default=2
        Random directions an array.
    tolerance : float, optional
        Relative difference that counts as equal; 1e-6 in float64, 1e-2 in float32. The error of the
        differences themselves is estimated for each slope and allowed for.
    counts : mapping, optional
        ``{"m": samples, "K": outputs, "learning_rate": η}``, as far as known: names the factor of
        a gradient that is wrong by a constant factor.
    seed : int, default=0
        Of the random directions.
    show : bool, default=True
        Whether to print the report.

    Returns
    -------
    GradientReport
        ``report.ok``, ``report.assert_ok()``, and every slope that was compared.

    Raises
    ------
    InputError
        If the point holds no numbers, or the function does not return a number and a gradient.

    Notes
    -----
    Differences are centred, with a step chosen for each slope (`clearprop.check.slopes`). Where
    the function takes complex numbers, the complex step replaces them. At a kink, such as z = 0 of
    a ReLU, every slope between the two sides is accepted, and the report says so.

    Examples
    --------
    >>> import numpy as np
    >>> def f(x):
    ...     return np.sum(x**3), 3 * x**2
    >>> report = check_gradients(f, np.array([1.0, -2.0]), show=False)
    >>> report.ok
    True
    """
    place = point_of(point)
    under_test = FunctionUnderTest(function, gradient, place)
    is_double = place.epsilon < 1e-12
    allowed = tolerance if tolerance is not None else (1e-6 if is_double else 1e-2)
    random = np.random.default_rng(seed)
    is_random = gives_other_values(under_test)
    arrays = []
    for leaf, array in zip(place.leaves, under_test.gradient(), strict=True):
        if np.shape(array) != leaf.array.shape:
            arrays.append(ArrayReport(leaf.name, leaf.array.shape, (), np.shape(array)))
            continue
        comparison = Comparison(under_test, leaf, np.ravel(array).astype(float), allowed)
        comparison.try_complex_step(random)
        lines = comparison.entries() if every else comparison.along_random(random, directions)
        search = not every and not all(line.ok for line in lines)
        if search and leaf.array.size <= MAX_ENTRIES:
            lines += comparison.entries()
        arrays.append(ArrayReport(leaf.name, leaf.array.shape, tuple(lines)))
    ratio = common_ratio(arrays, allowed)
    report = GradientReport(
        arrays=tuple(arrays),
        tolerance=allowed,
        method="complex step" if under_test.takes_complex else "centred differences",
        ratio=ratio,
        factors=factors_of(ratio, counts or {}, min(100 * allowed, 0.02))
        if ratio is not None
        else (),
        warnings=tuple(warnings_about(under_test)),
        is_random=is_random,
    )
    if show:
        print(report)  # noqa: T201 - a table is what people ask for here
    return report


def gives_other_values(under_test: FunctionUnderTest) -> bool:
    """Return whether the function gives different values for the same point."""
    with np.errstate(all="ignore"):
        values = np.array([under_test(under_test.point.vector) for _ in range(SAME_POINT)])
    first = values[0]
    return bool(np.any(np.abs(values - first) > 1e-9 * max(1.0, abs(first))))


@dataclass(frozen=True)
class Comparison:
    """The given gradient of one array, to be compared with slopes of the function."""

    under_test: FunctionUnderTest
    leaf: Leaf
    gradient: FloatArray
    """Flat, of the leaf's size."""
    tolerance: float

    def entries(self) -> list[LineReport]:
        """Compare every entry."""
        size = self.leaf.array.size
        return [
            self.line(self.leaf.entry(self.leaf.start + index), unit, is_entry=True)
            for index, unit in enumerate(np.eye(size))
        ]

    def along_random(self, random: np.random.Generator, directions: int) -> list[LineReport]:
        """Compare the slopes along random directions of length 1."""
        return [
            self.line(f"{self.leaf.name} along direction {number}", self.direction(random))
            for number in range(1, directions + 1)
        ]

    def direction(self, random: np.random.Generator) -> FloatArray:
        """Return a random direction of length 1, shape (size,)."""
        drawn = random.standard_normal(self.leaf.array.size)
        return drawn / np.linalg.norm(drawn)

    def try_complex_step(self, random: np.random.Generator) -> None:
        """Give the complex step up unless it agrees with differences along a random direction.

        A function that takes complex numbers need not be analytic: |x| silently loses its slope.
        """
        if not self.under_test.takes_complex:
            return
        direction = self.direction(random)
        exact, found = self.complex_slope(direction), self.slope(direction)
        doubt = self.tolerance * abs(found.value) + 10 * found.error
        if exact is None or not abs(exact - found.value) <= doubt:
            self.under_test.takes_complex = False

    def line(self, name: str, direction: FloatArray, *, is_entry: bool = False) -> LineReport:
        """Compare the slope along one direction in this array, of shape (size,)."""
        given = float(self.gradient @ direction)
        exact = self.complex_slope(direction) if self.under_test.takes_complex else None
        if exact is not None and abs(given - exact) <= self.tolerance * max(abs(given), abs(exact)):
            return LineReport(name, given, exact, 0.0, True, is_entry=is_entry)
        found = self.slope(direction)
        between = min(found.left, found.right), max(found.left, found.right)
        allowed = self.tolerance * max(abs(given), abs(found.value)) + 5 * found.error
        if found.is_kink:
            ok = between[0] - allowed <= given <= between[1] + allowed
        else:
            ok = abs(given - found.value) <= allowed
        return LineReport(name, given, found.value, found.error, ok, found.is_kink, is_entry)

    def slope(self, direction: FloatArray) -> Slope:
        """Return the slope along a direction by differences."""
        theta, step = self.under_test.point.vector, self.whole(direction)
        reach = max(1.0, float(np.abs(theta[step != 0]).max(initial=0.0)))
        return slope(
            lambda t: self.under_test(theta + t * step), reach, self.under_test.point.epsilon
        )

    def complex_slope(self, direction: FloatArray) -> float | None:
        """Return the slope along a direction by the complex step, None where that fails."""
        theta, step = self.under_test.point.vector, self.whole(direction)
        found = complex_slope(lambda t: self.under_test.complex_value(theta + t * step))
        if found is None:
            self.under_test.takes_complex = False
        return found

    def whole(self, direction: FloatArray) -> FloatArray:
        """Return a direction of this array as one of the whole flat vector."""
        step = np.zeros_like(self.under_test.point.vector)
        step[self.leaf.places] = direction
        return step


def common_ratio(arrays: list[ArrayReport], tolerance: float) -> float | None:
    """Return c where all slopes are c times the numeric ones, and c is not 1."""
    lines = [line for array in arrays for line in array.lines if not (line.kink or line.unclear)]
    given = np.array([line.given for line in lines])
    numeric = np.array([line.numeric for line in lines])
    if len(lines) < 2 or not numeric.any() or any(array.wrong_shape for array in arrays):
        return None
    ratio = float(given @ numeric / (numeric @ numeric))
    uncertain = np.array([5 * abs(ratio) * line.uncertainty for line in lines])
    agree = np.abs(given - ratio * numeric) <= 10 * tolerance * np.abs(given) + uncertain
    return ratio if agree.all() and abs(ratio - 1) > min(100 * tolerance, 0.1) else None


def warnings_about(under_test: FunctionUnderTest) -> Iterator[Text]:
    """Yield what about the point or the function spoils a numeric check."""
    leaves = under_test.point.leaves
    whole = [leaf.name for leaf in leaves if leaf.array.dtype.kind in "biu" and leaf.array.ndim]
    if whole:
        names = ", ".join(whole)
        yield Text(
            f"{names}: an array of integers, in which θ + h is cut back to θ; checked as float64.",
            f"{names}：整数数组，θ + h 会被截断回 θ；已按 float64 检查。",
        )
    narrow = [leaf.name for leaf in leaves if leaf.array.dtype in (np.float32, np.float16)]
    if narrow:
        names = ", ".join(narrow)
        yield Text(
            f"{names}: float32, in which differences keep 3 digits or so; use float64 to check.",
            f"{names}：float32 下差分只有约 3 位有效数字；检查时请用 float64。",
        )
    elif under_test.is_single and under_test.calls > 3:
        yield Text(
            "The function's values are numbers of float32: it rounds inside; use float64.",
            "函数值都是 float32 的数：函数内部某处降了精度；请用 float64。",
        )
