"""A scalar graph as text: the forward pass, the backward pass, and which path gave what."""

from collections.abc import Iterator
from itertools import islice

from clearprop._text import Language, Text
from clearprop.derivation.figures import figure
from clearprop.derivation.graphs.computational_graph import Graph
from clearprop.derivation.graphs.nodes import Edge
from clearprop.derivation.printers.boxes import padded, width_of

FORWARD = Text("Forward: every value", "前向：各节点的值")
BACKWARD = Text(
    "Backward: gradient after it times local derivative", "反向：后面的梯度乘以局部导数"
)
LOCAL = Text("Local derivatives on the edges:", "边上的局部导数：")
PATHS = Text("Which path gave what", "每条路径的贡献")
ADD_UP = Text("the {count} paths add up", "{count} 条路径相加")
MORE_PATHS = Text("and weaker paths, which add up with these", "以及更弱的路径，全部相加")
NO_PATH = Text("no path contributes", "没有路径有贡献")

SHOWN_PATHS = 6
"""Of the paths of one input so many are listed, the strongest."""


def as_text(graph: Graph, lang: Language, digits: int) -> str:
    """Return the graph as lines of text."""
    return "\n".join(_Lines(graph, lang, digits).all()) + "\n"


class _Lines:
    def __init__(self, graph: Graph, lang: Language, digits: int) -> None:
        self.graph, self.lang, self.digits = graph, lang, digits

    def say(self, text: Text, **values: object) -> str:
        return text.filled(**values).translate(self.lang)

    def number(self, value: float) -> str:
        shown = figure(value, self.digits)
        return f"({shown})" if shown.startswith("-") else shown

    def all(self) -> Iterator[str]:
        title = f"{self.graph.title} = {figure(self.graph.value, self.digits)}"
        yield from (title, "═" * width_of(title))
        for heading, lines in (
            (FORWARD, self.forward()),
            (BACKWARD, self.backward()),
            (PATHS, self.paths()),
        ):
            yield from ("", self.say(heading), "─" * width_of(self.say(heading)))
            yield from lines

    def forward(self) -> Iterator[str]:
        rows = []
        for node in self.graph.nodes:
            if node.kind == "constant":
                continue
            formula = "" if node.kind == "input" else f"= {node.written}"
            rows.append((node.name, formula, f"= {figure(node.value, self.digits)}"))
        return aligned(rows)

    def backward(self) -> Iterator[str]:
        """Yield every gradient: what each use passes back, and their sum where there are two."""
        nodes, gradients, result = self.graph.nodes, self.graph.gradients, self.graph.nodes[-1].name
        rows = [(f"∂{result}/∂{result}", "= 1", "")]
        for position in reversed(range(len(nodes) - 1)):
            node, uses = nodes[position], self.graph.uses(position)
            if node.kind == "constant":
                continue
            slopes = " + ".join(
                f"∂{result}/∂{nodes[user].name} · ∂{nodes[user].name}/∂{node.name}"
                for user, _ in uses
            )
            numbers = " + ".join(
                f"{self.number(gradients[user])} · {self.number(edge.slope)}" for user, edge in uses
            )
            total = figure(gradients[position], self.digits)
            rows.append((f"∂{result}/∂{node.name}", f"= {slopes}", f"= {numbers} = {total}"))
        yield from aligned(rows)
        yield ""
        yield self.say(LOCAL)
        yield from aligned(
            [
                (
                    f"∂{node.name}/∂{nodes[edge.source].name}",
                    f"= {edge.written}",
                    self.worked_out(edge),
                )
                for node in nodes
                for edge in node.edges
                if nodes[edge.source].kind != "constant"
            ]
        )

    def worked_out(self, edge: Edge) -> str:
        shown = figure(edge.slope, self.digits)
        return "" if shown == edge.written else f"= {shown}"

    def paths(self) -> Iterator[str]:
        for node, total in zip(self.graph.nodes, self.graph.gradients, strict=True):
            if node.kind != "input":
                continue
            paths = list(islice(self.graph.paths(node.name), SHOWN_PATHS + 1))
            yield f"{node.name}: {figure(total, self.digits)}"
            for path in paths[:SHOWN_PATHS]:
                way = " → ".join(self.graph.nodes[one].name for one in path.nodes)
                product = " · ".join(map(self.number, path.slopes)) or "1"
                value = figure(path.contribution, self.digits)
                yield f"   {way}:  {product}" + (f" = {value}" if len(path.slopes) > 1 else "")
            if not paths:
                yield "   " + self.say(NO_PATH)
            if len(paths) > SHOWN_PATHS:
                yield "   " + self.say(MORE_PATHS)
            elif len(paths) > 1:
                yield "   " + self.say(ADD_UP, count=len(paths))


def aligned(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    """Yield rows of three columns, each as wide as its widest cell that is not too wide."""
    widths = [min(max((width_of(row[c]) for row in rows), default=0), 44) for c in range(2)]
    for first, second, third in rows:
        yield f"   {padded(first, widths[0])}  {padded(second, widths[1])}  {third}".rstrip()
