"""A scalar graph as a drawing: values, gradients, and local derivatives on the edges."""

from collections.abc import Iterator
from html import escape

from clearprop._text import Language, Text
from clearprop.derivation.figures import figure
from clearprop.derivation.graphs.computational_graph import Graph
from clearprop.derivation.graphs.layout import HEIGHT, MARGIN, WIDTH, Layout, layout

LEGEND = Text(
    "number: value; after d: total derivative of the result; on an edge: local derivative ∂",
    "数字：值；d 后的数字：结果对它的总导数；边上：局部导数 ∂",
)
DRAWING = Text("Computational graph of {title}", "{title} 的计算图")

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
    places = layout(graph)
    right, bottom = places.size
    title = escape(DRAWING.filled(title=graph.title).translate(lang))
    legend = escape(LEGEND.translate(lang))
    edges = "".join(_edges(graph, places, digits))
    nodes = "".join(_node(graph, position, places, digits) for position in range(len(graph.nodes)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" width="{right:g}"'
        f' height="{bottom:g}" style="max-width:100%;height:auto"'
        f' viewBox="0 0 {right:g} {bottom:g}"><title>{title}</title>'
        f"<style>{STYLE}</style>{edges}{nodes}"
        f'<text class="legend" x="{MARGIN}" y="{bottom - 8:g}">{legend}</text></svg>'
    )


def _node(graph: Graph, position: int, places: Layout, digits: int) -> str:
    node, (x, y) = graph.nodes[position], places.corners[position]
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


def _edges(graph: Graph, places: Layout, digits: int) -> Iterator[str]:
    """Yield curves from node to node, local derivatives near their right ends."""
    for position, node in enumerate(graph.nodes):
        for edge in node.edges:
            yield f'<path d="{places.path(edge.source, position)}"/>'
            if graph.nodes[edge.source].kind != "constant":
                x, y = places.near_user(edge.source, position, 0.62)
                slope = figure(edge.slope, digits)
                yield f'<text class="slope" x="{x:g}" y="{y - 3:g}">{slope}</text>'
