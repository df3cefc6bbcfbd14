"""A scalar graph as text: the forward pass, the backward pass, and which path gave what."""

from collections.abc import Iterator
from itertools import islice

from clearprop._aligned import padded, width_of
from clearprop._text import Language, Text
from clearprop.derivation.figures import figure
from clearprop.derivation.graphs.computational_graph import Graph
from clearprop.derivation.graphs.nodes import Edge

FORWARD = Text("Forward: every value", "前向：各节点的值")
BACKWARD = Text(
    "Backward: d is the derivative in all, ∂ that of one step; after it times local derivative",
    "反向：d 为总导数，∂ 为一步的局部导数；后面的总导数乘以局部导数",
)
LOCAL = Text("Local derivatives on the edges:", "边上的局部导数：")
EFFECTS = Text("What each input does to the result", "每个输入对结果的影响")
STEP, QUANTITY, DERIVATIVE, GROWS = (
    Text("step", "步骤"),
    Text("quantity", "中间量"),
    Text("derivative", "导数（局部影响）"),
    Text("the input grows by 1", "输入每增加 1"),
)
CHANGES = Text("{result} {change}: {before} → {after}", "{result} {change}：{before} → {after}")
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
            (EFFECTS, self.effects()),
        ):
            lines = list(lines)
            if not lines:
                continue
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
        rows = [(f"d{result}/d{result}", "= 1", "")]
        for position in reversed(range(len(nodes) - 1)):
            node, uses = nodes[position], self.graph.uses(position)
            if node.kind == "constant":
                continue
            slopes = " + ".join(
                f"d{result}/d{nodes[user].name} · ∂{nodes[user].name}/∂{node.name}"
                if user < len(nodes) - 1
                else f"∂{result}/∂{node.name}"
                for user, _ in uses
            )
            numbers = " + ".join(
                f"{self.number(gradients[user])} · {self.number(edge.slope)}"
                if user < len(nodes) - 1
                else self.number(edge.slope)
                for user, edge in uses
            )
            total = figure(gradients[position], self.digits)
            worked_out = f"= {numbers} = {total}" if numbers != total else f"= {total}"
            rows.append((f"d{result}/d{node.name}", f"= {slopes}", worked_out))
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

    def effects(self) -> Iterator[str]:
        """Yield a table: every input, its derivative, and what one more of it does exactly."""
        graph, result = self.graph, self.graph.nodes[-1].name
        rows = []
        for node in graph.nodes:
            after = graph.recomputed(node.name, node.value + 1) if node.kind == "input" else None
            if after is None:
                continue
            change = figure(after - graph.value, self.digits)
            said = self.say(
                CHANGES,
                result=result,
                change=change if change.startswith("-") else f"+{change}",
                before=figure(graph.value, self.digits),
                after=figure(after, self.digits),
            )
            slope = figure(graph.gradient[node.name], self.digits)
            rows.append([f"({len(rows) + 1})", f"{node.name} → {result}", slope, said])
        if rows:
            header = [self.say(one) for one in (STEP, QUANTITY, DERIVATIVE, GROWS)]
            widths = [max(map(width_of, column)) for column in zip(header, *rows, strict=True)]
            for row in (header, *rows):
                cells = (padded(*pair) for pair in zip(row, widths, strict=True))
                yield f"   {'  '.join(cells)}".rstrip()

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
