"""Functions that some languages lack, as kernels: translated wherever a target has none.

Sources: erfc: W. J. Cody, "Rational Chebyshev approximation for the error function", Mathematics of
Computation 23, 1969, with the coefficients of his CALERF; expm1 and log1p: W. Kahan's quotients,
as in N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 1.14.1.
"""

from collections.abc import Callable
from math import exp, floor, log


def expm1(x: float) -> float:
    """Return eˣ − 1, to the last digits also near 0."""
    u = exp(x)
    if x > 1.0 or x < -36.0:
        return u - 1.0
    return x if u == 1.0 else (u - 1.0) * x / log(u)


def log1p(x: float) -> float:
    """Return ln(1 + x), to the last digits also near 0."""
    u = 1.0 + x
    return x if u == 1.0 else log(u) * x / (u - 1.0)


def erfc(x: float) -> float:
    """Return 1 − erf(x), to the last digits also in the tail."""
    y = abs(x)
    s = y * y
    p1 = (((1.85777706184603153e-1 * s + 3.16112374387056560) * s + 1.13864154151050156e2) * s
          + 3.77485237685302021e2) * s + 3.20937758913846947e3  # fmt: skip
    q1 = (((s + 2.36012909523441209e1) * s + 2.44024637934444173e2) * s
          + 1.28261652607737228e3) * s + 2.84423683343917062e3  # fmt: skip
    p2 = ((((((((2.15311535474403846e-8 * y + 5.64188496988670089e-1) * y + 8.88314979438837594)
          * y + 6.61191906371416295e1) * y + 2.98635138197400131e2) * y + 8.81952221241769090e2)
          * y + 1.71204761263407058e3) * y + 2.05107837782607147e3) * y
          + 1.23033935479799725e3)  # fmt: skip
    q2 = ((((((((y + 1.57449261107098347e1) * y + 1.17693950891312499e2) * y
          + 5.37181101862009858e2) * y + 1.62138957456669019e3) * y + 3.29079923573345963e3)
          * y + 4.36261909014324716e3) * y + 3.43936767414372164e3) * y
          + 1.23033935480374942e3)  # fmt: skip
    t = 1.0 / (s if s > 0.0 else 1.0)
    p3 = ((((1.63153871373020978e-2 * t + 3.05326634961232344e-1) * t + 3.60344899949804439e-1)
          * t + 1.25781726111229246e-1) * t + 1.60837851487422766e-2) * t \
          + 6.58749161529837803e-4  # fmt: skip
    q3 = ((((t + 2.56852019228982242) * t + 1.87295284992346725) * t
          + 5.27905102951428412e-1) * t + 6.05183413124413191e-2) * t \
          + 2.33520497626869185e-3  # fmt: skip
    far = (0.56418958354775629 - t * p3 / q3) / (y if y > 0.0 else 1.0)
    h = floor(y * 16.0) / 16.0  # y² in two parts, of which the first is exact
    tail = exp(-h * h) * exp(-(y - h) * (y + h)) * (p2 / q2 if y <= 4.0 else far)
    above = 1.0 - y * p1 / q1 if y <= 0.46875 else tail
    return above if x >= 0.0 else 2.0 - above


KERNELS: dict[str, Callable[[float], float]] = {"expm1": expm1, "log1p": log1p, "erfc": erfc}
"""The functions of this file, by the names that kernels call them by."""
