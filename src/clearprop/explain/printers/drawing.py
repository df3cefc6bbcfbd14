"""The network as a drawing: units with their values, weights as lines; the page's scripts light it.

Every part says what it is under the name that `params` gives it: ``data-of="W1[0,2]"``. A unit
answers to its a, z, δ and bias alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from clearprop.explain.notation import Notation
from clearprop.explain.printers.figures import figure, shown_positions

COLUMN, ROW, RADIUS = 190, 100, 25
MARGIN = 46
SHOWN_UNITS = 8
"""A layer of more units shows the first three and the last."""
LABELLED = 12
"""A layer of at most so many weights shows their values on the lines."""

CROWDED = 40
"""More weights than this are drawn paler."""


@dataclass(frozen=True)
class _Spot:
    layer: int
    unit: int | None
    x: float
    y: float


def network_svg(n: Notation, digits: int) -> str:
    """Return the network with the values of the first sample."""
    columns = [_column(size, layer) for layer, size in enumerate(n.sizes)]
    height = max(spot.y for column in columns for spot in column) + MARGIN + RADIUS
    width = MARGIN * 2 + COLUMN * (len(columns))
    middle = (height - RADIUS) / 2
    columns = [_centred(column, middle) for column in columns]
    loss = _Spot(len(columns), 0, MARGIN + COLUMN * len(columns) - 40, middle)
    lines = "".join(_lines(n, columns, digits))
    ends = "".join(_end(spot, loss) for spot in columns[-1] if spot.unit is not None)
    units = "".join(_unit(n, spot, digits) for column in columns for spot in column)
    label = "-".join(map(str, n.sizes))
    crowd = " many" if sum(layer.W.size for layer in n.trace.layers) > CROWDED else ""
    return (
        f'<svg class="network{crowd}" role="group" aria-label="{label}"'
        f' viewBox="0 0 {width:g} {height:g}" style="max-width:{width:g}px">{lines}{ends}{units}'
        f'<g class="loss" data-of="L" tabindex="0" role="button"><rect x="{loss.x - 34:g}"'
        f' y="{loss.y - 22:g}" width="80" height="44" rx="8"/>'
        f'<text x="{loss.x + 6:g}" y="{loss.y - 4:g}" class="name">L</text>'
        f'<text x="{loss.x + 6:g}" y="{loss.y + 14:g}" class="value" data-value="L"></text></g>'
        "</svg>"
    )


def _column(size: int, layer: int) -> list[_Spot]:
    shown = shown_positions(size, SHOWN_UNITS)
    x = MARGIN + COLUMN * layer
    return [_Spot(layer, unit, x, MARGIN + ROW * row) for row, unit in enumerate(shown)]


def _centred(column: list[_Spot], middle: float) -> list[_Spot]:
    shift = middle - (column[0].y + column[-1].y) / 2
    return [_Spot(spot.layer, spot.unit, spot.x, spot.y + shift) for spot in column]


def _lines(n: Notation, columns: list[list[_Spot]], digits: int) -> Iterator[str]:
    """Yield the weights: as thick as they are large, their colour their sign."""
    for layer in range(1, n.depth + 1):
        W = n.layer(layer).W
        largest = float(abs(W).max()) or 1.0
        for spot in columns[layer]:
            for before in columns[layer - 1]:
                if spot.unit is None or before.unit is None:
                    continue
                weight = float(W[before.unit, spot.unit])
                label = _label(before, spot, weight, digits) if W.size <= LABELLED else ""
                sign = "negative" if weight < 0 else "positive"
                thickness = 0.8 + 3.2 * abs(weight) / largest
                points = f'x1="{before.x:g}" y1="{before.y:g}" x2="{spot.x:g}" y2="{spot.y:g}"'
                name = f"W{layer}[{before.unit},{spot.unit}]"
                about = f"<title>{name} = {figure(weight, digits)}</title>"
                yield (
                    f'<g class="weight {sign}" data-of="{name}">{about}'
                    f'<line class="reach" {points}/>'
                    f'<line {points} stroke-width="{thickness:.2f}"/>{label}</g>'
                )


def _label(before: _Spot, spot: _Spot, weight: float, digits: int) -> str:
    """Return a weight's value on its line; those of one unit stand at different heights."""
    at = 0.24 + 0.13 * ((before.unit or 0) % 4)
    x, y = before.x + (spot.x - before.x) * at, before.y + (spot.y - before.y) * at
    return f'<text x="{x:g}" y="{y - 3:g}">{figure(weight, min(digits, 3))}</text>'


def _end(spot: _Spot, loss: _Spot) -> str:
    return (
        f'<line class="end" x1="{spot.x:g}" y1="{spot.y:g}" x2="{loss.x - 34:g}" y2="{loss.y:g}"/>'
    )


def _unit(n: Notation, spot: _Spot, digits: int) -> str:
    if spot.unit is None:
        return f'<text class="gap" x="{spot.x:g}" y="{spot.y + 6:g}">⋮</text>'
    layer, unit = spot.layer, spot.unit
    own = f"x[{unit}]" if layer == 0 else f"a{layer}[{unit}]"
    also = "" if layer == 0 else f"z{layer}[{unit}] delta{layer}[{unit}] b{layer}[{unit}]"
    circle = f'<circle cx="{spot.x:g}" cy="{spot.y:g}" r="{RADIUS}"/>'
    texts = [_text(spot, 5, "value", own)]
    if layer:
        texts.append(_text(spot, RADIUS + 13, "sum", f"z{layer}[{unit}]", "z "))
        texts.append(_text(spot, RADIUS + 26, "error", f"delta{layer}[{unit}]", "δ "))
    if layer == n.depth:
        texts.append(_text(spot, -RADIUS - 6, "target", f"y[{unit}]", "y "))
    return (
        f'<g class="unit" data-of="{own}" data-also="{escape(also)}" data-layer="{layer}"'
        f' tabindex="0" role="button" aria-label="{own}">{circle}{"".join(texts)}</g>'
    )


def _text(spot: _Spot, below: float, kind: str, name: str, lead: str = "") -> str:
    return (
        f'<text class="{kind}" x="{spot.x:g}" y="{spot.y + below:g}" data-value="{name}"'
        f' data-lead="{lead}"></text>'
    )
