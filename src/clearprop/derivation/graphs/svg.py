"""A scalar graph as a drawing: values, gradients, and local derivatives on the edges."""

from collections import defaultdict
from html import escape

from clearprop._text import Language, Text
from clearprop.derivation.figures import figure
from clearprop.derivation.graphs.computational_graph import Graph

LEGEND = Text(
    "number: value; after d: total derivative of the result; on an edge: local derivative ∂",
    "数字：值；d 后的数字：结果对它的总导数；边上：局部导数 ∂",
)
DRAWING = Text("Computational graph of {title}", "{title} 的计算图")

COLUMN, ROW = 170, 70
WIDTH, HEIGHT = 96, 50
MARGIN = 24
SWEEPS = 6
STYLE = """
.graph{font:13px system-ui,"Noto Sans CJK SC",sans-serif;background:#fff}
.graph rect{fill:#fff;stroke:#334155;rx:6}
.graph .input rect{fill:#eff6ff}
.graph .constant rect{fill:#f1f5f9;stroke:#94a3b8}
.graph .result rect{fill:#f8fafc}
.graph text{text-anchor:middle;fill:#0f172a}
.graph .name{font-weight:600}
.graph .value{fill:#1d4ed8}
.graph .gradient{fill:#b91c1c}
.graph path{fill:none;stroke:#94a3b8;stroke-width:1.4}
.graph .slope{font-size:11px;fill:#475569;paint-order:stroke;stroke:#fff;stroke-width:4px}
.graph .legend{text-anchor:start;font-size:12px}
"""


def as_svg(graph: Graph, lang: Language, digits: int) -> str:
    """Return the drawing as one SVG element with its style inside."""
    places = positions(graph)
    right = max(x for x, _ in places) + WIDTH + MARGIN
    bottom = max(y for _, y in places) + HEIGHT + 2 * MARGIN
    title = escape(DRAWING.filled(title=graph.title).translate(lang))
    legend = escape(LEGEND.translate(lang))
    edges = "".join(_edges(graph, places, digits))
    nodes = "".join(_node(graph, position, places, digits) for position in range(len(places)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" width="{right:g}"'
        f' height="{bottom:g}" viewBox="0 0 {right:g} {bottom:g}"><title>{title}</title>'
        f"<style>{STYLE}</style>{edges}{nodes}"
        f'<text class="legend" x="{MARGIN}" y="{bottom - 8:g}">{legend}</text></svg>'
    )


def positions(graph: Graph) -> list[tuple[float, float]]:
    """Return the left upper corner of every node: columns by depth, rows near their neighbours."""
    columns = _columns(graph)
    members = defaultdict(list)
    for position, column in enumerate(columns):
        members[column].append(position)
    height = {
        position: float(row) for rows in members.values() for row, position in enumerate(rows)
    }
    neighbours = defaultdict(list)
    for position, node in enumerate(graph.nodes):
        for edge in node.edges:
            neighbours[position].append(edge.source)
            neighbours[edge.source].append(position)
    for _ in range(SWEEPS):
        for column in sorted(members):
            target = {
                one: sum(height[other] for other in neighbours[one]) / max(len(neighbours[one]), 1)
                for one in members[column]
            }
            members[column].sort(key=lambda one: (target[one], one))
            _spread(members[column], target, height)
    top = min(height.values())
    return [
        (MARGIN + columns[one] * COLUMN, MARGIN + (height[one] - top) * ROW)
        for one in range(len(graph.nodes))
    ]


def _columns(graph: Graph) -> list[int]:
    """Return each node's column: results by their depth, inputs just before their first use."""
    depth = [0] * len(graph.nodes)
    for position, node in enumerate(graph.nodes):
        depth[position] = max((depth[edge.source] + 1 for edge in node.edges), default=0)
    for position, node in enumerate(graph.nodes):
        if not node.edges and graph.uses(position):
            depth[position] = min(depth[user] for user, _ in graph.uses(position)) - 1
    return depth


def _spread(order: list[int], target: dict[int, float], height: dict[int, float]) -> None:
    """Put nodes of one column near their targets, at least a row apart."""
    for number, one in enumerate(order):
        height[one] = max(target[one], height[order[number - 1]] + 1) if number else target[one]
    shift = sum(height[one] - target[one] for one in order) / len(order)
    for one in order:
        height[one] -= shift


def _node(graph: Graph, position: int, places: list[tuple[float, float]], digits: int) -> str:
    node, (x, y) = graph.nodes[position], places[position]
    middle = x + WIDTH / 2
    sign = f" {node.sign}" if node.sign and node.sign != node.name else ""
    lines = [f'<text class="name" x="{middle:g}" y="{y + 15:g}">{escape(node.name + sign)}</text>']
    if node.kind != "constant":
        value, gradient = (
            figure(number, digits) for number in (node.value, graph.gradients[position])
        )
        lines += [
            f'<text class="value" x="{middle:g}" y="{y + 30:g}">{value}</text>',
            f'<text class="gradient" x="{middle:g}" y="{y + 44:g}">d {gradient}</text>',
        ]
    about = f"<title>{escape(node.name)} = {escape(node.written)} = {node.value!r}</title>"
    box = f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}"/>'
    return f'<g class="node {node.kind}">{about}{box}{"".join(lines)}</g>'


def _edges(graph: Graph, places: list[tuple[float, float]], digits: int) -> list[str]:
    """Return curves from node to node, local derivatives near their right ends."""
    drawn = []
    for position, node in enumerate(graph.nodes):
        x2, y2 = places[position][0], places[position][1] + HEIGHT / 2
        used: dict[int, int] = defaultdict(int)
        for edge in node.edges:
            x1, y1 = places[edge.source][0] + WIDTH, places[edge.source][1] + HEIGHT / 2
            bow = 18 * used[edge.source]
            used[edge.source] += 1
            bend = (x1 + x2) / 2
            curve = f"M{x1:g},{y1:g} C{bend:g},{y1 + bow:g} {bend:g},{y2 + bow:g} {x2:g},{y2:g}"
            drawn.append(f'<path d="{curve}"/>')
            if graph.nodes[edge.source].kind != "constant":
                at = 0.62  # nearer to the node whose local derivative it is
                x, y = x1 + (x2 - x1) * at, _bezier(y1, y1 + bow, y2 + bow, y2, at) - 3
                slope = figure(edge.slope, digits)
                drawn.append(f'<text class="slope" x="{x:g}" y="{y:g}">{slope}</text>')
    return drawn


def _bezier(a: float, b: float, c: float, d: float, t: float) -> float:
    """Return the point at t of a cubic Bézier curve."""
    s = 1 - t
    return s**3 * a + 3 * s**2 * t * b + 3 * s * t**2 * c + t**3 * d
