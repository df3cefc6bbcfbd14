"""A graph of matrices as text: values with shapes forward, totals with their formulas backward."""

from collections.abc import Iterator

from clearprop._aligned import width_of
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.derivation.boxes import Box, beside, text_box
from clearprop.derivation.expression import Matrix
from clearprop.derivation.graphs.matrices import MatrixGraph
from clearprop.derivation.graphs.text import FORWARD
from clearprop.derivation.printers.text_formula import TextPrinter
from clearprop.derivation.style import Style

BACKWARD = Text(
    "Backward: dL/dv is the total derivative, of the"
    " shape of v; what the uses of v pass back adds up",
    "反向：dL/dv 为总导数，与 v 同形；v 的各处用途传回的量相加",
)
PASSED = Text("{user} passes back {formula}", "{user} 传回 {formula}")
RESULT = Text("L is the result, {name}.", "L 为最后的结果 {name}。")


def as_matrix_text(graph: MatrixGraph, lang: Language, digits: int) -> str:
    """Return the graph as lines of text."""
    return "\n".join(_lines(graph, lang, digits)) + "\n"


def shape_of(values: FloatArray) -> str:
    """Return a shape as it is written: 3×2."""
    return "×".join(map(str, values.shape))


def _lines(graph: MatrixGraph, lang: Language, digits: int) -> Iterator[str]:
    printer = TextPrinter(Style(lang=lang, digits=digits))

    def shown(before: str, values: FloatArray) -> Iterator[str]:
        box: Box = beside(text_box(f"   {before} = "), printer.show(Matrix(values)))
        shape = text_box(f"   ({shape_of(values)})")
        yield from (line.rstrip() for line in beside(box, shape).lines)

    title = graph.title
    yield from (title, "═" * width_of(title), "")
    heading = FORWARD.translate(lang)
    yield from (heading, "─" * width_of(heading))
    for node in graph.nodes:
        if node.kind != "constant":
            formula = "" if node.kind == "input" else f" = {node.written}"
            yield from shown(f"{node.name}{formula}", node.value)
    heading = BACKWARD.translate(lang)
    yield from ("", heading, "─" * width_of(heading))
    if graph.nodes[-1].name != "L":
        yield "   " + RESULT.filled(name=graph.nodes[-1].name).translate(lang)
    for position in reversed(range(len(graph.nodes) - 1)):
        node = graph.nodes[position]
        if node.kind == "constant":
            continue
        for user, edge in graph.uses(position):
            name = graph.nodes[user].name
            said = PASSED.filled(user=name, formula=edge.written).translate(lang)
            yield f"   {said}".replace(f"dL/d{graph.nodes[-1].name}", "1")
        yield from shown(f"dL/d{node.name}", graph.gradients[position])
