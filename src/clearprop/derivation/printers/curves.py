"""Functions of z as a small drawing with axes and a few numbers on them."""

from html import escape

import numpy as np

from clearprop.derivation.derivation import Curves
from clearprop.derivation.figures import figure

WIDTH, HEIGHT, MARGIN = 300, 180, 26
SIZES = 'width="300" height="180"'


def curves_svg(curves: Curves) -> str:
    """Return the drawing as one SVG element; each curve has the class of its number."""
    values = np.concatenate([values for _, values in curves.functions])
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    left, right = float(curves.z[0]), float(curves.z[-1])

    def x(z: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * (z - left) / (right - left)

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / (high - low)

    axes = (
        f'<line x1="{x(left):g}" y1="{y(0):g}" x2="{x(right):g}" y2="{y(0):g}"/>'
        f'<line x1="{x(0):g}" y1="{y(low):g}" x2="{x(0):g}" y2="{y(high):g}"/>'
    )
    marks = "".join(
        f'<text x="{x(at):g}" y="{y(0) + 14:g}">{figure(at, 3)}</text>' for at in (left, right)
    ) + "".join(
        f'<text x="{x(0) - 16:g}" y="{y(at) + 4:g}">{figure(at, 3)}</text>'
        for at in {low, high} - {0.0}
    )
    lines = "".join(
        f'<polyline class="curve{number}" points="{_points(curves.z, values, x, y)}"/>'
        for number, (_, values) in enumerate(curves.functions)
    )
    return (
        f'<svg class="curves" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" {SIZES}>'
        f"<title>{escape(curves.title.en)}</title>{axes}{marks}{lines}</svg>"
    )


def _points(z, values, x, y) -> str:
    pairs = zip(z, values, strict=True)
    return " ".join(f"{x(float(a)):.1f},{y(float(b)):.1f}" for a, b in pairs)
