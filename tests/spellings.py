"""Expressions as people write them, beside the same in Python: x is 0.75, y is 2."""

import math
from collections.abc import Mapping
from typing import Any

VALUES: Mapping[str, float] = {"x": 0.75, "y": 2.0}
NAMED: Mapping[str, Any] = {
    **VALUES, "e": math.e, "pi": math.pi, "π": math.pi,
    "sqrt": math.sqrt, "tanh": math.tanh, "ln": math.log, "max": max, "abs": abs,
}  # fmt: skip
WRITTEN = [
    ("x·y + x×y + x∙y + x⋅y", "4 * x * y"),
    ("−x – y", "-x - y"),
    ("x ÷ y ∕ 2", "x / y / 2"),
    ("x² + y⁻¹ + x^2 + x¹⁰ + x**3", "x**2 + y**-1 + x**2 + x**10 + x**3"),
    ("-x^2 + 2^-x/4 + 1 - 2 - x", "-(x**2) + 2**-x / 4 + 1 - 2 - x"),
    ("2x + 2(x+y) + (x+y)(x−y)", "2*x + 2*(x+y) + (x+y)*(x-y)"),
    ("x y + 2 x(y + 1)y", "x*y + 2*x*(y+1)*y"),
    ("3 tanh(x) + 2ln(y)", "3*tanh(x) + 2*ln(y)"),
    ("|x − y| + 2|x|", "abs(x - y) + 2*abs(x)"),
    ("√x + √(x + y) + 3√2", "sqrt(x) + sqrt(x + y) + 3*sqrt(2)"),
    ("σ(x y)", "1 / (1 + e**(-x*y))"),
    ("1/(1 + e^(−x)) + e^y", "1/(1 + e**-x) + e**y"),
    ("2π x + pi", "2*pi*x + pi"),
    ("（ｘ＋ｙ）＊２", "(x+y)*2"),
    ("max（x，y）", "max(x, y)"),
    ("½x + 2½ + ¾ + ½x²", "x/2 + 2.5 + 0.75 + x*x/2"),
    ("1e-3x + 2e5 + .5y + 1_000", "1e-3*x + 2e5 + .5*y + 1000"),
    ("L = ½(x − y)²", "(x - y)**2 / 2"),
]
