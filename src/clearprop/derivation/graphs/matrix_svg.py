"""A graph of matrices as a drawing: operations in the nodes, shapes on the edges."""

from html import escape

from clearprop._text import Language, Text
from clearprop.derivation.figures import figure
from clearprop.derivation.graphs.layout import HEIGHT, MARGIN, WIDTH, layout
from clearprop.derivation.graphs.matrices import MatrixGraph
from clearprop.derivation.graphs.matrix_text import shape_of
from clearprop.derivation.graphs.svg import DRAWING, STYLE

LEGEND = Text(
    "on an edge: the shape that goes forward, and"
    " that comes back; after d: largest |dL/d| of a node",
    "边上：前向传递与反向传回的形状；d 后：该节点 |dL/d| 的最大值",
)


def as_matrix_svg(graph: MatrixGraph, lang: Language, digits: int) -> str:
    """Return the drawing as one SVG element with its style inside."""
    places = layout(graph)
    legend = escape(LEGEND.translate(lang))
    wide, bottom = places.size
    right = max(wide, 7.5 * len(legend))
    title = escape(DRAWING.filled(title=graph.title).translate(lang))
    edges, nodes = [], []
    for position, node in enumerate(graph.nodes):
        x, y = places.corners[position]
        for edge in node.edges:
            about = escape(edge.written.translate(lang))
            curve = places.path(edge.source, position)
            edges.append(f'<path d="{curve}"><title>{about}</title></path>')
            shape = shape_of(graph.nodes[edge.source].value)
            at = places.near_user(edge.source, position, 0.55)
            edges.append(f'<text class="slope" x="{at[0]:g}" y="{at[1] - 4:g}">{shape}</text>')
        middle = x + WIDTH / 2
        label = node.name if not node.sign else f"{node.name} {node.sign}"
        lines = [f'<text class="name" x="{middle:g}" y="{y + 15:g}">{escape(label)}</text>']
        if node.kind != "constant":
            most = figure(float(abs(graph.gradients[position]).max()), digits)
            shape = shape_of(node.value)
            lines.append(f'<text class="value" x="{middle:g}" y="{y + 30:g}">{shape}</text>')
            lines.append(f'<text class="gradient" x="{middle:g}" y="{y + 44:g}">d {most}</text>')
        box = f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}"/>'
        about = f"<title>{escape(node.name)} = {escape(node.written)}</title>"
        nodes.append(f'<g class="node {node.kind}">{about}{box}{"".join(lines)}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" width="{right:g}"'
        f' height="{bottom:g}" style="max-width:100%;height:auto"'
        f' viewBox="0 0 {right:g} {bottom:g}"><title>{title}</title>'
        f"<style>{STYLE}</style>{''.join(edges)}{''.join(nodes)}"
        f'<text class="legend" x="{MARGIN}" y="{bottom - 8:g}">{legend}</text></svg>'
    )
