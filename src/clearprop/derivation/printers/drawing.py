"""The network as a drawing: units with their values, weights as lines; the page's scripts light it.

Every part says what it is under the name that `params` gives it: ``data-of="W1[0,2]"``. A unit
answers to its a, z, δ and bias alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from clearprop.derivation.figures import figure, shown_positions
from clearprop.derivation.notation import Notation

COLUMN, ROW, RADIUS = 190, 104, 25
NARROW = 150
"""Columns of deeper networks, whose weights mostly have no labels, stand closer."""
MARGIN = 46
SHOWN_UNITS = 8
"""A layer of more units shows the first three and the last."""
LABELLED = 12
"""A layer of at most so many weights shows their values on the lines."""
LABEL_PLACES = (0.24, 0.3, 0.36, 0.42, 0.48, 0.54, 0.6, 0.66)
"""Where on its line the value of a weight may stand."""
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
    apart = NARROW if n.depth > 2 else COLUMN
    columns = [_column(size, layer, apart) for layer, size in enumerate(n.sizes)]
    height = max(spot.y for column in columns for spot in column) + MARGIN + RADIUS
    width = MARGIN * 2 + apart * len(columns)
    middle = (height - RADIUS) / 2
    columns = [_centred(column, middle) for column in columns]
    loss = _Spot(len(columns), 0, MARGIN + apart * len(columns) - 40, middle)
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


def _column(size: int, layer: int, apart: int) -> list[_Spot]:
    shown = shown_positions(size, SHOWN_UNITS)
    x = MARGIN + apart * layer
    return [_Spot(layer, unit, x, MARGIN + ROW * row) for row, unit in enumerate(shown)]


def _centred(column: list[_Spot], middle: float) -> list[_Spot]:
    shift = middle - (column[0].y + column[-1].y) / 2
    return [_Spot(spot.layer, spot.unit, spot.x, spot.y + shift) for spot in column]


def _lines(n: Notation, columns: list[list[_Spot]], digits: int) -> Iterator[str]:
    """Yield the weights: as thick as they are large, their colour their sign."""
    for layer in range(1, n.depth + 1):
        W = n.layer(layer).W
        largest = float(abs(W).max()) or 1.0
        places: list[tuple[float, float]] = []
        labels = []
        for spot in columns[layer]:
            for before in columns[layer - 1]:
                if spot.unit is None or before.unit is None:
                    continue
                weight = float(W[before.unit, spot.unit])
                name = f"W{layer}[{before.unit},{spot.unit}]"
                if W.size <= LABELLED:
                    labels.append(_label(before, spot, name, places))
                sign = "negative" if weight < 0 else "positive"
                thickness = 0.8 + 3.2 * abs(weight) / largest
                points = f'x1="{before.x:g}" y1="{before.y:g}" x2="{spot.x:g}" y2="{spot.y:g}"'
                about = f"<title>{name} = {figure(weight, digits)}</title>"
                yield (
                    f'<g class="weight {sign}" data-of="{name}">{about}'
                    f'<line class="reach" {points}/>'
                    f'<line {points} stroke-width="{thickness:.2f}"/></g>'
                )
        yield from labels


def _label(before: _Spot, spot: _Spot, name: str, others: list[tuple[float, float]]) -> str:
    """Return a weight's value on its line, as far from the `others` as can be; it joins them."""

    def place(at: float) -> tuple[float, float]:
        return before.x + (spot.x - before.x) * at, before.y + (spot.y - before.y) * at - 3

    def room(at: float) -> float:
        x, y = place(at)
        return min((max(abs(x - u) / 44, abs(y - v) / 14) for u, v in others), default=1.0)

    x, y = place(max(LABEL_PLACES, key=lambda at: (min(room(at), 1.0), -abs(at - 0.4))))
    others.append((x, y))
    return f'<text class="label" x="{x:g}" y="{y:g}" data-value="{name}" data-of="{name}"></text>'


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
