"""Every mistake that could have been made in a graph: in its operations, and in adding up."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from clearprop._text import Text
from clearprop.derivation.graphs.matrices import MatrixGraph
from clearprop.derivation.graphs.matrix_nodes import MatrixNode
from clearprop.derivation.graphs.matrix_pass import Change
from clearprop.derivation.operations.mistake import OperationMistake

ONLY_ONE = Text(
    "{node} is used several times, and only one use counts: what the others pass back is lost",
    "{node} 被多次使用，但只算了其中一次，其他各处传回的梯度丢失了",
)
ONE_LOST = Text(
    "{node} is used several times, and what one use passes back is lost",
    "{node} 被多次使用，其中一处传回的梯度丢失了",
)
ADD_UP = Text(
    "what all uses pass back adds up: write += where a node is used again",
    "各处传回的梯度应当相加：再次用到同一个量时要用 +=",
)
ALL_CONSTANT = Text("{written} are held constant", "把 {written} 当成了常数")
CONSTANT = Text("{node} = {written} is held constant", "把 {node} = {written} 当成了常数")
DEPENDS = Text(
    "it depends on the inputs, so that they get a share through it",
    "它依赖于输入，因此输入也要通过它得到梯度",
)
AT = Text("in {node} = {written}", "在 {node} = {written} 中")
AT_ALL = Text("in all of {nodes}", "在 {nodes} 各处")


@dataclass(frozen=True)
class GraphSuspicion:
    """A mistake as it would have been made here.

    Attributes
    ----------
    name : str
        ``"conv.kernel_flipped"``: the operation's name and that of its mistake; of those that
        concern no operation, ``"uses.only_one"``, ``"uses.one_lost"`` or ``"held_constant"``.
    title, where, wrong, right, why : Text
        The mistake, the place, the wrong and the right line, and the reason.
    change : Change
        What it changes in the graph.
    harmless, loses_a_share : bool
        As of the mistake of an operation.
    """

    name: str
    title: Text
    where: Text
    wrong: Text
    right: Text
    why: Text
    change: Change
    harmless: bool = False
    loses_a_share: bool = False


def suspicions(graph: MatrixGraph) -> list[GraphSuspicion]:
    """Return every mistake that could have been made in a graph, the most telling first."""
    made = [*_in_operations(graph), *_everywhere(graph)]
    telling = [one for one in made if not one.loses_a_share]
    losing = [one for one in made if one.loses_a_share]
    return [*_statistics(graph), *telling, *_in_uses(graph), *losing, *_constants(graph)]


def _statistics(graph: MatrixGraph) -> Iterator[GraphSuspicion]:
    """Yield all means and variances that are held constant together, as in a batch norm."""
    wrong = {
        at: mistake
        for at, node in enumerate(graph.nodes)
        for mistake in (node.operation.mistakes if node.operation else ())
        if mistake.name == "held_constant"
    }
    if len(wrong) > 1:
        nodes = [graph.nodes[at] for at in wrong]
        written = ", ".join(f"{node.name} = {node.written}" for node in nodes)
        yield GraphSuspicion(
            "held_constant", ALL_CONSTANT.filled(written=written),
            AT_ALL.filled(nodes=", ".join(node.name for node in nodes)), _both("0"),
            Text("; ".join(edge.written.en for node in nodes for edge in node.edges),
                 "；".join(edge.written.zh for node in nodes for edge in node.edges)),
            DEPENDS, Change(wrong),
        )  # fmt: skip


def _in_operations(graph: MatrixGraph) -> Iterator[GraphSuspicion]:
    for at, node in enumerate(graph.nodes):
        for mistake in node.operation.mistakes if node.operation else ():
            where = AT.filled(node=node.name, written=node.written)
            yield _suspicion(graph, node, mistake, Change({at: mistake}), where)


def _everywhere(graph: MatrixGraph) -> Iterator[GraphSuspicion]:
    """Yield the mistakes of an operation that stands in several places, made in all of them."""
    by_kind: dict[object, list[int]] = defaultdict(list)
    for at, node in enumerate(graph.nodes):
        if node.operation is not None:
            by_kind[node.operation].append(at)
    for places in by_kind.values():
        node = graph.nodes[places[0]]
        for mistake in node.operation.mistakes if node.operation and len(places) > 1 else ():
            where = AT_ALL.filled(nodes=", ".join(graph.nodes[at].name for at in places))
            change = Change(dict.fromkeys(places, mistake))
            yield _suspicion(graph, node, mistake, change, where)


def _suspicion(
    graph: MatrixGraph, node: MatrixNode, mistake: OperationMistake, change: Change, where: Text
) -> GraphSuspicion:
    operation = node.operation
    assert operation is not None
    names = [graph.nodes[one].name for one in node.inputs]
    letters = dict(zip("uv", names, strict=False)) | {"w": node.name, "g": f"dL/d{node.name}"}
    written = _text(mistake.wrong).filled(**letters)
    if mistake.value is not None:
        right = Text(node.written, node.written)
    else:
        shares = [_text(one).filled(**letters) for one in operation.passed_back]
        shares = [share for share in shares if share != written]
        right = Text("; ".join(one.en for one in shares), "；".join(one.zh for one in shares))
    return GraphSuspicion(
        f"{operation.called}.{mistake.name}",
        mistake.title, where, written, right, mistake.why, change, mistake.harmless,
        mistake.loses_a_share,
    )  # fmt: skip


def _text(line: str | Text) -> Text:
    return Text(line, line) if isinstance(line, str) else line


def _in_uses(graph: MatrixGraph) -> Iterator[GraphSuspicion]:
    """Yield what goes wrong where a node is used several times."""
    uses: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for user, node in enumerate(graph.nodes):
        for slot, source in enumerate(node.inputs):
            if graph.nodes[source].kind != "constant":
                uses[source].append((user, slot))
    for source, own in uses.items():
        if len(own) < 2:
            continue
        name = graph.nodes[source].name
        right = " + ".join(_share(graph, name, one) for one in own)
        for one in reversed(own):
            others = frozenset(own) - {one}
            where = Text(*(f"{name}: {line}" for line in _uses(graph, own)))
            shown = _share(graph, name, one)
            yield GraphSuspicion(
                "uses.only_one", ONLY_ONE.filled(node=name), where, _both(f"dL/d{name} = {shown}"),
                _both(f"dL/d{name} = {right}"), ADD_UP, Change(forgotten=others),
            )  # fmt: skip
            if len(own) > 2:
                rest = " + ".join(_share(graph, name, kept) for kept in own if kept != one)
                yield GraphSuspicion(
                    "uses.one_lost", ONE_LOST.filled(node=name), where,
                    _both(f"dL/d{name} = {rest}"), _both(f"dL/d{name} = {right}"), ADD_UP,
                    Change(forgotten=frozenset({one})),
                )  # fmt: skip


def _share(graph: MatrixGraph, name: str, use: tuple[int, int]) -> str:
    return f"({name} ← {graph.nodes[use[0]].name})"


def _uses(graph: MatrixGraph, own: list[tuple[int, int]]) -> Text:
    listed = ", ".join(dict.fromkeys(graph.nodes[user].name for user, _ in own))
    return Text(f"it is used in {listed}", f"用于 {listed}")


def _both(line: str) -> Text:
    return Text(line, line)


def _constants(graph: MatrixGraph) -> Iterator[GraphSuspicion]:
    """Yield results on the way that are taken for constants: nothing goes back through them."""
    for at, node in enumerate(graph.nodes[:-1]):
        if node.operation is None:
            continue
        if any(mistake.name == "held_constant" for mistake in node.operation.mistakes):
            continue  # the operation has a mistake of its own that says so
        lost = frozenset((at, slot) for slot in range(len(node.inputs)))
        yield GraphSuspicion(
            "held_constant", CONSTANT.filled(node=node.name, written=node.written),
            AT.filled(node=node.name, written=node.written), _both("0"),
            Text("; ".join(edge.written.en for edge in node.edges),
                 "；".join(edge.written.zh for edge in node.edges)),
            DEPENDS, Change(forgotten=lost),
        )  # fmt: skip
